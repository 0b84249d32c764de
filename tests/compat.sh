#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Every playbook on three sandbox hosts, with each supported ansible-core for which a Python is at hand. A warning or a
# deprecation in any play's output is a failure. The last lines say which versions ran, and which did not for want of a Python.
set -euo pipefail
cd "$(dirname "$0")/.."

# ansible-core and the newest Python that it takes on the control machine
versions="2.17:3.12 2.18:3.13 2.19:3.13 2.20:3.14 2.21:3.14"
oldest_python() { case $1 in 2.17) echo 10 ;; 2.18 | 2.19) echo 11 ;; *) echo 12 ;; esac; }

find_python() { # core, newest minor
    for minor in $(seq "$2" -1 "$(oldest_python "$1")"); do
        for candidate in "python3.$minor" "$HOME"/.pyenv/versions/3."$minor".*/bin/python3."$minor"; do
            if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then echo "$candidate"; return; fi
        done
    done
}

work=$(mktemp -d)
server=""
# shellcheck disable=SC2329 # called by the trap
clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
chmod 755 "$work"

play() { # name of the playbook and its arguments
    playbook=$1
    shift
    echo "$playbook" >>"$work/played"
    if ! ansible-playbook --inventory "$work/hosts.yml" "playbooks/$playbook" "$@" >"$work/output" 2>&1; then
        cat "$work/output"
        echo "compat: $playbook failed"
        exit 1
    fi
    if grep -E 'WARNING|DEPRECAT' "$work/output"; then
        cat "$work/output"
        echo "compat: $playbook warns"
        exit 1
    fi
}

cat >"$work/hosts.yml" <<YAML
nextcloud:
  hosts: {one: {}, two: {}}
  vars:
    ansible_connection: local
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
    twofactor_nextcloud_path: "$work/{{ inventory_hostname }}/nextcloud"
    twofactor_snapshot_dir: "$work/{{ inventory_hostname }}/before"
    twofactor_app: {state: enabled}
    twofactor_onboarding: {enabled: true, suffix: example}
    twofactor_secsign_ids: {pattern: "{uid}@example"}
    twofactor_enforcement: {enforced: true, groups: []}
    audit_log: "$work/audit.jsonl"
    audit_policy: "$work/policy.yml"
    audit_output_dir: "$work/audit-reports"
    saml_app: {source: "$PWD/sandbox/apps/user_saml"}
    saml_snapshot_dir: "$work/{{ inventory_hostname }}/before"
    saml_identity_providers:
      - display_name: SecSign ID
        entity_id: https://idp.example.com/entity
        sso_url: https://idp.example.com/sso
        certificate: "{{ lookup('ansible.builtin.file', '$work/idp.pem') }}"
        uid_mapping: uid
YAML
cat >"$work/policy.yml" <<YAML
version: 1
name: Nobody is locked out
rules: [{id: nobody-locked-out, check: locked_out}]
YAML
openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=idp -keyout "$work/idp.key" -out "$work/idp.pem" 2>/dev/null

ran="" missing=""
for entry in $versions; do
    core=${entry%:*}
    python=$(find_python "$core" "${entry#*:3.}")
    if [ -z "$python" ]; then missing="$missing $core"; continue; fi
    venv=.build/core-$core
    "$venv/bin/ansible" --version >/dev/null 2>&1 || {
        rm -rf "$venv"
        "$python" -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check "ansible-core==$core.*"
    }
    rm -rf "$work/one" "$work/two"
    for host in one two; do "$venv/bin/python" sandbox/hosts.py sandbox:newest "$work/$host/nextcloud" >/dev/null; done
    (
        PATH=$PWD/$venv/bin:$PATH
        export PATH
        play site.yml --check --diff
        play site.yml --diff
        play site.yml
        grep -c 'changed=0 ' "$work/output" | grep -qx 2 || { cat "$work/output"; echo "compat: the second run changed something"; exit 1; }
        play status.yml
        play audit.yml
        play unlock.yml -e user=admin
        play unlock.yml -e user=admin -e method=exempt -e reason=test
        play exempt.yml -e user=admin -e state=absent
        play rollback.yml -e snapshot=first
        # by now two-factor login is not enforced: where it is, SAML comes with a warning
        play saml.yml --check --diff
        play saml.yml --diff
        play saml.yml
        grep -c 'changed=0 ' "$work/output" | grep -qx 2 || { cat "$work/output"; echo "compat: the second run of saml.yml changed something"; exit 1; }
        play saml.yml -e saml_type=none
        play rollback.yml -e snapshot=first
    )
    for playbook in playbooks/*.yml; do
        grep -qx "${playbook#playbooks/}" "$work/played" || { echo "compat: does not run $playbook"; exit 1; }
    done
    ran="$ran $core ($("$python" -c 'import platform; print("Python", platform.python_version())'));"
done
echo "compat: every playbook without a warning on ansible-core${ran% }"
[ -z "$missing" ] || echo "compat: not run for want of a Python that they take:$missing"
