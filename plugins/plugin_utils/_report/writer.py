# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of the audit on the control node: from the results of the hosts to one folder with all files of the report."""

from __future__ import annotations

import datetime
import typing as t
import uuid
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable_data
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.checks import broken_rules, rule_results
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.host import examine, redacted_policy
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import (
    PolicyError,
    make_controls,
    make_policy,
    read_yaml,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.redact import SHORTEST_KEY, Redactor
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.values import AuditPolicy, Framework
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report import oscal
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.build import Builder, Data
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.csv_files import UserFile
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.formats import FORMATS, USERS
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.remediation import Commands
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.trend import RunFolder, earlier_runs

Results = t.Mapping[str, t.Mapping[str, t.Any] | None]


@dataclass(frozen=True)
class Request:
    policy: str
    controls: str
    output: Path
    redactor: Redactor
    commands: Commands
    list_limit: int = 1000
    trend_runs: int = 30
    templates: str | None = None


@dataclass(frozen=True)
class Files:
    """The policy and the controls, checked."""

    policy: AuditPolicy
    frameworks: tuple[Framework, ...]
    facts: Data


def make_redactor(redact: bool, key: str | None, show_ids: bool) -> Redactor:
    if not redact:
        return Redactor(None, show_ids)
    if not key or len(key) < SHORTEST_KEY:
        raise PolicyError(
            f"redact_key: redact needs a secret of at least {SHORTEST_KEY} characters. Keep it in a vault."
        )
    if show_ids:
        raise PolicyError("show_ids: cannot be combined with redact. Remove one of them.")
    return Redactor(key, False)


def read_files(policy: str, controls: str) -> Files:
    data, digest = read_yaml(policy, "policy")
    frameworks, controls_digest = read_yaml(controls, "controls")
    facts = {
        "file": Path(policy).name,
        "sha256": digest,
        "controls_file": Path(controls).name,
        "controls_sha256": controls_digest,
    }
    return Files(make_policy(data), make_controls(frameworks), facts)


def write_report(
    request: Request, read: Results, drift: Results, facts: Data, now: datetime.datetime | None = None
) -> tuple[Path, Data]:
    """The folder, and the content of report.json. ``facts`` are about the run: versions, check mode."""
    files = read_files(request.policy, request.controls)
    started = now or datetime.datetime.now(datetime.timezone.utc)
    name = started.strftime("%Y%m%dT%H%M%SZ")
    trend = earlier_runs(request.output, request.trend_runs - 1)
    folder = RunFolder(request.output, name)
    try:
        report = _fill(
            folder,
            request,
            files,
            read,
            drift,
            trend,
            dict(facts, id=name, uuid=str(uuid.uuid4()), started=_stamp(started)),
        )
        return folder.publish(), report
    except BaseException:
        folder.discard()
        raise


def _fill(
    folder: RunFolder, request: Request, files: Files, read: Results, drift: Results, trend: t.Sequence[Data], run: Data
) -> Data:
    redactor = request.redactor
    policy = redacted_policy(files.policy, redactor)
    builder = Builder(policy, files.frameworks, request.commands, request.list_limit)
    # spreadsheets need the mark at the beginning to recognise UTF-8
    with folder.open(USERS, encoding="utf-8-sig") as handle:
        users = UserFile(handle, redactor.show_ids)
        for name in sorted(read):
            host = examine(name, read[name], drift.get(name), policy, redactor)
            results = rule_results(policy, host)
            broken = broken_rules(results)
            users.add(host, broken)
            builder.add(host, results, broken)
    run.update(
        redacted=redactor.redacts,
        ids_shown=redactor.show_ids,
        finished=_stamp(),
        files=[*FORMATS, USERS],
        oscal=False,
        note=None,
    )
    # names are compared unchanged up to here; from here on they are only shown
    built: Data = printable_data(builder.report(run, files.facts, trend))
    document, note = oscal.oscal(built)
    built["run"].update(oscal=document is not None, note=note)
    if document is not None:
        built["run"]["files"].append(oscal.FILE)
        folder.write(oscal.FILE, document)
    for name, file_format in FORMATS.items():
        folder.write(name, file_format.make(built, request.templates))
    return built


def _stamp(moment: datetime.datetime | None = None) -> str:
    return (moment or datetime.datetime.now(datetime.timezone.utc)).strftime("%Y-%m-%dT%H:%M:%SZ")
