# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is meant to what Nextcloud is reported, and the guard: whatever is asked for, nobody who could log in is
shut out."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator, Sequence
from typing import Any

import nextcloud_login as nextcloud
import pytest
from accounts import CODES, DAY, NOW, OURS, SECSIGN, TOTP, U2F, members, server, user
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context, NeedsMoreState, Plan
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.enforcement import Enforcement, PolicyPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.exemptions import Exemptions
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import (
    EXEMPT_GROUP,
    MANAGED_GROUPS,
    STORE,
    Exemption,
    Intent,
    compile_policy,
    groups_to_know,
    stored_exemptions,
    stored_intent,
    write_exemptions,
    write_intent,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import State, StoredPolicy, User

GROUPS = ("admin", "staff", "it", "contractors")
GUARD = {
    "guard": "strict",
    "exempt_days": 14,
    "service_groups": [],
    "require_backup_codes": False,
    "accept_insecure_provider": False,
}
# the same 1,000 each time, so that a change is judged by what it changes; FUZZ_SEED=random looks for new ones
_WISH = os.environ.get("FUZZ_SEED", "3244733678")
SEED = random.SystemRandom().randrange(1 << 32) if _WISH == "random" else int(_WISH)


def enforcement(**options: Any) -> Enforcement:
    return Enforcement(
        dict(
            GUARD, **dict({"enforced": True, "groups": None, "excluded_groups": None, "widen_only": False}, **options)
        ),
        Context(),
    )


def exemptions(*entries: dict[str, str], **options: Any) -> Exemptions:
    return Exemptions(
        dict(
            GUARD, **dict({"exemptions": list(entries), "state": "present", "prune": False, "max_days": 90}, **options)
        ),
        Context(),
    )


def plan(part: PolicyPart, state: State) -> Plan:
    """As the engine does it: what the part has to know besides is read, and it begins again."""
    users = state.users or ()
    known = state._replace(users=None)
    while True:
        try:
            return part.plan(known)
        except NeedsMoreState as more:
            if more.needs.get("users"):
                known = known._replace(users=users)
            asked = {group: members(users, group) for group in more.needs.get("members", ())}
            known = known._replace(members=dict(known.members, **asked))


def groups_after(who: User, state: State) -> frozenset[str]:
    return (who.groups - set(MANAGED_GROUPS)) | {g for g in MANAGED_GROUPS if who.uid in (state.members.get(g) or ())}


def in_scope(state: State) -> set[str]:
    """Who must use a second factor by Nextcloud's rule, with the policy and the managed groups as ``state`` has
    them."""
    policy = state.policy
    judged = {
        p.uid: nextcloud.enforced_for(policy.enforced, policy.groups, policy.excluded_groups, groups_after(p, state))
        for p in state.users or ()
    }
    return {uid for uid, must in judged.items() if must}


# ---------------------------------------------------------------- compiling

users_in_groups = st.lists(st.frozensets(st.sampled_from(GROUPS)), min_size=1, max_size=5).map(
    lambda found: [user(f"p{number}", groups) for number, groups in enumerate(found)]
)
names_of_groups = st.lists(st.sampled_from(GROUPS), unique=True).map(tuple)
exempt_things = st.lists(
    st.one_of(
        st.tuples(st.just("user"), st.sampled_from([f"p{n}" for n in range(5)])),
        st.tuples(st.just("group"), st.sampled_from(GROUPS)),
    ),
    unique=True,
).map(lambda found: [Exemption(kind, name, "it", "because", NOW + DAY) for kind, name in found])


@given(users=users_in_groups, groups=names_of_groups, excluded=names_of_groups, exempt=exempt_things)
@settings(max_examples=500, deadline=None)
def test_nextcloud_judges_as_was_meant(users: list[User], groups: Any, excluded: Any, exempt: list[Exemption]) -> None:
    """However it is compiled: in scope is who is in the groups (all, without any), less the excluded groups and the
    exempt."""
    intent = Intent(True, groups, excluded)
    read = {group: members(users, group) for group in groups_to_know(intent, exempt)}
    compiled = compile_policy(intent, exempt, read)
    for who in users:
        left_out = bool(who.groups & set(excluded)) or any(
            e.name == who.uid if e.kind == "user" else e.name in who.groups for e in exempt
        )
        meant = (not groups or bool(who.groups & set(groups))) and not left_out
        managed = {group for group, uids in compiled.members.items() if uids and who.uid in uids}
        assert (
            nextcloud.enforced_for("true", compiled.groups, compiled.excluded_groups, who.groups | managed) is meant
        ), who


@given(users=users_in_groups, groups=names_of_groups, excluded=names_of_groups, exempt=exempt_things)
@settings(max_examples=300, deadline=None)
def test_what_was_meant_can_be_read_back(
    users: list[User], groups: Any, excluded: Any, exempt: list[Exemption]
) -> None:
    intent = Intent(True, groups, excluded)
    compiled = compile_policy(
        intent, exempt, {group: members(users, group) for group in groups_to_know(intent, exempt)}
    )
    store = {} if compiled.lossless else {"intent": write_intent(intent)}
    store["exemptions"] = write_exemptions(exempt)
    state = server(
        users,
        policy=StoredPolicy("true", list(compiled.groups), list(compiled.excluded_groups)),
        settings={STORE: store},
    )
    assert stored_intent(state) == intent
    assert set(stored_exemptions(state)) == set(exempt)


def test_everybody_of_an_enforced_group_exempt_enforces_nobody() -> None:
    """An empty list of enforced groups would mean everyone."""
    compiled = compile_policy(
        Intent(True, ("staff",)), [Exemption("group", "staff", "it", "all", NOW + 1)], {"staff": frozenset({"a"})}
    )
    assert compiled.groups == ("secsign-enforced",) and compiled.members["secsign-enforced"] == frozenset()
    assert not compiled.scope.includes(frozenset({"staff"}))


def test_only_a_text_enforces() -> None:
    for stored in (True, 1, "1", None, "false", False):
        assert not StoredPolicy(stored, None, None).is_enforced
    assert StoredPolicy("true", None, None).is_enforced


# ---------------------------------------------------------------- the guard, case by case

ADMIN = user("admin", ["admin"], on=["totp"])
ALICE = user("alice", ["staff"], on=["totp"])
BOB = user("bob", ["it"])
JUST_TOTP = (TOTP, CODES)


def refuses(code: str, part: PolicyPart, state: State) -> str:
    with pytest.raises(NextcloudError) as caught:
        plan(part, state)
    assert caught.value.code == code, caught.value
    return str(caught.value)


def test_strict_refuses_and_names_them() -> None:
    users = [ADMIN, *(user(f"p{n:02}", ["staff"]) for n in range(25))]
    message = refuses("NC401", enforcement(), server(users, JUST_TOTP))
    assert "25 users" in message and "p00, " in message and "p19 and 5 more" in message and "p20" not in message


def test_exempt_puts_them_apart_and_says_so() -> None:
    found = plan(enforcement(guard="exempt", exempt_days=3), server([ADMIN, ALICE, BOB], JUST_TOTP))
    assert in_scope(found.after) == {"admin", "alice"}
    assert found.after.members[EXEMPT_GROUP] == frozenset({"bob"})
    (kept,) = stored_exemptions(found.after)
    assert (kept.name, kept.owner) == ("bob", "guard") and NOW + 3 * DAY <= kept.until <= NOW + 4 * DAY
    assert any("bob" in warning and "3 days" in warning for warning in found.warnings)
    assert found.facts["guard"]["exempt"] == 1 and found.verdicts == {"admin": True, "alice": True, "bob": False}


def test_off_shuts_out_but_never_the_last_administrator() -> None:
    found = plan(enforcement(guard="off"), server([ADMIN, BOB], JUST_TOTP))
    assert any("bob" in warning for warning in found.warnings)
    for guard in ("strict", "exempt", "off"):
        lonely = [user("boss", ["admin"], on=["totp"], enabled=False), ALICE]
        refuses("NC404", enforcement(guard=guard), server(lonely, JUST_TOTP))
    refuses("NC404", enforcement(guard="off"), server([user("admin", ["admin"]), ALICE], JUST_TOTP))
    refuses(
        "NC404", enforcement(guard="off"), server([user("admin", ["admin"], password_login=False), ALICE], JUST_TOTP)
    )


def test_exempt_lets_the_administrator_in() -> None:
    found = plan(enforcement(guard="exempt"), server([user("admin", ["admin"]), ALICE], JUST_TOTP))
    assert in_scope(found.after) == {"alice"}


@pytest.mark.parametrize("guard", ["strict", "exempt", "off"])
def test_nothing_is_enforced_without_a_provider_that_works(guard: str) -> None:
    refuses("NC402", enforcement(guard=guard), server([ADMIN], (CODES,)))
    refuses("NC402", enforcement(guard=guard), server([ADMIN], ()))
    broken = type(TOTP)("twofactor_old", "Old", None, False, error="no such class")
    assert "twofactor_old" in refuses("NC305", enforcement(guard=guard), server([ADMIN], (TOTP, broken)))
    upstream = type(TOTP)("secsignid", "Upstream", "secsignid", True, set_up_at_login=True)
    refuses("NC403", enforcement(guard=guard), server([ADMIN], (TOTP, upstream)))


def test_users_treated_apart_stand_in_nobodys_way() -> None:
    apart = [
        user("gone", ["staff"], enabled=False),
        user("saml", ["staff"], password_login=False),
        user("visitor", [], backend="Guests"),
        user("robot", ["robots"]),
    ]
    found = plan(enforcement(service_groups=["robots"]), server([ADMIN, ALICE, *apart], JUST_TOTP))
    counted = found.facts["guard"]
    assert [counted[name] for name in ("disabled", "no_password_login", "guest", "service_account", "ready")] == [
        1,
        1,
        1,
        1,
        2,
    ]
    refuses("NC401", enforcement(), server([ADMIN, ALICE, *apart], JUST_TOTP))


def test_required_codes_are_asked_for_before_it_widens() -> None:
    with_codes = user("admin", ["admin"], on=["totp"], backup_codes=3)
    assert "alice" in refuses("NC401", enforcement(require_backup_codes=True), server([with_codes, ALICE], JUST_TOTP))
    plan(enforcement(require_backup_codes=True), server([with_codes, ALICE._replace(backup_codes=1)], JUST_TOTP))


def test_narrowing_is_never_refused() -> None:
    """Who is shut out already must not keep others from being let out."""
    enforced = StoredPolicy("true", ["staff", "it"], [])
    found = plan(enforcement(groups=["it"]), server([ADMIN, user("eve", ["staff"]), BOB], JUST_TOTP, enforced))
    assert in_scope(found.after) == {"bob"}
    assert not any("exemption" in warning for warning in found.warnings), found.warnings


def kept(*entries: Exemption) -> dict[str, dict[str, str]]:
    return {STORE: {"exemptions": write_exemptions(entries), "intent": write_intent(Intent(True))}}


def exempt_server(users: Sequence[User], *entries: Exemption) -> State:
    """Enforced for all, these exempt."""
    exempt = frozenset(e.name for e in entries)
    inside = [p._replace(groups=p.groups | {EXEMPT_GROUP}) if p.uid in exempt else p for p in users]
    state = server(inside, JUST_TOTP, StoredPolicy("true", [], [EXEMPT_GROUP]), kept(*entries))
    return state._replace(members={EXEMPT_GROUP: exempt, "secsign-enforced": None})


def test_one_that_is_over_ends_and_tells_whom_it_shuts_out() -> None:
    state = exempt_server([ADMIN, BOB], Exemption("user", "bob", "it", "leave", NOW - 1))
    found = plan(exemptions(), state)
    assert in_scope(found.after) == {"admin", "bob"}
    assert any("has expired" in warning and "bob" in warning for warning in found.warnings)
    assert any("cannot log in" in warning and "bob" in warning for warning in found.warnings)
    assert [e.ended for e in stored_exemptions(found.after)] == [True]


def test_the_end_of_an_exemption_does_not_shut_out_the_last_administrator() -> None:
    state = exempt_server([user("admin", ["admin"]), ALICE], Exemption("user", "admin", "it", "leave", NOW - 1))
    refuses("NC404", exemptions(), state)


def test_an_exemption_that_is_over_excuses_nobody_when_enforcement_begins() -> None:
    """It has no part in it: with enforcement off it left nobody out."""
    over = Exemption("user", "bob", "it", "leave", NOW - 1)
    state = server([ADMIN, BOB], JUST_TOTP, StoredPolicy("false", [], []), kept(over))
    assert "bob" in refuses("NC401", enforcement(), state)
    # nor when the groups in scope become more
    state = server(
        [ADMIN, ALICE, BOB],
        JUST_TOTP,
        StoredPolicy("true", ["staff"], []),
        {STORE: {"exemptions": write_exemptions([over])}},
    )
    assert "bob" in refuses("NC401", enforcement(groups=["staff", "it"]), state)


# ---------------------------------------------------------------- the guard, a thousand times


class Maker:
    """Random servers and random wishes, the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, things: Sequence[Any], share: float = 0.4) -> list[Any]:
        return [thing for thing in things if self.often(share)]

    def user(self, uid: str) -> User:
        return user(
            uid,
            self.some(GROUPS, 0.35),
            on=self.some(("totp", "u2f", SECSIGN, "backup_codes", "gone"), 0.2),
            off=self.some(("totp", SECSIGN), 0.15),
            secsign_id=uid + "@corp" if self.often(0.3) else None,
            backup_codes=self.random.choice((None, 0, 4)),
            enabled=self.often(0.9),
            password_login=self.often(0.93),
            backend="Guests" if self.often(0.05) else "Database",
        )

    def exemption(self, uids: Sequence[str]) -> Exemption:
        kind = self.random.choice(("user", "user", "group"))
        name = self.random.choice(uids if kind == "user" else GROUPS)
        return Exemption(
            kind, name, "it", "because", NOW + self.random.choice((-5, -1, 0, 1, 30)) * DAY, ended=self.often(0.15)
        )

    def server(self) -> State:
        users = [self.user(f"p{number}") for number in range(self.random.randint(1, 7))]
        there = [
            p._replace(groups=frozenset(["staff"])) if self.often(0.1) else p for p in self.some((TOTP, U2F, OURS), 0.6)
        ]
        there += [CODES] if self.often(0.95) else []
        onboarding = {SECSIGN: {"onboarding_enabled": self.random.choice(("", "1"))}}
        if self.often(0.4):
            policy = StoredPolicy(
                self.random.choice((None, "true", "false", True)), self.some(GROUPS), self.some(GROUPS)
            )
            return server(users, there, policy, onboarding, GROUPS)
        return self._compiled(users, there, onboarding)

    def _compiled(self, users: list[User], there: list[Any], config: dict[str, dict[str, str]]) -> State:
        """As an earlier run left it; meanwhile some users have come to other groups, and some exemptions are over."""
        intent = Intent(self.often(0.7), tuple(self.some(GROUPS, 0.3)), tuple(self.some(GROUPS, 0.2)))
        entries = {e.key: e for e in (self.exemption([p.uid for p in users]) for _ in range(self.random.randint(0, 3)))}
        held = [e for e in entries.values() if not e.ended]
        compiled = compile_policy(
            intent, held, {group: members(users, group) for group in groups_to_know(intent, held)}
        )
        config[STORE] = {"exemptions": write_exemptions(tuple(entries.values()))}
        if not compiled.lossless:
            config[STORE]["intent"] = write_intent(intent)
        managed = {p.uid: {g for g, uids in compiled.members.items() if uids and p.uid in uids} for p in users}
        moved = [p._replace(groups=frozenset(self.some(GROUPS, 0.35))) if self.often(0.1) else p for p in users]
        moved = [p._replace(groups=p.groups | managed[p.uid], admin="admin" in p.groups) for p in moved]
        policy = StoredPolicy(
            "true" if intent.enforced else "false", list(compiled.groups), list(compiled.excluded_groups)
        )
        return server(moved, there, policy, config, GROUPS, members=dict(compiled.members))

    def wish(self, state: State) -> tuple[PolicyPart, dict[str, Any]]:
        options: dict[str, Any] = {
            "guard": self.random.choice(("strict", "exempt")),
            "service_groups": self.some(["contractors"], 0.2),
        }
        options["require_backup_codes"] = self.often(0.15)
        if self.often(0.6):
            groups = self.random.choice((None, [], self.some(GROUPS)))
            excluded = self.random.choice((None, [], self.some(GROUPS, 0.2)))
            return enforcement(groups=groups, excluded_groups=excluded, widen_only=self.often(0.2), **options), options
        entries = {}
        for _ in range(self.random.randint(0, 2)):
            entry = self.exemption([p.uid for p in state.users or ()])
            entries[entry.key] = {
                entry.kind: entry.name,
                "owner": "it",
                "reason": "because",
                "until": "2027-02-01T00:00:00Z",
            }
        absent = self.often(0.3)
        return (
            exemptions(
                *entries.values(),
                state="absent" if absent else "present",
                prune=not absent and self.often(0.3),
                **options,
            ),
            options,
        )


def counted(users: Sequence[User], options: dict[str, Any]) -> Iterator[User]:
    """Those whom a policy can shut out."""
    for p in users:
        if p.enabled and p.password_login and p.backend != "Guests" and not p.groups & set(options["service_groups"]):
            yield p


def ends_by_itself(state: State, who: User) -> bool:
    """An exemption that is over, and nothing else, kept this user out of scope."""
    over = [e for e in stored_exemptions(state) if not e.ended and e.until <= NOW]
    named = any(e.name == who.uid if e.kind == "user" else e.name in who.groups for e in over)
    meant = stored_intent(state)
    return (
        named
        and meant.enforced
        and (not meant.groups or bool(who.groups & set(meant.groups)))
        and not who.groups & set(meant.excluded_groups)
    )


def fates(state: State, must: set[str]) -> dict[str, str]:
    onboarding = state.settings.get(SECSIGN, {}).get("onboarding_enabled") == "1" and OURS.app in {
        p.app for p in state.providers or ()
    }
    users = [p._replace(groups=groups_after(p, state)) for p in state.users or ()]
    return {p.uid: nextcloud.meets(p, p.uid in must, state.providers or (), onboarding) for p in users}


def wrong_with(state: State, found: Plan, options: dict[str, Any]) -> str | None:
    after = found.after._replace(users=state.users)
    was, will = in_scope(state), in_scope(after)
    before, then = fates(state, was), fates(after, will)
    shut = {"dead_end", "codes", "error"} - (set() if options["require_backup_codes"] else {"codes"})
    brought_in = {p.uid for p in state.users or () if p.uid in will - was and not ends_by_itself(state, p)}
    for who in counted(state.users or (), options):
        if who.uid in brought_in:
            if then[who.uid] in {"dead_end", "error"}:
                return f"{who.uid} comes into scope and meets {then[who.uid]}"
            if options["require_backup_codes"] and then[who.uid] == "factor" and not who.backup_codes:
                return f"{who.uid} comes into scope without the required codes"
    admins = [p.uid for p in state.users or () if p.admin and p.enabled and p.password_login]
    inside = {uid for uid in admins if then[uid] not in shut}
    if not inside and (brought_in or {uid for uid in admins if before[uid] not in shut}):
        return f"no administrator gets in: {then}"
    judged = {uid: uid in will for uid in found.verdicts}
    return None if judged == dict(found.verdicts) else f"reported {found.verdicts}, Nextcloud says {judged}"


def test_no_accepted_plan_shuts_anybody_out() -> None:
    """1,000 policies on 1,000 servers, by the strict guard and by the one that exempts."""
    counts = {"accepted": 0, "refused": 0, "nothing to do": 0}
    print(f"\nFUZZ_SEED={SEED}")
    for number in range(1_000):
        maker = Maker(f"{SEED}-{number}")
        state = maker.server()
        part, options = maker.wish(state)
        try:
            found = plan(part, state)
        except NextcloudError as error:
            assert error.code in ("NC401", "NC402", "NC404", "NC204"), error
            counts["refused"] += 1
            continue
        counts["accepted" if found.steps else "nothing to do"] += 1
        if found.steps and found.after.policy.enforced == "true":
            wrong = wrong_with(state, found, options)
            then = {"policy": state.policy._asdict(), "after": found.after.policy._asdict()}
            detail = json.dumps({**then, "store": state.settings.get(STORE), "options": options})
            assert wrong is None, f"FUZZ_SEED={SEED} number {number}: {wrong}\n{detail}\n{state.users}"
        left = plan(
            part,
            found.after._replace(
                users=tuple(p._replace(groups=groups_after(p, found.after)) for p in state.users or ())
            ),
        )
        assert not left.steps, f"FUZZ_SEED={SEED} number {number}: a second run has {left.steps} to do"
    print(counts)
    assert min(counts["accepted"], counts["refused"]) > 150, f"the fuzz has become too narrow: {counts}"
