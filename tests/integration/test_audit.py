# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""playbooks/audit.yml as an operator runs it, on users in every state, with every figure compared with occ and the
database."""

from __future__ import annotations

import csv
import datetime
import json
import os
import shlex
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import yaml
from apps import APP_ID, FIXTURE_APP, variant

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
ANSIBLE = Path(sys.executable).parent / "ansible-playbook"
PASSWORD = {"OC_PASS": "Fixture-pass-1", "NC_PASS": "Fixture-pass-1"}
KEY = "key-of-the-test-suite"
SCRIPT, RTL, FORMULA, LONG = '<script>alert("x")</script>', "עליזה 🦊", "=1+1", "y" * 64
HOSTILE = (SCRIPT, RTL, FORMULA, LONG)
REASON = f"Lost {SCRIPT} {'z' * 200}"
ONEIL = "o'neil@example.com"

# What the scene below makes of everybody.
STATES: dict[str, set[str]] = {
    "covered": {"admin", "alice", ONEIL},
    "enrols": {"dave"},
    "exempt": {"carol"},
    "uncovered": {"grace"},
    "insufficient": set(),
    "locked_out": {"bob", "frank", *HOSTILE},
    "not_asked": set(),
    "left_out": {"robot"},
    "disabled": {"erin"},
}
EVERYBODY = set().union(*STATES.values())

BOOT = (
    "define('OC_CONSOLE', 1); require getcwd() . '/lib/base.php';$get = function ($class) { return"
    " method_exists(\\OC::$server, 'get') ? \\OC::$server->get($class) : \\OC::$server->query($class); };$users ="
    " $get(\\OCP\\IUserManager::class);"
)


@pytest.fixture
def scene(server: Any, tmp_path: Path) -> Any:
    """Users in every state, by Nextcloud's own interfaces; only names that these refuse go into the database."""
    if not server.has_saved("audit"):
        _make_scene(server, tmp_path)
        server.save("audit")
    server.restore("audit")
    return server


def _make_scene(server: Any, tmp_path: Path) -> None:
    for group in ("service-accounts", "interns"):
        server.occ("group:add", group)
    for user, group in (
        ("dave", "staff"),
        ("erin", "staff"),
        ("frank", "it"),
        ("grace", "interns"),
        ("robot", "service-accounts"),
        (ONEIL, "staff"),
    ):
        server.occ("user:add", "--password-from-env", f"--group={group}", user, env=PASSWORD)
    for uid in HOSTILE:
        server.sql(
            "INSERT INTO oc_users (uid, uid_lower, displayname, password) VALUES (?, ?, ?, '')", uid, uid.lower(), uid
        )
    done = server.run("app", source=str(variant(tmp_path)), app_id=APP_ID)
    assert not done.failed, done.data
    for uid in ("admin", "alice", "frank", ONEIL):
        server.occ("twofactorauth:enable", uid, APP_ID)
    # frank's second factor is switched on and out of his reach from here on
    server.occ("app:disable", APP_ID)
    server.occ("app:enable", APP_ID, "--groups", "staff", "--groups", "admin")
    server.occ("app:disable", "twofactor_totp", check=False)
    server.occ("user:disable", "erin")
    codes = server.php(
        BOOT
        + "$storage = $get(\\OCA\\TwoFactorBackupCodes\\Service\\BackupCodeStorage::class);"
        + "echo json_encode($storage->createCodes($users->get('grace')));"
    )
    assert len(json.loads(codes)) == 10
    for module, options in (
        ("enforcement", {"enforced": True, "excluded_groups": ["service-accounts"], "guard": "off"}),
        (
            "exemptions",
            {
                "exemptions": [{"user": "carol", "owner": "helpdesk", "reason": REASON, "until": _in_days(5)}],
                "guard": "off",
            },
        ),
    ):
        done = server.run(module, **options)
        assert not done.failed, done.data


def _in_days(days: int) -> str:
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Audit:
    """One run of the playbook, and what it left."""

    def __init__(
        self, server: Any, folder: Path, *arguments: str, hosts: Any = None, policy: Any = None, **variables: Any
    ) -> None:
        self.output = folder / "out"
        inventory = folder / "hosts.yml"
        known = {"cloud": dict(LOCAL, twofactor_nextcloud_path=str(server.path)), **(hosts or {})}
        inventory.write_text(yaml.safe_dump({"nextcloud": {"hosts": known}}), encoding="utf-8")
        variables = dict({"audit_output_dir": str(self.output)}, **variables)
        if policy is not None:
            (folder / "policy.yml").write_text(
                yaml.safe_dump(dict({"version": 1, "name": "Test"}, **policy)), encoding="utf-8"
            )
            variables["audit_policy"] = str(folder / "policy.yml")
        before = set(self.output.iterdir()) if self.output.is_dir() else set()
        done = play("playbooks/audit.yml", "-i", str(inventory), "-e", json.dumps(variables), *arguments)
        self.status, self.printed = done.returncode, done.stdout + done.stderr
        made = set(self.output.iterdir()) - before if self.output.is_dir() else set()
        assert len(made) <= 1, "one run, one folder"
        self.folder = made.pop() if made else None

    @property
    def report(self) -> dict[str, Any]:
        assert self.folder is not None, self.printed
        return dict(json.loads((self.folder / "report.json").read_text(encoding="utf-8")))

    @property
    def rows(self) -> list[dict[str, str]]:
        assert self.folder is not None
        with open(self.folder / "users.csv", encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))

    def host(self, name: str = "cloud") -> dict[str, Any]:
        return dict(next(host for host in self.report["hosts"] if host["name"] == name))


def play(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = dict(
        os.environ,
        ANSIBLE_COLLECTIONS_PATH=str(ROOT / "collections"),
        ANSIBLE_NOCOLOR="1",
        ANSIBLE_FORCE_COLOR="0",
        LC_ALL="C.UTF-8",
        COLUMNS="400",
    )
    return subprocess.run(
        [str(ANSIBLE), *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "twofactor_app_id": APP_ID}
LOOSE = {"rules": [{"id": "gets-in", "check": "admins", "minimum": 1}]}
UNREACHABLE = {
    "ansible_connection": "ssh",
    "ansible_host": "127.0.0.1",
    "ansible_port": 9,
    "ansible_ssh_common_args": "-o BatchMode=yes -o ConnectTimeout=5",
}


def whole_database(server: Any) -> list[str]:
    """Every row of every table, less what Nextcloud itself writes whenever it starts."""
    tables = [
        name
        for (name,) in server.sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
    ]
    return [f"{table} {row}" for table in tables for row in sorted(map(repr, server.sql(f'SELECT * FROM "{table}"')))]


# ---------------------------------------------------------------------- the figures


def truth(server: Any) -> dict[str, dict[str, Any]]:
    """What occ, Nextcloud's own classes and the database report about every user, independent of the code of the
    collection."""
    facts = json.loads(
        server.php(
            BOOT + "$policy = $get(\\OC\\Authentication\\TwoFactorAuth\\MandatoryTwoFactor::class); $groups ="
            " $get(\\OCP\\IGroupManager::class); $found = [];foreach ($users->search('') as $user) { $uid ="
            " $user->getUID(); $found[$uid] = ['in_scope' => $policy->isEnforcedFor($user), 'enabled' =>"
            " $user->isEnabled(), 'groups' => $groups->getUserGroupIds($user), 'last_login' =>"
            " $user->getLastLogin()]; }echo json_encode($found, JSON_FORCE_OBJECT);"
        )
    )
    limited = set(
        json.loads(json.loads(server.occ("config:list", APP_ID, "--output=json").stdout)["apps"][APP_ID]["enabled"])
    )
    on = {
        uid
        for (uid,) in server.sql("SELECT uid FROM oc_twofactor_providers WHERE provider_id = ? AND enabled = 1", APP_ID)
    }
    codes = dict(server.sql("SELECT user_id, COUNT(*) FROM oc_twofactor_backupcodes WHERE used = 0 GROUP BY user_id"))
    for uid, known in facts.items():
        known["groups"] = set(known["groups"].values()) if isinstance(known["groups"], dict) else set(known["groups"])
        known["works"] = uid in on and bool(known["groups"] & limited)
        known["codes"] = codes.get(uid, 0)
        known["on"] = uid in on
        known["sets_up"] = not known["on"] and bool(known["groups"] & limited)
    return dict(facts)


def test_every_figure_is_what_occ_and_the_database_say(scene: Any, tmp_path: Path) -> None:
    config, database = scene.fingerprint(), whole_database(scene)
    audit = Audit(
        scene, tmp_path, hosts={"gone": UNREACHABLE, "empty": dict(LOCAL, twofactor_nextcloud_path=str(tmp_path))}
    )
    assert audit.status == 2, audit.printed
    assert scene.fingerprint() == config
    assert whole_database(scene) == database, "not one row of the database has changed"
    assert "WARNING" not in audit.printed and "DEPRECATION" not in audit.printed

    known, shown = truth(scene), audit.host()
    assert set(known) == EVERYBODY == {uid for (uid,) in scene.sql("SELECT uid FROM oc_users")}
    # the words of occ for the results of the classes
    for uid in ("alice", "bob", "frank", ONEIL):
        assert (
            APP_ID
            in scene.occ("twofactorauth:state", uid)
            .stdout.split("Enabled providers")[-1]
            .split("Disabled providers")[0]
        ) == known[uid]["on"]
    listed = json.loads(scene.occ("user:list", "--output=json").stdout)
    assert set(map(str, listed)) == EVERYBODY
    expected = {uid: expected_state(uid, one) for uid, one in known.items()}
    assert expected == {uid: state for state, uids in STATES.items() for uid in uids}

    users = dict({state: len(uids) for state, uids in STATES.items()}, total=14, should=12)
    assert shown["users"] == users == audit.report["fleet"]["users"]
    assert shown["coverage"] == audit.report["fleet"]["coverage"] == 0.25
    assert {row["user"].lstrip("'"): row["state"] for row in audit.rows} == expected
    for row in audit.rows:
        one = known[row["user"].lstrip("'")]
        assert row["in_scope"] == ("yes" if one["in_scope"] else "no"), row
        assert row["enabled"] == ("yes" if one["enabled"] else "no"), row
        assert set(filter(None, row["groups"].split("; "))) == one["groups"], row
        assert row["factors"] == (APP_ID if one["works"] else ""), row
        assert int(row["backup_codes"] or 0) == one["codes"], row
        assert row["last_login"] == (stamp(one["last_login"]) if one["last_login"] else ""), row
        assert row["admin"] == ("yes" if "admin" in one["groups"] else "no"), row
    assert sum(row["state"] == "disabled" for row in audit.rows) == len(
        scene.sql(
            "SELECT 1 FROM oc_preferences WHERE appid = 'core' AND configkey = 'enabled' AND configvalue = 'false'"
        )
    )

    assert shown["nextcloud"]["release"] == json.loads(scene.occ("status", "--output=json").stdout)["versionstring"], (
        "a sandbox calls itself one"
    )
    assert shown["enforcement"] == {"enforced": True, "groups": [], "excluded_groups": ["service-accounts"]}
    assert shown["app"] == {"app_id": APP_ID, "version": "1.0.0", "code": "unknown", "enabled": True}
    exempt = audit.report["exemptions"]
    assert [(e["name"], e["days_left"], e["expired"], e["reason"]) for e in exempt] == [("carol", 5, False, REASON)]

    assert audit.report["fleet"]["hosts"] == {
        "total": 3,
        "read": 1,
        "unreachable": 1,
        "met": 0,
        "warning": 0,
        "failure": 1,
        "unread": 2,
    }
    assert audit.host("gone")["unreachable"] and audit.host("gone")["problem"].startswith(
        "The server could not be reached. "
    )
    assert "[NC101]" in audit.host("empty")["problem"] and not audit.host("empty")["unreachable"]


def expected_state(uid: str, one: dict[str, Any]) -> str:
    """From the facts alone, as the documentation says it."""
    if not one["enabled"]:
        return "disabled"
    if "service-accounts" in one["groups"]:
        return "left_out"
    if one["works"]:
        return "covered"
    if uid == "carol":
        return "exempt"
    if one["sets_up"]:
        return "enrols"
    return "uncovered" if one["codes"] else "locked_out"


def stamp(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_every_file_has_the_same_results_and_no_name_breaks_out(scene: Any, tmp_path: Path) -> None:
    audit = Audit(scene, tmp_path)
    assert audit.folder is not None
    made = {path.name for path in audit.folder.iterdir()}
    assert made == set(audit.report["run"]["files"])
    assert {"report.html", "report.json", "users.csv", "junit.xml", "summary.md"} <= made
    cases = {
        str(c.get("name")).split(":")[0]: c for c in ET.parse(audit.folder / "junit.xml").getroot().iter("testcase")
    }
    results = {result["rule"]: result["status"] for result in audit.host()["rule_results"]}
    assert {name for name, case in cases.items() if case.find("failure") is not None} == {
        rule for rule, status in results.items() if status == "failure"
    }
    assert (
        results["nobody-locked-out"] == "failure"
        and results["exemptions-are-short"] == "met"
        and results["enforced-for-everyone"] == "met"
    )
    message = cases["nobody-locked-out"].findtext("failure") or ""
    page = (audit.folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    for name in HOSTILE:
        assert name in message
    for name in (RTL, FORMULA, LONG):
        assert f"<bdi>{name}</bdi>" in page
    assert "z" * 200 in page
    assert {row["user"] for row in audit.rows} >= {SCRIPT, RTL, "'" + FORMULA, LONG}


# ---------------------------------------------------------------------- exit status, check mode, trend


def test_status_and_trend(scene: Any, tmp_path: Path) -> None:
    first = Audit(scene, tmp_path, policy=LOOSE)
    assert first.status == 0, first.printed
    assert first.report["result"]["met"] and len(first.report["trend"]) == 1
    assert "<polyline" not in (first.folder / "report.html").read_text(encoding="utf-8")
    assert "changed=0" in first.printed and "failed=0" in first.printed

    scene.occ("user:disable", "frank")
    time.sleep(1.1)
    second = Audit(scene, tmp_path, "--check", policy={"rules": [{"id": "nobody", "check": "locked_out"}]})
    assert second.status == 2, second.printed
    assert second.printed.count("The policy is not met on 1 of 1 server") <= 2, "core prints a failure twice"
    assert second.report["run"]["check_mode"] is True
    assert [point["locked_out"] for point in second.report["trend"]] == [6, 5]
    assert "<polyline" in (second.folder / "report.html").read_text(encoding="utf-8")

    gone = Audit(scene, tmp_path, hosts={"gone": UNREACHABLE}, policy=LOOSE)
    assert gone.status == 2, "a host that could not be reached is a failure, whatever the policy"
    limited = Audit(scene, tmp_path, "--limit", "cloud", hosts={"gone": UNREACHABLE}, policy=LOOSE)
    assert (limited.status, limited.report["fleet"]["hosts"]["total"]) == (0, 1)


def test_without_a_result_the_status_is_4(scene: Any, tmp_path: Path) -> None:
    wrong = Audit(scene, tmp_path, policy={"rules": [{"id": "a", "check": "factor", "level": "fatal"}]})
    assert wrong.status == 4 and wrong.folder is None
    assert wrong.printed.count("[NC702]") <= 2, "core prints a failure twice"
    assert "policy.rules[0].level must be one of failure, warning, off, and is 'fatal'. [NC201]" in wrong.printed
    (tmp_path / "file").write_text("", encoding="utf-8")
    unwritable = Audit(scene, tmp_path, policy=LOOSE, audit_output_dir=str(tmp_path / "file" / "x"))
    assert unwritable.status == 4 and "[NC201]" in unwritable.printed
    keyless = Audit(scene, tmp_path, policy=LOOSE, audit_redact=True)
    assert keyless.status == 4 and "redact_key: redact needs a secret" in keyless.printed
    nobody = tmp_path / "nobody.yml"
    nobody.write_text("all: {hosts: {}}", encoding="utf-8")
    done = play("playbooks/audit.yml", "-i", str(nobody), "-e", f"audit_output_dir={tmp_path}")
    assert done.returncode == 4 and "[NC702]" in done.stdout + done.stderr, "without a host there is no result"
    nobody.write_text("all: {hosts: {other: }, children: {nextcloud: {hosts: {cloud: }}}}", encoding="utf-8")
    done = play("playbooks/audit.yml", "-i", str(nobody), "--limit", "other")
    assert done.returncode == 4, "a limit that leaves no host leaves no result"
    for option in ("--syntax-check", "--list-tasks"):
        assert play("playbooks/audit.yml", "-i", str(nobody), option).returncode == 0


def test_one_php_process_reads_a_host(scene: Any, tmp_path: Path, open_folder: Path) -> None:
    log, php = open_folder / "log", open_folder / "php"
    php.write_text(f'#!/bin/sh\necho "$$" >> {log}\nexec {os.environ.get("PHP", "php")} "$@"\n', encoding="utf-8")
    php.chmod(0o755)
    log.write_text("", encoding="utf-8")
    log.chmod(0o666)
    audit = Audit(scene, tmp_path, policy=LOOSE, twofactor_php=str(php), audit_drift_check=False)
    assert audit.status == 0, audit.printed
    assert len(log.read_text(encoding="utf-8").splitlines()) == 1


# ---------------------------------------------------------------------- accounts that may do little


def become(user: str) -> dict[str, Any]:
    """Variables of a play whose modules run as that account alone."""
    if os.geteuid() != 0:
        pytest.skip("becoming somebody else takes root")
    # the suite's own interpreter may stand where only root gets
    python = next((path for path in ("/usr/bin/python3", "/usr/local/bin/python3") if Path(path).exists()), None)
    if python is None:
        pytest.skip("needs a Python that everybody may run, as /usr/bin/python3")
    become = {
        "ansible_become": True,
        "ansible_become_method": "su",
        "ansible_become_user": user,
        "ansible_become_flags": "-s /bin/sh",
    }
    return dict(become, ansible_python_interpreter=python)


def test_the_owner_of_a_server_on_which_nothing_may_be_written(scene: Any, tmp_path: Path) -> None:
    as_owner = become(scene.host.user)
    plain = Audit(scene, tmp_path).host()
    scene.configure("config_is_read_only", "true")
    unwritable_dir = [scene.config, scene.config.parent, scene.path / "apps"]
    try:
        for path in unwritable_dir:
            path.chmod(0o440 if path.is_file() else 0o550)
        before = scene.fingerprint()
        time.sleep(1.1)
        audit = Audit(
            scene,
            tmp_path,
            twofactor_enforcement={"enforced": True, "excluded_groups": ["service-accounts"]},
            **as_owner,
        )
        assert audit.status == 2, audit.printed
        assert audit.host()["problem"] is None and audit.host()["drift"]["status"] == "same"
        assert (audit.host()["users"], audit.host()["coverage"]) == (plain["users"], plain["coverage"])
        assert scene.fingerprint() == before
    finally:
        for path in unwritable_dir:
            path.chmod(0o640 if path.is_file() else 0o750)


def test_an_account_that_nextcloud_does_not_start_for(scene: Any, tmp_path: Path) -> None:
    """Nextcloud itself wants to write into its data folder: the report names who to become, and counts the host as
    not read."""
    before = scene.fingerprint()
    audit = Audit(scene, tmp_path, **become("nobody"))
    assert audit.status == 2, audit.printed
    problem = audit.host()["problem"]
    assert "[NC105]" in problem and f"become_user: {scene.host.user}" in problem, problem
    assert scene.fingerprint() == before


# ---------------------------------------------------------------------- privacy


def test_redact_leaves_no_name_in_what_is_written_or_printed(scene: Any, tmp_path: Path) -> None:
    wanted = {"enforced": True, "excluded_groups": ["service-accounts"]}
    audit = Audit(
        scene, tmp_path, "-v", "--diff", audit_redact=True, audit_redact_key=KEY, twofactor_enforcement=wanted
    )
    assert audit.status == 2 and audit.folder is not None
    text = audit.printed + "".join(path.read_text(encoding="utf-8") for path in audit.folder.iterdir())
    for name in EVERYBODY - {"admin"} | {"helpdesk", "Lost ", KEY}:
        assert name not in text.replace("cloud", ""), name
    users = {row["user"] for row in audit.rows}
    assert len(users) == len(EVERYBODY) and all(user.startswith("anon-") for user in users)
    assert audit.report["fleet"]["users"]["covered"] == 3, "the figures are the same"
    again = Audit(scene, tmp_path, audit_redact=True, audit_redact_key=KEY)
    other = Audit(scene, tmp_path, audit_redact=True, audit_redact_key=KEY + "!")
    assert {row["user"] for row in again.rows} == users
    assert not {row["user"] for row in other.rows} & users
    # nor where the comparison fails, and its message names users
    unknown = {"ids": [{"user": "emmeline", "secsign_id": "emmeline@corp"}]}
    failed = Audit(scene, tmp_path, audit_redact=True, audit_redact_key=KEY, twofactor_secsign_ids=unknown)
    assert "NC" in failed.printed and "emmeline" not in failed.printed


def test_secsign_ids_appear_only_when_asked_for(scene: Any, tmp_path: Path) -> None:
    # the table of the SecSign app, whichever of the two is installed
    scene.sql(
        "CREATE TABLE oc_twofactor_secsign (id INTEGER PRIMARY KEY, user_id VARCHAR(64), secsignid VARCHAR(200),"
        " enabled SMALLINT)"
    )
    scene.sql("INSERT INTO oc_twofactor_secsign (user_id, secsignid, enabled) VALUES ('bob', 'bobs-own-id', 1)")
    try:
        for show in (False, True):
            audit = Audit(scene, tmp_path, "-v", audit_show_ids=show, audit_drift_check=False)
            assert audit.folder is not None
            assert any("bobs-own-id" in path.read_text(encoding="utf-8") for path in audit.folder.iterdir()) is show
            assert "bobs-own-id" not in audit.printed
    finally:
        scene.sql("DROP TABLE oc_twofactor_secsign")


# ---------------------------------------------------------------------- drift, and what to type


def test_drift_is_the_diff_of_check_mode(scene: Any, tmp_path: Path) -> None:
    variables = {
        "twofactor_app": {"source": str(FIXTURE_APP)},
        "twofactor_id_server": {"server": "https://id.example.com"},
        "twofactor_enforcement": {"enforced": True, "excluded_groups": []},
    }
    before = scene.fingerprint()
    audit = Audit(scene, tmp_path, **variables)
    assert scene.fingerprint() == before
    check = scene.run(
        "twofactor",
        check=True,
        app_id=APP_ID,
        app={"source": str(FIXTURE_APP), "remote_src": True},
        id_server=variables["twofactor_id_server"],
    )
    found = audit.host()["drift"]
    if check.failed:
        assert found["status"] == "refused" and found["problem"] == check["msg"]
    # robot comes into scope without a way in: the guard refuses, and the report says what site.yml would say
    assert found["status"] == "refused" and "[NC4" in found["problem"], found
    plain = Audit(
        scene,
        tmp_path,
        **dict(variables, twofactor_enforcement={"enforced": True, "excluded_groups": ["service-accounts"]}),
    )
    found = plain.host()["drift"]
    assert found["status"] == "differs"
    assert {"path": "id_server.server", "before": "not set", "after": "https://id.example.com"} in found["changes"]
    assert not [change for change in found["changes"] if change["path"].startswith("enforcement")]
    assert plain.report["fleet"]["drifted"] == 1
    same = Audit(scene, tmp_path, twofactor_enforcement={"enforced": True, "excluded_groups": ["service-accounts"]})
    assert same.host()["drift"]["status"] == "same"
    assert Audit(scene, tmp_path).host()["drift"]["status"] == "not_compared"


def test_the_commands_of_the_report_fix_the_findings(scene: Any, tmp_path: Path) -> None:
    rule = {"rules": [{"id": "nobody", "check": "locked_out"}]}
    audit = Audit(scene, tmp_path, policy=rule)
    commands = {user["user"]: user["remediation"]["command"] for user in audit.report["users"]}
    assert set(commands) == STATES["locked_out"]
    for uid in ("bob", "frank"):
        for command in commands[uid].split(" && "):
            words = shlex.split(command)
            assert words[0] == "ansible-playbook" and words[1] == "-i"
            done = play(*words[1:], "-e", f"audit_log={tmp_path}/log.jsonl")
            assert done.returncode == 0, done.stdout + done.stderr
    time.sleep(1.1)
    after = Audit(scene, tmp_path, policy=rule)
    assert {user["user"] for user in after.report["users"]} == STATES["locked_out"] - {"bob", "frank"}
    assert after.report["trend"][-1]["locked_out"] == after.report["trend"][0]["locked_out"] - 2
    assert "&&" in commands["frank"] and "&&" not in commands["bob"]


def test_the_audit_compares_what_the_role_would_set() -> None:
    """An option that the role gains has to be compared too."""
    role = yaml.safe_load((ROOT / "roles/twofactor/tasks/main.yml").read_text(encoding="utf-8"))[0][
        "secsign.nextcloud.twofactor"
    ]
    text = (ROOT / "playbooks/audit.yml").read_text(encoding="utf-8")
    block = text[
        text.index("              secsign.nextcloud.twofactor:") : text.index("              check_mode: true")
    ]
    compared = yaml.safe_load(block)["secsign.nextcloud.twofactor"]
    # site.yml gives these to the role as a variable
    assert compared.pop("rollout_groups") == "{{ rollout_groups | default([]) }}"
    assert compared == role
    assert role["from_variables"] == "twofactor_"
