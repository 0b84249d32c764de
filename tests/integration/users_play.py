# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook of the collection, started as an operator starts it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from users_scene import ROOT


@dataclass(frozen=True)
class Played:
    rc: int
    output: str

    def count(self, what: str, host: str = "cloud") -> int:
        """A number of the recap: ok, changed, failed ..."""
        found = re.search(rf"^{re.escape(host)} +: .*\b{what}=(\d+)", self.output, re.MULTILINE)
        assert found, self.output
        return int(found.group(1))

    def went_well(self) -> Played:
        assert self.rc == 0, self.output
        return self


def variables(server: Any, **more: Any) -> dict[str, Any]:
    """What a host of the inventory says about a server."""
    return dict({"twofactor_nextcloud_path": str(server.path)}, **more)


def play(folder: Path, playbook: str, hosts: Mapping[str, Mapping[str, Any]], *arguments: str, **extra: Any) -> Played:
    """``hosts``: name and variables; ``extra``: those of the command line. ``folder`` takes the inventory."""
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    inventory = folder / "inventory.json"
    inventory.write_text(
        json.dumps({"nextcloud": {"hosts": {name: dict(local, **given) for name, given in hosts.items()}}}),
        encoding="utf-8",
    )
    path = Path(playbook) if Path(playbook).is_absolute() else ROOT / "playbooks" / playbook
    command = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        "-i",
        str(inventory),
        str(path),
        "-e",
        json.dumps(extra),
        *arguments,
    ]
    environment = dict(
        os.environ, ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"), ANSIBLE_COLLECTIONS_PATH=str(ROOT / "collections")
    )
    environment.update(
        ANSIBLE_NOCOLOR="1",
        ANSIBLE_LOG_PATH=str(folder / "ansible.log"),
        ANSIBLE_LOCAL_TEMP=str(folder / "local"),
        ANSIBLE_REMOTE_TEMP=str(folder / "remote"),
        LC_ALL="C.UTF-8",
    )
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return Played(done.returncode, done.stdout + done.stderr)
