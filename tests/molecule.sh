#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The molecule scenarios that are named. The last lines say of each what became of it, and on what it ran; one that failed is a failure.
# usage: tests/molecule.sh [--where-it-can] SCENARIO ...
# With --where-it-can, a machine on which podman runs no hosts is no failure: the last lines say by name what was not run, and why. Nobody watches
# such a run, so that it ends what hangs: hosts that are not there after 15 minutes are not run, a scenario of more than 30 has failed.
set -u
cd "$(dirname "$0")/.." || exit
where_it_can=
if [ "${1:-}" = --where-it-can ]; then
    where_it_can=1
    shift
fi
[ $# -gt 0 ] || { echo "usage: tests/molecule.sh [--where-it-can] SCENARIO ..." >&2; exit 2; }
for scenario in "$@"; do
    [ -f "molecule/$scenario/molecule.yml" ] || { echo "molecule: there is no scenario '$scenario', only: $(cd molecule && echo */molecule.yml | sed 's|/molecule.yml||g')" >&2; exit 2; }
done

# an image is a file of 1 GB while it is made, more than some a /tmp holds
mkdir -p .build
folder=$(mktemp -d "$PWD/.build/molecule.XXXXXX")
# a probe that is stopped leaves nothing
trap 'MOLECULE_EPHEMERAL_DIRECTORY=$folder python molecule/shared/lab.py destroy; rm -rf "$folder"' EXIT
reported=()
failed=0
within() { # SECONDS COMMAND ...
    local seconds=$1
    shift
    if [ -n "$where_it_can" ]; then timeout --kill-after=60 "$seconds" "$@"; else "$@"; fi
}
tools/need podman || true # what is missing is named by the hosts' own check
for scenario in "$@"; do
    if [ -n "$where_it_can" ]; then
        reason=$(MOLECULE_EPHEMERAL_DIRECTORY=$folder within 900 python molecule/shared/lab.py probe "$scenario" 2>&1)
        case $? in
            0) ;;
            3)
                reported+=("molecule $scenario: NOT RUN: $(tail -n 1 <<<"$reason" | sed 's/^lab.py: //')")
                continue
                ;;
            124 | 137)
                reported+=("molecule $scenario: NOT RUN: no host was there after 15 minutes")
                continue
                ;;
            *)
                echo "$reason" >&2
                reported+=("molecule $scenario: FAILED before it began")
                failed=1
                continue
                ;;
        esac
    fi
    rm -f "$folder/reported"
    if NEXTCLOUD_LAB_REPORT=$folder/reported within 1800 molecule test --scenario-name "$scenario"; then
        reported+=("molecule $scenario: passed on $(cat "$folder/reported")")
    else
        reported+=("molecule $scenario: FAILED on $(cat "$folder/reported" 2>/dev/null || echo 'hosts that could not be made')")
        failed=1
    fi
done
echo
printf '%s\n' "${reported[@]}"
exit "$failed"
