# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths through folders that other accounts may write to.

Root must not go wherever another account leads. A path is walked name by name, and each name is opened in the folder
before it, so that nothing can be swapped between the check and the use. Two rules hold:

* A link is followed only if it has the same owner as its target, or belongs to root in a folder that only root may
  write to.
* A file of our own is in folders of root or of the account that runs this, and others cannot replace what is in them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pwd
import stat
import typing as t

_MOST_LINKS = 40
# Only looks: needs no permission to read, and starts no pipe and no device.
_LOOK = getattr(os, "O_PATH", 0) | os.O_NOFOLLOW | os.O_CLOEXEC
_GROUP_AND_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class UntrustedPath(Exception):
    """A path that must not be followed or used. ``str()`` says why, without a full stop."""


class Place(t.NamedTuple):
    """A file or folder, by descriptor. The path is the real one, without links."""

    fd: int
    path: str
    stat: os.stat_result

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.stat.st_mode)


class Walk:
    """The way along a path. A context manager, which closes all descriptors at its end."""

    def __init__(self) -> None:
        if not hasattr(os, "O_PATH"):
            raise UntrustedPath(
                "the operating system of this host has no O_PATH, so the owner of a path cannot be determined safely"
            )
        self._links = 0
        self._opened: list[int] = []
        self.links: list[tuple[Place, Place]] = []  # that were followed, each with its folder
        self._folders = [self._look("/", None)]

    def __enter__(self) -> Walk:
        return self

    def __exit__(self, *_what: t.Any) -> None:
        for fd in self._opened:
            with contextlib.suppress(OSError):
                os.close(fd)

    @property
    def folders(self) -> t.Sequence[Place]:
        """From / to the folder that has been entered."""
        return self._folders

    @property
    def folder(self) -> Place:
        return self._folders[-1]

    def enter(self, path: str) -> None:
        """Goes to the folder ``path``. Raises OSError and UntrustedPath."""
        if path.startswith("/"):
            self._folders = self._folders[:1]
        for name in path.split("/"):
            if name == "..":
                self._folders = self._folders[:-1] or self._folders
            elif name not in ("", "."):
                place = self.find(name)
                if not place.is_folder:
                    raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), place.path)
                if place != self.folder:
                    self._folders = [*self._folders, place]

    def find(self, name: str) -> Place:
        """What ``name`` is in this folder. At a link the way goes on to the folder of the target."""
        place = self._look(name, self.folder)
        if not stat.S_ISLNK(place.stat.st_mode):
            return place
        self._links += 1
        if self._links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), place.path)
        self.links.append((place, self.folder))
        trusted = place.stat.st_uid == 0 and only_root_writes(self.folder.stat)
        head, last = os.path.split(os.readlink("", dir_fd=place.fd).rstrip("/") or "/")
        self.enter(head)
        if last in ("", ".", ".."):
            self.enter(last)
            target = self.folder
        else:
            target = self.find(last)
        if not trusted and target.stat.st_uid != place.stat.st_uid:
            reason = "is a link of {0} to {1}, which belongs to {2}"
            raise UntrustedPath(place.path + " " + reason.format(owner(place.stat), target.path, owner(target.stat)))
        return target

    def _look(self, name: str, parent: Place | None) -> Place:
        fd = os.open(name, _LOOK, dir_fd=parent.fd if parent else None)
        self._opened.append(fd)
        return Place(fd, os.path.join(parent.path, name) if parent else "/", os.fstat(fd))


def only_root_writes(found: os.stat_result) -> bool:
    return found.st_uid == 0 and not found.st_mode & _GROUP_AND_OTHERS


def owner(found: os.stat_result) -> str:
    """The name of the owner, or the user ID where there is no name."""
    try:
        return pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        return f"user ID {found.st_uid}"


class OwnFolder:
    """A folder for files of our own. Files in it are opened without following links. A context manager.

    ``create`` makes what is missing of the path, for the owner alone. ``private``: no group may write to any folder on
    the way either. Without it a group may, as the one of syslog to /var/log on Ubuntu: what it plants there is seen at
    the file. Raises OSError, and UntrustedPath where another account could have prepared what is there.
    """

    def __init__(self, path: str, create: bool = False, private: bool = False) -> None:
        self._walk = Walk()
        self._private = private
        try:
            self._open(os.path.abspath(path), create)
        except BaseException:
            self._walk.__exit__()
            raise

    def __enter__(self) -> OwnFolder:
        return self

    def __exit__(self, *_what: t.Any) -> None:
        self._walk.__exit__()

    def _open(self, path: str, create: bool) -> None:
        missing: list[str] = []
        while True:
            try:
                self._walk.enter(path)
                break
            except FileNotFoundError:
                if not create:
                    raise
                path, name = os.path.split(path)
                missing.insert(0, name)
        self._check()
        for name in missing:
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, 0o700, dir_fd=self._walk.folder.fd)
            self._walk.enter(name)
            self._check()

    def _check(self) -> None:
        for folder in [*self._walk.folders, *(parent for _link, parent in self._walk.links)]:
            if folder.stat.st_uid not in (0, os.geteuid()):
                raise UntrustedPath(f"{folder.path} belongs to {owner(folder.stat)}")
            # with the sticky bit, as in /tmp, nobody can replace what others have put there
            if folder.stat.st_mode & stat.S_ISVTX and folder is not self._walk.folder:
                continue
            if folder.stat.st_mode & stat.S_IWOTH and not folder.stat.st_mode & stat.S_ISVTX:
                raise UntrustedPath(f"{folder.path} can be written to by everybody")
            if self._private and folder.stat.st_mode & stat.S_IWGRP and folder.stat.st_gid not in (0, os.getegid()):
                raise UntrustedPath(f"{folder.path} can be written to by a group")

    @property
    def path(self) -> str:
        return self._walk.folder.path

    @property
    def _fd(self) -> int:
        return self._walk.folder.fd

    def names(self) -> list[str]:
        fd = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._fd)
        try:
            return sorted(os.listdir(fd))
        finally:
            os.close(fd)

    def read(self, name: str) -> bytes:
        with os.fdopen(self._file(name, os.O_RDONLY), "rb") as handle:
            return handle.read()

    def write(self, name: str, content: bytes) -> None:
        """The whole file or none, with mode 0600. A file of that name is replaced."""
        fresh = f"{name}.{os.urandom(8).hex()}"
        with os.fdopen(self._file(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as handle:
            handle.write(content)
        os.rename(fresh, name, src_dir_fd=self._fd, dst_dir_fd=self._fd)

    def append(self, name: str, content: bytes) -> None:
        with os.fdopen(self._file(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab") as handle:
            handle.write(content)

    def check(self, name: str) -> None:
        """Raises what :meth:`read` would raise."""
        os.close(self._file(name, os.O_RDONLY))

    def can_write(self, name: str) -> bool:
        """Whether ``name`` can be written or created. Raises UntrustedPath."""
        try:
            os.close(self._file(name, os.O_WRONLY | os.O_APPEND))
            return True
        except FileNotFoundError:
            return os.access(".", os.W_OK | os.X_OK, dir_fd=self._fd)
        except OSError:
            return False

    def remove(self, name: str) -> None:
        os.unlink(name, dir_fd=self._fd)

    def _file(self, name: str, flags: int) -> int:
        path = os.path.join(self.path, name)
        try:
            fd = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600, dir_fd=self._fd)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise UntrustedPath(f"{path} is a link")
            raise
        found = os.fstat(fd)
        problem = ""
        if not stat.S_ISREG(found.st_mode):
            problem = "is not a regular file"
        elif found.st_uid not in (0, os.geteuid()):
            problem = f"belongs to {owner(found)}"
        elif found.st_nlink > 1:
            problem = "has a second name (a hard link)"
        if problem:
            os.close(fd)
            raise UntrustedPath(f"{path} {problem}")
        return fd
