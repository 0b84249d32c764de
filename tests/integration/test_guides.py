# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides and the README's first host: their files are written and their commands run, as they stand, on sandbox
servers.

What a page cannot know is put in by programs of the same name that come first on the PATH: ansible-playbook is given
where the servers are, ansible-galaxy the archive of this checkout, and docker stands in for the client of a container
engine.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hosts
import processes
import pytest

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDES = ROOT / "docs" / "guides"
BIN = Path(sys.executable).parent
PEOPLE = {"alice": ["staff", "pilot"], "bob": ["staff"], "carol": ["it"], "robot": ["service-accounts"]}
PASSWORD = {"OC_PASS": "Fixture-pass-1", "NC_PASS": "Fixture-pass-1"}


def steps(page: Path) -> list[tuple[str, str]]:
    """What a page asks for, in order: ("sh", commands) or (name of a file, its content)."""
    found: list[tuple[str, str]] = []
    for before, language, body in re.findall(
        r"(?:^`([\w.-]+)`:\n\n)?^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        if language == "sh":
            found.append(("sh", body))
        elif before:
            found.append((before, body))
    return found


@dataclass
class Desk:
    """A folder of the operator's, and the servers that the pages speak of."""

    folder: Path
    servers: dict[str, hosts.Host]
    env: dict[str, str]
    output: str = ""

    def follow(self, page: Path) -> None:
        for name, body in steps(page):
            if name != "sh":
                (self.folder / name).write_text(body, encoding="utf-8")
                continue
            command = ["bash", "-euo", "pipefail", "-c", body]
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            self.output += done.stdout + done.stderr
            assert done.returncode == 0, f"{page.name}:\n{body}\n{done.stdout}{done.stderr}"

    def enforced(self, server: str = "cloud.example.com") -> dict[str, Any]:
        reported = self.servers[server].occ("config:list", "system", "--output=json").stdout
        return {
            key[10:]: value for key, value in json.loads(reported)["system"].items() if key.startswith("twofactor_")
        }

    def sql(self, statement: str, server: str = "cloud.example.com") -> list[tuple[Any, ...]]:
        import sqlite3

        database = next((self.servers[server].path.parent / "nextcloud-data").glob("*.db"))
        connection = sqlite3.connect(database)
        try:
            rows = connection.execute(statement).fetchall()
            connection.commit()
        finally:
            connection.close()
        return rows

    def ids(self) -> dict[str, str]:
        return dict(self.sql("SELECT user_id, secsignid FROM oc_twofactor_secsign"))


def program(path: Path, text: str) -> None:
    path.write_text("#!/bin/bash\nset -euo pipefail\n" + text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture(scope="module")
def archive() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, PATH=f"{BIN}:{os.environ['PATH']}", PYTHON=sys.executable)
        subprocess.run([str(ROOT / "tools" / "build"), folder], env=env, check=True, capture_output=True)
        yield next(Path(folder).glob("secsign-nextcloud-*.tar.gz"))


@pytest.fixture(scope="module")
def id_server() -> Iterator[dict[str, str]]:
    # a socket's path must be short, and the owner of the Nextcloud reads the certificate
    with tempfile.TemporaryDirectory(prefix="secsign-") as short:
        folder = Path(short) / "ids"
        with processes.id_server(folder, "--id", "alice@example"):
            for path in (folder.parent, folder):
                path.chmod(0o755)
            yield dict(json.loads((folder / "addresses.json").read_text(encoding="utf-8")), ca=str(folder / "ca.pem"))


@pytest.fixture(scope="module")
def installed(archive: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, ANSIBLE_COLLECTIONS_PATH=folder)
        subprocess.run(
            [str(BIN / "ansible-galaxy"), "collection", "install", str(archive), "-p", folder],
            cwd=folder,
            env=env,
            check=True,
            capture_output=True,
        )
        yield Path(folder)


@pytest.fixture
def desk(open_folder: Path, archive: Path, installed: Path, id_server: dict[str, str]) -> Desk:
    servers = {}
    for name in ("cloud.example.com", "cloud2.example.com"):
        host = hosts.make("sandbox:newest", open_folder / name / "nextcloud")
        for group in sorted({group for groups in PEOPLE.values() for group in groups}):
            host.occ("group:add", group)
        for user, groups in PEOPLE.items():
            host.occ("user:add", "--password-from-env", *(f"--group={group}" for group in groups), user, env=PASSWORD)
        host.occ("security:certificates:import", id_server["ca"])
        servers[name] = host
    work, bin_folder = open_folder / "work", open_folder / "bin"
    (work / "carry").mkdir(parents=True)
    bin_folder.mkdir()
    (work / "carry" / archive.name).write_bytes(archive.read_bytes())
    port = {name: address.rsplit(":", 1)[1] for name, address in id_server.items() if name in ("first", "fallback")}
    given = {
        "ansible_connection": "local",
        "ansible_become": False,
        "ansible_python_interpreter": sys.executable,
        "twofactor_nextcloud_path": str(open_folder) + "/{{ inventory_hostname }}/nextcloud",
        "twofactor_snapshot_dir": str(open_folder) + "/{{ inventory_hostname }}/before",
        "twofactor_id_server": {
            "server": "https://localhost",
            "serverport": int(port["first"]),
            "fallback": "https://localhost",
            "fallbackport": int(port["fallback"]),
            "mobileurl": "localhost",
            "validate": True,
            "ca_path": id_server["ca"],
        },
        "audit_log": str(open_folder / "audit.jsonl"),
    }
    (open_folder / "given.json").write_text(json.dumps(given), encoding="utf-8")
    program(bin_folder / "ansible-playbook", f'exec {BIN}/ansible-playbook "$@" -e @{open_folder}/given.json\n')
    galaxy = (
        'if [ "$*" = "collection install secsign.nextcloud" ]; then set -- collection install '
        + shlex.quote(str(archive))
        + "; fi\n"
        f'ANSIBLE_COLLECTIONS_PATH={open_folder}/installed exec {BIN}/ansible-galaxy "$@" --force -p'
        f" {open_folder}/installed\n"
    )
    program(bin_folder / "ansible-galaxy", galaxy)
    # docker exec -i CONTAINER COMMAND...: what is inside the container is here this machine's
    program(bin_folder / "docker", 'test "$1 $2 $3" = "exec -i nextcloud"\nshift 3\nexec "$@"\n')
    env = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    env.update(
        PATH=f"{bin_folder}:{BIN}:{os.environ['PATH']}",
        ANSIBLE_COLLECTIONS_PATH=str(installed),
        ANSIBLE_NOCOLOR="1",
        LC_ALL="C.UTF-8",
        USER="operator",
        ANSIBLE_LOCAL_TEMP=str(open_folder / "local"),
        ANSIBLE_REMOTE_TEMP=str(open_folder / "remote"),
        ANSIBLE_RETRY_FILES_ENABLED="false",
    )
    return Desk(work, servers, env)


def on_everywhere(desk: Desk) -> None:
    """The state that the daily work starts from: everybody is meant, alice has a SecSign ID, the others set one up
    at the login."""
    desk.servers["cloud.example.com"].occ("group:add", "helpers")
    inventory = {
        "nextcloud": {
            "hosts": {name: {} for name in desk.servers},
            "vars": {
                "twofactor_app": {"state": "enabled"},
                "twofactor_onboarding": {"enabled": True, "suffix": "example"},
                "twofactor_secsign_ids": {"ids": [{"user": "alice", "secsign_id": "alice@example"}]},
                "twofactor_enforcement": {"enforced": True, "groups": []},
            },
        }
    }
    (desk.folder / "start.json").write_text(json.dumps(inventory), encoding="utf-8")
    done = subprocess.run(
        ["ansible-playbook", "-i", "start.json", "secsign.nextcloud.site"],
        cwd=desk.folder,
        env=desk.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def vendors_app_was_here(desk: Desk) -> None:
    """What secsignid 0.3.3 leaves in a database that was upgraded since."""
    desk.sql("CREATE TABLE oc_secsignid (user_id VARCHAR(64) PRIMARY KEY, secsignid VARCHAR(255), enabled SMALLINT)")
    desk.sql("INSERT INTO oc_secsignid VALUES ('alice', 'alice@company', 1), ('bob', 'bob.miller@company', 1)")
    # of somebody who was not released before the move, whom a provider that cannot load keeps out
    desk.sql("INSERT INTO oc_twofactor_providers (provider_id, uid, enabled) VALUES ('secsignid', 'alice', 1)")


def nothing(desk: Desk) -> None:
    pass


def after_first_host(desk: Desk) -> None:
    now = desk.enforced()
    assert now["enforced"] == "true" and now["enforced_groups"] == ["pilot"]


def after_roll_out(desk: Desk) -> None:
    # it went forth and back again
    assert (
        desk.enforced().get("enforced", "false") == "false"
        and "twofactor_secsign" not in desk.servers["cloud.example.com"].occ("app:list").stdout.split("Disabled")[0]
    )
    assert desk.output.count("changed=0 ") >= 2


def after_add_people(desk: Desk) -> None:
    assert desk.ids() == {"alice": "alice@example", "bob": "bob.miller@example", "carol": "carol.smith@example"}


def after_unlock(desk: Desk) -> None:
    lines = [json.loads(line) for line in (desk.folder.parent / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["why"].split(", ")[1] for line in lines] == ["ticket 4712", "ticket 4713", "ticket 4714"]
    assert desk.sql(
        "SELECT enabled FROM oc_twofactor_providers WHERE uid = 'alice' AND provider_id = 'twofactor_secsign'"
    ) in ([], [(0,)])


def after_exempt(desk: Desk) -> None:
    # alice's was taken back, that of the group holds
    assert "secsign-exempt" in json.dumps(desk.enforced()) or "it" in json.dumps(desk.enforced())
    members = json.loads(desk.servers["cloud.example.com"].occ("group:list", "--output=json").stdout)
    assert "alice" not in members.get("secsign-exempt", [])


def after_audit(desk: Desk) -> None:
    (report,) = (desk.folder / "audit-reports").glob("*/report.json")
    reported = json.loads(report.read_text(encoding="utf-8"))
    assert len(reported["hosts"]) == 2
    (redacted,) = (desk.folder / "redacted").glob("*/users.csv")
    assert "alice" not in redacted.read_text(encoding="utf-8") and "anon-" in redacted.read_text(encoding="utf-8")


def after_upgrade(desk: Desk) -> None:
    assert desk.ids() == {"alice": "alice@company", "bob": "bob.miller@company"}
    assert desk.enforced()["enforced"] == "true"


def after_awx(desk: Desk) -> None:
    (line,) = (desk.folder.parent / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["who"] == "helpdesk"


CASES: dict[str, tuple[Callable[[Desk], None], Callable[[Desk], None]]] = {
    "README.md": (nothing, after_first_host),
    "docs/guides/roll-out.md": (nothing, after_roll_out),
    "docs/guides/add-users.md": (nothing, after_add_people),
    "docs/guides/unlock.md": (on_everywhere, after_unlock),
    "docs/guides/exempt.md": (on_everywhere, after_exempt),
    "docs/guides/audit.md": (on_everywhere, after_audit),
    "docs/guides/upgrade-from-secsignid.md": (vendors_app_was_here, after_upgrade),
    "docs/guides/air-gap.md": (nothing, after_first_host),
    "docs/guides/containers.md": (nothing, after_first_host),
    "docs/guides/awx.md": (on_everywhere, after_awx),
}


def test_every_guide_is_run_and_listed() -> None:
    pages = {path.relative_to(ROOT).as_posix() for path in GUIDES.glob("*.md")} - {"docs/guides/README.md"}
    assert pages == set(CASES) - {"README.md"}
    for page in pages:
        assert f"]({page})" in (ROOT / "README.md").read_text(encoding="utf-8")
        assert f"]({Path(page).name})" in (GUIDES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted(CASES))
def test_the_commands_of_a_page_do_what_it_says(page: str, desk: Desk) -> None:
    before, after = CASES[page]
    assert [name for name, _body in steps(ROOT / page)].count("sh") >= 1
    before(desk)
    desk.follow(ROOT / page)
    # the one warning that a page promises
    desk.output = desk.output.replace("[WARNING]: Not on this server, so left out: nobody-knows.", "")
    assert "WARNING" not in desk.output and "DEPRECAT" not in desk.output, desk.output
    after(desk)
