# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way in: everything that reaches a Nextcloud goes through :class:`Nextcloud`.

It starts PHP, either for ``occ`` or for the bridge, on this host or behind an argument prefix (docker, podman, kubectl,
snap ...), as one account that is fixed at the beginning (see ``account.py``), with an environment of its own and a
limit on what it may print. A user ID is only ever set in the child process: Ansible reads its own payload again later,
as the user it started with.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import time
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._bridge.program import LOADER, PROGRAM, source_line
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._paths import owner
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.account import (
    Account,
    named_account,
    owner_of_config,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.process import (
    TooMuchOutput,
    communicate,
    php_environment,
)

# Where distributions, the manual and the official image put Nextcloud; first hit wins.
USUAL_PLACES = (
    "/var/www/nextcloud",
    "/var/www/html",
    "/var/www/html/nextcloud",
    "/usr/share/nextcloud",
    "/srv/www/nextcloud",
    "/srv/http/nextcloud",
    "/app/www/public",
)

_LONGEST = 7 * 24 * 60 * 60  # seconds
_MOST_OUTPUT = 4096  # megabytes
_MEGABYTE = 1 << 20
_FIRST_LINES = 1 << 16  # bytes in which the reason of a failure is looked for

# Clients that make a terminal with -t, which mixes what is printed with what was sent.
WITH_TERMINAL = ("docker", "podman", "nerdctl", "kubectl", "oc")

ARGUMENT_SPEC: dict[str, t.Any] = {
    "nextcloud_path": {"type": "path"},
    "php": {"type": "str", "default": "php"},
    "php_args": {"type": "list", "elements": "str", "default": []},
    "exec_prefix": {"type": "list", "elements": "str", "default": []},
    "timeout": {"type": "int", "default": 300},
    "run_as": {"type": "str"},
    "pass_environment": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "max_output_mb": {"type": "int", "default": 256},
}


class Output(t.NamedTuple):
    """What a finished process left behind."""

    rc: int
    stdout: bytes
    stderr: bytes

    def line(self, mark: str = "\0") -> str:
        """The first line that says something, for a sentence; none that begins with ``mark``."""
        for stream in (self.stderr, self.stdout):
            for line in stream[:_FIRST_LINES].decode("utf-8", "replace").splitlines():
                if line.strip() and not line.strip().startswith(("An unhandled exception", "In ", mark)):
                    return line.strip()[:300].rstrip(".")
        return "no output"


class Answer(t.NamedTuple):
    """What the bridge said: one object, and before it the records (users, files), still as text."""

    data: dict[str, t.Any]
    records: tuple[bytes, ...]

    def parts(self) -> t.Iterator[dict[str, t.Any]]:
        for line in self.records:
            yield from json.loads(line)["rows"]


# Of a question to the bridge these are shown as they are, of the rest only how much it is: there may be a key or a name
# among it.
_TOLD = ("op", "app", "user", "group", "provider", "url", "version", "sets")


class Call(t.NamedTuple):
    """One start of PHP, for whoever wants to see what was asked and how long it took."""

    what: str
    seconds: float
    rc: int
    sent: int  # bytes
    received: int


def shown_request(request: t.Mapping[str, t.Any]) -> str:
    """A question to the bridge without anything that could be a secret."""
    parts = ["bridge " + str(request["op"])]
    for key, value in sorted(request.items()):
        if key in ("op", "mark", "roots", "run_as", "max_output") or value in (None, False, [], {}, ""):
            continue
        if isinstance(value, (bool, int)) or (key in _TOLD and isinstance(value, str)):
            parts.append(f"{key}={value}")
        elif isinstance(value, (list, dict)):
            parts.append(f"{key}: {len(value)}")
        else:
            parts.append(f"{key}: {len(str(value))} characters")
    return " ".join(parts)


class Nextcloud:
    """One Nextcloud server, reached as the options of a module say."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._prefix: list[str] = list(params["exec_prefix"])
        self._php: list[str] = [params["php"], *list(params["php_args"])]
        self._php_args: list[str] = list(params["php_args"])
        self._timeout = _within("timeout", params["timeout"], _LONGEST, "seconds")
        self._max_output = _within("max_output_mb", params["max_output_mb"], _MOST_OUTPUT, "megabytes") * _MEGABYTE
        if self._prefix and os.path.basename(self._prefix[0]) in WITH_TERMINAL and _wants_terminal(self._prefix):
            raise NextcloudError("prefix_terminal")
        self._run_as: str | None = params["run_as"]
        self._environment = php_environment(os.environ, params["pass_environment"], bool(self._prefix))
        path = params["nextcloud_path"]
        self._roots: list[str] = [path] if path else list(USUAL_PLACES)
        self._account: Account | None = None
        self.calls: list[Call] = []
        if not self._prefix:
            self._roots = [self._find_root()]
            self._account = self._find_account()
            if self._account is not None:
                self._environment["HOME"] = self._account.home

    @property
    def root(self) -> str:
        """Where it stands, or where it is looked for first."""
        return self._roots[0]

    @property
    def account(self) -> Account | None:
        """The account that PHP is handed over to; None where PHP runs as the user of this process."""
        return self._account

    def hand_over(self) -> None:
        """Makes this whole process the account, for good.

        For programs of our own: Ansible needs the user that it started a module with.
        """
        if self._account is not None:
            self._account.become()
            self._account = None

    # ------------------------------------------------------------------ where it is and whose

    def _find_root(self) -> str:
        for root in self._roots:
            try:
                # a pipe in place of the file would be waited for
                if stat.S_ISREG(os.stat(os.path.join(root, "version.php")).st_mode):
                    return root
            except PermissionError:
                raise NextcloudError("not_owner", detail=_owner_above(root))
            except OSError:
                continue
        raise NextcloudError("not_nextcloud", detail=", ".join(self._roots))

    def _find_account(self) -> Account | None:
        """The account to run as, once for all processes of this run; None where this process already is that user."""
        folder = self._environment.get("NEXTCLOUD_CONFIG_DIR") or os.path.join(self._roots[0], "config")
        if self._run_as is not None:
            account = named_account(self._run_as)
        else:
            try:
                account = owner_of_config(folder)
            except PermissionError:
                raise NextcloudError("not_owner", detail=_owner_above(folder))
            except FileNotFoundError:
                raise NextcloudError("not_installed", detail=self._roots[0])
            except OSError as error:
                raise NextcloudError("untrusted_link", detail=f"{folder} cannot be followed ({error.strerror})")
        if account.uid == os.geteuid():
            return None
        if os.geteuid() != 0:
            raise NextcloudError("not_owner", detail=str(account))
        return account

    # ------------------------------------------------------------------ processes

    def _start(self, argv: list[str], stdin: bytes, what: str) -> Output:
        """Runs it, and keeps account of it."""
        begun = time.monotonic()
        output: Output | None = None
        try:
            output = self._run(argv, stdin)
            return output
        finally:
            received = len(output.stdout) + len(output.stderr) if output else 0
            self.calls.append(Call(what, time.monotonic() - begun, output.rc if output else -1, len(stdin), received))

    def _run(self, argv: list[str], stdin: bytes) -> Output:
        account = self._account
        try:
            process = subprocess.Popen(
                self._prefix + argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment,
                cwd="/" if self._prefix else self._roots[0],
                preexec_fn=None if account is None else account.become,
                start_new_session=True,  # so that a timeout reaches PHP's own children too
            )
        except OSError as error:
            # a folder in PATH that this user may not enter turns "not found" into "permission denied"
            if isinstance(error, FileNotFoundError) or (
                isinstance(error, PermissionError) and shutil.which((self._prefix + argv)[0]) is None
            ):
                kind = "prefix_missing" if self._prefix else "php_missing"
                raise NextcloudError(kind, detail=(self._prefix + argv)[0])
            raise NextcloudError(
                "no_answer", rc=error.errno, detail=error.strerror, command=" ".join(self._prefix + argv[:1])
            )
        try:
            stdout, stderr = communicate(process, stdin, self._timeout, self._max_output)
        except subprocess.TimeoutExpired:
            _stop(process)
            raise NextcloudError("timeout", detail=self._timeout)
        except TooMuchOutput as error:
            _stop(process)
            raise NextcloudError(
                "too_much_output", limit=self._max_output // _MEGABYTE, detail=Output(0, error.beginning, b"").line()
            )
        if process.returncode < 0:
            # whoever killed PHP has not killed the occ that it started
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
        return Output(process.returncode, stdout, stderr)

    def ask(self, operation: str, payload: bytes = b"", **request: t.Any) -> Answer:
        """One question to the bridge, one PHP process."""
        # the mark cannot be guessed by anything that prints on the same stream
        mark = f"@{os.urandom(16).hex()} "
        request.update(op=operation, mark=mark, roots=self._roots, run_as=self._run_as, max_output=self._max_output)
        program = PROGRAM.encode()
        question = json.dumps(request).encode() + b"\n"
        stdin = b"%d\n%s%s%s" % (len(program), program, question, payload)
        output = self._start([*self._php, "-r", LOADER], stdin, shown_request(request))
        records = [line[len(mark) :] for line in output.stdout.split(b"\n") if line.startswith(mark.encode())]
        last = _last(records)
        if last.get("type") == "answer":
            return Answer(last, tuple(records[:-1]))
        if last.get("type") != "failure":
            raise self._no_answer(output, mark)
        facts = dict(last["facts"], detail=last["detail"], root=self._roots[0], php=last["php"])
        if last.get("line"):
            facts["detail"] += " at " + source_line(last["line"])
        if last["kind"] == "app_broken":
            facts["app"], facts["detail"] = last["detail"].split(": ", 1)
        raise NextcloudError(last["kind"], **facts)

    def _no_answer(self, output: Output, mark: str) -> NextcloudError:
        command = " ".join(self._prefix + self._php[:1])
        text = output.stderr + output.stdout
        # 127 by custom; engines and kubectl have codes of their own, but the same words
        if self._prefix and (output.rc == 127 or b"executable file not found" in text):
            return NextcloudError("php_missing", detail=command)
        if output.rc == 0 and self._prefix and not text.strip():
            return NextcloudError("prefix_no_input", command=" ".join(self._prefix))
        detail = output.line(mark.strip())
        if detail == "no output" and mark.encode() in output.stdout:
            detail = "it broke off in the middle"
        return NextcloudError("no_answer", rc=output.rc, detail=detail, command=command)

    def occ(self, argv: t.Sequence[str], stdin: str = "") -> Output:
        """One occ command. Its exit code proves nothing when it is 0: read the state again."""
        return self._judge(argv, self._occ(argv, stdin))

    def upgrade(self, operation: str, **request: t.Any) -> None:
        """An operation of the bridge that runs ``occ upgrade``, or what follows it, and keeps account of whose that
        upgrade is."""
        data = self.ask(operation, php_args=self._php_args, **request).data
        self._judge(data["argv"], Output(data["rc"], data["stdout"].encode(), data["stderr"].encode()))

    def _occ(self, argv: t.Sequence[str], stdin: str = "") -> Output:
        arguments = ["--no-interaction", "--no-warnings"]
        arguments = [argv[0], *arguments, *list(argv[1:])]
        if self._prefix or (self._account is None and os.geteuid() == 0):
            # PHP may start as root there: the bridge hands over to the account first, or sees that nobody else can
            # write the code
            data = self.ask("occ", argv=arguments, stdin=stdin, php_args=self._php_args).data
            return Output(data["rc"], data["stdout"].encode(), data["stderr"].encode())
        occ = os.path.join(self._roots[0], "occ")
        return self._start(
            [*self._php, occ, *arguments], stdin.encode(), "occ " + " ".join(argv) + (" < " + stdin if stdin else "")
        )

    def _judge(self, argv: t.Sequence[str], output: Output) -> Output:
        if output.rc == 0:
            return output
        text = output.stderr + output.stdout
        if b"is not defined" in text or b"no commands defined" in text:
            raise NextcloudError("unknown_command", detail=argv[0])
        detail = output.line()
        if b"Environment not properly prepared" in text:
            # --no-warnings keeps the reason back, and this command reports it whatever is asked for
            detail = self._occ(["check"]).line().lstrip("- ").rstrip(".") or detail
        raise NextcloudError("occ_failed", command=" ".join(argv), rc=output.rc, detail=detail)


def _last(records: t.Sequence[bytes]) -> dict[str, t.Any]:
    """The last that the bridge said; nothing where that was cut off."""
    try:
        return dict(json.loads(records[-1])) if records else {}
    except ValueError:
        return {}


def _wants_terminal(prefix: t.Sequence[str]) -> bool:
    """Whether an option of exec, before the name of what is entered, asks for a terminal."""
    for word in prefix[prefix.index("exec") + 1 :] if "exec" in prefix else ():
        if word == "--tty" or (
            word.startswith("-") and not word.startswith("--") and set(word[1:]) <= set("it") and "t" in word
        ):
            return True
        if word == "--":
            break
    return False


def _owner_above(path: str) -> str:
    """Who owns the nearest folder that can be looked at: the likely owner of the Nextcloud below it."""
    while path != "/":
        try:
            return owner(os.stat(path))
        except OSError:
            path = os.path.dirname(path)
    return "the owner of config/config.php"


def _within(option: str, value: int, most: int, unit: str) -> int:
    if not 1 <= value <= most:
        raise NextcloudError("out_of_range", option=option, value=value, least=1, most=f"{most} {unit}")
    return value


def _stop(process: subprocess.Popen[bytes]) -> None:
    # what another user owns, behind sudo for one, cannot be stopped and is left
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
    for pipe in (process.stdin, process.stdout, process.stderr):
        with contextlib.suppress(OSError):
            pipe and pipe.close()
