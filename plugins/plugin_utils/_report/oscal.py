# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An OSCAL assessment-results file, made with compliance-trestle if it is installed: its models refuse invalid data."""

from __future__ import annotations

import re
import typing as t
import uuid

Data = t.Mapping[str, t.Any]
FILE = "oscal-assessment-results.json"
MISSING = "The OSCAL file is missing, since the Python package compliance-trestle is not installed on the control node."
_SPACE = uuid.UUID("6f1f3c0e-64c6-4f0a-9b65-0f3f0a1d2c55")
_NAMESPACE = "https://github.com/secsign/ansible-collection-nextcloud/oscal"
_STATE = {"met": "satisfied", "warning": "satisfied"}


def oscal(report: Data) -> tuple[str | None, str | None]:
    """The text of the file, or None and the reason. The other files do not depend on it."""
    try:
        import trestle.oscal
        from trestle.oscal.assessment_results import AssessmentResults
    except ImportError:
        return None, MISSING
    content = _Content(report, trestle.oscal.OSCAL_VERSION).document()
    try:
        # for pydantic 2 and 1
        validate = getattr(AssessmentResults, "model_validate", None) or AssessmentResults.parse_obj
        return str(validate(content).oscal_serialize_json(pretty=True)), None
    except (ValueError, TypeError) as error:
        return None, f"The OSCAL file is missing, since compliance-trestle refused it ({_line(str(error))[:300]})."


class _Content:
    def __init__(self, report: Data, oscal_version: str) -> None:
        self._report, self._version = report, oscal_version
        self._run = report["run"]

    def _id(self, *parts: str) -> str:
        """The same parts give the same ID within one run."""
        return str(uuid.uuid5(_SPACE, "\n".join((self._run["uuid"], *parts))))

    def document(self) -> dict[str, t.Any]:
        policy = self._report["policy"]
        plan = self._id("policy")
        return {
            "uuid": self._id("document"),
            "metadata": {
                "title": _line("Two-factor audit: " + policy["name"]),
                "last-modified": self._run["finished"],
                "version": self._run["id"],
                "oscal-version": self._version,
            },
            "import-ap": {"href": "#" + plan},
            "results": [self._result()],
            "back-matter": {
                "resources": [
                    {
                        "uuid": plan,
                        "title": _line(policy["name"]),
                        "description": "The policy file is the assessment plan. Its SHA-256 is {}.".format(
                            policy["sha256"]
                        ),
                        "rlinks": [{"href": "report.json", "media-type": "application/json"}],
                    }
                ]
            },
        }

    def _result(self) -> dict[str, t.Any]:
        controls = [
            control for framework in self._report["frameworks"] for control in framework["controls"] if control["rules"]
        ]
        selection: dict[str, t.Any] = {"include-controls": [{"control-id": control["id"]} for control in controls]}
        result: dict[str, t.Any] = {
            "uuid": self._id("result"),
            "title": "Two-factor authentication",
            "description": self._report["result"]["message"],
            "start": self._run["started"],
            "end": self._run["finished"],
            "reviewed-controls": {"control-selections": [selection if controls else {"include-all": {}}]},
            "local-definitions": {"inventory-items": [self._item(host) for host in self._report["hosts"]]},
            "observations": [
                self._observation(host, result) for host in self._report["hosts"] for result in host["rule_results"]
            ],
        }
        if controls:
            result["findings"] = [self._finding(control) for control in controls]
        return result

    def _item(self, host: Data) -> dict[str, t.Any]:
        props = [self._prop("host-name", host["name"]), self._prop("status", host["status"])]
        if host["read"]:
            props.append(self._prop("release", host["nextcloud"]["release"]))
        return {
            "uuid": self._id("host", host["name"]),
            "description": "Nextcloud {}".format(host["name"]),
            "props": props,
        }

    def _prop(self, name: str, value: str) -> dict[str, str]:
        return {"name": name, "ns": _NAMESPACE, "value": _line(value)}

    def _observation(self, host: Data, result: Data) -> dict[str, t.Any]:
        rule = next(one for one in self._report["policy"]["rules"] if one["id"] == result["rule"])
        return {
            "uuid": self._id("observation", host["name"], result["rule"]),
            "title": _line("{} on {}".format(rule["title"], host["name"])),
            "description": result["message"] or "-",
            "methods": ["TEST"],
            "props": [
                self._prop("rule", result["rule"]),
                self._prop("status", result["status"]),
                self._prop("count", str(result["count"])),
            ],
            "subjects": [
                {"subject-uuid": self._id("host", host["name"]), "type": "inventory-item", "title": _line(host["name"])}
            ],
            "collected": self._run["finished"],
        }

    def _finding(self, control: Data) -> dict[str, t.Any]:
        state = _STATE.get(control["status"], "not-satisfied")
        # every server contributes to a control, but OSCAL wants only a few related observations
        related = [
            {"observation-uuid": self._id("observation", host["name"], result["rule"])}
            for host in self._report["hosts"]
            for result in host["rule_results"]
            if result["rule"] in control["rules"]
            and (state == "satisfied" or result["status"] in ("failure", "unknown"))
        ][:500]
        finding: dict[str, t.Any] = {
            "uuid": self._id("finding", control["id"]),
            "title": _line("{} {}".format(control["label"], control["title"])),
            "description": "Rules: {}.".format(", ".join(control["rules"])),
            "target": {"type": "objective-id", "target-id": control["id"], "status": {"state": state}},
        }
        if related:
            finding["related-observations"] = related
        return finding


def _line(text: str) -> str:
    """One-line texts of OSCAL begin and end with a visible character."""
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else "\ufffd" for c in text)).strip() or "-"
