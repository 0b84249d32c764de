# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks as AWX and its tools start them: flat answers, mostly text; ansible-runner, ansible-navigator,
ansible-builder."""

from __future__ import annotations

import datetime
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hosts
import pytest
import supported
import yaml

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = Path(sys.executable).parent


class Cloud:
    """One sandbox, and a folder as ansible-runner wants it."""

    def __init__(self, folder: Path) -> None:
        self.host = hosts.make("sandbox:newest", folder / "nextcloud")
        self.path = self.host.path
        for group in ("staff", "it", "service, accounts"):
            self.host.occ("group:add", group)
        # a second factor besides, so that no ID server is asked
        self.host.occ("app:enable", "twofactor_totp")
        self.runner = folder / "runner"
        shutil.copytree(ROOT / "awx" / "runner", self.runner)
        (self.runner / "inventory").mkdir()
        variables = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "twofactor_nextcloud_path": str(self.path),
            "twofactor_snapshot_dir": str(folder / "before"),
            "twofactor_app": {"state": "enabled"},
            "twofactor_enforcement": {"enforced": False, "groups": ["it"], "service_groups": ["it"]},
        }
        (self.runner / "inventory" / "hosts.json").write_text(
            json.dumps({"nextcloud": {"hosts": {"cloud": variables}}}), encoding="utf-8"
        )
        self.environment = dict(
            os.environ,
            ANSIBLE_COLLECTIONS_PATH=str(ROOT / "collections"),
            ANSIBLE_NOCOLOR="1",
            PATH=f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        )
        self.environment.pop("ANSIBLE_CONFIG", None)

    def answer(self, answers: dict[str, Any], playbook: str = "site", rc: int = 0) -> str:
        """As AWX does it: the answers are extra variables in a file, and ansible-runner starts the playbook."""
        (self.runner / "env" / "extravars").write_text(json.dumps(answers), encoding="utf-8")
        command = [
            str(PROGRAMS / "ansible-runner"),
            "run",
            str(self.runner),
            "--playbook",
            f"secsign.nextcloud.{playbook}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=self.environment)
        assert done.returncode == rc, done.stdout + done.stderr
        return done.stdout

    def config(self) -> dict[str, Any]:
        program = f"include '{self.path}/config/config.php'; echo json_encode($CONFIG);"
        return dict(json.loads(subprocess.run([hosts.php(), "-r", program], capture_output=True, check=True).stdout))

    def settings(self, app: str = "twofactor_secsign") -> dict[str, str]:
        return dict(json.loads(self.host.occ("config:list", "--output=json", app).stdout)["apps"].get(app) or {})


@pytest.fixture
def cloud(open_folder: Path) -> Iterator[Cloud]:
    yield Cloud(open_folder)


def changed(output: str) -> int:
    return int(re.findall(r"changed=(\d+)", output)[-1])


def test_text_answers_are_what_the_options_take(cloud: Cloud) -> None:
    answers = {
        "survey_enforced": "true",
        "survey_groups": "staff\nit\n",
        "survey_excluded_groups": "",
        "survey_guard": "strict",
        "survey_exempt_days": "7",
        "survey_service_groups": "",
        "survey_server": "https://id.example.com",
        "survey_serverport": "8443",
        "survey_fallback": "",
        "survey_fallbackport": "",
        "survey_mobileurl": "id.example.com",
        "survey_validate": "false",
        "survey_onboarding": "true",
        "survey_suffix": "example",
        "survey_rollout_serial": "1, 10%, 100%",
        "survey_rollout_groups": "",
        "survey_allow_edit": "false",
        "survey_choice_groups": "",
    }
    assert changed(cloud.answer(answers)) == 1
    config, settings = cloud.config(), cloud.settings()
    assert config["twofactor_enforced"] == "true" and sorted(config["twofactor_enforced_groups"]) == ["it", "staff"]
    reported = {
        "server": "https://id.example.com",
        "serverport": "8443",
        "mobileurl": "id.example.com",
        "onboarding_enabled": "1",
        "onboarding_suffix": "example",
    }
    assert {key: settings.get(key) for key in reported} == reported and settings["allowEdit"] == ""
    # nothing was answered about them
    assert "fallback" not in settings and "choice_groups" not in settings
    assert changed(cloud.answer(answers)) == 0
    # a list that AWX gives as one, numbers as numbers; a name with a comma stands on a line of its own
    more = {
        "survey_enforced": "true",
        "survey_groups": "none",
        "survey_excluded_groups": "service, accounts\nit",
        "survey_serverport": 443,
    }
    assert changed(cloud.answer(more)) == 1
    config = cloud.config()
    assert config["twofactor_enforced_groups"] == [] and set(config["twofactor_enforced_excluded_groups"]) == {
        "service, accounts",
        "it",
    }
    assert cloud.settings()["serverport"] == "443"


def test_who_only_presses_the_button_gets_what_the_inventory_says(cloud: Cloud) -> None:
    spec = json.loads((ROOT / "awx" / "surveys" / "site.json").read_text(encoding="utf-8"))["spec"]
    cloud.answer({question["variable"]: question["default"] for question in spec})
    config = cloud.config()
    assert config.get("twofactor_enforced", "false") == "false"
    assert cloud.settings()["enabled"] == "yes"


def test_group_by_group(cloud: Cloud) -> None:
    cloud.answer(
        {
            "survey_enforced": "true",
            "survey_rollout_groups": "staff, it",
            "survey_onboarding": "true",
            "survey_suffix": "example",
        }
    )
    assert sorted(cloud.config()["twofactor_enforced_groups"]) == ["it", "staff"]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"survey_enforced": "maybe"}, ["survey_enforced", "maybe"]),
        ({"survey_enforced": "true", "survey_exempt_days": "a week"}, ["survey_exempt_days", "a week"]),
        ({"survey_enforce": "true"}, ["survey_enforce: unknown question", "survey_enforced"]),
        ({"survey_enforced": "true", "survey_groups": "nosuchgroup"}, ["groups", "nosuchgroup"]),
    ],
)
def test_a_wrong_answer_is_told_before_anything_changes(
    cloud: Cloud, answers: dict[str, str], words: list[str]
) -> None:
    before = cloud.config()
    reported = " ".join(cloud.answer(answers, rc=2).split())
    for word in words:
        assert word in reported, reported
    assert "Traceback" not in reported and reported.count("fatal: ") == 1
    assert cloud.config() == before and not cloud.settings()


def test_the_other_surveys(cloud: Cloud) -> None:
    """Whatever is not answered is not asked for."""
    cloud.answer({"survey_enforced": "true", "survey_groups": "staff"})

    def asked(name: str, **answers: str) -> dict[str, Any]:
        spec = json.loads((ROOT / "awx" / "surveys" / f"{name}.json").read_text(encoding="utf-8"))["spec"]
        return {**{question["variable"]: question["default"] for question in spec}, **answers}

    assert changed(cloud.answer(asked("unlock", user="admin"), "unlock")) == 0
    assert (
        changed(
            cloud.answer(asked("unlock", user="admin", method="exempt", hours="8", reason="phone at home"), "unlock")
        )
        == 1
    )
    day = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
    reported = cloud.answer(asked("exempt", group="it", owner="helpdesk", reason="new", until_day=day), "exempt")
    assert changed(reported) == 1 and "WARNING" not in reported
    assert changed(cloud.answer(asked("exempt", group="it", state="absent"), "exempt")) == 1
    assert changed(cloud.answer(asked("rollback", snapshot="first"), "rollback")) == 1
    assert cloud.config().get("twofactor_enforced", "false") == "false"


def test_the_example_for_ansible_runner(cloud: Cloud) -> None:
    """Its answers, as they stand; the group that it names has to be there."""
    cloud.host.occ("group:add", "pilot")
    answers = yaml.safe_load((ROOT / "awx" / "runner" / "env" / "extravars").read_text(encoding="utf-8"))
    cloud.answer(answers)
    assert sorted(cloud.config()["twofactor_enforced_groups"]) == ["pilot", "staff"]
    artifacts = list((cloud.runner / "artifacts").iterdir())
    assert len(artifacts) == 1 and (artifacts[0] / "rc").read_text(encoding="utf-8") == "0"


def documented(program: str) -> list[str]:
    """The one command of docs/awx.md that starts with it."""
    (line,) = re.findall(rf"^{program} run .*$", (ROOT / "docs" / "awx.md").read_text(encoding="utf-8"), re.MULTILINE)
    return shlex.split(line)


def test_the_documented_commands(cloud: Cloud, tmp_path: Path) -> None:
    """As docs/awx.md says them; the inventory is this test's own, and the checkout a copy of what they read of it."""
    cloud.host.occ("group:add", "pilot")
    shutil.copytree(ROOT / "awx", tmp_path / "awx")
    shutil.copytree(cloud.runner / "inventory", tmp_path / "inventories" / "production")
    (tmp_path / ".ssh").mkdir()
    shutil.copy(tmp_path / "awx" / "ansible-navigator.yml", tmp_path / "ansible-navigator.yml")
    environment = dict(cloud.environment, HOME=str(tmp_path))
    for program, expected in (("ansible-runner", "changed=1"), ("ansible-navigator", supported.NEWEST)):
        command = documented(program)
        # ansible-runner looks for an inventory beside what it runs
        command = [str(tmp_path / word) if word == "inventories/production" else word for word in command]
        done = subprocess.run(
            [str(PROGRAMS / command[0]), *command[1:]],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=environment,
        )
        assert done.returncode == 0 and expected in done.stdout, done.stdout + done.stderr
    assert sorted(cloud.config()["twofactor_enforced_groups"]) == ["pilot", "staff"]


def test_ansible_navigator(cloud: Cloud, tmp_path: Path) -> None:
    """With the settings that come as an example; without a container, since no registry is at hand here."""
    (tmp_path / ".ssh").mkdir()  # the example hands it to the container
    shutil.copy(ROOT / "awx" / "ansible-navigator.yml", tmp_path / "ansible-navigator.yml")
    command = [
        str(PROGRAMS / "ansible-navigator"),
        "run",
        "secsign.nextcloud.status",
        "--inventory",
        str(cloud.runner / "inventory"),
        "--execution-environment",
        "false",
        "--playbook-artifact-enable",
        "false",
        "--log-file",
        str(tmp_path / "navigator.log"),
    ]
    environment = dict(
        cloud.environment, ANSIBLE_NAVIGATOR_CONFIG=str(tmp_path / "ansible-navigator.yml"), HOME=str(tmp_path)
    )
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert supported.NEWEST in done.stdout and "cloud" in done.stdout


def test_ansible_builder_accepts_the_execution_environment(tmp_path: Path) -> None:
    """The build context holds the collection that was built; no image is made, since no registry is at hand here."""
    definition = yaml.safe_load((ROOT / "execution-environment.yml").read_text(encoding="utf-8"))
    (tmp_path / "execution-environment.yml").write_text(yaml.safe_dump(definition), encoding="utf-8")
    build = [
        str(PROGRAMS / "ansible-galaxy"),
        "collection",
        "build",
        str(ROOT),
        "--output-path",
        str(tmp_path / "dist"),
    ]
    subprocess.run(build, check=True, capture_output=True)
    command = [
        str(PROGRAMS / "ansible-builder"),
        "create",
        "--file",
        "execution-environment.yml",
        "--context",
        "context",
    ]
    # else it is named after the engine that is found first
    command += ["--output-filename", "Containerfile"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    steps = (tmp_path / "context" / "Containerfile").read_text(encoding="utf-8")
    assert "COPY _build/dist /build/dist" in steps
    sent = list((tmp_path / "context" / "_build" / "dist").iterdir())
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert [path.name for path in sent] == [f"secsign-nextcloud-{version}.tar.gz"]
    # what the galaxy stage of that file does, done here
    shutil.copy(sent[0], tmp_path / "collection.tar.gz")
    requirements = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    requirements["collections"][0]["name"] = str(tmp_path / "collection.tar.gz")
    (tmp_path / "requirements.yml").write_text(yaml.safe_dump(requirements), encoding="utf-8")
    install = [
        str(PROGRAMS / "ansible-galaxy"),
        "collection",
        "install",
        "--offline",
        "--force",
        "-r",
        str(tmp_path / "requirements.yml"),
        "-p",
        str(tmp_path / "installed"),
    ]
    subprocess.run(install, check=True, capture_output=True)
    assert (
        tmp_path / "installed" / "ansible_collections" / "secsign" / "nextcloud" / "playbooks" / "tasks" / "survey.yml"
    ).is_file()
