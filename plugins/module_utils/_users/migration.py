# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What twofactor_secsign does when it is enabled for the first time where the vendor's app once was: its ``TakeOver``,
foretold.

Without it the guard would see only what the vendor's app left, which locks users out, and refuse the very run that
mends it. A forecast like all that is known of an app before it is there: what really happened is read before anything
relies on it.
"""

from __future__ import annotations

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import BUNDLED_APP, VENDOR_APP
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import SecSignId, State, User
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
    new, old = state.settings.get(BUNDLED_APP, {}), state.settings.get(VENDOR_APP, {})
    users = state.users or ()
    # without the users it is not known whether there are any IDs; whoever asks about them reads them, and plans again
    something = any(key in old for key in _KEYS) or any(_entry(user, VENDOR_APP) for user in users)
    if new.get(_DONE) or not something or any(_entry(user, BUNDLED_APP) for user in users):
        return state
    taken = {key: value for key, value in old.items() if key in _KEYS and key not in new}
    after = state.with_settings(BUNDLED_APP, dict(taken, **{_DONE: "1"}))
    # rows of a provider that cannot load go, those of one that is still enabled stay
    stays = any(provider.app == VENDOR_APP for provider in state.providers or ())
    return after if state.users is None else after._replace(users=tuple(_with_new_id(user, stays) for user in users))


def _entry(user: User, app_id: str) -> SecSignId | None:
    return next((entry for entry in user.secsign_ids if entry.app == app_id and (entry.id or "").strip()), None)


def _with_new_id(user: User, old_stays: bool) -> User:
    providers = {name: on for name, on in user.providers.items() if old_stays or name != VENDOR_APP}
    entry = _entry(user, VENDOR_APP)
    if entry is None:
        return user._replace(providers=providers)
    try:
        secsign_id = check_id(entry.id or "", user.uid)
    except NextcloudError:  # left out by the app as well
        return user._replace(providers=providers)
    enabled = entry.enabled and user.providers.get(VENDOR_APP, True)
    providers[BUNDLED_APP] = enabled
    return user._replace(
        providers=providers, secsign_ids=(*user.secsign_ids, SecSignId(BUNDLED_APP, secsign_id, enabled))
    )
