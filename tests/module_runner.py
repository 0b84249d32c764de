# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module of the collection in this process, with options as Ansible would hand them over."""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

import yaml
from ansible.module_utils import basic
from paths import PLUGINS

# Of every module (Ansible documents these), and what an action plugin takes out of a result.
_COMMON = {"changed", "diff", "failed", "msg", "exception", "warnings", "deprecations", "invocation"}
_TAKEN_OUT = {"trace", "package_wanted", "codes"}


@dataclass(frozen=True)
class Result:
    data: dict[str, Any]

    @property
    def failed(self) -> bool:
        return bool(self.data.get("failed"))

    @property
    def changed(self) -> bool:
        return bool(self.data.get("changed"))

    @property
    def diff(self) -> dict[str, Any]:
        return dict(self.data["diff"])

    def __getitem__(self, key: str) -> Any:
        return self.data[key]


@contextlib.contextmanager
def _arguments(options: dict[str, Any]) -> Iterator[None]:
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:  # ansible-core before 2.19
        with mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()):
            yield
    else:
        with patch_module_args(options):
            yield


@functools.cache
def _documented(name: str) -> frozenset[str]:
    text = (PLUGINS / "modules" / f"{name}.py").read_text(encoding="utf-8")
    found = re.search(r'^RETURN = r"""(.*?)^"""', text, re.DOTALL | re.MULTILINE)
    assert found, name
    return frozenset(yaml.safe_load(found.group(1)))


def undocumented(name: str, result: dict[str, Any]) -> set[str]:
    """The keys of a result that RETURN of the module lacks."""
    return set(result) - _documented(name) - _COMMON - _TAKEN_OUT


def run_module(name: str, check: bool = False, **options: Any) -> Result:
    """The module's own JSON result. A module that prints anything else, ends otherwise or returns a key that it does
    not document is an error of the test."""
    module = importlib.import_module("ansible_collections.secsign.nextcloud.plugins.modules." + name)
    printed = io.StringIO()
    options.update(_ansible_check_mode=check, _ansible_diff=True)
    with _arguments(options), contextlib.redirect_stdout(printed):
        try:
            module.main()
        except SystemExit:
            pass
    result = Result(json.loads(printed.getvalue().strip().splitlines()[-1]))
    assert not undocumented(name, result.data), "RETURN of the module lacks keys that it returns"
    return result
