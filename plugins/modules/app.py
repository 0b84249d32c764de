#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: app
short_description: Install, update, enable, disable or remove the app that brings the second factor
version_added: 1.0.0
description:
  - Installs an app of Nextcloud from the app store, an archive or a folder, and enables it for everyone or for some
    groups.
  - Made for apps with a two-factor provider. An app that does not fit the server, or whose provider does not load, is
    refused or taken back, since Nextcloud then fails for every provider of every user.
  - Archives are read completely before anything is written. Absolute paths, C(..), links and devices in them are
    refused, and so is anything but one top folder whose C(appinfo/info.xml) names the app. Owners in the archive are
    ignored.
  - A new version is put in place by rename. If a later step fails, the earlier version is put back.
options:
  state:
    description:
      - V(enabled) - its code is there and the app is enabled.
      - V(disabled) - its code is there and the app is disabled.
      - V(present) - its code is there; whether it is enabled is left alone.
      - V(absent) - it is disabled and its code is gone. Nextcloud keeps the app's settings.
      - Disabling and removing are refused while users are enrolled with the app's provider, and while two-factor login
        is enforced and no other provider is left.
    type: str
    choices: [enabled, disabled, present, absent]
    default: enabled
  source:
    description:
      - Where the code comes from - V(store) for Nextcloud's app store, an C(https://) address of an archive that the
        host loads, or the path of an archive or folder on the control machine (on the host with O(remote_src=true)).
      - An archive is a C(.tar.gz), C(.tar.bz2), C(.tar.xz), C(.tar) or C(.zip), told apart by content.
      - The folders C(.git) and C(node_modules) at the top of a folder are not installed. The folder C(tests) at its top
        is installed only if the folder has a signature, C(appinfo/signature.json).
      - Without it, V(twofactor_secsign) comes from this collection, unless the server has the same or a newer version
        already; any other app must be on the server.
      - An installed app of the same version whose files differ from those of the archive or folder is installed anew.
      - Without it, the files of an installed V(twofactor_secsign) are compared with the package of the same version in
        this collection. If files were changed, added or removed, the run lists the files in a warning and restores the
        package.
    type: str
  remote_src:
    description: Whether the path in O(source) is on the host and not on the control machine.
    type: bool
    default: false
  sha256:
    description: SHA-256 checksum of the archive in O(source), which must be given for every archive.
    type: str
  version:
    description:
      - The version that must be there, exactly. Fails if O(source) brings another one.
      - With O(source=store) an installed app of another version is updated from the store.
    type: str
  groups:
    description:
      - Ids of the groups for whose members the app is enabled. An empty list means everyone.
      - Without it a limit that is there already is left alone.
    type: list
    elements: str
  force:
    description:
      - Enable an app although it does not declare support for this Nextcloud.
      - Refused while two-factor login is enforced.
    type: bool
    default: false
  brought:
    description: What the action plugin knows of a package on the control machine. Not for playbooks.
    type: dict
  validate_certs:
    description: Whether the certificate of an C(https://) address in O(source) must be valid.
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
- name: The SecSign app that comes with this collection
  secsign.nextcloud.app:

- name: The SecSign app from an archive on the control machine
  secsign.nextcloud.app:
    source: files/twofactor_secsign-1.0.0.tar.gz
    sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae

- name: The upstream app from the app store, on Nextcloud 20 and older
  secsign.nextcloud.app:
    app_id: secsignid
    source: store

- name: Enable an app that is there already, for two groups
  secsign.nextcloud.app:
    app_id: twofactor_totp
    groups: [staff, it]

- name: Remove it
  secsign.nextcloud.app:
    app_id: secsignid
    state: absent
"""

RETURN = r"""
commands:
  description:
    - The commands that were run on the host, in order; in check mode those that would be run.
    - Values are passed on standard input, shown here behind C(<).
  returned: success
  type: list
  elements: str
  sample: ["bridge place_app app=twofactor_secsign version=1.0.0", "occ app:enable twofactor_secsign", "bridge keep_app
    app=twofactor_secsign"]
nextcloud:
  description: The server that was found.
  returned: success
  type: dict
  contains:
    path:
      description: Its folder.
      type: str
      sample: /var/www/nextcloud
    release:
      description: Its release, as Nextcloud shows it.
      type: str
      sample: 34.0.1
    version:
      description: Its version in four numbers.
      type: str
      sample: 34.0.1.2
code:
  description: Short code of the error sentence, to look it up.
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
