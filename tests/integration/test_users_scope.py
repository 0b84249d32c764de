# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who must use a second factor: the guard's rule and Nextcloud's own class, over random users, groups and policies.

12,000 cases in one PHP process. SCOPE_SEED=N repeats a run.
"""

from __future__ import annotations

import json
import os
import random
from types import SimpleNamespace
from typing import Any

import hosts

from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import Scope, current_scope
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import StoredPolicy

USERS, GROUPS, POLICIES = 40, 12, 300
NAMES = [f"group {n}" for n in range(GROUPS)]
KEYS = ("twofactor_enforced", "twofactor_enforced_groups", "twofactor_enforced_excluded_groups")

# The policy goes through Nextcloud's own configuration, value by value as config.php would hold it; null takes a key
# away.
JUDGE = r"""
define('OC_CONSOLE', 1);
require getcwd() . '/lib/base.php';
$asked = json_decode(stream_get_contents(STDIN), true);
$get = static fn (string $class) => method_exists(\OC::$server, 'get') ? \OC::$server->get($class) : \OC::$server->query($class);
$config = $get(\OCP\IConfig::class);
$mandatory = $get(\OC\Authentication\TwoFactorAuth\MandatoryTwoFactor::class);
$users = array_map(static fn (string $uid) => $get(\OCP\IUserManager::class)->get($uid), $asked['users']);
$verdicts = [];
foreach ($asked['policies'] as $policy) {
    foreach ($policy as $key => $value) {
        $value === null ? $config->deleteSystemValue($key) : $config->setSystemValue($key, $value);
    }
    $verdicts[] = implode('', array_map(static fn ($user) => $mandatory->isEnforcedFor($user) ? '1' : '0', $users));
}
echo json_encode($verdicts);
"""


def random_policy(rng: random.Random) -> dict[str, Any]:
    """Mostly enforced; also values that are stored without a word and enforce nothing, and groups that do not exist."""
    enforced = rng.choice(["true"] * 8 + ["false", True, 1, "1", "", None])
    names = [*NAMES, "nobody here", ""]

    def some() -> Any:
        return rng.choice([None, [], rng.sample(names, rng.randint(1, 2)), rng.sample(names, rng.randint(1, 5))])

    return dict(zip(KEYS, (enforced, some(), some())))


def test_no_disagreement_in_12000_cases(server: Any) -> None:
    seed = os.environ.get("SCOPE_SEED") or str(random.SystemRandom().randrange(1 << 32))
    print(f"\nSCOPE_SEED={seed} on {server.name}")
    rng = random.Random(seed)
    member = {f"user{n}": rng.sample(NAMES, rng.choice([0, 1, 1, 2, 3, 6])) for n in range(USERS)}
    insert(server, member)
    policies = [random_policy(rng) for _ in range(POLICIES)]
    asked = json.dumps({"users": list(member), "policies": policies})
    answer = hosts.run_as(server.host.user, [hosts.php(), "-r", JUDGE], cwd=server.path, stdin=asked).stdout
    verdicts: list[str] = json.loads(answer)
    assert len(verdicts) == POLICIES and {len(line) for line in verdicts} == {USERS}

    wrong, yes = [], 0
    for policy, line in zip(policies, verdicts):
        scope = scope_of(policy)
        for (uid, groups), verdict in zip(member.items(), line):
            yes += verdict == "1"
            if scope.includes(frozenset(groups)) is not (verdict == "1"):
                wrong.append((policy, uid, groups, verdict))
    assert not wrong, f"SCOPE_SEED={seed}: {len(wrong)} disagreements, the first: {wrong[0]}"
    total = POLICIES * USERS
    assert total >= 10_000 and 0.2 < yes / total < 0.8, f"the cases have become one-sided: {yes} of {total} in scope"


def scope_of(policy: dict[str, Any]) -> Scope:
    return current_scope(SimpleNamespace(policy=StoredPolicy(*(policy[key] for key in KEYS))))  # type: ignore[arg-type]


def insert(server: Any, member: dict[str, list[str]]) -> None:
    for group in NAMES:
        server.sql("INSERT INTO oc_groups (gid, displayname) VALUES (?, ?)", group, group)
    for uid, groups in member.items():
        server.sql("INSERT INTO oc_users (uid, password, uid_lower) VALUES (?, '', ?)", uid, uid)
        for group in groups:
            server.sql("INSERT INTO oc_group_user (gid, uid) VALUES (?, ?)", group, uid)
