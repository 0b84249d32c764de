# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing secret is seen anywhere: planted markers are looked for in every place where a run of a playbook leaves or
shows something.

In the arguments and environments of all processes while it runs, in what is printed at -vvvv, in Ansible's log, in the
host's syslog, in nextcloud.log, in files that are left, and in the report of an audit.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
import yaml
from subprocess_runner import watching_processes
from users_play import play, variables
from users_scene import SECSIGN

pytestmark = pytest.mark.thorough

# Of the server; none of these is for anybody's eyes.
CONFIG_SECRETS = {
    "secret": "PlantedSecretOfConfig0001",
    "passwordsalt": "PlantedSaltOfConfig000002",
    "dbpassword": "PlantedDbPassword00000003",
}
MAIL_SECRET = "PlantedMailPassword0000004"
KEY = "planted-key-of-redaction-0005"
# Of users.
PASSWORD = "Planted-Password-6-aA1"
MAIL = "planted.mail@private.example"
# What only the server knows, and an audit must not show.
HELD_ID = "planted-held-7@corp"
SEED = "PLANTEDTOTPSEED8"


@pytest.fixture
def planted(server: Any) -> Any:
    """A server with something to give away."""
    if not server.has_saved("planted"):
        scene.with_ids(server)
        for key, value in dict(CONFIG_SECRETS, mail_smtppassword=MAIL_SECRET).items():
            server.configure(key, f"'{value}'")
        server.occ("user:add", "--password-from-env", "planted", env={"OC_PASS": PASSWORD, "NC_PASS": PASSWORD})
        server.sql(
            "INSERT INTO oc_preferences (userid, appid, configkey, configvalue) VALUES ('planted', 'settings',"
            " 'email', ?)",
            MAIL,
        )
        server.sql(
            "INSERT INTO oc_preferences (userid, appid, configkey, configvalue) VALUES ('planted', 'twofactor_totp',"
            " 'secret', ?)",
            SEED,
        )
        server.sql("UPDATE oc_twofactor_secsign SET secsignid = ? WHERE user_id = 'alice'", HELD_ID)
        server.save("planted")
    server.restore("planted")
    (server.data / "nextcloud.log").unlink(missing_ok=True)
    return server


class Places:
    """Where something could be seen."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.syslog: list[str] = []

    def note(self, where: str, text: str) -> None:
        self.texts[where] = self.texts.get(where, "") + text

    def found(self, marker: str) -> set[str]:
        return {where for where, text in dict(self.texts, syslog="\n".join(self.syslog)).items() if marker in text}


@contextlib.contextmanager
def a_syslog(places: Places) -> Iterator[None]:
    """Takes the place of the host's, where there is none: every module writes there with which options it was
    called."""
    path = Path("/dev/log")
    if os.geteuid() != 0 or path.exists():
        yield
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(path))
        listener.settimeout(0.1)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                with contextlib.suppress(OSError):
                    places.syslog.append(listener.recv(1 << 20).decode("utf-8", "replace"))

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            path.unlink()


def files_in(folder: Path) -> set[Path]:
    """Straight in it, since other programs of the machine work below."""
    return {Path(entry.path) for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)}


def watch(server: Any, folder: Path, playbook: str, host: dict[str, Any], *arguments: str, **extra: Any) -> Places:
    """Runs it and gathers what can be seen then and afterwards."""
    places = Places()
    # whoever makes temporary files makes them here; those who do not ask are looked for where everybody's are
    own, common = Path(tempfile.mkdtemp(prefix="operator-tmp-")), [Path("/tmp"), Path("/var/tmp")]
    own.chmod(0o1777)
    (folder / "home").mkdir(exist_ok=True)
    before = {path for where in common for path in files_in(where)}
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("TMPDIR", str(own))
    monkeypatch.setenv("HOME", str(folder / "home"))
    with monkeypatch.context(), a_syslog(places), watching_processes() as seen:
        played = play(folder, playbook, {"cloud": variables(server, **host)}, "-vvvv", "--diff", *arguments, **extra)
    places.note("output", played.output)
    for what, entries in seen.seen.items():
        # a process of the operator's own, not of the collection
        places.note(what, "\n".join(entry for entry in entries if "pytest" not in entry))
    places.note("ansible.log", (folder / "ansible.log").read_text(encoding="utf-8"))
    log = server.data / "nextcloud.log"
    places.note("nextcloud.log", log.read_text(encoding="utf-8", errors="replace") if log.exists() else "")
    monkeypatch.undo()
    left = [path for where in common for path in files_in(where) - before]
    left += [
        path
        for where in (own, folder / "home", folder / "local", folder / "remote")
        for path in where.rglob("*")
        if path.is_file()
    ]
    for path in left:
        with contextlib.suppress(OSError):
            places.note(f"left over: {path}", path.read_bytes().decode("utf-8", "replace"))
    shutil.rmtree(own)
    places.note("rc", str(played.rc))
    assert "config:import" in places.texts["cmdline"] or playbook in (
        "audit.yml",
        "unlock.yml",
        "rollback.yml",
    ), "the watch saw occ"
    assert "TASK [" in played.output
    return places


def nowhere(places: Places, *markers: str) -> None:
    for marker in (*CONFIG_SECRETS.values(), MAIL_SECRET, PASSWORD, MAIL, SEED, *markers):
        assert not places.found(marker), f"{marker} is in {places.found(marker)}"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Closed to others, as an operator's home is."""
    path = Path(tempfile.mkdtemp(prefix="operator-"))
    yield path
    shutil.rmtree(path)


def site(server: Any, folder: Path) -> dict[str, Any]:
    return {
        "twofactor_app_id": SECSIGN,
        "twofactor_snapshot_dir": str(folder / "snapshots"),
        "twofactor_secsign_ids": {"ids": [{"user": "bob", "secsign_id": "bob@new"}]},
        "twofactor_exemptions": {
            "exemptions": [{"user": "planted", "owner": "it", "reason": "leave", "until": "2027-01-15"}]
        },
        "twofactor_enforcement": {"enforced": True, "groups": ["staff"]},
    }


def test_site_and_rollback(planted: Any, folder: Path) -> None:
    places = watch(planted, folder, "site.yml", site(planted, folder))
    assert places.texts["rc"] == "0", places.texts["output"][-3000:]
    nowhere(places, HELD_ID)
    snapshots = folder / "snapshots"
    written = [path for path in snapshots.rglob("*") if path.is_file()]
    assert written
    for path in [snapshots, *snapshots.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    for path in written:
        places.note("snapshot", path.read_text(encoding="utf-8"))
    nowhere(places, HELD_ID)
    nowhere(watch(planted, folder, "rollback.yml", site(planted, folder)), HELD_ID)


def test_unlock_and_exempt(planted: Any, folder: Path) -> None:
    trace = {"audit_log": str(folder / "audit.jsonl")}
    nowhere(watch(planted, folder, "unlock.yml", {}, user="planted"))
    nowhere(watch(planted, folder, "unlock.yml", {}, user="planted", method="exempt", reason="phone lost", **trace))
    nowhere(
        watch(planted, folder, "exempt.yml", {}, user="planted", owner="it", until_day="2027-01-15", reason="leave")
    )


def test_backup_codes_are_in_their_file_alone(planted: Any, folder: Path) -> None:
    codes_file = folder / "codes.txt"
    places = watch(
        planted,
        folder,
        "unlock.yml",
        {},
        user="planted",
        method="backup_codes",
        path=str(codes_file),
        reason="phone lost",
        audit_log=str(folder / "a.jsonl"),
    )
    codes = codes_file.read_text(encoding="utf-8").split()
    assert len(codes) == 10 and stat.S_IMODE(codes_file.stat().st_mode) == 0o600
    places.note("audit log", (folder / "a.jsonl").read_text(encoding="utf-8"))
    nowhere(places, *codes)
    hashes = [row[0] for row in planted.sql("SELECT code FROM oc_twofactor_backupcodes WHERE user_id = 'planted'")]
    assert hashes and not set(codes) & set(hashes)


def reports(folder: Path) -> Iterator[Path]:
    for path in (folder / "audit").rglob("*"):
        if path.is_file():
            yield path


@pytest.mark.parametrize("redact", [False, True], ids=["names", "redacted"])
def test_audit(planted: Any, folder: Path, redact: bool) -> None:
    """The server has an ID that differs from the wanted one: that it does is reported, the ID is not."""
    reason = f"ask {MAIL} about it"
    assert not planted.run(
        "exemptions", exemptions=[{"user": "planted", "owner": "it", "reason": "away", "until": "2027-01-15"}]
    ).failed
    host = dict(site(planted, folder), twofactor_secsign_ids={"ids": [{"user": "alice", "secsign_id": "alice@wanted"}]})
    stored = planted.sql(
        "SELECT configvalue FROM oc_appconfig WHERE appid = 'secsign_nextcloud' AND configkey = 'exemptions'"
    )[0][0]
    planted.sql(
        "UPDATE oc_appconfig SET configvalue = ? WHERE appid = 'secsign_nextcloud' AND configkey = 'exemptions'",
        stored.replace("away", reason),
    )
    vault = folder / "vault.yml"
    vault.write_text(yaml.safe_dump({"audit_redact_key": KEY, "audit_redact": redact}), encoding="utf-8")
    host.pop("twofactor_exemptions")
    places = watch(planted, folder, "audit.yml", host, "-e", f"@{vault}", audit_output_dir=str(folder / "audit"))
    assert places.texts["rc"] in ("0", "2"), places.texts["output"][-3000:]
    for path in reports(folder):
        places.note(f"report {path.name}", path.read_text(encoding="utf-8"))
    assert [where for where in places.texts if where.startswith("report report.")]
    for path in [folder / "audit", *(folder / "audit").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    if not redact:
        # the operator's own screen shows what colleagues wrote and, with --diff, what differs; what is handed on does
        # not
        for where in ("output", "ansible.log"):
            places.texts[where] = places.texts[where].replace(reason, "").replace(HELD_ID, "")
    nowhere(places, KEY, HELD_ID)
    if redact:
        for where, text in places.texts.items():
            if where.startswith("report"):
                assert "planted" not in text and "alice" not in text, where


def test_the_watch_would_see_it(planted: Any, folder: Path) -> None:
    """The same search finds what a careless play gives away, in each place."""
    careless = folder / "careless.yml"
    careless.write_text(
        json.dumps(
            [
                {
                    "hosts": "nextcloud",
                    "gather_facts": False,
                    "tasks": [
                        {
                            "ansible.builtin.command": {"argv": ["sh", "-c", "sleep 1; : config:import", PASSWORD]},
                            "environment": {"WORD": KEY},
                        },
                        {"ansible.builtin.shell": f"echo {HELD_ID} > ${{TMPDIR}}/careless"},
                    ],
                }
            ]
        ),
        encoding="utf-8",
    )
    places = watch(planted, folder, str(careless), {})
    assert {"output", "cmdline", "ansible.log"} <= places.found(PASSWORD)
    assert "environ" in places.found(KEY)
    assert any(where.startswith("left over") for where in places.found(HELD_ID))
    if os.geteuid() == 0 and places.syslog:
        assert "syslog" in places.found(PASSWORD)
