# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as data and as a folder: counts, lists, redaction, and the commands of the remediation."""

from __future__ import annotations

import datetime
import json
import os
import resource
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from audit_fleet import NOW, exemption, fleet, same, state, user
from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.filter.pseudonym import pseudonym
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import (
    DEFAULT_CONTROLS,
    DEFAULT_POLICY,
    PolicyError,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.redact import Redactor
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report import trend, writer
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.formats import FORMATS, Format
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.remediation import Commands
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.render import TemplateProblem

KEY = "a secret of some length"
FACTS = {"collection": "0.1.0", "ansible": "2.19.0", "check_mode": False}


def write(
    output: Path,
    read: dict[str, Any],
    drift: dict[str, Any] | None = None,
    redactor: Redactor | None = None,
    policy: Any = None,
    when: datetime.datetime | None = None,
    **options: Any,
) -> tuple[Path, dict[str, Any]]:
    path = str(DEFAULT_POLICY)
    if policy is not None:
        path = str(output.parent / "policy.yml")
        Path(path).write_text(yaml.safe_dump(dict({"version": 1, "name": "Test"}, **policy)), encoding="utf-8")
    redactor = redactor or Redactor()
    request = writer.Request(
        path,
        str(DEFAULT_CONTROLS),
        output,
        redactor,
        Commands("playbooks/audit.yml", ["inventories/x"], redactor.redacts),
        **options,
    )
    folder, report = writer.write_report(request, read, drift or {name: same() for name in read}, FACTS, when)
    assert json.loads((folder / "report.json").read_text(encoding="utf-8")) == report
    return folder, report


def test_what_is_counted(tmp_path: Path) -> None:
    users = [
        user("admin", groups=["admin"]),
        user("a"),
        user("b", "locked_out"),
        user("c", "not_in_scope"),
        user("d", "will_enrol"),
        user("e", "exempt"),
        user("f", "disabled"),
        user("r", "not_in_scope", groups=["service-accounts"]),
    ]
    read = {
        "good": state([user("admin", groups=["admin"])]),
        "bad": state(users, exemptions=[exemption("e")]),
        "broken": {"failed": True, "msg": "In maintenance. [NC104]"},
        "gone": {"unreachable": True, "msg": "No route to host"},
        "silent": None,
        "kind": state([user("admin", groups=["admin"])]),
    }
    report = write(tmp_path / "out", read)[1]
    assert report["fleet"]["hosts"] == {
        "total": 6,
        "read": 3,
        "unreachable": 1,
        "met": 2,
        "warning": 0,
        "failure": 1,
        "unread": 3,
    }
    assert report["fleet"]["users"] == {
        "locked_out": 1,
        "uncovered": 1,
        "insufficient": 0,
        "enrols": 1,
        "exempt": 1,
        "covered": 4,
        "not_asked": 0,
        "left_out": 1,
        "disabled": 1,
        "total": 10,
        "should": 8,
    }
    assert report["fleet"]["coverage"] == 0.5
    assert report["result"]["message"] == "The policy is not met on 4 of 6 servers."
    assert [(host["name"], host["status"]) for host in report["hosts"]] == [
        ("broken", "unread"),
        ("gone", "unread"),
        ("silent", "unread"),
        ("bad", "failure"),
        ("good", "met"),
        ("kind", "met"),
    ]
    assert [(one["user"], one["state"]) for one in report["users"]] == [
        ("b", "locked_out"),
        ("c", "uncovered"),
        ("d", "enrols"),
    ]
    rules = {rule["id"]: rule for rule in report["policy"]["rules"]}
    assert rules["host-read"]["hosts"] == {"met": 3, "warning": 0, "failure": 3, "unknown": 0}
    assert rules["nobody-locked-out"]["hosts"] == {"met": 2, "warning": 0, "failure": 1, "unknown": 3}
    aal2 = report["frameworks"][0]["controls"][0]
    assert (aal2["id"], aal2["status"]) == ("sp800-63b-aal2", "failure")
    assert set(aal2["rules"]) >= {"host-read", "nobody-locked-out", "everyone-has-a-factor"}


def test_one_host_that_meets_all_is_met_and_a_warning_does_not_change_that(tmp_path: Path) -> None:
    good = {"h": state([user("admin", groups=["admin"])])}
    report = write(tmp_path / "a", good)[1]
    assert report["result"] == {
        "met": True,
        "failed_rules": [],
        "warned_rules": [],
        "message": "The policy is met on the server.",
    }
    assert {control["status"] for framework in report["frameworks"] for control in framework["controls"]} == {"met"}
    warned = write(tmp_path / "b", {"h": state([user("admin", groups=["admin"], backup_codes=None)])})[1]
    assert (warned["result"]["met"], warned["result"]["warned_rules"]) == (True, ["admins-have-backup-codes"])
    assert warned["fleet"]["coverage"] == 1.0


def test_only_all_are_a_hundred_percent(tmp_path: Path) -> None:
    users = [user(str(n)) for n in range(29999)] + [user("x", "locked_out")]
    assert write(tmp_path / "a", {"h": state(users)})[1]["fleet"]["coverage"] == 0.9999
    assert write(tmp_path / "b", {"h": state([])})[1]["fleet"]["coverage"] is None


def test_of_very_many_the_most_urgent_of_every_host_are_listed(tmp_path: Path) -> None:
    read = {
        "big": state([user(f"u{n:03}", "locked_out") for n in range(90)]),
        "small": state([user("only", "not_in_scope"), user("shut", "locked_out")]),
    }
    folder, report = write(tmp_path / "out", read, list_limit=10)
    assert report["users_total"] == 92
    assert len(report["users"]) == 10
    listed = [(one["host"], one["user"]) for one in report["users"]]
    assert ("small", "shut") in listed and ("big", "u000") in listed
    assert {one["state"] for one in report["users"]} == {"locked_out"}
    assert len((folder / "users.csv").read_text(encoding="utf-8-sig").splitlines()) == 93


# ---------------------------------------------------------------------- the folder


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "out"
    good = {"h": state([user("a")])}
    broken = Format("", lambda report, templates: str(1 / 0))
    monkeypatch.setitem(FORMATS, "junit.xml", broken)
    with pytest.raises(ZeroDivisionError):
        write(output, good)
    assert list(output.iterdir()) == []
    monkeypatch.undo()
    when = datetime.datetime(2026, 11, 24, 6, 0, 1, tzinfo=datetime.timezone.utc)
    names = [write(output, good, when=when)[0].name for _ in range(3)]
    assert names == ["20261124T060001Z", "20261124T060001Z-2", "20261124T060001Z-3"]
    assert sorted(entry.name for entry in output.iterdir()) == names
    first = output / names[0]
    assert first.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in first.iterdir()} == {0o600}


def test_the_trend_is_what_lies_in_the_folder(tmp_path: Path) -> None:
    output = tmp_path / "out"
    day = datetime.datetime(2026, 11, 1, tzinfo=datetime.timezone.utc)
    for number in range(4):
        users = [user(f"u{n}", "ready" if n <= number else "locked_out") for n in range(4)]
        report = write(output, {"h": state(users)}, when=day + datetime.timedelta(days=number))[1]
    assert [point["coverage"] for point in report["trend"]] == [0.25, 0.5, 0.75, 1.0]
    assert [point["locked_out"] for point in report["trend"]] == [3, 2, 1, 0]
    (output / "20261102T000000Z" / "report.json").write_text('{"format": "something else"}', encoding="utf-8")
    (output / "20261103T000000Z" / "report.json").write_text("{ cut off", encoding="utf-8")
    (output / "notes").mkdir()
    os.symlink(output / "20261104T000000Z", output / "20261105T000000Z")
    assert [point["run"] for point in trend.earlier_runs(output, 9)] == ["20261101T000000Z", "20261104T000000Z"]
    assert len(write(output, {"h": state([])}, trend_runs=2, when=day + datetime.timedelta(days=9))[1]["trend"]) == 2
    assert len(write(output, {"h": state([])}, trend_runs=1, when=day + datetime.timedelta(days=9))[1]["trend"]) == 1


def test_a_template_of_ones_own_is_used_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "report.html.j2").write_text("<p>{{ report.policy.name }}</p>", encoding="utf-8")
    folder, _ = write(
        tmp_path / "out",
        {"h": state([])},
        policy={"name": "A & B", "rules": [{"id": "a", "check": "drift"}]},
        templates=str(own),
    )
    assert (folder / "report.html").read_text(encoding="utf-8") == "<p>A &amp; B</p>"
    for wrong in ("{{ report.nothing.there }}", "{% if %}", "{{ report + 1 }}"):
        (own / "report.html.j2").write_text("\n" + wrong, encoding="utf-8")
        with pytest.raises(TemplateProblem, match=r"The template .*report.html.j2, line 2 cannot be used: "):
            write(tmp_path / "out", {"h": state([])}, templates=str(own))


# ---------------------------------------------------------------------- privacy

SECRET_ROWS = [
    user(
        "alice.secret",
        "locked_out",
        groups=["admin"],
        secsign_ids=[{"app": "twofactor_secsign", "id": "alice@secsign-id", "enabled": True}],
    ),
    user("bob.secret", "exempt"),
    user("glass.secret", "will_enrol"),
]
SECRET_EXEMPTIONS = [exemption("bob.secret", owner="boss@mail.example", reason="bob.secret wrote to help@mail.example")]
SECRET_DRIFT = {
    "changed": True,
    "diff": {
        "before": {
            "secsign_ids": {"alice.secret": "alice@secsign-id"},
            "enforcement": {"enforced": False, "exemptions": [], "managed_groups": {}},
        },
        "after": {
            "secsign_ids": {"alice.secret": "other@secsign-id"},
            "enforcement": {
                "enforced": True,
                "exemptions": ["user bob.secret until 2026-12-01T06:00:00Z (boss@mail.example): bob.secret"],
                "managed_groups": {"secsign-exempt": ["bob.secret"]},
            },
        },
    },
}


def everything(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))


def secret_run(output: Path, redactor: Redactor) -> tuple[Path, dict[str, Any]]:
    policy = {
        "rules": yaml.safe_load(DEFAULT_POLICY.read_text(encoding="utf-8"))["rules"],
        "leave_out": {"users": ["glass.secret"]},
    }
    read = {
        "h": state(SECRET_ROWS, exemptions=SECRET_EXEMPTIONS),
        "i": {"failed": True, "msg": "alice.secret and boss@mail.example are in the way. [NC401]"},
        "j": state([user("alice.secret")]),
    }
    refused = {"failed": True, "msg": "1 user could not log in (alice.secret). [NC401]"}
    return write(output, read, {"h": SECRET_DRIFT, "j": refused}, redactor, policy)


def test_redact_leaves_no_name_in_any_file(tmp_path: Path) -> None:
    folder, report = secret_run(tmp_path / "out", writer.make_redactor(True, KEY, False))
    text = everything(folder)
    for secret in ("alice", "bob", "glass", "secsign-id", "mail.example", KEY):
        assert secret not in text
    alice = pseudonym("alice.secret", KEY)
    assert {(one["host"], one["user"]) for one in report["users"]} == {("h", alice)}
    assert text.count(alice) >= 5, "the same user has the same pseudonym on every host and in every file"
    assert pseudonym("alice.secret", KEY + "!") != alice
    assert report["exemptions"][0]["name"] == pseudonym("bob.secret", KEY)
    assert "user=USER" in report["users"][0]["remediation"]["command"]
    assert {host["name"]: host["problem"] for host in report["hosts"]}["i"] == "The message is withheld. [NC401]"
    assert report["fleet"]["users"]["left_out"] == 1, "a user whom the policy names is recognised under the pseudonym"


def test_without_redact_ids_and_mail_addresses_are_withheld_unless_asked_for(tmp_path: Path) -> None:
    folder, report = secret_run(tmp_path / "a", writer.make_redactor(False, None, False))
    text = everything(folder)
    assert "alice.secret" in text
    assert "secsign-id" not in text and "mail.example" not in text
    assert report["exemptions"][0]["reason"] == "bob.secret wrote to (e-mail address)"
    folder, report = secret_run(tmp_path / "b", writer.make_redactor(False, None, True))
    text = everything(folder)
    for name in ("users.csv", "report.html", "report.json"):
        assert "alice@secsign-id" in (folder / name).read_text(encoding="utf-8")
    assert "boss@mail.example" in text


@pytest.mark.parametrize("redactor", [Redactor(KEY), Redactor()])
def test_a_diff_without_the_title_of_its_part_shows_no_secsign_id(tmp_path: Path, redactor: Redactor) -> None:
    """An earlier release of the module returned such a diff where only one part was described."""
    drift = {
        "changed": True,
        "diff": {"before": {"alice.secret": "alice@secsign-id"}, "after": {"alice.secret": "other@secsign-id"}},
    }
    folder, report = write(tmp_path / "out", {"h": state([])}, {"h": drift}, redactor)
    text = everything(folder)
    assert "secsign-id" not in text
    assert ("alice.secret" in text) is not redactor.redacts
    assert report["hosts"][0]["drift"]["status"] == "differs"


def test_redact_needs_a_key(tmp_path: Path) -> None:
    wrong = [
        ((True, None, False), "at least 16"),
        ((True, "short", False), "at least 16"),
        ((True, KEY, True), "show_ids: cannot be combined with"),
    ]
    for arguments, message in wrong:
        with pytest.raises(PolicyError, match=message):
            writer.make_redactor(*arguments)


# ---------------------------------------------------------------------- drift


def test_drift_shows_before_and_after(tmp_path: Path) -> None:
    many = [f"u{n}" for n in range(30)]
    drift = {
        "changed": True,
        "diff": {
            "before": {
                "enforcement": {"groups": ["it"], "managed_groups": {"secsign-enforced": many}},
                "id_server": {"server": None},
                "app": {"version": "1"},
            },
            "after": {
                "enforcement": {"groups": ["it", "hr"], "managed_groups": {"secsign-enforced": [*many, "new"]}},
                "id_server": {"server": "https://x"},
                "app": {"version": "1"},
            },
        },
    }
    report = write(tmp_path / "out", {"h": state([])}, {"h": drift})[1]
    assert report["hosts"][0]["drift"] == {
        "status": "differs",
        "changes": [
            {"path": "enforcement.groups", "before": "it", "after": "it, hr"},
            {"path": "enforcement.managed_groups.secsign-enforced", "before": "none", "after": "new"},
            {"path": "id_server.server", "before": "not set", "after": "https://x"},
        ],
        "more": 0,
        "problem": None,
    }
    assert report["fleet"]["drifted"] == 1


def test_very_much_drift_is_cut_and_counted(tmp_path: Path) -> None:
    drift = {
        "changed": True,
        "diff": {"before": {"app": {}}, "after": {"app": {str(n): "x" * 5000 for n in range(100)}}},
    }
    found = write(tmp_path / "out", {"h": state([])}, {"h": drift})[1]["hosts"][0]["drift"]
    assert (len(found["changes"]), found["more"]) == (40, 60)
    assert max(len(change["after"]) for change in found["changes"]) == 300


# ---------------------------------------------------------------------- what to type


def remediation_of(row: dict[str, Any], tmp_path: Path, **changes: Any) -> dict[str, Any]:
    return dict(write(tmp_path / "out", {"h": state([row], **changes)})[1]["users"][0]["remediation"])


def test_commands_name_playbooks_that_are_there(tmp_path: Path) -> None:
    users = [user("a", "locked_out"), user("b", "not_in_scope")]
    wrong: dict[str, Any] = {"enforcement": {"enforced": False}, "app": {"enabled": False, "code": "changed"}}
    read = {
        "h": state(users, exemptions=[exemption("a", over=True), exemption("it", "group")], **wrong),
        "gone": {"unreachable": True, "msg": "x"},
    }
    report = write(tmp_path / "out", read, {"h": {"failed": True, "msg": "x"}})[1]
    (code,) = [one for one in report["findings"] if one["rule"] == "app-is-unchanged"]
    assert "playbooks/site.yml" in code["remediation"]["command"] and report["hosts"][1]["app"]["code"] == "changed"
    remediations = [entry["remediation"] for part in ("users", "findings", "exemptions") for entry in report[part]]
    assert all(remediation["text"] for remediation in remediations)
    words = [shlex.split(remediation["command"]) for remediation in remediations if remediation["command"]]
    assert {line[0] for line in words} == {"ansible-playbook"}
    assert all(line[1:3] == ["-i", "inventories/x"] for line in words)
    assert {line[3] for line in words} == {
        "playbooks/" + name for name in ("unlock.yml", "site.yml", "exempt.yml", "status.yml", "audit.yml")
    }
    for line in words:
        assert (ROOT / line[3]).is_file(), f"{line[3]} is what the report says to type"


def test_a_hostile_name_stays_one_word_of_the_command(tmp_path: Path) -> None:
    for uid in ("o'neil; rm -rf /", '"$(id)" `id`', "a b", "x" * 200, "עליזה", "method=exempt"):
        words = shlex.split(remediation_of(user(uid, "locked_out"), tmp_path)["command"])
        given = words[words.index("-e") + 1]
        assert (given == f"user={uid}") if uid.isascii() and uid.isalnum() else (json.loads(given) == {"user": uid})


def test_whoever_has_a_factor_out_of_reach_is_let_in_and_the_factor_switched_off(tmp_path: Path) -> None:
    # an exemption alone does not help: Nextcloud asks for a factor that is on, in scope or not
    on = remediation_of(user("a", "locked_out", providers={"gone": True, "backup_codes": True}), tmp_path)["command"]
    assert [part.split("method=")[1].split()[0] for part in on.split(" && ")] == ["exempt", "disable_provider"]
    off = remediation_of(user("a", "locked_out", providers={"gone": False, "backup_codes": True}), tmp_path)["command"]
    assert "method=exempt" in off and "&&" not in off


@pytest.mark.parametrize("uid", ["{{ lookup('pipe', 'id') }}", "{% raw %}", "{# x", "a\nb", "a\u202eb"])
def test_an_id_that_ansible_would_take_for_a_template_gets_no_command(uid: str, tmp_path: Path) -> None:
    remediation = remediation_of(user(uid, "locked_out"), tmp_path)
    assert remediation["command"] is None
    assert "!unsafe" in remediation["text"]


def test_an_installed_collection_has_its_name_in_commands() -> None:
    assert Commands("secsign.nextcloud.audit").play("site", "h") == "ansible-playbook secsign.nextcloud.site --limit h"
    assert Commands("/srv/x/audit.yml").play("site", "h") == "ansible-playbook /srv/x/site.yml --limit h"


# ---------------------------------------------------------------------- size


@pytest.mark.parametrize("wrong", [0.08, 1.0])
def test_two_hundred_hosts_and_a_hundred_thousand_users(tmp_path: Path, wrong: float) -> None:
    read = fleet(200, 100_000, wrong=wrong)
    folder, report = write(tmp_path / "out", read)
    assert report["fleet"]["users"]["total"] == 100_000
    sizes = {name: (folder / name).stat().st_size for name in ("report.html", "report.json", "junit.xml", "summary.md")}
    assert max(sizes.values()) < 5_000_000, sizes
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_000_000, "kB"
    assert NOW
