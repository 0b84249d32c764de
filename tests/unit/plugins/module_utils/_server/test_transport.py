# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How PHP is started, and what is made of what it prints."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.secsign.nextcloud.plugins.module_utils._bridge.program import LOADER
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import ConfigImport
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server import transport
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud

WEB_USER = 4711


class Starts:
    """Stands in for subprocess.Popen: notes how it was called and prints what the test says."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.rc, self.stderr, self.prints = (
            0,
            b"",
            lambda mark: mark + b'{"type": "answer", "rc": 0, "stdout": "", "stderr": ""}',
        )

    def __call__(self, argv: list[str], **options: Any) -> Any:
        self.calls.append(dict(options, argv=argv))

        return SimpleNamespace(returncode=self.rc, pid=0)

    def communicate(self, _process: Any, stdin: bytes, timeout: int, most: int) -> Any:
        self.calls[-1].update(stdin_text=stdin, timeout=timeout, most=most)
        mark = re.search(rb'"mark": "(@[0-9a-f]+ )"', stdin)
        return self.prints(mark.group(1) if mark else b""), self.stderr


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> Starts:
    fake = Starts()
    monkeypatch.setattr(transport.subprocess, "Popen", fake)
    monkeypatch.setattr(transport, "communicate", fake.communicate)
    return fake


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.php").touch()
    (tmp_path / "version.php").touch()
    if os.geteuid() == 0:
        # root is a case of its own: here the module runs as the owner
        for path in (tmp_path / "config", tmp_path / "config" / "config.php"):
            os.chown(path, WEB_USER, -1)
        monkeypatch.setattr(os, "geteuid", lambda: WEB_USER)
    return tmp_path


def nextcloud(root: Any = None, **options: Any) -> Nextcloud:
    given = {
        "nextcloud_path": root and str(root),
        "php": "php8",
        "php_args": ["-d", "x=1"],
        "exec_prefix": [],
        "timeout": 7,
    }
    usual = {"run_as": None, "pass_environment": [], "max_output_mb": 256}
    return Nextcloud(dict(given, **dict(usual, **options)))


def test_without_a_prefix(starts: Starts, root: Path) -> None:
    nextcloud(root).ask("read", groups=[])
    nextcloud(root).occ(["app:enable", "--groups=a b", "x"])
    bridge, occ = starts.calls
    assert bridge["argv"] == ["php8", "-d", "x=1", "-r", LOADER]
    assert occ["argv"] == [
        "php8",
        "-d",
        "x=1",
        f"{root}/occ",
        "app:enable",
        "--no-interaction",
        "--no-warnings",
        "--groups=a b",
        "x",
    ]
    for call in (bridge, occ):
        assert call["cwd"] == str(root) and call["timeout"] == 7 and call["start_new_session"]
        assert call["preexec_fn"] is None, "already the owner"
        assert call.get("shell", False) is False


def test_behind_a_prefix(starts: Starts) -> None:
    """Nothing is looked for on this host, and occ is started by the bridge, which may be root in there."""
    there = nextcloud("/inside/nextcloud", exec_prefix=["docker", "exec", "-i", "nc"])
    there.ask("read")
    there.occ(["status"])
    for call in starts.calls:
        assert call["argv"] == ["docker", "exec", "-i", "nc", "php8", "-d", "x=1", "-r", LOADER]
        assert call["cwd"] == "/"
    request = json.loads(starts.calls[1]["stdin_text"].splitlines()[-1])
    assert (request["op"], request["argv"], request["php_args"]) == (
        "occ",
        ["status", "--no-interaction", "--no-warnings"],
        ["-d", "x=1"],
    )
    assert request["roots"] == ["/inside/nextcloud"]


@pytest.mark.parametrize("prefix", [[], ["env"]], ids=["direct", "behind_prefix"])
def test_no_value_is_an_argument(starts: Starts, root: Path, prefix: list[str]) -> None:
    value = "s3cret $(id) 'quoted' <?php"
    there = nextcloud(root, exec_prefix=prefix)
    there.ask("read", groups=[value])
    there.ask("place_app", value.encode(), files=[value])
    ConfigImport({"x": {"y": value}}, {"key": value}).run(there)
    for call in starts.calls:
        assert not any("s3cret" in argument for argument in call["argv"])
        assert not any("s3cret" in text for text in call["env"].values())
        assert b"s3cret" in call["stdin_text"]


def test_another_owner_is_become_in_the_child_only(starts: Starts, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = (root / "config" / "config.php").stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    there = nextcloud(root)
    there.ask("read")
    assert owner == 0 or (there.account is not None and there.account.uid == owner)
    assert owner == 0 or starts.calls[0]["preexec_fn"] == there.account.become


def test_root_itself_starts_occ_through_the_bridge(starts: Starts, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which sees that nobody else can write the code."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(transport, "owner_of_config", lambda _folder: transport.Account(0, 0, "root", "/root"))
    nextcloud(root).occ(["status"])
    assert starts.calls[0]["argv"][-2:] == ["-r", LOADER]


def test_who_is_neither_root_nor_the_owner_is_told_whom_to_become(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport.os, "geteuid", lambda: 4_000_000)
    with pytest.raises(NextcloudError) as caught:
        nextcloud(root)
    assert caught.value.kind == "not_owner"


def test_no_nextcloud(tmp_path: Path) -> None:
    with pytest.raises(NextcloudError) as caught:
        nextcloud(tmp_path)
    assert caught.value.kind == "not_nextcloud" and str(tmp_path) in caught.value.message


def test_notices_and_forged_answers_are_passed_over(starts: Starts, root: Path) -> None:
    starts.prints = lambda mark: (
        b'Notice: x\n@0123 {"type": "answer", "forged": 1}\n {"type": "answer"}\nno newline'
        + b"\n"
        + mark
        + b'{"type": "users", "rows": [{"uid": "a"}]}\n'
        + b"Warning: y\n"
        + mark
        + b'{"type": "answer", "found": 1}\nDeprecated: z'
    )
    answer = nextcloud(root).ask("read")
    assert answer.data["found"] == 1
    assert list(answer.parts()) == [{"uid": "a"}]


def test_a_failure_that_the_bridge_tells(starts: Starts, root: Path) -> None:
    starts.prints = lambda mark: (
        mark
        + json.dumps(
            {"type": "failure", "kind": "app_broken", "detail": "x: class Y: no", "php": "8.2", "facts": {}}
        ).encode()
    )
    with pytest.raises(NextcloudError) as caught:
        nextcloud(root).ask("read")
    assert (
        caught.value.kind == "app_broken"
        and " app x " in caught.value.message
        and "class Y: no" in caught.value.message
    )


@pytest.mark.parametrize(
    "printed", [b"", b"Fatal error: out of luck", b"users only"], ids=["nothing", "words", "no_end"]
)
def test_no_answer(starts: Starts, root: Path, printed: bytes) -> None:
    starts.rc = 255
    starts.prints = lambda mark: mark + b'{"type": "users", "rows": []}' if printed == b"users only" else printed
    with pytest.raises(NextcloudError) as caught:
        nextcloud(root).ask("read")
    assert caught.value.kind == "no_answer" and "255" in caught.value.message


@pytest.mark.parametrize("kept", [0, 1, 30, 40, 60])
def test_an_answer_that_was_cut_off_is_none(starts: Starts, root: Path, kept: int) -> None:
    """As when the connection breaks: reported in a message, which shows nothing of what the machines say to each
    other."""
    starts.rc = 255
    starts.prints = lambda mark: (mark + b'{"type": "answer", "rc": 0, "stdout": "", "stderr": ""}')[:kept]
    with pytest.raises(NextcloudError) as caught:
        nextcloud(root).ask("read")
    assert caught.value.kind == "no_answer"
    assert "{" not in caught.value.message
    assert kept < 40 or "broke off" in caught.value.message


def test_the_reason_of_a_bad_environment_is_asked_for(starts: Starts, root: Path) -> None:
    """With --no-warnings occ only says that it is not prepared."""
    starts.rc = 1
    starts.prints = lambda mark: (
        b"  - Your data directory is invalid.\n"
        if "check" in starts.calls[-1]["argv"]
        else b"Exception: Environment not properly prepared. in A.php:1"
    )
    with pytest.raises(NextcloudError) as caught:
        nextcloud(root).occ(["config:import"])
    assert "config:import" in caught.value.message and "Your data directory is invalid." in caught.value.message


def test_who_kills_php_has_not_killed_what_it_started(
    starts: Starts, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[Any] = []
    monkeypatch.setattr(transport.os, "killpg", lambda *what: stopped.append(what))
    starts.rc, starts.prints = -9, lambda mark: b""
    with pytest.raises(NextcloudError):
        nextcloud(root).ask("read")
    assert len(stopped) == 1


@pytest.mark.parametrize(
    ("rc", "words"),
    [
        (127, b"env: php8: No such file or directory"),
        (
            126,
            (
                b'OCI runtime exec failed: exec failed: unable to start container process: exec: "php8": executable'
                b" file not found in $PATH: unknown"
            ),
        ),
        (
            1,
            (
                b'error: Internal error occurred: error executing command in container: exec: "php8": executable file'
                b" not found in $PATH"
            ),
        ),
    ],
)
def test_the_program_is_missing_behind_the_prefix(starts: Starts, rc: int, words: bytes) -> None:
    starts.rc, starts.prints = rc, lambda mark: words
    with pytest.raises(NextcloudError) as caught:
        nextcloud("/nc", exec_prefix=["env"]).ask("read")
    assert caught.value.kind == "php_missing"


def test_a_prefix_that_does_not_pass_standard_input_on(starts: Starts) -> None:
    starts.rc, starts.prints = 0, lambda mark: b""
    with pytest.raises(NextcloudError) as caught:
        nextcloud("/nc", exec_prefix=["docker", "exec", "nc"]).ask("read")
    assert caught.value.kind == "prefix_no_input" and "-i" in caught.value.message


@pytest.mark.parametrize("options", [["-it"], ["-i", "-t"], ["-ti"], ["--interactive", "--tty"]])
@pytest.mark.parametrize("client", ["docker", "/usr/bin/podman", "kubectl"])
def test_a_terminal_is_refused(starts: Starts, client: str, options: list[str]) -> None:
    with pytest.raises(NextcloudError) as caught:
        nextcloud("/nc", exec_prefix=[client, "exec", *options, "nc"])
    assert caught.value.kind == "prefix_terminal" and "-t" in caught.value.message and not starts.calls


@pytest.mark.parametrize(
    "prefix",
    [
        ["docker", "exec", "-i", "nc"],
        ["docker", "--tlsverify", "exec", "-i", "--user", "www-data", "nc"],
        ["nsenter", "-t", "1", "-m"],
    ],
)
def test_what_is_no_terminal_is_let_through(starts: Starts, prefix: list[str]) -> None:
    nextcloud("/nc", exec_prefix=prefix).ask("read")
    assert starts.calls[0]["argv"][: len(prefix)] == prefix


@pytest.mark.parametrize(
    ("stdout", "stderr", "kind", "named"),
    [
        (b"", b'\n  Command "no:such" is not defined.  \n', "unknown_command", "no:such"),
        (b"", b'There are no commands defined in the "no" namespace.', "unknown_command", "no:such"),
        (b"App not found\n", b"", "occ_failed", "App not found"),
        (b"An unhandled exception has been thrown:\nException: bad day in x.php:1", b"", "occ_failed", "bad day"),
        (b"", b"", "occ_failed", "no output"),
    ],
    ids=["command", "namespace", "says_why_on_stdout", "exception", "silent"],
)
def test_occ_that_fails(starts: Starts, root: Path, stdout: bytes, stderr: bytes, kind: str, named: str) -> None:
    starts.rc, starts.stderr, starts.prints = 1, stderr, lambda mark: stdout
    with pytest.raises(NextcloudError) as caught:
        nextcloud(root).occ(["no:such", "x"])
    assert caught.value.kind == kind and named in caught.value.message


def test_a_timeout_must_be_one() -> None:
    with pytest.raises(NextcloudError) as caught:
        nextcloud("/nc", timeout=0)
    assert "timeout" in caught.value.message
