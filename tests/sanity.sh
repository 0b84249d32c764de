#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# ansible-test sanity on what a release holds: it wants the collection at .../ansible_collections/secsign/nextcloud, outside any checkout.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
copy=$work/ansible_collections/secsign/nextcloud
mkdir -p "$copy"
# what a release holds, no more: tests, sandbox and app are linted with tools of their own
ansible-galaxy collection build --output-path "$work" >/dev/null
tar -xzf "$work"/secsign-nextcloud-*.tar.gz -C "$copy"

# ansible-test loads get-pip.py from the internet to fill its environments. The interpreter has a pip of its own,
# which serves as well where that site cannot be reached; a home of its own keeps the user's cache as it is.
export HOME=$work/home
mkdir -p "$HOME/.ansible/test/cache"
cat > "$work/get_pip.py" <<'PIP'
import ensurepip
ensurepip.bootstrap()
PIP
for version in 20_3_4 21_3_1 23_1_2 23_3_2 24_0 24_2 24_3_1 25_0_1 25_2 25_3; do
    cp "$work/get_pip.py" "$HOME/.ansible/test/cache/get_pip_$version.py"
done

# version managers put names on the PATH that do not run; the environment's own Python and the system's are enough
PATH=$(dirname "$(command -v ansible-test)"):/usr/local/bin:/usr/bin:/bin
export PATH

cd "$copy"
git init -q . && git add -A . && git -c user.name=sanity -c user.email=sanity@localhost commit -qm sanity
ansible-test sanity --python default --color no "$@" | grep -v '^Running sanity test' || exit "${PIPESTATUS[0]}"
echo "ansible-test sanity: passed ($(ansible --version | sed -n 1p))"
