# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from ansible import constants as C
from ansible import context
from ansible.errors import AnsibleConnectionFailure
from ansible.release import __version__ as ansible_version

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._action_module import NextcloudAction
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._answers import AnswerError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import (
    DEFAULT_CONTROLS,
    DEFAULT_POLICY,
    PolicyError,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._files import find
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report import writer
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.remediation import Commands
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.render import TemplateProblem

_SPEC: dict[str, t.Any] = {
    "policy": {"type": "str"},
    "controls": {"type": "str"},
    "output_dir": {"type": "path"},
    "hosts": {"type": "list", "elements": "str"},
    "read": {"type": "str", "default": "audit_state"},
    "drift": {"type": "str", "default": "audit_drift"},
    "redact": {"type": "bool", "default": False},
    "redact_key": {"type": "str", "no_log": True},
    "show_ids": {"type": "bool", "default": False},
    "list_limit": {"type": "int", "default": 1000},
    "trend_runs": {"type": "int", "default": 30},
    "templates": {"type": "path"},
    "validate_only": {"type": "bool", "default": False},
    "result_of": {"type": "str"},
}


class ActionModule(NextcloudAction):
    """Runs on the control node alone, and needs no connection to a managed node."""

    _requires_connection = False

    def perform(self, options: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        options = self.validate_argument_spec(argument_spec=_SPEC)[1]
        try:
            return self._report(options, task_vars)
        except (PolicyError, TemplateProblem) as error:
            raise NextcloudError("report_input", detail=str(error))
        except OSError as error:
            where = error.filename or options["output_dir"]
            raise NextcloudError("unwritable_output", option="output_dir", path=str(where), detail=error.strerror)

    def _report(self, options: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        if options["result_of"]:
            return _result_of(options, variables)
        policy = self._find("policy", options["policy"], DEFAULT_POLICY)
        controls = self._find("controls", options["controls"], DEFAULT_CONTROLS)
        redactor = writer.make_redactor(options["redact"], options["redact_key"], options["show_ids"])
        for option, least in (("list_limit", 1), ("trend_runs", 1)):
            if options[option] < least:
                raise NextcloudError("too_small", option=option, value=options[option], least=least)
        if options["validate_only"]:
            return {"changed": False, "policy": printable(writer.read_files(policy, controls).policy.name)}
        if not options["output_dir"]:
            raise NextcloudError("output_dir_missing")
        names = [str(name) for name in options["hosts"] or variables["ansible_play_hosts_all"]]
        request = writer.Request(
            policy,
            controls,
            Path(os.path.abspath(options["output_dir"])),
            redactor,
            _commands(redactor.redacts),
            options["list_limit"],
            options["trend_runs"],
            options["templates"],
        )
        if self._task.check_mode:
            writer.read_files(policy, controls)
            return {"changed": True, "msg": "A report would be written."}
        facts = {
            "collection": _collection_version(),
            "ansible": ansible_version,
            "check_mode": bool(variables.get("ansible_check_mode")),
        }
        read, drift = (_registered(variables["hostvars"], names, options[what]) for what in ("read", "drift"))
        folder, report = writer.write_report(request, read, drift, facts)
        return {
            "changed": True,
            "folder": str(folder),
            "files": list(report["run"]["files"]),
            "met": report["result"]["met"],
            "result": report["result"],
            "fleet": report["fleet"],
            "lines": _lines(report, str(folder)),
        }

    def _find(self, option: str, name: str | None, default: Path) -> str:
        if not name:
            return str(default)
        found = find(self, name)
        if found is None:
            raise NextcloudError("not_on_control_node", option=option, path=name)
        return found


def _result_of(options: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    for name in options["hosts"] or variables["ansible_play_hosts_all"]:
        found = _registered(variables["hostvars"], [str(name)], options["result_of"])[str(name)]
        if found and isinstance(found.get("met"), bool):
            return dict(found, changed=False)
    # the one error that has an exit status of its own (4), which no failed task has
    raise AnsibleConnectionFailure(NextcloudError("no_verdict").message)


def _registered(
    hostvars: t.Mapping[str, t.Any], names: t.Sequence[str], variable: str
) -> dict[str, dict[str, t.Any] | None]:
    """Directly from the variables: Ansible would template the value of an option first."""
    found: dict[str, dict[str, t.Any] | None] = {}
    for name in names:
        value = hostvars[name].get(variable) if name in hostvars else None
        try:
            found[name] = _plain(value) if isinstance(value, t.Mapping) else None
        except RecursionError:
            found[name] = AnswerError("there are too many lists or dictionaries inside each other").result()
    return found


def _plain(value: t.Any) -> t.Any:
    """Without the tags that Ansible adds to values."""
    if isinstance(value, t.Mapping):
        return {_plain(key) if isinstance(key, str) else str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool) or value is None:
        return value
    return int(value) if isinstance(value, int) else float(value) if isinstance(value, float) else str(value)


def _commands(redacted: bool) -> Commands:
    """The commands of the report start in the same way as this run."""
    started = [str(name) for name in context.CLIARGS.get("args") or ()]
    playbooks = [name for name in started if name.endswith((".audit", "audit.yml", "audit.yaml"))]
    given = [str(source) for source in context.CLIARGS.get("inventory") or ()]
    configured = [str(source) for source in C.DEFAULT_HOST_LIST or ()]
    inventory = [] if given == configured else [_from_here(source) for source in given]
    return Commands(playbooks[0] if playbooks else "playbooks/audit.yml", inventory, redacted)


def _from_here(source: str) -> str:
    here = os.path.relpath(source) if os.path.isabs(source) else source
    return source if here.startswith("..") else here


def _collection_version() -> str:
    root = Path(__file__).resolve().parents[2]
    for name, mark in (("MANIFEST.json", '"version":'), ("galaxy.yml", "version:")):
        if (root / name).is_file():
            for line in (root / name).read_text(encoding="utf-8").splitlines():
                if line.strip().startswith(mark):
                    return line.split(":", 1)[1].strip(' ",')
    return "unknown"


def _lines(report: t.Mapping[str, t.Any], folder: str) -> list[str]:
    """The result for the output of the play."""
    fleet, users = report["fleet"], report["fleet"]["users"]
    lines = [
        report["result"]["message"],
        "{} of {} users covered, {} locked out, {} exempt; {} of {} servers read.".format(
            users["covered"],
            users["should"],
            users["locked_out"],
            users["exempt"],
            fleet["hosts"]["read"],
            fleet["hosts"]["total"],
        ),
    ]
    for rule in report["policy"]["rules"]:
        if rule["status"] != "met":
            title = rule["title"] if rule["status"] == "unknown" else rule["title_not_met"]
            lines.append(
                "{}: {} ({} failed, {} warned)".format(
                    rule["status"], title, rule["hosts"]["failure"], rule["hosts"]["warning"]
                )
            )
    return (
        lines
        + [printable("Report: " + os.path.join(folder, "report.html"))]
        + ([report["run"]["note"]] if report["run"]["note"] else [])
    )
