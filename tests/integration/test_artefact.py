# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive that a release is: what it holds, that it installs, and that little of it is needed to work."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hosts
import pytest
import yaml

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
# all that stands at the top of a release
TOP = {
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "FILES.json",
    "LICENSES",
    "MANIFEST.json",
    "README.md",
    "REUSE.toml",
    "SECURITY.md",
    "changelogs",
    "docs",
    "inventories",
    "meta",
    "playbooks",
    "plugins",
    "requirements.txt",
    "roles",
    "execution-environment.yml",
    "awx",
}
ENDINGS = {".cfg", ".css", ".gz", ".j2", ".json", ".md", ".png", ".py", ".svg", ".toml", ".txt", ".yaml", ".yml"}


def run(*command: str, env: dict[str, str], cwd: Path = ROOT, status: int = 0) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    # an earlier version, which must not go along
    (folder / "twofactor_secsign-0.0.1.tar.gz").write_bytes(b"")
    run("tools/build", str(folder), env=dict(os.environ, PATH=f"{BIN}:{os.environ['PATH']}", PYTHON=sys.executable))
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    return folder / f"secsign-nextcloud-{version}.tar.gz"


@pytest.fixture(scope="module")
def env(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where nothing is to be found but the archive's content, installed as a user would."""
    folder = tmp_path_factory.mktemp("installed")
    (folder / "ansible.cfg").write_text("", encoding="utf-8")
    changed = {
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false",
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    reported = run(
        str(BIN / "ansible-galaxy"),
        "collection",
        "install",
        str(archive),
        "-p",
        str(folder),
        env={**kept, **changed},
        cwd=folder,
    )
    assert "was installed successfully" in reported
    yield {**kept, **changed}


def names(archive: Path) -> set[str]:
    with tarfile.open(archive) as tar:
        return {member.name for member in tar.getmembers() if member.isfile()}


def test_it_holds_only_what_it_should(archive: Path) -> None:
    held = names(archive)
    assert {name.split("/")[0] for name in held} <= TOP
    # what ansible-runner reads has no ending
    assert {Path(name).suffix for name in held if not name.startswith("awx/runner/env/")} <= ENDINGS
    assert not [name for name in held if any(part.startswith((".", "__pycache__")) for part in name.split("/"))]
    assert "changelogs/changelog.yaml" in held and not [
        name for name in held if name.startswith("changelogs/fragments/")
    ]
    apps = [name for name in held if name.endswith(".gz")]
    assert len(apps) == 1 and apps[0].startswith("roles/twofactor/files/twofactor_secsign-")
    assert archive.stat().st_size < 4 << 20


def test_every_link_of_the_page_that_galaxy_shows_leads_to_the_repository_at_its_tag(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        page = tar.extractfile("README.md")
        assert page is not None
        links = re.findall(r"\]\(([^)\s]+)\)", page.read().decode())
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    ours = re.compile(
        re.escape(galaxy["repository"]) + "/(?:raw|tree|blob)/" + re.escape(galaxy["version"]) + "/([^#]+)"
    )
    there = [match.group(1) for match in map(ours.match, links) if match]
    assert [link for link in links if not re.match("https://", link)] == [] and len(there) > 20
    assert [name for name in there if not (ROOT / name).exists()] == []


def test_it_holds_all_that_it_should(archive: Path) -> None:
    held = names(archive)
    there = [
        path for folder in ("plugins", "roles", "playbooks") for path in (ROOT / folder).rglob("*") if path.is_file()
    ]
    wanted = {path.relative_to(ROOT).as_posix() for path in there if path.suffix not in (".pyc", ".gz")}
    assert wanted <= held
    for role in (ROOT / "roles").iterdir():
        assert f"roles/{role.name}/README.md" in held and f"roles/{role.name}/meta/argument_specs.yml" in held
    assert {"LICENSES/GPL-3.0-or-later.txt", "LICENSES/AGPL-3.0-or-later.txt", "meta/runtime.yml"} <= held


def test_every_link_of_its_pages_leads_to_what_it_holds(archive: Path, env: dict[str, str]) -> None:
    folder = Path(env["ANSIBLE_COLLECTIONS_PATH"]) / "ansible_collections" / "secsign" / "nextcloud"
    lost = []
    for page in folder.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            # a page may lead to what only a checkout holds
            if (
                "://" not in target
                and not (page.parent / target).exists()
                and not (ROOT / page.relative_to(folder).parent / target).exists()
            ):
                lost.append(f"{page.relative_to(folder)}: {target}")
    assert not lost


def test_it_works_with_nothing_but_meta_plugins_roles_and_playbooks(env: dict[str, str], open_folder: Path) -> None:
    folder = Path(env["ANSIBLE_COLLECTIONS_PATH"]) / "ansible_collections" / "secsign" / "nextcloud"
    for entry in folder.iterdir():
        if entry.name not in ("meta", "plugins", "roles", "playbooks", "MANIFEST.json", "FILES.json"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    # a checkout has neither of these two; an installed collection shows its version by them
    host = hosts.make("sandbox:newest", open_folder / "nextcloud")
    inventory = open_folder / "hosts.json"
    variables: dict[str, Any] = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "twofactor_nextcloud_path": str(host.path),
        "twofactor_snapshot_dir": str(open_folder / "before"),
        "twofactor_app": {"state": "enabled"},
        "twofactor_onboarding": {"enabled": True, "suffix": "example"},
        "twofactor_enforcement": {"enforced": True, "groups": []},
        "twofactor_secsign_ids": {"pattern": "{uid}@example"},
        "audit_log": str(open_folder / "audit.jsonl"),
        "audit_output_dir": str(open_folder / "reports"),
    }
    # a second factor besides, so that no ID server is asked
    host.occ("app:enable", "twofactor_totp")
    inventory.write_text(json.dumps({"nextcloud": {"hosts": {"cloud": {}}, "vars": variables}}), encoding="utf-8")

    def play(name: str, *arguments: str, status: int = 0) -> str:
        command = (str(BIN / "ansible-playbook"), "-i", str(inventory), f"secsign.nextcloud.{name}", *arguments)
        reported = run(*command, env=env, cwd=open_folder, status=status)
        assert "WARNING" not in reported and "DEPRECAT" not in reported, reported
        return reported

    assert "changed=1 " in play("site", "--diff")
    assert "changed=0 " in play("site")
    assert "enforced" in play("status")
    play("unlock", "-e", "user=admin")
    play(
        "exempt",
        "-e",
        "user=admin",
        "-e",
        "owner=me",
        "-e",
        "reason=test",
        "-e",
        "until_day=2099-01-01",
        "-e",
        "max_days=100000",
    )
    # it is exempt for far longer than the policy that comes along allows
    play("audit", status=2)
    assert len(list((open_folder / "reports").glob("*/report.html"))) == 1
    play("exempt", "-e", "user=admin", "-e", "state=absent")
    assert "changed=1 " in play("rollback", "-e", "snapshot=first")


def test_the_documentation_of_everything_in_it_can_be_shown(archive: Path, env: dict[str, str]) -> None:
    for kind, there in (("module", "plugins/modules/"), ("filter", "plugins/filter/"), ("role", "roles/")):
        listed = json.loads(run(str(BIN / "ansible-doc"), "-t", kind, "-l", "-j", "secsign.nextcloud", env=env))
        wanted = {
            "secsign.nextcloud." + name[len(there) :].split("/")[0].split(".")[0]
            for name in names(archive)
            if name.startswith(there)
        }
        assert set(listed) == wanted
        shown = json.loads(run(str(BIN / "ansible-doc"), "-t", kind, "-j", *sorted(wanted), env=env))
        assert set(shown) == wanted
