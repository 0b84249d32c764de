# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What twofactor_secsign does when it is enabled for the first time where the vendor's app once was: its ``TakeOver``,
foretold.

Without it the guard would see only what the vendor's app left, which locks people out, and refuse the very run that
mends it. A forecast like all that is known of an app before it is there: what really happened is read before anything
relies on it.
"""

from __future__ import annotations

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import (
    BUNDLED_APP,
    UPSTREAM_APP,
    User,
    SecSignId,
    State,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._users.secsign_ids import check_id

_DONE = "taken_over"
_KEYS = (
    "server",
    "serverport",
    "fallback",
    "fallbackport",
    "mobileurl",
    "allowEdit",
    "allowGroups",
    "allowEditGroups",
    "onboarding_enabled",
    "onboarding_suffix",
    "choice_enabled",
    "choice_groups",
)


def taken_over(state: State) -> State:
    """``state`` once the app is enabled; as it is where there is nothing to take over."""
    new, old = state.settings.get(BUNDLED_APP, {}), state.settings.get(UPSTREAM_APP, {})
    people = state.people or ()
    # without the people it is not known whether there are any IDs; whoever asks about them reads them, and plans again
    something = any(key in old for key in _KEYS) or any(_entry(person, UPSTREAM_APP) for person in people)
    if new.get(_DONE) or not something or any(_entry(person, BUNDLED_APP) for person in people):
        return state
    taken = {key: value for key, value in old.items() if key in _KEYS and key not in new}
    after = state.with_settings(BUNDLED_APP, dict(taken, **{_DONE: "1"}))
    # rows of a provider that cannot load go, those of one that is still enabled stay
    stays = any(provider.app == UPSTREAM_APP for provider in state.providers or ())
    return (
        after
        if state.people is None
        else after._replace(people=tuple(_with_new_id(person, stays) for person in people))
    )


def _entry(person: User, app_id: str) -> SecSignId | None:
    return next((entry for entry in person.secsign_ids if entry.app == app_id and (entry.id or "").strip()), None)


def _with_new_id(person: User, old_stays: bool) -> User:
    providers = {name: on for name, on in person.providers.items() if old_stays or name != UPSTREAM_APP}
    entry = _entry(person, UPSTREAM_APP)
    if entry is None:
        return person._replace(providers=providers)
    try:
        secsign_id = check_id(entry.id or "", person.uid)
    except NextcloudError:  # left out by the app as well
        return person._replace(providers=providers)
    enabled = entry.enabled and person.providers.get(UPSTREAM_APP, True)
    providers[BUNDLED_APP] = enabled
    return person._replace(
        providers=providers, secsign_ids=(*person.secsign_ids, SecSignId(BUNDLED_APP, secsign_id, enabled))
    )
