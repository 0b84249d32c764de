# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The remediation of a finding: a text and, where the collection can do the work, a command to copy."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import BACKUP_CODES
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import UNPRINTABLE
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import remedies
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.checks import user_remedy
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.host import Examined, ReportedExemption
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.remedies import Remedy
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.users import Row

_PLAIN = re.compile(r"^[A-Za-z0-9_.@-]+\Z")
# Ansible takes a value of -e as a template, so an ID that looks like a template must not get there.
_TEMPLATE = re.compile(r"\{[{%#]")
_NOT_TYPED = "Give the ID in a file, as !unsafe text, since it is not safe to type."


class Remediation(t.NamedTuple):
    text: str
    command: str | None = None

    def shown(self) -> dict[str, str | None]:
        return {"text": self.text, "command": self.command}


class Commands:
    """``playbook`` is how the audit itself was started, ``inventory`` the values of -i."""

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

    def user(self, host: str, user: Examined, checks: t.Collection[str]) -> Remediation:
        """``checks`` are those that the user breaks."""
        remedy = user_remedy(user, checks)
        if remedy is remedies.UNLOCK_USER:
            return self._unlock(host, user.row)
        return self._plain(host, remedy) if remedy else Remediation("")

    def finding(self, host: str, remedy: Remedy, exemption: ReportedExemption | None = None) -> Remediation:
        """``exemption`` is the one that the finding is about."""
        if remedy is remedies.REVOKE and exemption is not None:
            return self._revoke(host, exemption)
        return self._plain(host, remedy)

    def _plain(self, host: str, remedy: Remedy) -> Remediation:
        return Remediation(
            remedy.text, self.play(remedy.playbook, host, **remedy.variables) if remedy.playbook else None
        )

    def _unlock(self, host: str, row: Row) -> Remediation:
        # the reader of a redacted report has to fill in the ID
        uid = "USER" if self._redacted else row["uid"]
        text = remedies.UNLOCK_USER.text
        command = self.play("unlock", host, user=uid, **remedies.UNLOCK_USER.variables)
        if command is None:
            return Remediation("Unlock the user with the playbook unlock. " + _NOT_TYPED)
        if any(on for provider, on in row["providers"].items() if provider != BACKUP_CODES):
            # Nextcloud asks for every enabled provider, in scope or not, so an exemption alone does not let the user in
            disable = self.play("unlock", host, user=uid, method="disable_provider", reason="audit")
            command = f"{command} && {disable}"
            text = "Unlock the user for eight hours, and disable the provider that the user cannot pass:"
        return Remediation("Replace USER with the user ID. " * self._redacted + text, command)

    def _revoke(self, host: str, exemption: ReportedExemption) -> Remediation:
        name = "USER" if self._redacted and exemption.kind == "user" else exemption.name
        command = self.play("exempt", host, **{exemption.kind: name, **remedies.REVOKE.variables})
        if command is None:
            return Remediation(
                "Revoke the exemption with the playbook exempt, or give it an earlier end. " + _NOT_TYPED
            )
        return Remediation(remedies.REVOKE.text, command)
