#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: id_server
short_description: Set the SecSign ID server that the app asks
version_added: 1.0.0
description:
  - Stores the address of the SecSign ID server and its fallback, public or on-premise, in the app's settings.
  - An option that is not given is left as it is.
options:
  server:
    description:
      - Base address of the ID server's HTTP API, C(https://HOST[/PATH]) without a port.
      - Where nothing is stored the app uses C(https://httpapi.secsign.com).
    type: str
  serverport:
    description: Port of O(server), from 1 to 65534. Where nothing is stored the app uses 443.
    type: int
  fallback:
    description:
      - Base address of the server to ask when O(server) cannot be reached.
      - Where nothing is stored the app uses C(https://httpapi2.secsign.com); C(twofactor_secsign) only if O(server) is
        not stored either, so that a company's SecSign IDs never reach the public server.
    type: str
  fallbackport:
    description: Port of O(fallback), from 1 to 65534. Where nothing is stored the app uses 443.
    type: int
  mobileurl:
    description:
      - Host name that the phone app talks to. It becomes part of the QR code with which a SecSign ID is created.
      - Where nothing is stored the app uses C(id1.secsign.com).
    type: str
  validate:
    description:
      - Ask the server and the fallback, from where the Nextcloud runs, before anything is stored, and fail if one does
        not answer in the protocol of a SecSign ID server.
      - The request creates no session and reaches nobody's phone.
    type: bool
    default: false
  ca_path:
    description:
      - PEM file on the host with the certificate authority that O(validate) trusts, for an on-premise server with a
        private one.
      - It is only used for the question. Nextcloud itself is told with C(occ security:certificates:import).
    type: path
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.app_id
  - secsign.nextcloud.nextcloud.attributes
"""

EXAMPLES = r"""
---
- name: The public SecSign ID server
  secsign.nextcloud.id_server:
    server: https://httpapi.secsign.com
    fallback: https://httpapi2.secsign.com
    mobileurl: id1.secsign.com
    validate: true

- name: The company's own ID server
  secsign.nextcloud.id_server:
    server: https://secsign.example.com
    serverport: 8443
    fallback: https://secsign2.example.com
    fallbackport: 8443
    mobileurl: secsign.example.com
    validate: true
    ca_path: /etc/ssl/certs/company-ca.pem
"""

RETURN = r"""
commands:
  description:
    - The commands that were run on the host, in order; in check mode those that would be run.
    - Values are passed on standard input, shown here behind C(<).
  returned: success
  type: list
  elements: str
  sample: ["occ config:import < {\"apps\": {\"twofactor_secsign\": {\"server\": \"https://secsign.example.com\"}}}"]
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
  sample: NC501
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import APP_ID_SPEC
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.id_server import IdServer


def main() -> None:
    run(dict(IdServer.SPEC, **APP_ID_SPEC), lambda params, context: [IdServer(params, context)])


if __name__ == "__main__":
    main()
