# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names with control characters in them: no terminal, report file or log gets one, each shows the escaped form.

Nextcloud refuses such names, so they go straight into the database, as a directory or an import may bring them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from apps import APP_ID
from users_play import Played, play, variables

pytestmark = pytest.mark.thorough

EVE = "eve\x1b[2J\x9b31m\u202e"
ESCAPED = r"eve\x1b[2J\x9b31m\u202e"
GROUP, GROUP_ESCAPED = "g-" + EVE, "g-" + ESCAPED
SHOWN, SHOWN_ESCAPED = "Display " + EVE, "Display " + ESCAPED
TWO_LINES, TWO_LINES_ESCAPED = "two\nok: [other]\x7f\u200f", r"two\nok: [other]\x7f\u200f"
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]")


@pytest.fixture
def site(server: Any) -> Any:
    if server.is_sandbox and not server.is_newest_sandbox:
        pytest.skip("what is shown does not depend on the release: one sandbox, and the real ones")
    scene.without_secsign(server)
    server.occ("twofactorauth:enable", "admin", APP_ID)
    for uid in (EVE, TWO_LINES):
        server.sql(
            "INSERT INTO oc_users (uid, uid_lower, displayname, password) VALUES (?, ?, ?, '')", uid, uid.lower(), SHOWN
        )
        server.sql("INSERT INTO oc_group_user (gid, uid) VALUES (?, ?)", GROUP, uid)
    server.sql("INSERT INTO oc_groups (gid) VALUES (?)", GROUP)
    return server


def harmless(text: str, *shown: str) -> None:
    found = RAW.search(text)
    assert found is None, ascii(text[max(0, found.start() - 300) : found.end() + 100])
    for one in shown:
        # inside JSON a backslash is doubled
        assert one in text or json.dumps(one, ensure_ascii=False)[1:-1] in text, f"{one} is not in {text}"


def run(folder: Path, site: Any, playbook: str, *arguments: str, host: Any = None, **extra: Any) -> Played:
    known = variables(
        site, twofactor_app_id="twofactor_fixture", twofactor_snapshot_dir=str(folder / "before"), **(host or {})
    )
    done = play(folder, playbook, {"cloud": known}, "-v", *arguments, **extra)
    harmless(done.output)
    harmless((folder / "ansible.log").read_text(encoding="utf-8"))
    return done


def enforced(site: Any, **options: Any) -> None:
    wanted: dict[str, Any] = dict(
        {"enforced": True, "groups": [], "excluded_groups": [GROUP], "guard": "off"}, **options
    )
    done = site.run("enforcement", **wanted)
    assert not done.failed, done.data


def exempted(site: Any) -> None:
    reason, name = f"Lost {EVE}", TWO_LINES
    entry = {"user": name, "owner": EVE, "reason": reason, "until": "2099-12-31"}
    done = site.run("exemptions", exemptions=[entry], guard="off", max_days=100_000)
    assert not done.failed, done.data


def test_status(site: Any, tmp_path: Path) -> None:
    enforced(site)
    done = run(tmp_path, site, "status.yml").went_well()
    harmless(done.output, GROUP_ESCAPED)


def test_site_in_check_mode_with_a_diff(site: Any, tmp_path: Path) -> None:
    host = {"twofactor_enforcement": {"enforced": True, "excluded_groups": [GROUP], "guard": "off"}}
    done = run(tmp_path, site, "site.yml", "--check", "--diff", host=host).went_well()
    harmless(done.output, GROUP_ESCAPED)
    everybody = {"twofactor_enforcement": {"enforced": True, "guard": "off"}}
    harmless(
        run(tmp_path, site, "site.yml", "--check", "--diff", host=everybody).went_well().output,
        ESCAPED,
        TWO_LINES_ESCAPED,
    )
    exempt = {"twofactor_enforcement": {"enforced": True, "guard": "exempt"}}
    harmless(
        run(tmp_path, site, "site.yml", "--check", "--diff", "-vv", host=exempt).went_well().output,
        ESCAPED,
        TWO_LINES_ESCAPED,
    )


def test_a_refusal(site: Any, tmp_path: Path) -> None:
    refused = run(
        tmp_path, site, "site.yml", "-vv", host={"twofactor_enforcement": {"enforced": True, "groups": [GROUP]}}
    )
    assert refused.rc != 0 and "[NC401]" in refused.output
    harmless(refused.output, ESCAPED)
    unknown = run(
        tmp_path, site, "site.yml", host={"twofactor_enforcement": {"enforced": True, "groups": ["x" + GROUP]}}
    )
    assert unknown.rc != 0 and "[NC202]" in unknown.output
    harmless(unknown.output, "x" + GROUP_ESCAPED)
    mistyped = run(tmp_path, site, "site.yml", "-vvv", host={"twofactor_enforcement": {"enforced": EVE}})
    assert mistyped.rc != 0
    harmless(mistyped.output, ESCAPED)


def test_a_file_of_the_control_node(site: Any, tmp_path: Path) -> None:
    (tmp_path / "ids.csv").write_text(f"user,{EVE}\n", encoding="utf-8")
    refused = run(tmp_path, site, "site.yml", host={"twofactor_secsign_ids": {"csv": str(tmp_path / "ids.csv")}})
    assert refused.rc != 0 and "[NC201]" in refused.output
    harmless(refused.output, ESCAPED)
    missing = run(tmp_path, site, "site.yml", host={"twofactor_secsign_ids": {"csv": EVE}})
    assert missing.rc != 0 and "[NC201]" in missing.output
    harmless(missing.output, ESCAPED)
    survey = run(tmp_path, site, "site.yml", survey_enforced=EVE)
    assert survey.rc != 0 and "[NC201]" in survey.output
    harmless(survey.output, ESCAPED)
    policy = tmp_path / "policy.yml"
    policy.write_text(json.dumps({"version": 1, "name": "x", "rules": [{"id": "a", "check": EVE}]}), encoding="utf-8")
    wrong = run(tmp_path, site, "audit.yml", audit_policy=str(policy), audit_output_dir=str(tmp_path / "out"))
    assert wrong.rc not in (0, 2) and "[NC201]" in wrong.output
    harmless(wrong.output, ESCAPED)


@pytest.mark.parametrize("verbosity", ["-v", "-vvvv"])
def test_audit(site: Any, tmp_path: Path, verbosity: str) -> None:
    enforced(site, excluded_groups=[])
    exempted(site)
    host = {"twofactor_enforcement": {"enforced": True, "excluded_groups": [GROUP], "guard": "off"}}
    options = {"audit_output_dir": str(tmp_path / "out"), "audit_show_ids": True}
    done = run(tmp_path, site, "audit.yml", verbosity, "--diff", host=host, **options)
    assert done.rc == 2, done.output
    assert "not met on 1 of 1 server. " in done.output
    (folder,) = (tmp_path / "out").iterdir()
    files = {path.name: path.read_text(encoding="utf-8-sig") for path in folder.iterdir()}
    assert set(files) >= {"report.html", "report.json", "users.csv", "junit.xml", "summary.md"}
    for name, text in files.items():
        harmless(text.replace("\r\n", "\n") if name == "users.csv" else text)
    for name in ("report.json", "users.csv", "junit.xml", "report.html"):
        harmless(files[name].replace("\r\n", "\n"), ESCAPED)
    report = json.loads(files["report.json"])
    eve = next(one for one in report["users"] if one["user"] == ESCAPED)
    assert eve["remediation"]["command"] is None and "!unsafe" in eve["remediation"]["text"], "not to be pasted"
    held = next(one for one in report["exemptions"] if one["name"] == TWO_LINES_ESCAPED)
    assert (held["owner"], held["reason"]) == (ESCAPED, f"Lost {ESCAPED}") and held["remediation"]["command"] is None
    changes: list[dict[str, Any]] = report["hosts"][0]["drift"]["changes"]
    assert [change["after"] for change in changes if change["path"].endswith("excluded_groups")] == [GROUP_ESCAPED]


def test_unlock(site: Any, tmp_path: Path) -> None:
    enforced(site, excluded_groups=[])
    log = tmp_path / "audit.jsonl"
    options: dict[str, Any] = {"user": EVE, "audit_log": str(log), "requested_by": "helga" + EVE}
    shown = run(tmp_path, site, "unlock.yml", **options).went_well()
    harmless(shown.output, ESCAPED)
    done = run(tmp_path, site, "unlock.yml", method="exempt", reason="phone\n" + EVE, **options).went_well()
    harmless(done.output, ESCAPED)
    assert EVE in scene.members(site, "secsign-exempt"), "the name itself is not escaped where it is looked up"
    text = log.read_text(encoding="utf-8")
    harmless(text.rstrip("\n"), ESCAPED)
    line = json.loads(text)
    assert (line["whom"], line["who"], line["why"]) == (ESCAPED, "helga" + ESCAPED, r"phone\n" + ESCAPED)
    messages = [one["message"] for one in scene.nextcloud_log(site) if "released" in str(one["message"])]
    harmless(messages[-1], ESCAPED)
    unknown = run(tmp_path, site, "unlock.yml", **dict(options, user="x" + EVE))
    assert unknown.rc != 0 and "[NC204]" in unknown.output
    harmless(unknown.output, "x" + ESCAPED)


def test_backup_codes(site: Any, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    taken = tmp_path / EVE
    taken.touch()
    options: dict[str, Any] = {
        "user": EVE,
        "method": "backup_codes",
        "reason": "x",
        "audit_log": str(log),
        "requested_by": EVE,
    }
    refused = run(tmp_path, site, "unlock.yml", path=str(taken), **options)
    assert refused.rc != 0 and "[NC201]" in refused.output
    harmless(refused.output, ESCAPED)
    done = run(tmp_path, site, "unlock.yml", "--diff", path=str(tmp_path / ("new " + EVE)), **options)
    harmless(done.output, ESCAPED)
