#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One occ command a task, as playbooks for Nextcloud usually do it. Written for the benchmark."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    spec = {
        "nextcloud_path": {"type": "path", "required": True},
        "user": {"type": "str"},
        "command": {"type": "list", "elements": "str", "required": True},
    }
    module = AnsibleModule(argument_spec=spec)
    user = module.params["user"]
    prefix = ["setpriv", "--reuid", user, "--regid", user, "--init-groups"] if user else []
    rc, out, err = module.run_command(
        [*prefix, "php", module.params["nextcloud_path"] + "/occ", "--no-interaction", *module.params["command"]],
        check_rc=True,
    )
    module.exit_json(changed=True, rc=rc, stdout=out, stderr=err)


if __name__ == "__main__":
    main()
