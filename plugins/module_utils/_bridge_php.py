# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bridge: the one fixed PHP program that runs inside a Nextcloud.

It stands here as text because Ansible ships only Python files of a collection to a managed host.

How it is started: ``php -r LOADER``, and on standard input the length of the program, the program, one line of
JSON (the request), and whatever bytes the request announces. A value of a user is never part of the program.

How it answers: lines on standard output that begin with the request's ``mark``, each followed by one JSON object.
Everything else on standard output (notices, warnings of an app) is not an answer and is ignored.

The program is written for PHP 7.2 to 8.4 and calls Nextcloud's public interfaces (namespace OCP); where a release
has none for a purpose, the comment says which internal one stands in.
"""

from __future__ import annotations

from ansible_collections.secsign.nextcloud.plugins.module_utils._php_app_folder import PHP as APP_FOLDER
from ansible_collections.secsign.nextcloud.plugins.module_utils._php_main import PHP as MAIN
from ansible_collections.secsign.nextcloud.plugins.module_utils._php_people import PHP as PEOPLE
from ansible_collections.secsign.nextcloud.plugins.module_utils._php_people_changes import PHP as PEOPLE_CHANGES
from ansible_collections.secsign.nextcloud.plugins.module_utils._php_saml import PHP as SAML
from ansible_collections.secsign.nextcloud.plugins.module_utils._php_start import PHP as START
from ansible_collections.secsign.nextcloud.plugins.module_utils._php_state import PHP as STATE
from ansible_collections.secsign.nextcloud.plugins.module_utils._php_upgrade import PHP as UPGRADE

# Reads exactly the program, so that the request and its payload remain on standard input.
LOADER = "eval(stream_get_contents(STDIN, (int) fgets(STDIN)));"

PROGRAM = "\n".join((START, STATE, PEOPLE, PEOPLE_CHANGES, UPGRADE, APP_FOLDER, SAML, MAIN))
