# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a Nextcloud in a folder, from the sandbox or from a real release, for demos and tests.

A source is ``sandbox:RELEASE`` or ``sandbox:newest``, an archive (.tar.bz2, .tar.gz, .tar.xz, .zip), a folder that
holds a Nextcloud, or ``download:RELEASE`` for the official archive, whose published SHA-512 is checked.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

import supported

HERE = Path(__file__).resolve().parent
DOWNLOADS = "https://download.nextcloud.com/server/releases/nextcloud-{0}.tar.bz2"
# Of a tree that somebody has used, only the code is taken.
NOT_CODE = ("data", "config/config.php", "custom_apps")


class HostError(Exception):
    """The message is for the person who named the source."""


@dataclass(frozen=True)
class Host:
    """A Nextcloud that stands in a folder, installed."""

    path: Path
    release: str  # as version.php says it; a sandbox says so
    user: str  # who owns it and runs occ

    @property
    def is_sandbox(self) -> bool:
        return "sandbox" in self.release

    def occ(
        self, *argv: str, stdin: str = "", env: dict[str, str] | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        return run_as(
            self.user, [php(), str(self.path / "occ"), *argv], cwd=self.path, stdin=stdin, env=env, check=check
        )


def php() -> str:
    return os.environ.get("PHP", "php")


def web_user(target: Path) -> str:
    """www-data when root makes the host and that user can get there, else whoever makes it."""
    me = pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() != 0:
        return me
    try:
        pwd.getpwnam("www-data")
    except KeyError:
        return me
    reachable = all(parent.stat().st_mode & 0o001 for parent in target.resolve().parents if parent.exists())
    return "www-data" if reachable else me


def run_as(
    user: str, argv: list[str], cwd: Path, stdin: str = "", env: dict[str, str] | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    other = user if user != pwd.getpwuid(os.geteuid()).pw_name else None
    group = pwd.getpwnam(user).pw_gid if other else None
    done = subprocess.run(
        argv,
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        user=other,
        group=group,
        extra_groups=[] if other else None,
        env=dict(os.environ, LC_ALL="C.UTF-8", **(env or {})),
    )
    if check and done.returncode:
        raise HostError(
            "{} failed (exit {}): {}".format(
                " ".join(argv[:3]), done.returncode, (done.stdout + done.stderr).strip()[:2000]
            )
        )
    return done


def release_of(folder: Path) -> str:
    try:
        text = (folder / "version.php").read_text(encoding="utf-8")
    except OSError:
        raise HostError(f"{folder} holds no Nextcloud: version.php is missing") from None
    found = re.search(r"\$OC_VersionString\s*=\s*['\"]([^'\"]+)", text)
    if not found:
        raise HostError(f"{folder}/version.php names no release")
    return found.group(1)


def find_sources(folder: Path) -> list[str]:
    """Every archive and every folder in it that holds a Nextcloud, sorted by name."""
    found = []
    for entry in sorted(folder.iterdir()):
        if (entry.is_dir() and code_folder(entry) is not None) or (
            entry.is_file() and re.search(r"nextcloud.*\.(tar\.(bz2|gz|xz)|tgz|zip)$", entry.name)
        ):
            found.append(str(entry))
    return found


# ------------------------------------------------------------------ real releases for the test suites


@dataclass(frozen=True)
class Releases:
    """The real releases that the environment selects, by the rules in CONTRIBUTING.md."""

    sources: list[str]
    left_out: list[str]  # those that this PHP cannot run, each with the reason

    def line(self, names: list[str]) -> str:
        """One line on what the tests ran on."""
        return f"real releases: {', '.join(names) or 'none'}" + (
            f"; left out: {'; '.join(self.left_out)}" if self.left_out else ""
        )


def cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "secsign-nextcloud"


def releases_folder() -> Path | None:
    """The folder in NEXTCLOUD_ARCHIVES.

    Without that variable the one in the cache, if it exists. An empty variable means no folder.
    """
    named = os.environ.get("NEXTCLOUD_ARCHIVES")
    if named is None:
        return cache() / "releases" if (cache() / "releases").is_dir() else None
    if named and not Path(named).is_dir():
        raise HostError(f"NEXTCLOUD_ARCHIVES: folder '{named}' does not exist")
    return Path(named) if named else None


def releases() -> Releases:
    """Each release in the folder that this PHP can run; with NEXTCLOUD_RELEASES=newest only the newest stable one."""
    which = os.environ.get("NEXTCLOUD_RELEASES") or "all"
    if which not in ("all", "newest"):
        raise HostError(f"NEXTCLOUD_RELEASES: '{which}' is not valid. Use 'all' or 'newest'")
    folder = releases_folder()
    sources, left_out = [], []
    for source in find_sources(folder) if folder else []:
        reason = wrong_php(source)
        if reason:
            left_out.append(f"{Path(source).name}: {reason}")
        else:
            sources.append(source)
    if which == "newest":
        sources = sorted(filter(is_stable, sources), key=version_of)[-1:]
    return Releases(sources, left_out)


def find_app(app_id: str) -> list[Path]:
    """Archives and folders of an app beside the releases; for the cache also in the folders apps, apps-28 ... next
    to it."""
    folder = releases_folder()
    if folder is None:
        return []
    beside = folder.parent.glob(f"apps*/{app_id}*") if folder == cache() / "releases" else []
    return [*sorted(folder.glob(f"{app_id}*")), *sorted(beside)]


def version_of(source: str) -> tuple[int, ...]:
    """34.0.1 as numbers; empty where the source names no version."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", _version_text(source))
    return tuple(int(number) for number in found.groups()) if found else ()


def is_stable(source: str) -> bool:
    return re.fullmatch(r"\d+\.\d+\.\d+(\.\d+)?", _version_text(source)) is not None


def _version_text(source: str) -> str:
    """With its suffix: '35.0.0 dev' in version.php, '34.0.0rc1' in the name of an archive."""
    path = Path(source)
    code = code_folder(path) if path.is_dir() else None
    try:
        if code is not None:
            return release_of(code)
    except HostError:
        return ""
    found = re.search(r"\d+\.\d+\.\d+[^.]*", path.name)
    return found.group(0) if found else ""


def wrong_php(source: str) -> str:
    """Why this PHP cannot run the release, by the release's own lib/versioncheck.php; empty if it can."""
    here = _php_version(php())
    text = _version_check(Path(source)) if here else ""
    oldest, limit = (
        int(found.group(1)) if found else 0
        for found in (re.search(rf"PHP_VERSION_ID\s*{sign}\s*(\d+)", text) for sign in ("<", ">="))
    )
    if here < oldest:
        return f"needs PHP {_dotted(oldest)}, this is {_dotted(here)}"
    if limit and here >= limit:
        return f"needs PHP older than {_dotted(limit)}, this is {_dotted(here)}"
    return ""


def _dotted(version_id: int) -> str:
    return f"{version_id // 10000}.{version_id // 100 % 100}"


@functools.cache
def _php_version(program: str) -> int:
    """80236 for PHP 8.2.36; 0 before PHP is installed."""
    try:
        return int(
            subprocess.run([program, "-r", "echo PHP_VERSION_ID;"], capture_output=True, text=True, check=True).stdout
        )
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0


def _version_check(path: Path) -> str:
    """The text of lib/versioncheck.php; empty if it cannot be read, since the installation then fails with the
    reason."""
    try:
        if path.is_dir():
            return ((code_folder(path) or path) / "lib" / "versioncheck.php").read_text(encoding="utf-8")
        # an archive takes up to a minute to read, so the text is kept
        about = path.stat()
        key = hashlib.sha256(f"{path.resolve()} {about.st_size} {about.st_mtime_ns}".encode()).hexdigest()
        kept = cache() / "versionchecks" / f"{key}.php"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_name(f"{key}.{os.getpid()}.part")
            part.write_text(_read_archived(path, "nextcloud/lib/versioncheck.php"), encoding="utf-8")
            part.replace(kept)
        return kept.read_text(encoding="utf-8")
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, ValueError):
        return ""


def _read_archived(path: Path, name: str) -> str:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return archive.read(name).decode() if name in archive.namelist() else ""
    with tarfile.open(path, "r|*") as tar:
        for member in tar:
            handle = tar.extractfile(member) if os.path.normpath(member.name) == name else None
            if handle is not None:
                return handle.read().decode()
    return ""


def code_folder(folder: Path) -> Path | None:
    for candidate in (folder, folder / "nextcloud"):
        if (candidate / "version.php").is_file() and (candidate / "lib" / "base.php").is_file():
            return candidate
    return None


@dataclass(frozen=True)
class Database:
    """An empty database that is there already; without one Nextcloud makes an SQLite file."""

    kind: str  # mysql or pgsql, as occ names them
    password: str
    host: str = "localhost"
    name: str = "nextcloud"
    user: str = "nextcloud"

    def options(self) -> list[str]:
        reported = {"": self.kind, "-host": self.host, "-name": self.name, "-user": self.user, "-pass": self.password}
        return [f"--database{key}={value}" for key, value in reported.items()]


def make(source: str, target: Path, admin_password: str | None = None, database: Database | None = None) -> Host:
    """Installs ``source`` fresh in ``target``, replacing what an earlier call left there."""
    data = target.with_name(target.name + "-data")
    for old in (target, data):
        if old.exists():
            shutil.rmtree(old)
    target.parent.mkdir(parents=True, exist_ok=True)
    user = web_user(target)
    password = admin_password or secrets.token_urlsafe(16) + "-aA1"
    if source.startswith("sandbox:"):
        release = source.split(":", 1)[1].replace("newest", supported.NEWEST)
        command = [sys.executable, str(HERE / "create.py"), str(target), "--release", release]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise HostError((done.stdout + done.stderr).strip())
    else:
        _unpack(source, target)
    (target / "config").mkdir(exist_ok=True)
    data.mkdir(mode=0o770)
    # the code may stay as it is; what Nextcloud writes to has to be its own
    for path in [data, target, target / "apps", *(target / "config").rglob("*"), target / "config"]:
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
    host = Host(target, release_of(target), user)
    # the password is random or the caller's own for a throw-away server, so the argument gives nothing away
    host.occ(
        "maintenance:install",
        "--no-interaction",
        "--admin-user=admin",
        f"--admin-pass={password}",
        f"--data-dir={data}",
        *(database.options() if database else ["--database=sqlite"]),
    )
    return host


def _unpack(source: str, target: Path) -> None:
    path = Path(source)
    if source.startswith("download:"):
        path = download(source.split(":", 1)[1])
    if path.is_dir():
        code = code_folder(path)
        if code is None:
            raise HostError(f"{path} holds no Nextcloud: name an archive, or the folder with version.php and occ")
        _copy_code(code, target)
        return
    if not path.is_file():
        raise HostError(f"{path} does not exist: name a release archive or a folder that holds a Nextcloud")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        try:
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    archive.extractall(folder)
            else:
                with tarfile.open(path) as tar:
                    # the filter came with Python 3.11.4; the archive is one that the user names
                    tar.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
        except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
            raise HostError(f"{path} is no usable archive: {error}") from None
        code = code_folder(Path(folder))
        if code is None:
            raise HostError(f"{path} is not a Nextcloud release: it has no folder nextcloud with version.php")
        code.rename(target)


def _copy_code(code: Path, target: Path) -> None:
    """Hard links where that works, so that three hosts of one release take the room of one."""

    def skip(folder: str, names: list[str]) -> list[str]:
        inside = os.path.relpath(folder, code)
        return [name for name in names if os.path.normpath(os.path.join(inside, name)) in NOT_CODE]

    def link(source: str, destination: str) -> str:
        try:
            name = os.path.basename(source)
            if name.startswith(".") or name == "version.php":
                raise OSError(
                    "Nextcloud writes to .htaccess and .user.ini in place, and an upgrade's lock is on version.php"
                )
            os.link(source, destination)
        except OSError:
            shutil.copy2(source, destination)
        return destination

    # config is small and written to, so it is never linked
    shutil.copytree(
        code,
        target,
        symlinks=True,
        ignore=lambda f, n: skip(f, n) + (["config"] if Path(f) == code else []),
        copy_function=link,
    )
    if (code / "config").is_dir():
        shutil.copytree(code / "config", target / "config", ignore=skip)


def download(release: str) -> Path:
    """The official archive, kept where the suites look for releases, checked against the SHA-512 that stands next to
    it."""
    folder = cache() / "releases"
    folder.mkdir(parents=True, exist_ok=True)
    url = DOWNLOADS.format(release)
    path = folder / url.rsplit("/", 1)[1]
    part = path.with_name(path.name + ".part")
    try:
        with urllib.request.urlopen(url + ".sha512", timeout=60) as answer:
            wanted = answer.read().decode().split()[0]
        if not path.exists():
            with urllib.request.urlopen(url, timeout=60) as answer, open(part, "wb") as handle:
                shutil.copyfileobj(answer, handle)
            part.replace(path)
    except OSError as error:
        raise HostError(f"{url} cannot be loaded ({error}): name an archive with NEXTCLOUD_ARCHIVE instead") from None
    digest = hashlib.sha512()
    with open(path, "rb") as handle:
        for block in iter(lambda: handle.read(1 << 20), b""):
            digest.update(block)
    if digest.hexdigest() != wanted:
        path.unlink()
        raise HostError(f"{url} does not have its published SHA-512; it was thrown away, try again")
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes a Nextcloud in a folder")
    parser.add_argument("source", help="sandbox:RELEASE, an archive, a folder, or download:RELEASE")
    parser.add_argument("target", type=Path, help="folder to install it in; its data go to TARGET-data")
    parser.add_argument(
        "--database",
        choices=["sqlite", "mysql", "pgsql"],
        default="sqlite",
        help="mysql and pgsql: a database nextcloud of an account "
        "nextcloud on this host, whose password is in NEXTCLOUD_DATABASE_PASSWORD (default: %(default)s)",
    )
    arguments = parser.parse_args()
    database = (
        None
        if arguments.database == "sqlite"
        else Database(arguments.database, os.environ.get("NEXTCLOUD_DATABASE_PASSWORD", ""))
    )
    try:
        host = make(arguments.source, arguments.target, os.environ.get("NEXTCLOUD_ADMIN_PASSWORD"), database)
    except HostError as error:
        print(f"hosts.py: {error}", file=sys.stderr)
        return 1
    print(f"{host.path}: Nextcloud {host.release}, run as {host.user}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
