# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The remedies: one declaration each, a text and, where the collection can do the work, a playbook."""

from __future__ import annotations

import typing as t


class Remedy(t.NamedTuple):
    """``_report/remediation.py`` makes the command of ``playbook`` and ``variables``."""

    text: str
    playbook: str | None = None
    variables: t.Mapping[str, str] = {}


_EIGHT_HOURS = {"method": "exempt", "hours": "8", "reason": "audit"}

# Of a server
SITE = Remedy("Correct the variables if they ask for this. Then run:", "site")
REACH = Remedy("Fix the problem that the message names. Then check whether the server answers:", "status")
CODE = Remedy("Find out who changed the files ('site.yml --check' lists them). Then restore the package:", "site")
APP = Remedy("Run 'occ upgrade', or upgrade or disable the app. Then run:", "site")
VARIABLES = Remedy("Correct the variables that the message names. Then run the audit again:", "audit")
SAML_TRUST = Remedy(
    "Check that the identity provider asks for a second factor, and add its entity ID to 'trusted' of the rule."
    " To disable the login through it, run:",
    "saml",
    {"saml_type": "none"},
)
SAML = Remedy(
    "Correct saml_identity_providers, or give an administrator a password, as the message asks. Then run:", "saml"
)
UNLOCK_ADMIN = Remedy(
    "Unlock an administrator:",
    "unlock",
    {"user": "ADMIN", **_EIGHT_HOURS},
)

# Of exemptions; the command of REVOKE names the exemption that a finding is about
END_EXPIRED = Remedy("End the expired exemptions:", "exempt")
REVOKE = Remedy("Revoke the exemption, or give it an earlier end:", "exempt", {"state": "absent"})
REVOKE_SOME = Remedy("Revoke the exemptions that are no longer needed:", "exempt", {"user": "USER", "state": "absent"})

# Of a user; the command of UNLOCK_USER names the user
UNLOCK_USER = Remedy(
    "Unlock the user for eight hours:", "unlock", {"method": "exempt", "hours": "8", "reason": "audit"}
)
ENROL = Remedy("The user sets up a second factor at the next login.")
SET_UP = Remedy("The user has to set up the factor that the rule asks for.")
MAKE_CODES = Remedy("The user creates backup codes in the personal settings, under Security.")
WIDEN = Remedy("Nextcloud does not ask the user for a second factor. Extend twofactor_enforcement, then run:", "site")
LEAVE_GROUP = Remedy(
    "A group excludes the user, and no exemption explains it. Remove the user from the group, then run:", "site"
)
LOG_IN = Remedy("The user logs in, or is disabled with 'occ user:disable'.")
