# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings: whatever is stored and whatever is asked for, the plan does it, does it once, and touches nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from states import GROUPS, state, with_settings

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import ConfigImport, Context
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Query
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import (
    LIST,
    NO_GROUP,
    NUMBER,
    SWITCH,
    TEXT,
    Onboarding,
    UserPermissions,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.id_server import IdServer

APP = "twofactor_secsign"
words = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)
groups = st.lists(st.sampled_from((*GROUPS, NO_GROUP)), max_size=4)
stored_texts = st.sampled_from(
    ["", "0", "1", "443", "null", "[]", "{}", '["a"]', '["b","a"]', "[null]", "no json", "x"]
)

OPTIONS: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    IdServer: {
        "server": st.sampled_from(["https://id.example.com", "https://id.example.com/path"]),
        "serverport": st.integers(1, 65534),
        "fallback": st.sampled_from(["https://b.example.com", "https://[::1]"]),
        "fallbackport": st.integers(1, 65534),
        "mobileurl": st.sampled_from(["id1.secsign.com", "a.example.com:8443"]),
    },
    UserPermissions: {"allow_edit": st.booleans(), "allow_groups": st.booleans(), "allow_edit_groups": groups},
    Onboarding: {
        "enabled": st.booleans(),
        "suffix": st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,10}[A-Za-z0-9])?\Z"),
        "choice_enabled": st.booleans(),
        "choice_groups": groups,
    },
}


def part(kind: type, options: dict[str, Any]) -> Any:
    params = dict.fromkeys(OPTIONS[kind], None)
    params.update(options, app_id="auto")
    return kind(dict(params, validate=False) if kind is IdServer else params, Context())


kinds = pytest.mark.parametrize("kind", OPTIONS, ids=lambda kind: str(kind.title))


@kinds
@given(data=st.data())
def test_once_is_enough_and_only_what_is_given_is_touched(kind: Any, data: st.DataObject) -> None:
    options = {
        name: data.draw(strategy, name)
        for name, strategy in OPTIONS[kind].items()
        if data.draw(st.booleans(), f"give {name}")
    }
    stored = {
        entry.key: data.draw(stored_texts, entry.key)
        for entry in kind.table
        if data.draw(st.booleans(), f"stored {entry.key}")
    }
    before = with_settings(APP, dict(stored, other="kept"))
    wanted = part(kind, options)
    try:
        plan = wanted.plan(before)
    except NextcloudError as error:
        assert error.kind in ("edit_groups_missing", "suffix_missing"), "the only refusal is of a combination"
        assert any(option in error.message for option in OPTIONS[kind])
        return
    assert wanted.plan(plan.after).steps == ()
    keys = {entry.key for entry in kind.table if entry.option in options}
    after = plan.after.settings[APP]
    assert {key: value for key, value in after.items() if key not in keys} == {
        key: value for key, value in dict(stored, other="kept").items() if key not in keys
    }
    if plan.steps:
        (step,) = plan.steps
        assert isinstance(step, ConfigImport)
        written = step.content
        assert list(written) == ["apps"] and list(written["apps"]) == [APP] and set(written["apps"][APP]) <= keys
    # what was asked for is what is shown, in the words of the options
    shown = wanted.view(plan.after)
    for option, value in options.items():
        assert shown[option] == (sorted(set(value)) if isinstance(value, list) else value)


@given(value=st.booleans())
def test_switches_are_read_as_written(value: bool) -> None:
    assert SWITCH.read(SWITCH.write(value)) is value
    assert SWITCH.write(value) in ("1", "")


@given(value=st.integers(0, 70_000))
def test_numbers_are_read_as_written(value: int) -> None:
    assert NUMBER.read(NUMBER.write(value)) == value


@given(value=words)
def test_texts_are_read_as_written(value: str) -> None:
    assert TEXT.read(TEXT.write(value)) == value


@given(value=st.lists(words))
def test_lists_are_read_as_written_and_written_as_php_writes_them(value: Any) -> None:
    text = LIST.write(value)
    assert LIST.read(text) == sorted(value)
    assert json.loads(text) == value
    assert text.isascii() and "/" not in text.replace("\\/", "")


@pytest.mark.parametrize("text", ["", "null", "[]", "{}"])
def test_all_forms_of_no_group_are_one(text: str) -> None:
    assert LIST.read(text) == []
    plan = part(Onboarding, {"choice_groups": []}).plan(with_settings(APP, {"choice_groups": text}))
    assert plan.steps == ()


def test_what_is_stored_in_a_broken_form_is_written_anew() -> None:
    for stored, options in (("443x", {"serverport": 443}), ("", {"serverport": 443})):
        assert part(IdServer, options).plan(with_settings(APP, {"serverport": stored})).steps
    assert (
        part(UserPermissions, {"allow_edit_groups": ["a"]})
        .plan(with_settings(APP, {"allowEditGroups": "no json"}))
        .steps
    )


@pytest.mark.parametrize(
    ("kind", "options", "named"),
    [
        (IdServer, {"server": "http://id.example.com"}, "server"),
        (IdServer, {"server": "https://id.example.com:8443"}, "server"),
        (IdServer, {"fallback": "https://user@id.example.com"}, "fallback"),
        (IdServer, {"fallback": "id.example.com"}, "fallback"),
        (IdServer, {"server": "https://id.example.com/?a=b"}, "server"),
        (IdServer, {"server": "https://"}, "server"),
        (IdServer, {"server": "https://id.example.com\n"}, "server"),
        (IdServer, {"serverport": 0}, "serverport"),
        (IdServer, {"fallbackport": 65535}, "fallbackport"),
        (IdServer, {"mobileurl": "https://id1.secsign.com"}, "mobileurl"),
        (IdServer, {"mobileurl": ""}, "mobileurl"),
        (Onboarding, {"suffix": "a@b"}, "suffix"),
        (Onboarding, {"suffix": "-a"}, "suffix"),
        (Onboarding, {"suffix": "a" * 65}, "suffix"),
        (Onboarding, {"suffix": "a\n"}, "suffix"),
        (Onboarding, {"enabled": True}, "suffix"),
        (Onboarding, {"enabled": True, "suffix": ""}, "suffix"),
        (UserPermissions, {"allow_groups": True}, "allow_edit_groups"),
        (UserPermissions, {"allow_groups": True, "allow_edit_groups": []}, "allow_edit_groups"),
    ],
)
def test_a_refusal_names_the_option(kind: Any, options: dict[str, Any], named: str) -> None:
    with pytest.raises(NextcloudError) as caught:
        part(kind, options).plan(state())
    assert caught.value.code == "NC201"
    assert str(caught.value).startswith(f"{named}: ")


@pytest.mark.parametrize(
    ("kind", "option"),
    [(UserPermissions, "allow_edit_groups"), (Onboarding, "choice_groups")],
    ids=["user_permissions", "onboarding"],
)
def test_unknown_groups_are_refused_by_option(kind: Any, option: str) -> None:
    wanted = part(kind, {option: ["a", "nobody here", NO_GROUP]})
    query = Query()
    wanted.declare_reads(query)
    assert query.groups == {"a", "nobody here"}
    with pytest.raises(NextcloudError) as caught:
        wanted.plan(state())
    assert (
        caught.value.kind == "unknown_group"
        and option in caught.value.message
        and "'nobody here'" in caught.value.message
    )
    assert NO_GROUP not in caught.value.message


def test_auto_is_decided_by_the_release() -> None:
    wanted = part(Onboarding, {"choice_enabled": True})
    for version, app in (("20.0.14.2", "secsignid"), ("21.0.0.1", APP), ("34.0.1.2", APP)):
        server = state().server._replace(version=version)
        assert list(wanted.plan(state(server=server)).after.settings) == [app]


@pytest.mark.parametrize("app_id", ["", "../x", "X", "a b", "1a", "a\n"])
def test_an_app_id_that_is_none(app_id: str) -> None:
    with pytest.raises(NextcloudError) as caught:
        Onboarding({"app_id": app_id}, Context())
    assert "app_id" in caught.value.message
