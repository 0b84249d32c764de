#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: app
short_description: Install, update, enable, disable or remove a two-factor provider app
version_added: 1.0.0
description:
  - Installs an app of Nextcloud from the app store, an archive or a folder. Enables the app for all users or for some
    groups.
  - Made for two-factor provider apps. Nextcloud fails for all users if one provider does not load. An app that does not
    fit the server is refused, and an app whose provider does not load is removed again.
  - Archives are read completely before anything is written. Absolute paths, C(..), links and devices in an archive are
    refused.
  - An archive must contain exactly one top folder whose C(appinfo/info.xml) names the app. Owners in the archive are
    ignored.
  - A new version is put in place by rename. If a later step fails, the previous version is restored.
options:
  state:
    description:
      - State of the app on the server.
      - V(enabled) - The code is installed and the app is enabled.
      - V(disabled) - The code is installed and the app is disabled.
      - V(present) - The code is installed. The app stays enabled or disabled, as before.
      - V(absent) - The app is disabled and the code is removed. Nextcloud keeps the settings of the app.
      - V(disabled) and V(absent) are refused while users are enrolled with the provider of the app.
      - V(disabled) and V(absent) are also refused while two-factor authentication (2FA) is enforced and no other
        provider exists.
    type: str
    choices: [enabled, disabled, present, absent]
    default: enabled
  source:
    description:
      - Source of the code - V(store) for Nextcloud's app store, an C(https://) address of an archive, or the path of an
        archive or folder.
      - A path is on the control node, or on the managed node with O(remote_src=true). An address is loaded by the
        managed node.
      - If omitted, V(twofactor_secsign) is installed from this collection, unless the server has the same or a newer
        version. Any other app must be on the server.
      - If omitted, the files of an installed V(twofactor_secsign) are compared with the package of the same version in
        this collection. If files were changed, added or removed, a warning lists the files and the package is restored.
      - An installed app of the same version is installed again if its files differ from the archive or folder.
      - Archive formats are C(.tar.gz), C(.tar.bz2), C(.tar.xz), C(.tar) and C(.zip), recognized by content.
      - The folders C(.git) and C(node_modules) at the top of a folder are not installed. The folder C(tests) is
        installed only if the folder has a signature, C(appinfo/signature.json).
    type: str
  remote_src:
    description: Whether the path in O(source) is on the managed node. By default, the path is on the control node.
    type: bool
    default: false
  sha256:
    description: SHA-256 checksum of the archive in O(source). Required for every archive.
    type: str
  version:
    description:
      - Exact version to install. The task fails if O(source) contains another version.
      - With O(source=store), an installed app of another version is updated from the store.
      - If omitted, any version is accepted.
    type: str
  groups:
    description:
      - IDs of the groups for whose members the app is enabled. An empty list means all users.
      - If omitted, an existing limit is not changed.
    type: list
    elements: str
  force:
    description:
      - Whether to enable an app that does not declare support for this Nextcloud.
      - Refused while two-factor authentication (2FA) is enforced.
    type: bool
    default: false
  brought:
    description: Reserved for the action plugin of this module. Do not set this option in a playbook.
    type: dict
  validate_certs:
    description: Whether to verify the certificate of an C(https://) address in O(source).
    type: bool
    default: true
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.app_id
  - secsign.nextcloud.nextcloud.attributes
seealso:
  - module: secsign.nextcloud.twofactor
"""

EXAMPLES = r"""
---
- name: Install the SecSign app of this collection
  secsign.nextcloud.app:

- name: Install the SecSign app from an archive on the control node
  secsign.nextcloud.app:
    source: files/twofactor_secsign-1.0.0.tar.gz
    sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae

- name: Install the vendor's app from the app store, on Nextcloud 20 and older
  secsign.nextcloud.app:
    app_id: secsignid
    source: store

- name: Enable an installed app for two groups
  secsign.nextcloud.app:
    app_id: twofactor_totp
    groups: [staff, it]

- name: Remove the vendor's app
  secsign.nextcloud.app:
    app_id: secsignid
    state: absent
"""

RETURN = r"""
# Below: generated by tools/return_docs.py
commands:
  description:
    - Commands that were run on the managed node, in order. In check mode, commands that would be run.
    - Values travel on standard input and are shown behind C(<).
  returned: success, and failure after a change
  type: list
  elements: str
  sample:
    - bridge place_app app=twofactor_secsign version=1.0.0
    - occ app:enable twofactor_secsign
    - bridge keep_app app=twofactor_secsign
nextcloud:
  description: The Nextcloud server that was found.
  returned: success
  type: dict
  contains:
    path:
      description: Folder of the Nextcloud.
      type: str
      sample: /var/www/nextcloud
    release:
      description: Release name, as C(occ status) shows it.
      type: str
      sample: 34.0.1
    version:
      description: Version in four numbers.
      type: str
      sample: 34.0.1.2
code:
  description: Code of the error message. C(docs/errors.md) lists cause and remedy of each code.
  returned: failure
  type: str
  sample: NC303
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.part import AppPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import APP_ID_SPEC


def main() -> None:
    run(
        dict(AppPart.SPEC, **APP_ID_SPEC),
        lambda params, context: [AppPart(params, context)],
    )


if __name__ == "__main__":
    main()
