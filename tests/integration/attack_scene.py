# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Nextcloud of its own for each attack, whose code notes as whom it runs, and everybody who asks such a server."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from module_runner import Result, run_module
from subprocess_runner import in_child

ROOT, GAMES, NOBODY = 0, 5, 65534
WAYS: dict[str, list[str]] = {"direct": [], "behind_prefix": ["env"]}
# each is loaded at the start of Nextcloud, and whoever owns the tree may write to it
TRAPS = ("occ", "console.php", "version.php", "lib/versioncheck.php", "lib/base.php")
# a change that goes through occ: PHP is started three times, to read, to change and to read again
CHANGE: dict[str, Any] = {"enforced": False, "excluded_groups": ["it"]}
SOURCE = Path(__file__).resolve().parent.parent.parent
TIMER_PATH = "/put/the/path/here"


def web_user() -> int:
    try:
        return pwd.getpwnam("www-data").pw_uid
    except KeyError:
        pytest.skip("needs the account www-data")


def once(server: Any, everywhere: bool = True) -> None:
    """As whom code runs is hardly a matter of the release, and a copy of a real one takes its time."""
    if not (server.is_newest_sandbox or (everywhere and not server.is_sandbox)):
        pytest.skip("is no matter of the release: on the newest sandbox" + " and every real release" * everywhere)


class Ran(NamedTuple):
    """One piece of the tree's code that ran."""

    uid: int
    groups: tuple[int, ...]
    name: str


class Site:
    """A copy of a server below ``top``: code of root, config and data of the web user."""

    def __init__(self, server: Any, top: Path, where: str = "nextcloud") -> None:
        self.owner = web_user()
        self.is_sandbox = server.is_sandbox
        self.top = top
        self.path, self.data = top / where, top / "data"
        self.config = self.path / "config" / "config.php"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # the code of a real release is big: hard links, as far as nothing here writes to it
        subprocess.run(["cp", "-a" if server.is_sandbox else "-al", str(server.path), str(self.path)], check=True)
        server.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        subprocess.run(["cp", "-a", str(server.data), str(self.data)], check=True)
        text = server.config.read_text(encoding="utf-8")
        self.text = text.replace(str(server.data), str(self.data)).replace(str(server.path), str(self.path))
        if not server.is_sandbox:
            # Up to Nextcloud 29 occ ends where it may not write to apps, unless the app store is off. And what it keeps
            # in the temporary folder belongs to the account that was first.
            temporary = self.folder("tmp", ROOT, 0o1777)
            more = f"'appstoreenabled' => false,\n  'tempdirectory' => '{temporary}',\n  "
            self.text = self.text.replace("array (\n", "array (\n  " + more, 1)
        self.config.unlink()
        self.put(self.config, self.text, self.owner, 0o640)
        self.config.parent.chmod(0o755)  # as its owner may do, so that others get there too
        give(ROOT, self.path, self.path / "apps")
        self._ran = self.put(top / "ran", "", ROOT, 0o666)
        self._set_traps()

    def put(self, path: Path, text: str, owner: int, mode: int = 0o644) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        give(owner, path)
        return path

    def folder(self, name: str, owner: int, mode: int = 0o755) -> Path:
        path = self.top / name
        path.mkdir()
        path.chmod(mode)
        give(owner, path)
        return path

    def link(self, path: Path, target: Path, owner: int) -> Path:
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)
        path.symlink_to(target)
        give(owner, path)
        return path

    def config_of(self, owner: int, folder_owner: int = ROOT) -> Path:
        """A config.php that would do, of somebody else, in a folder elsewhere."""
        folder = self.folder(f"config-of-{owner}", folder_owner)
        return self.put(folder / "config.php", self.text, owner)

    def wrapped_php(self, before: str) -> str:
        """A php that does something before it starts PHP, as whoever it was started; ``$starts`` counts."""
        starts = self.put(self.top / "starts", "", ROOT, 0o666)
        shells = self.put(self.top / "shells", "", ROOT, 0o666)
        notes = f"echo >> {starts}\nid -u >> {shells}\nstarts=$(wc -l < {starts})"
        lines = ("#!/bin/sh", notes, before, 'exec php "$@"', "")
        return str(self.put(self.top / "php", "\n".join(lines), ROOT, 0o755))

    def shells(self) -> set[int]:
        """As whom the php of wrapped_php() was started."""
        return {int(line) for line in (self.top / "shells").read_text(encoding="utf-8").split()}

    def _set_traps(self) -> None:
        groups = "implode(',', array_merge([posix_getegid()], posix_getgroups()))"
        note = f"posix_geteuid() . ' ' . {groups} . ' ' . basename(__FILE__) . PHP_EOL"
        for name in TRAPS:
            self.add_code(name, f"file_put_contents('{self._ran}', {note}, FILE_APPEND);")

    def add_code(self, name: str, code: str) -> None:
        """To run first in a file of the tree."""
        path = self.path / name
        text, mode, owner = path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777, path.stat().st_uid
        path.unlink()  # a hard link is let go, and not written through
        opening = re.search(r"declare\(strict_types=1\);", text[:2000]) or re.search(r"<\?php\b", text)
        assert opening, f"{name} is no PHP"
        self.put(path, f"{text[: opening.end()]} {code} {text[opening.end() :]}", owner, mode)

    def ran(self) -> list[Ran]:
        lines = [line.split(" ") for line in self._ran.read_text(encoding="utf-8").splitlines()]
        return [Ran(int(uid), tuple(int(group) for group in groups.split(",")), name) for uid, groups, name in lines]

    def ran_as(self) -> set[int]:
        """As whom code of the tree has run since the last time."""
        found = {entry.uid for entry in self.ran()}
        self._ran.write_text("", encoding="utf-8")
        return found

    def run(self, module: str, check: bool = False, **options: Any) -> Result:
        return run_module(module, check=check, **dict({"nextcloud_path": str(self.path), "timeout": 60}, **options))

    def run_as_owner(self, module: str, **options: Any) -> Result:
        """Asked by the owner, who is not root."""

        def work() -> str:
            become(self.owner)
            return json.dumps(self.run(module, **options).data)

        run_module(module)  # fails for want of options, and has loaded all that it needs
        code, said = in_child(work)
        assert code == 0, said
        return Result(json.loads(said))

    def change(self, check: bool = False, **options: Any) -> Result:
        return self.run("enforcement", check=check, **CHANGE, **options)


def become(uid: int) -> None:
    os.setgroups([])
    os.setgid(pwd.getpwuid(uid).pw_gid)
    os.setuid(uid)


def give(owner: int, *paths: Path, whole: bool = False) -> None:
    """Root's group is no way round: the group is the owner's number where the account has no name."""
    try:
        group = pwd.getpwuid(owner).pw_gid
    except KeyError:
        group = owner
    for path in paths:
        for each in (path, *path.rglob("*")) if whole else (path,):
            os.lchown(each, owner, group)


Ask = Callable[..., Result]


def asker(who: str, site: Site, timer: Callable[[Site, bool], Result]) -> Ask:
    """As the playbooks ask; the module's other options may follow."""
    trace = {"reason": "test", "requested_by": "helga", "audit_log": str(site.top / "audit.jsonl")}
    modules: dict[str, tuple[str, dict[str, Any]]] = {
        "status": ("twofactor_info", {}),
        "audit": ("twofactor_info", {"users": "packed"}),
        "site": ("twofactor", {"enforcement": CHANGE, "snapshot_dir": str(site.top / "before")}),
        "unlock": ("unlock", {"user": "alice", "method": "exempt", **trace}),
        "behind_prefix": ("twofactor_info", {"exec_prefix": ["env"]}),
    }

    def ask(check: bool = False, **options: Any) -> Result:
        if who == "timer":
            return timer(site, check)
        module, own = modules[who]
        return site.run(module, check=check, **dict(own, **options))

    return ask


ASKERS = ("status", "site", "audit", "unlock", "behind_prefix", "timer")


def install_timer(folder: Path) -> Callable[[Site, bool], Result]:
    """The program of the role exemption_timer, as its tasks lay it out; with another server each time."""
    role, program = SOURCE / "roles" / "exemption_timer", folder / "end_exemptions.py"
    parts = folder / "ansible_collections" / "secsign" / "nextcloud" / "plugins" / "module_utils"
    shutil.copytree(SOURCE / "plugins" / "module_utils", parts, ignore=shutil.ignore_patterns("__pycache__"))
    settings = json.dumps({"exemption_timer_nextcloud_path": TIMER_PATH})
    command = [
        str(Path(sys.executable).with_name("ansible")),
        *("localhost", "--connection", "local", "--module-name", "ansible.builtin.template"),
        *("--args", f"src={role}/templates/end_exemptions.py.j2 dest={program}"),
        *("--extra-vars", f"@{role}/defaults/main.yml", "--extra-vars", settings),
        *("--extra-vars", f"ansible_python_interpreter={sys.executable}"),
    ]
    environment = dict(os.environ, ANSIBLE_CONFIG=str(SOURCE / "ansible.cfg"))
    subprocess.run(command, check=True, capture_output=True, env=environment)
    text = program.read_text(encoding="utf-8")
    assert TIMER_PATH in text

    def run(site: Site, check: bool) -> Result:
        own = program.with_name("of_one_server.py")
        own.write_text(text.replace(TIMER_PATH, str(site.path)), encoding="utf-8")
        command = [sys.executable, "-S", str(own), *(["--check"] if check else [])]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        code = re.search(r"\[(NC\d{3})\]$", done.stderr.strip())
        reported = {"failed": done.returncode != 0, "msg": done.stderr.strip(), "code": code.group(1) if code else None}
        return Result(reported)

    return run


def within(seconds: float, work: Callable[[], str]) -> str:
    """What ``work`` returns, in a copy of this process, which is killed when it takes longer."""

    def bounded() -> str:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        return work()

    begun = time.monotonic()
    code, said = in_child(bounded)
    assert code != -signal.SIGALRM, f"was still waiting after {time.monotonic() - begun:.0f} seconds"
    assert code == 0, said
    return said


def as_account(uid: int, work: Callable[[], None]) -> int:
    """The id of a process that does it as somebody else; the caller ends it."""
    child = os.fork()
    if child == 0:
        try:
            become(uid)
            work()
        finally:
            os._exit(0)
    return child
