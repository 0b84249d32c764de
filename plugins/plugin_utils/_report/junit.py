# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""junit.xml: a suite for each host, a case for each rule, so that any CI shows the audit as it shows tests."""

from __future__ import annotations

import re
import typing as t
import xml.etree.ElementTree as ET

Data = t.Mapping[str, t.Any]
# Characters that XML 1.0 cannot contain, not even as a reference
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMES = 20  # of users in one case


def clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def junit(report: Data) -> bytes:
    rules = {rule["id"]: rule for rule in report["policy"]["rules"]}
    users: dict[tuple[str, str], list[str]] = {}
    for user in report["users"]:
        for rule in user["rules"]:
            users.setdefault((user["host"], rule), []).append(user["user"])
    findings: dict[tuple[str, str], list[str]] = {}
    for finding in report["findings"]:
        findings.setdefault((finding["host"], finding["rule"]), []).append(finding["message"])
    top = ET.Element("testsuites", name=clean("Two-factor audit: " + report["policy"]["name"]))
    for host in report["hosts"]:
        suite = ET.SubElement(
            top,
            "testsuite",
            name=clean(host["name"]),
            timestamp=report["run"]["started"].rstrip("Z"),
            hostname=clean(host["name"]),
        )
        for result in host["rule_results"]:
            key = host["name"], result["rule"]
            _case(suite, host, rules[result["rule"]], result, findings.get(key, []), users.get(key, []))
        _count(suite)
    _count(top)
    ET.indent(top)
    return bytes(ET.tostring(top, encoding="utf-8", xml_declaration=True)) + b"\n"


def _case(
    suite: ET.Element, host: Data, rule: Data, result: Data, messages: t.Sequence[str], names: t.Sequence[str]
) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=clean(host["name"]),
        name=clean("{}: {}".format(rule["id"], rule["title"])),
        time="0",
    )
    lines = list(messages)
    if result["users"]:
        more = result["users"] - len(names[:_NAMES])
        lines.append("Users: " + ", ".join(names[:_NAMES]) + (f" and {more} more, see users.csv" if more else ""))
    details = clean("\n".join(lines))
    if result["status"] == "failure":
        ET.SubElement(case, "failure", message=clean(result["message"]), type=rule["check"]).text = details
    elif result["status"] == "unknown":
        ET.SubElement(case, "skipped", message=clean(result["message"]))
    elif result["status"] == "warning":
        # JUnit has no warnings: the case passes, and its output has the warning
        ET.SubElement(case, "system-out").text = clean("Warning: " + result["message"] + "\n") + details


def _count(element: ET.Element) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    element.set("failures", str(len(element.findall(".//failure"))))
    element.set("skipped", str(len(element.findall(".//skipped"))))
    element.set("errors", "0")
