# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of the action plugins: a failure is a result with its code, and every answer of a node is checked."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from paths import PLUGINS

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._action_module import NextcloudAction

ACTIONS = sorted(path.stem for path in (PLUGINS / "action").glob("*.py"))


def load(name: str) -> type[NextcloudAction]:
    module = importlib.import_module(f"ansible_collections.secsign.nextcloud.plugins.action.{name}")
    found: type[NextcloudAction] = module.ActionModule
    return found


def make(kind: type[NextcloudAction], **options: Any) -> NextcloudAction:
    """An action plugin with as much around it as it needs before it calls a module."""
    task = SimpleNamespace(
        args=options, action="secsign.nextcloud.x", async_val=0, check_mode=False, no_log=False, delegate_to=None
    )
    task.get_search_path = lambda: []
    connection = SimpleNamespace(
        _shell=SimpleNamespace(tmpdir="/tmp/x"), has_pipelining=True, _play_context=SimpleNamespace(no_log=False)
    )
    loader = SimpleNamespace(get_basedir=lambda: ".", path_dwim_relative_stack=_not_found, _vault=None)
    return kind(task, connection, SimpleNamespace(), loader, SimpleNamespace(), None)


def _not_found(*_args: Any) -> str:
    from ansible.errors import AnsibleFileNotFound

    raise AnsibleFileNotFound("no such file")


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_plugin_has_the_base_and_no_run_of_its_own(name: str) -> None:
    assert issubclass(load(name), NextcloudAction) and load(name).run is NextcloudAction.run


@pytest.mark.parametrize(
    ("name", "options", "code", "start"),
    [
        ("app", {"source": "no/such.tar.gz"}, "NC201", "source: 'no/such.tar.gz' does not exist on the control node."),
        ("app", {"source": __file__}, "NC201", "sha256: a checksum is required"),
        ("app", {"source": __file__, "sha256": "0" * 64, "app_id": "x"}, "NC301", "source: "),
        ("twofactor", {"app": {"source": "no/such.tar.gz"}}, "NC201", "app.source: 'no/such.tar.gz' does not"),
        ("twofactor", {"secsign_ids": {"csv": "x.csv"}}, "NC201", "secsign_ids.csv: 'x.csv' does not exist"),
        ("secsign_ids", {"csv": "no\x1b.csv"}, "NC201", "csv: 'no\\x1b.csv' does not exist on the control node."),
        ("fail", {"error": "no_such"}, "NC201", "error: 'no_such' does not exist"),
        ("fail", {"error": "user_on_no_host", "facts": {"user": "a\x1b"}}, "NC204", "user: no host of this run has an"),
        ("backup_codes", {}, "NC201", "path: no file is named"),
        ("backup_codes", {"path": __file__}, "NC201", f"path: '{__file__}' already exists."),
        ("backup_codes", {"path": "/no/such/codes"}, "NC201", "path: '/no/such' is not a folder"),
        ("backup_codes", {"path": "/no/such/codes", "vault": True}, "NC201", "vault: no vault password"),
        (
            "saml",
            {"identity_providers": [{"id": 2, "metadata_certificate": "x"}]},
            "NC201",
            "identity_providers[id=2].metadata_certificate: ",
        ),
    ],
)
def test_a_failure_on_the_control_node_is_a_result_with_its_code(
    name: str, options: dict[str, Any], code: str, start: str
) -> None:
    result = make(load(name), **options).run(task_vars={})
    assert result["failed"] is True and result["changed"] is False and result["code"] == code
    assert result["msg"].startswith(start) and result["msg"].endswith(f" [{code}]")


def test_codes_go_into_no_folder_that_others_write_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    result = make(load("backup_codes"), path=str(tmp_path / "codes")).run(task_vars={})
    assert result["msg"].startswith("path: other accounts can replace files") and result["code"] == "NC201"


def test_a_broken_link_is_no_new_file(tmp_path: Path) -> None:
    link = tmp_path / "codes"
    link.symlink_to(tmp_path / "gone")
    assert "already exists" in make(load("backup_codes"), path=str(link)).run(task_vars={})["msg"]


def test_an_answer_of_a_managed_node_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    action = make(load("twofactor_info"), users="none")
    monkeypatch.setattr(
        action,
        "_execute_module",
        lambda **given: {"changed": False, "msg": str(given["module_args"]), "ansible_facts": {"a": 1}},
    )
    assert action.run(task_vars={}) == {"changed": False, "msg": "{'users': 'none'}"}
    monkeypatch.setattr(action, "_execute_module", lambda **_given: {"changed": "perhaps"})
    assert action.run(task_vars={})["code"] == "NC703"


@pytest.mark.parametrize(
    ("message", "in_module", "in_role"),
    [
        ("groups: group 'x' does not exist.", "enforcement.groups: ", "twofactor_enforcement.groups: "),
        ("enforcement: unknown", "enforcement: ", "twofactor_enforcement: "),
        ("timeout: PHP did not end", "timeout: ", "twofactor_timeout: "),
        ("guard: of two parts", "guard: ", "guard: "),
        ("argument 'app' is of type str", "argument 'app' is", "variable 'twofactor_app' is"),
        ("No snapshot exists", "No snapshot exists", "No snapshot exists"),
        ("Enforced for a, not for b: 1 user", "Enforced for a, not", "Enforced for a, not"),
    ],
)
def test_a_message_begins_with_the_name_that_the_user_typed(
    monkeypatch: pytest.MonkeyPatch, message: str, in_module: str, in_role: str
) -> None:
    options = {"enforcement": {"groups": ["x"], "guard": "off"}, "exemptions": {"guard": "off"}}
    given = {f"twofactor_{name}": value for name, value in options.items()}
    for variables, start, arguments in (
        ({}, in_module, options),
        (given, in_role, {"from_variables": "twofactor_"}),
    ):
        action = make(load("twofactor"), **arguments)
        action._templar.template = lambda value: value
        monkeypatch.setattr(action, "_execute_module", lambda **_given: {"failed": True, "msg": message})
        monkeypatch.setattr(action._task, "action", "secsign.nextcloud.twofactor")
        assert action.run(task_vars=variables)["msg"].startswith(start)


def test_only_known_failures_become_a_result() -> None:
    class Fails(NextcloudAction):
        def perform(self, options: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
            raise options["error"]

    assert make(Fails, error=NextcloudError("timeout", detail=3)).run(task_vars={})["code"] == "NC114"
    with pytest.raises(ZeroDivisionError):
        make(Fails, error=ZeroDivisionError()).run(task_vars={})


@pytest.mark.parametrize("no_log", [True, False])
def test_the_message_of_a_failure_is_hidden_with_the_rest_of_the_result(no_log: bool) -> None:
    """ansible-core from 2.19 on prints it, whatever no_log says."""
    action = make(load("secsign_ids"), csv="alice.csv")
    action._task.no_log = no_log
    result = action.run(None, {})
    assert result["failed"] and result["code"] == "NC201"
    assert ("alice" in result["msg"]) is not no_log and result["msg"].endswith("[NC201]")
    assert "alice" in (result["reason"] if no_log else result["msg"])
