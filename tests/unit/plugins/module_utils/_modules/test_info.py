# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of one kind are judged once: each verdict and each sum is what judging everybody would give."""

from __future__ import annotations

import json
from typing import Any

import accounts
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.info import UserReader
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.packed_users import Packer
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.guard import factors_of
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import current_scope
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.views import keeps_a_way_in
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import StoredPolicy, User
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.users import unpack

GROUPS = ("admin", "staff", "it", "none that counts")
LIMITED = accounts.TOTP._replace(groups=frozenset({"it"}))
some_groups = st.lists(st.sampled_from(GROUPS), unique=True)


def row(number: int, facts: dict[str, Any]) -> dict[str, Any]:
    ids = [{"app": accounts.SECSIGN, "id": name, "enabled": on} for name, on in facts.pop("ids")]
    return dict(facts, uid=f"user{number}", admin="admin" in facts["groups"], secsign_ids=ids, last_login=None)


def said(found: list[dict[str, Any]]) -> bytes:
    """As the bridge shows them."""
    return json.dumps({"type": "users", "rows": found}, separators=(",", ":"), ensure_ascii=False).encode()


rows = st.lists(
    st.fixed_dictionaries(
        {
            "backend": st.sampled_from(("Database", "LDAP", "Guests")),
            "password_login": st.booleans(),
            "local_password": st.booleans(),
            "enabled": st.booleans(),
            "groups": some_groups,
            "providers": st.dictionaries(
                st.sampled_from(("totp", "u2f", accounts.SECSIGN, "backup_codes", "gone")), st.booleans()
            ),
            "backup_codes": st.sampled_from((None, 0, 1, 10)),
            "ids": st.lists(st.tuples(st.sampled_from((None, "", "x@corp")), st.booleans()), max_size=1),
        }
    ),
    max_size=30,
).map(lambda found: [row(number, facts) for number, facts in enumerate(found)])
policies = st.builds(StoredPolicy, st.sampled_from(("true", "false")), some_groups, some_groups)


@given(
    rows,
    policies,
    st.sampled_from(
        ((accounts.TOTP, accounts.OURS, accounts.CODES), (LIMITED, accounts.U2F, accounts.CODES), (accounts.BROKEN,))
    ),
)
def test_as_if_one_by_one(everybody: list[dict[str, Any]], policy: StoredPolicy, providers: Any) -> None:
    state = accounts.server(providers=providers, policy=policy)
    reader, packing = UserReader(state, 1000, 0), UserReader(state, 1, 0, packer=Packer())
    for some in (everybody[:20], everybody[20:]):
        reader.add(said(some))
        packing.add(said(some))
    assert unpack(packing.packed() or "") == reader.page

    factors, scope = factors_of(state, accept_insecure=False), current_scope(state)
    meant = scope._replace(excluded_groups=frozenset())
    users = [User.from_row(entry) for entry in everybody]
    for user, reported in zip(users, reader.page):
        verdict = {
            "login": factors.classify(user, scope, meant.includes(user.groups)),
            "in_scope": scope.includes(user.groups),
            "factors": list(factors.working(user)),
        }
        assert {name: reported[name] for name in verdict} == verdict

    summary = reader.summary()
    on = [p for p in users if p.enabled]
    assert (summary["total"], summary["enabled"], summary["disabled"]) == (
        len(users),
        len(on),
        len(users) - len(on),
    )
    assert sum(summary["login"].values()) == sum(summary["backends"].values()) == len(users)
    assert summary["admins"] == sum(p.admin for p in on)
    assert summary["admins_with_password"] == sum(
        keeps_a_way_in(p, reported["login"]) for p, reported in zip(users, reader.page) if p.enabled
    )
    assert summary["with_second_factor"] == sum(
        any(p.providers[name] for name in p.providers if name != "backup_codes") for p in on
    )
    assert summary["without_second_factor"] == len(on) - summary["with_second_factor"]
    assert summary["with_secsign_id"] == sum(any(entry.usable for entry in p.secsign_ids) for p in on)
    assert summary["with_backup_codes"] == sum(bool(p.backup_codes) for p in on)
    assert summary["providers"].get("totp", 0) == sum(p.providers.get("totp", False) for p in on)


@pytest.mark.parametrize("secsign_id", [None, "", "x@corp", 'quoted "', "\\", '{"app":"x","id":"y"}'])
def test_ids_that_are_not_to_be_told(secsign_id: str | None) -> None:
    entry = row(
        0,
        {
            "ids": [(secsign_id, True)],
            "groups": ['{"app":"x","id":"stays"}'],
            "backup_codes": None,
            "providers": {},
            **dict.fromkeys(("enabled", "password_login", "local_password"), True),
            "backend": "Database",
        },
    )
    page, pack = (
        UserReader(accounts.server(), 1, 0, show_ids=False),
        UserReader(accounts.server(), 1, 0, show_ids=False, packer=Packer()),
    )
    for reader in (page, pack):
        reader.add(said([entry]))
        assert reader.summary()["with_secsign_id"] == bool(secsign_id)
    expected = dict(entry, secsign_ids=[dict(entry["secsign_ids"][0], id=None)])
    for found in (page.page, unpack(pack.packed() or "")):
        assert [{name: row[name] for name in entry} for row in found] == [expected]


def test_nobody_is_packed() -> None:
    assert unpack(Packer().text([])) == []
