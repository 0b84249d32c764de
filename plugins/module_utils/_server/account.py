# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account that PHP runs as: named by the operator, or the owner of config/config.php.

Whoever owns the code and the configuration decides nothing about that account. So the owner counts only where nobody
else can have put the file there. ``bridge/src/running_as.php`` has the same rule, for where PHP starts as root behind a
prefix, and the one for root itself.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._paths import Place, UntrustedPath, Walk, owner

_NOBODYS_GROUP = 65534
_NO_UID = 2**32 - 1


class Account(t.NamedTuple):
    uid: int
    gid: int
    name: str
    home: str

    def become(self) -> None:
        """Hands this process over, for good."""
        if self.name:
            os.initgroups(self.name, self.gid)
        else:
            os.setgroups([])
        os.setgid(self.gid)
        os.setuid(self.uid)

    def __str__(self) -> str:
        return self.name or f"user ID {self.uid}"


def account_of(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
        return Account(entry.pw_uid, entry.pw_gid, entry.pw_name, entry.pw_dir)
    except KeyError:
        return Account(uid, _group_of_its_own(uid), "", "/")


def named_account(name: str) -> Account:
    """What ``run_as`` names, by user name or user ID. Raises NextcloudError."""
    try:
        return account_of(pwd.getpwnam(name).pw_uid)
    except KeyError:
        if name.isascii() and name.isdigit() and int(name) < _NO_UID:
            return account_of(int(name))
        raise NextcloudError("unknown_account", detail=name)


def owner_of_config(config_dir: str) -> Account:
    """The owner of config.php, or of its folder where that file is missing or hidden.

    Raises NextcloudError and OSError.
    """
    try:
        with Walk() as walk:
            walk.enter(os.path.abspath(config_dir))
            folder = walk.folder
            try:
                config = walk.find("config.php")
            except (FileNotFoundError, PermissionError):
                return account_of(folder.stat.st_uid)
            if not stat.S_ISREG(config.stat.st_mode):
                raise UntrustedPath(f"{config.path} is not a regular file")
            account = account_of(config.stat.st_uid)
            for place in (folder, walk.folder):
                _check_folder(place, config, account)
            return account
    except UntrustedPath as error:
        raise NextcloudError("untrusted_link", detail=str(error))


def _check_folder(folder: Place, config: Place, account: Account) -> None:
    """Another account that may write to the folder of config.php could have moved any file of ``account`` there."""
    found = folder.stat
    if found.st_uid == account.uid:
        return
    writers = [owner(found)] if found.st_uid != 0 else []
    if found.st_mode & stat.S_IWGRP and found.st_gid not in (0, account.gid):
        writers.append(f"group {_group(found.st_gid)}")
    if found.st_mode & stat.S_IWOTH:
        writers.append("everybody")
    if writers:
        raise NextcloudError(
            "untrusted_folder", path=config.path, owner=str(account), folder=folder.path, writers=", ".join(writers)
        )


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _group_of_its_own(uid: int) -> int:
    """A user ID without a name is a member of no group. One that has the same number by chance is somebody else's."""
    try:
        grp.getgrgid(uid)
        return _NOBODYS_GROUP
    except KeyError:
        return uid
