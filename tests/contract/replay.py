# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays the recorded calls of one release, in their order, on one sandbox instance."""

from __future__ import annotations

import functools
import grp
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .normalise import RECORDED, ROOT, Places
from .scene import HERE, STDIN, Scene

CREATE = HERE.parents[1] / "sandbox" / "create.py"
RELEASES = sorted(path.stem for path in (HERE / "transcripts").glob("*.jsonl"))
# Where PHP's errors go is decided by php.ini; the recorded machines had Debian's for the command line.
# The machine's own php.ini stays out of it, which also halves the time a call takes.
PHP_OPTIONS = ["-n", "-d", "display_errors=0", "-d", "log_errors=1", "-d", "error_log="]
# In the order in which they need each other
EXTENSIONS = ["pdo", "pdo_sqlite", "posix", "pcntl", "simplexml", "mbstring"]
ADMIN_PASSWORD = "Lab-admin-pw-1"
# Once, since a release is replayed by a thread, and pytest changes the environment between tests.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in ("OC_PASS", "NC_PASS", "COLUMNS", "NEXTCLOUD_CONFIG_DIR")
}
LAB_APPS = ["labapp", "labext", "labfatal", "labnew", "labold", "labparse", "labprov", "labtyped"]
NOBODY = 65534


@dataclass(frozen=True)
class Answer:
    exit_code: int
    stdout: str
    stderr: str


def php() -> str:
    return shutil.which(os.environ.get("PHP", "php")) or "php"


@functools.cache
def php_options() -> list[str]:
    """How to start PHP with what the sandbox needs and nothing else."""
    built_in = set(
        subprocess.run([php(), "-n", "-m"], capture_output=True, text=True, check=True).stdout.lower().split()
    )
    options = list(PHP_OPTIONS)
    for name in EXTENSIONS:
        if name not in built_in:
            options += ["-d", f"extension={name}"]
    return options


def transcript(release: str) -> list[dict[str, Any]]:
    lines = (HERE / "transcripts" / f"{release}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def web_account() -> pwd.struct_passwd | None:
    """The account that is to own an instance: root must not, and anybody else can only be themselves."""
    if os.geteuid() != 0:
        return None
    for name in ("www-data", "apache", "nginx", "http", "daemon", "bin"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("there is no account that could own an instance")


class Instance:
    """A sandbox in a folder of its own."""

    def __init__(self, release: str, custom_apps: bool = True) -> None:
        self.release = release
        self.account = web_account()
        # Not pytest's own folder: that one is closed to every account but the one that runs the tests.
        self.base = Path(tempfile.mkdtemp(prefix="secsign-contract-"))
        self.base.chmod(0o755)
        self.root = self.base / "nextcloud"
        command = [
            sys.executable,
            str(CREATE),
            str(self.root),
            "--release",
            release,
            "--install",
            "--admin-pass-env",
            "LAB_ADMIN_PASS",
        ]
        command += ["--custom-apps"] if custom_apps else []
        command += ["--owner", self.account.pw_name] if self.account else []
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**ENVIRONMENT, "LAB_ADMIN_PASS": ADMIN_PASSWORD}
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
        ids = (self.account.pw_uid, self.account.pw_gid) if self.account else None
        self.scene = Scene(self.root, ids, release)

    @property
    def places(self) -> Places:
        entry = self.account or pwd.getpwuid(os.geteuid())
        return Places(str(self.root), str(self.root / "data"), str(entry.pw_uid), entry.pw_name)

    def occ(self, *argv: str, **how: Any) -> Answer:
        return self.run([str(self.root / "occ"), *argv], **how)

    def run(
        self,
        argv: list[str],
        stdin: str = "",
        env: dict[str, str] | None = None,
        cwd: str | None = None,
        run_as: str = "www-data",
        php_opts: list[str] | None = None,
    ) -> Answer:
        done = subprocess.run(
            [php(), *php_options(), *(php_opts or []), *argv],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
            cwd=cwd or self.root,
            env={**ENVIRONMENT, "LC_ALL": "C.UTF-8", **(env or {})},
            **self._identity(run_as),
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def _identity(self, run_as: str) -> dict[str, Any]:
        if run_as == "root" or self.account is None:
            return {}
        uid, gid = (self.account.pw_uid, self.account.pw_gid) if run_as == "www-data" else (NOBODY, _nobody_group())
        return {"user": uid, "group": gid, "extra_groups": []}

    def remove(self) -> None:
        for folder in (self.root / "config", self.root / "data"):
            folder.chmod(0o755)
        shutil.rmtree(self.base)


def _nobody_group() -> int:
    for name in ("nogroup", "nobody"):
        try:
            return grp.getgrnam(name).gr_gid
        except KeyError:
            continue
    return NOBODY


class Replay:
    """All calls of a release, played in the background; an answer can be had as soon as its call is through."""

    def __init__(self, release: str, gate: threading.Semaphore) -> None:
        self.calls = transcript(release)
        self.answers: dict[str, Answer] = {}
        self.places = RECORDED
        self._release = release
        self._gate = gate
        self._failure: BaseException | None = None
        self._progress = threading.Condition()
        self._thread = threading.Thread(target=self._play, name=f"replay-{release}", daemon=True)
        self._thread.start()

    def answer(self, case: str) -> Answer:
        with self._progress:
            self._progress.wait_for(lambda: case in self.answers or self._failure is not None, timeout=600)
        if case not in self.answers:
            raise RuntimeError(f"the replay of {self._release} stopped before {case}") from self._failure
        return self.answers[case]

    def finish(self) -> None:
        self._thread.join()

    def _play(self) -> None:
        try:
            with self._gate:
                instance = Instance(self._release)
                try:
                    self.places = instance.places
                    for app in LAB_APPS:
                        instance.scene.put_app(app)
                    for call in self.calls:
                        self._play_one(instance, call)
                finally:
                    instance.remove()
        except BaseException as failure:  # handed on to every test that waits for an answer
            with self._progress:
                self._failure = failure
                self._progress.notify_all()

    def _play_one(self, instance: Instance, call: dict[str, Any]) -> None:
        instance.scene.prepare(call["case"])
        if skip_reason(call) is None:
            answer = instance.occ(
                *[word.replace(ROOT, str(instance.root)) for word in call["argv"]],
                stdin=STDIN.get(call["case"], ""),
                env=call.get("env"),
                cwd=call.get("cwd"),
                run_as=call["run_as"],
                php_opts=call.get("php_opts"),
            )
        else:
            answer = Answer(-1, "", "")
        with self._progress:
            self.answers[call["case"]] = answer
            self._progress.notify_all()


def skip_reason(call: dict[str, Any]) -> str | None:
    """Why a call cannot be made on this machine."""
    if os.geteuid() == 0:
        return None
    if call["run_as"] != "www-data":
        return f"{call['case']}: runs occ as {call['run_as']}, which only root can do"
    if call["case"].startswith("cfgrootowned"):
        return f"{call['case']}: gives config.php to root, which only root can do"
    return None
