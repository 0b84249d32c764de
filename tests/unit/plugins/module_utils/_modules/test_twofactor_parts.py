# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of one task know what was said once."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.twofactor import SPEC, compose, validated
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.enforcement import Enforcement
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.exemptions import Exemptions


def parts(**options: Any) -> dict[type, Any]:
    params: dict[str, Any] = dict.fromkeys(SPEC)
    params.update(app_id="auto", **options)
    return {type(part): part for part in compose(params, Context(check_mode=True))}


GUARD = {
    "guard": "exempt",
    "exempt_days": 3,
    "service_groups": ["robots"],
    "require_backup_codes": True,
    "accept_insecure_provider": True,
}


def guard_of(part: Any) -> Any:
    return tuple(part._guard)


def test_what_is_said_of_the_guard_holds_for_exemptions_too() -> None:
    made = parts(exemptions={"exemptions": []}, enforcement=dict(GUARD, enforced=True))
    assert guard_of(made[Exemptions]) == guard_of(made[Enforcement]) == ("exempt", 3, ["robots"], True, True)


@pytest.mark.parametrize("option", sorted(GUARD))
def test_what_exemptions_say_themselves_holds(option: str) -> None:
    said = {
        "guard": "off",
        "exempt_days": 9,
        "service_groups": [],
        "require_backup_codes": False,
        "accept_insecure_provider": False,
    }[option]
    made = parts(exemptions={"exemptions": [], option: said}, enforcement=dict(GUARD, enforced=True))
    alone = parts(exemptions=dict(GUARD, exemptions=[], **{option: said}))
    assert guard_of(made[Exemptions]) == guard_of(alone[Exemptions]) != guard_of(made[Enforcement])


def test_exemptions_alone_have_their_defaults() -> None:
    assert guard_of(parts(exemptions={"exemptions": []})[Exemptions]) == ("strict", 14, [], False, False)


def test_an_unknown_option_is_named_with_what_may_be_meant() -> None:
    with pytest.raises(NextcloudError) as caught:
        validated("enforcement", {"enforced": True, "gruops": ["staff"]}, "auto")
    assert caught.value.message == "enforcement: unknown option 'gruops'. Did you mean 'groups'? [NC201]"
    with pytest.raises(NextcloudError) as caught:
        validated("enforcement", {"gruops": [], "zeal": 1}, "auto")
    assert "unknown options: 'gruops', 'zeal'. Use only these options: accept_insecure_provider, " in str(caught.value)
    with pytest.raises(NextcloudError, match=r"^enforcement: missing required arguments: enforced"):
        validated("enforcement", {}, "auto")
