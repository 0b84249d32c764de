# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules document, with the doc fragments that they extend, and the argument specs that they give to
Ansible."""

from __future__ import annotations

import importlib
import re
from typing import Any
from unittest import mock

import pytest
import yaml
from paths import PLUGINS

from ansible_collections.secsign.nextcloud.plugins.doc_fragments.nextcloud import ModuleDocFragment

MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))


def block(name: str, part: str) -> Any:
    """DOCUMENTATION, EXAMPLES or RETURN of a module, as data."""
    text = (PLUGINS / "modules" / f"{name}.py").read_text(encoding="utf-8")
    found = re.search(rf'^{part} = r"""(.*?)^"""', text, re.DOTALL | re.MULTILINE)
    assert found, (name, part)
    return yaml.safe_load(found.group(1))


def options(name: str) -> dict[str, Any]:
    documentation = block(name, "DOCUMENTATION")
    merged = dict(documentation.get("options", {}))
    for fragment in documentation.get("extends_documentation_fragment", ()):
        attribute = fragment.split(".")[3].upper() if fragment.count(".") == 3 else "DOCUMENTATION"
        shared = yaml.safe_load(getattr(ModuleDocFragment, attribute)).get("options", {})
        assert not set(merged) & set(shared), f"{name} documents an option of the fragment {fragment} again"
        merged.update(shared)
    return merged


def specs() -> dict[str, dict[str, Any]]:
    """What each module gives to AnsibleModule, caught there."""
    caught: dict[str, dict[str, Any]] = {}

    class Caught(Exception):
        pass

    def catch(argument_spec: dict[str, Any], **_more: Any) -> None:
        caught[name] = argument_spec
        raise Caught

    # an action plugin does the whole of this one
    action = importlib.import_module("ansible_collections.secsign.nextcloud.plugins.action.report")
    caught["report"] = action._SPEC
    caught["fail"] = importlib.import_module("ansible_collections.secsign.nextcloud.plugins.action.fail")._SPEC
    for name in sorted(set(MODULES) - {"report", "fail"}):
        module = importlib.import_module("ansible_collections.secsign.nextcloud.plugins.modules." + name)
        shared = importlib.import_module("ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run")
        with (
            mock.patch.object(shared, "AnsibleModule", catch),
            mock.patch.object(module, "AnsibleModule", catch, create=True),
            pytest.raises(Caught),
        ):
            module.main()
    return caught
