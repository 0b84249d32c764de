# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy: for all users, all that may be stored and all that may be asked, exactly those who are meant are in
scope."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from states import GROUPS, PROVIDER, state, user

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.enforcement import (
    Enforcement,
    enforcement_parts,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import MANAGED_GROUPS
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import VENDOR_APP
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import (
    BACKUP_CODES,
    Provider,
    State,
    StoredPolicy,
    User,
)

some_groups = st.lists(st.sampled_from(GROUPS), unique=True, max_size=3)
options = st.fixed_dictionaries(
    {"enforced": st.booleans(), "groups": st.none() | some_groups, "excluded_groups": st.none() | some_groups}
)
# what occ, other tools and hands have been seen to write
lists = st.sampled_from([None, [], ["a"], ["b", "a"], [None], [""], "a"])
policies = st.builds(StoredPolicy, st.sampled_from([None, "true", "false", True, False, "", 1, "yes"]), lists, lists)
crowds = st.lists(st.frozensets(st.sampled_from(GROUPS)), max_size=6)


def users_in(memberships: list[frozenset[str]]) -> list[User]:
    return [user("boss", ["admin"])] + [user(f"p{number}", groups) for number, groups in enumerate(memberships)]


def enforcement(**wanted: Any) -> Enforcement:
    defaults: dict[str, Any] = {name: spec.get("default") for name, spec in Enforcement.SPEC.items()}
    return Enforcement(dict(defaults, **wanted), Context())


def stages(**wanted: Any) -> list[Any]:
    defaults: dict[str, Any] = {name: spec.get("default") for name, spec in Enforcement.SPEC.items()}
    return enforcement_parts(dict(defaults, enforced=True, group_by_group=True, **wanted), Context())


def must(after: State) -> set[str]:
    """Nextcloud's own rule (its class MandatoryTwoFactor), on what config.php and the groups are afterwards."""

    def names(stored: Any) -> set[str]:
        return set(stored) if isinstance(stored, list) else set()

    if after.policy.enforced != "true":
        return set()
    found = set()
    for one in after.users or ():
        managed = {group for group in MANAGED_GROUPS if one.uid in (after.members.get(group) or ())}
        groups = (one.groups - set(MANAGED_GROUPS)) | managed
        enforced, excluded = names(after.policy.groups), names(after.policy.excluded_groups)
        if enforced & groups if enforced else not excluded & groups:
            found.add(one.uid)
    return found


@given(memberships=crowds, policy=policies, wanted=options)
def test_exactly_the_users_who_are_meant_are_in_scope(
    memberships: list[frozenset[str]], policy: StoredPolicy, wanted: dict[str, Any]
) -> None:
    before = state(users_in(memberships), policy=policy)
    part = enforcement(**wanted)
    plan = part.plan(before)
    assert part.plan(plan.after).steps == (), "once is enough"

    def meant(option: str) -> set[str] | None:
        if wanted[option] is not None:
            return set(wanted[option])
        stored = getattr(policy, option)
        return {group for group in stored if group} if isinstance(stored, list) else set()

    groups, excluded = meant("groups"), meant("excluded_groups")
    expected = {
        one.uid
        for one in before.users or ()
        if wanted["enforced"] and (not groups or groups & one.groups) and not excluded & one.groups
    }
    assert must(plan.after) == expected
    for uid, verdict in plan.verdicts.items():
        assert verdict is (uid in expected)
    view = part.view(plan.after)
    assert (view["enforced"], set(view["groups"]), set(view["excluded_groups"])) == (
        wanted["enforced"],
        groups,
        excluded,
    )


@given(
    memberships=crowds, enforced=st.booleans(), stored=st.sampled_from(["groups", "excluded_groups"]), names=some_groups
)
def test_lists_that_are_not_given_are_not_written(
    memberships: list[frozenset[str]], enforced: bool, stored: str, names: list[str]
) -> None:
    policy = StoredPolicy(None, None, None)._replace(**{stored: names})
    plan = enforcement(enforced=enforced).plan(state(users_in(memberships), policy=policy))
    for step in plan.steps:
        assert set(step.content["system"]) == {"twofactor_enforced"}
    assert getattr(plan.after.policy, stored) == names


@given(names=st.permutations(["a", "b", "c"]))
def test_the_order_of_groups_is_no_difference(names: list[str]) -> None:
    policy = StoredPolicy("true", ["b", "c", "a"], None)
    assert enforcement(enforced=True, groups=names).plan(state(users_in([]), policy=policy)).steps == ()


def test_one_command_writes_the_whole_policy() -> None:
    (step,) = (
        enforcement(enforced=True, groups=["a"], excluded_groups=[])
        .plan(state(users_in([]), policy=StoredPolicy(None, None, ["b"])))
        .steps
    )
    assert step.content == {
        "system": {
            "twofactor_enforced": "true",
            "twofactor_enforced_groups": ["a"],
            "twofactor_enforced_excluded_groups": [],
        }
    }


BROKEN = Provider("twofactor_y", "OCA\\Y", None, False, error="no")
CODES = Provider("twofactor_backupcodes", "OCA\\B", BACKUP_CODES, True)
UPSTREAM = Provider("secsignid", "OCA\\S", "secsignid", True, set_up_at_login=True)


@pytest.mark.parametrize(
    ("providers", "kind"),
    [
        ((), "no_provider"),
        ((CODES,), "no_provider"),
        ((PROVIDER, BROKEN), "app_broken"),
        ((UPSTREAM,), "insecure_provider"),
        ((PROVIDER, UPSTREAM), "insecure_provider"),
    ],
    ids=["none", "backup_codes", "broken", "upstream", "upstream_beside_another"],
)
@pytest.mark.parametrize("guard", ["strict", "exempt", "off"])
def test_a_second_factor_that_does_not_work_is_never_enforced(providers: Any, kind: str, guard: str) -> None:
    for policy in (StoredPolicy(None, None, None), StoredPolicy("true", None, None)):
        with pytest.raises(NextcloudError) as caught:
            enforcement(enforced=True, guard=guard).plan(state(users_in([]), providers=providers, policy=policy))
        assert caught.value.kind == kind
    # ending it always works
    plan = enforcement(enforced=False).plan(
        state(users_in([]), providers=providers, policy=StoredPolicy("true", None, None))
    )
    assert plan.after.policy.enforced == "false"


@pytest.mark.parametrize("option", ["groups", "excluded_groups", "service_groups"])
def test_a_refusal_names_the_option(option: str) -> None:
    for enforced in (True, False):
        with pytest.raises(NextcloudError) as caught:
            enforcement(enforced=enforced, **{option: ["a", "nobody here"]}).plan(state(users_in([])))
        assert (
            caught.value.kind == "unknown_group"
            and str(caught.value).startswith(option)
            and "'nobody here'" in str(caught.value)
        )


@pytest.mark.parametrize("days", [0, 367])
def test_exempt_days_out_of_range(days: int) -> None:
    with pytest.raises(NextcloudError) as caught:
        enforcement(enforced=True, exempt_days=days)
    assert "exempt_days" in caught.value.message


@pytest.mark.parametrize(("onboarding", "groups", "warned"), [("1", ["a"], True), ("", ["a"], False), ("1", [], False)])
def test_the_vendors_app_asks_everybody_while_its_onboarding_is_on(
    onboarding: str, groups: list[str], warned: bool
) -> None:
    upstream = Provider(VENDOR_APP, "OCA\\SecSignID\\Provider\\SecSign2FA", VENDOR_APP, True, set_up_at_login=True)
    users = [user("alice", ["a", "admin"]), user("bob", ["b"])]
    there = state(users, providers=(upstream, PROVIDER), settings={VENDOR_APP: {"onboarding_enabled": onboarding}})
    plan = enforcement(enforced=True, groups=groups, accept_insecure_provider=True).plan(there)
    assert any("asks everybody" in warning and "(1 user)" in warning for warning in plan.warnings) is warned


@given(
    memberships=crowds,
    policy=policies,
    groups=st.lists(st.sampled_from(GROUPS), unique=True, min_size=1),
    widen_only=st.booleans(),
)
def test_group_by_group_widens_on_the_way_and_ends_where_one_step_does(
    memberships: list[frozenset[str]], policy: StoredPolicy, groups: list[str], widen_only: bool
) -> None:
    now = before = state(users_in(memberships), policy=policy)
    parts = stages(groups=groups, widen_only=widen_only)
    assert len(parts) == len(groups) and [part.starts_stage for part in parts] == [False] + [True] * (len(groups) - 1)
    scopes = [must(before)]
    for part in parts:
        plan = part.plan(now)
        now = plan.after
        assert part.plan(now).steps == (), "once is enough"
        scopes.append(must(now))
    # where both lists were written past the collection, the one that Nextcloud ignored takes effect with the first step
    on_the_way = scopes[1 if policy.groups and policy.excluded_groups else 0 : None if widen_only else -1]
    assert all(earlier <= later for earlier, later in itertools.pairwise(on_the_way))
    at_once = enforcement(enforced=True, groups=groups, widen_only=widen_only).plan(before).after
    assert scopes[-1] == must(at_once)
    assert all(part.plan(now).steps == () for part in parts), "a second run changes nothing"


def test_the_group_that_is_refused_is_named_and_those_before_it() -> None:
    alone = PROVIDER._replace(set_up_at_login=False)
    ready = {"providers": {"x": True}}
    there = state([user("boss", ["admin"], **ready), user("p1", ["a"], **ready), user("p2", ["b"])], providers=(alone,))
    first, second = stages(groups=["a", "b"])
    after = first.plan(there).after
    with pytest.raises(NextcloudError) as caught:
        second.plan(after)
    assert caught.value.message.startswith("Enforced for a, not for b: 1 user could not log in any more (p2)")
    assert caught.value.message.endswith("[NC401]")


def test_all_groups_are_known_before_the_first_is_enforced() -> None:
    with pytest.raises(NextcloudError) as caught:
        stages(groups=["a", "nobody here"])[0].plan(state(users_in([])))
    assert caught.value.message.startswith("groups: group 'nobody here' does not exist. Create it ('occ group:add")
    with pytest.raises(NextcloudError) as caught:
        stages(groups=["nobody", "a", "neither"])[0].plan(state(users_in([])))
    assert caught.value.message.startswith("groups: the groups 'neither', 'nobody' do not exist.")
    for groups in (None, []):
        with pytest.raises(NextcloudError) as caught:
            stages(groups=groups)
        assert caught.value.message.startswith("group_by_group: the option has no effect without groups.")
    defaults = {name: spec.get("default") for name, spec in Enforcement.SPEC.items()}
    assert (
        len(enforcement_parts(dict(defaults, enforced=False, group_by_group=True, groups=["a", "b"]), Context())) == 1
    )
