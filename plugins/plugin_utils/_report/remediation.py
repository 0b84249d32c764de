# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about a finding, in words and, where the collection can do it, as a command to copy."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import BACKUP_CODES
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import UNPRINTABLE
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import checks
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.host import Examined, Exemption
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.users import (
    ENROLS,
    INSUFFICIENT,
    LOCKED_OUT,
    Row,
)

_PLAIN = re.compile(r"^[A-Za-z0-9_.@-]+\Z")
# Ansible takes what is given with -e as a template: an id that looks like one must not get there.
_TEMPLATE = re.compile(r"\{[{%#]")
_NOT_TYPED = "give the id in a file, as !unsafe text, since it must not be typed."


class Remediation(t.NamedTuple):
    text: str
    command: str | None = None

    def shown(self) -> dict[str, str | None]:
        return {"text": self.text, "command": self.command}


class Commands:
    """``playbook`` is how the audit itself was started, ``inventory`` what followed -i."""

    def __init__(
        self, playbook: str = "playbooks/audit.yml", inventory: t.Sequence[str] = (), redacted: bool = False
    ) -> None:
        self._playbook = playbook
        self._inventory = [part for source in inventory for part in ("-i", source)]
        self._redacted = redacted

    def play(self, name: str, host: str, **variables: str) -> str | None:
        """None where no command can be copied without harm."""
        if any(
            _TEMPLATE.search(value) or UNPRINTABLE.search(value) for value in variables.values()
        ) or UNPRINTABLE.search(host):
            return None
        if self._playbook.endswith((".yml", ".yaml")):
            playbook = posixpath.join(posixpath.dirname(self._playbook), name + ".yml")
        else:
            playbook = "secsign.nextcloud." + name  # started by its name in the installed collection
        words = ["ansible-playbook", *self._inventory, playbook, "--limit", host]
        for key, value in variables.items():
            words += ["-e", f"{key}={value}" if _PLAIN.match(value) else json.dumps({key: value}, ensure_ascii=False)]
        return " ".join(shlex.quote(word) for word in words)

    # ------------------------------------------------------------------ users

    def user(self, host: str, user: Examined, rules: t.Sequence[str]) -> Remediation:
        """``rules`` are the checks that the user breaks."""
        row = user.row
        if user.state == LOCKED_OUT or row["login"] == "backup_codes_only":
            return self._unlock(host, row)
        if user.state == ENROLS:
            return Remediation("Sets a second factor up at the next login.")
        if "factor" in rules and not row["in_scope"]:
            return Remediation(
                "Is not asked for a second factor: widen twofactor_enforcement, then", self.play("site", host)
            )
        if user.state == INSUFFICIENT or "factor" in rules:
            if row["factors"] and not row["backup_codes"]:
                return Remediation("Makes backup codes in the personal settings, under Security.")
            return Remediation("Has to set up the factor that is asked for.")
        if "enforced" in rules:
            return Remediation(
                "Is kept out by a group that no exemption explains: take the user out of it, then",
                self.play("site", host),
            )
        if "admin_login" in rules:
            return Remediation("Logs in, or is disabled with 'occ user:disable'.")
        return Remediation("")

    def _unlock(self, host: str, row: Row) -> Remediation:
        # of a redacted report the id has to be filled in by somebody who may know it
        uid = "USER" if self._redacted else row["uid"]
        command = self.play("unlock", host, user=uid, method="exempt", hours="8", reason="audit")
        real = ", with the real id" if self._redacted else ""
        if command is None:
            return Remediation("Release the user with the playbook unlock; " + _NOT_TYPED)
        if any(on for provider, on in row["providers"].items() if provider != BACKUP_CODES):
            # Nextcloud asks for what is on, in scope or not, so an exemption alone does not let the user in
            command = "{} && {}".format(
                command, self.play("unlock", host, user=uid, method="disable_provider", reason="audit")
            )
            return Remediation(
                f"Let the user in for eight hours, and switch off the factor that is out of reach{real}:", command
            )
        return Remediation(f"Let the user in for eight hours{real}:", command)

    # ------------------------------------------------------------------ findings about a host

    def finding(self, host: str, finding: checks.Finding) -> Remediation:
        kind = finding.remediation
        if kind == checks.SITE:
            return Remediation("Correct the variables if they ask for this; then", self.play("site", host))
        if kind == checks.CODE:
            text = "Find out who changed the files ('site.yml --check' lists them), then restore the package:"
            return Remediation(text, self.play("site", host))
        if kind == checks.EXEMPT:
            return self._exempt(host, finding.exemption)
        if kind == checks.END:
            return Remediation("End what is over:", self.play("exempt", host))
        if kind == checks.REACH:
            return Remediation(
                "Mend what the sentence names, then see whether the server answers:", self.play("status", host)
            )
        if kind == checks.UNLOCK:
            return Remediation(
                "Release an administrator:",
                self.play("unlock", host, user="ADMIN", method="exempt", hours="8", reason="audit"),
            )
        if kind == checks.APP:
            return Remediation("Run 'occ upgrade', or disable or upgrade the app; then", self.play("site", host))
        if kind == checks.VARIABLES:
            return Remediation(
                "Correct what the sentence names in the variables of the host, then look again:",
                self.play("audit", host),
            )
        if kind == checks.SAML_TRUST:
            return Remediation(
                "See that it asks for one, and name it in 'trusted' of the rule; or switch it off:",
                self.play("saml", host, saml_type="none"),
            )
        if kind == checks.SAML:
            return Remediation(
                "Mend what the sentence names, in saml_identity_providers or with a password for an administrator;"
                " then",
                self.play("saml", host),
            )
        return Remediation("")

    def _exempt(self, host: str, exemption: Exemption | None) -> Remediation:
        if exemption is None:
            return Remediation(
                "Take back those that are no longer needed:", self.play("exempt", host, user="USER", state="absent")
            )
        name = "USER" if self._redacted and exemption.kind == "user" else exemption.name
        command = self.play("exempt", host, **{exemption.kind: name, "state": "absent"})
        if command is None:
            return Remediation("Take it back, or give it an earlier end, with the playbook exempt; " + _NOT_TYPED)
        return Remediation("Take it back, or give it an earlier end:", command)
