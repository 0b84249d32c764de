# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The provider apps for SecSign ID: what each stores where, and how it behaves. Nothing else names them."""

from __future__ import annotations

import typing as t


class SecSignApp(t.NamedTuple):
    """One provider app. Its provider ID is its app ID."""

    app_id: str
    table: str  # of the SecSign IDs, without Nextcloud's prefix; its columns are user_id, secsignid and enabled
    keeps_empty_rows: bool = False  # a removed ID leaves an empty row: without one, switching the provider off fails
    last_major: int | None = None  # newest Nextcloud that can load it
    accepts_any_id: bool = False  # lets in whoever approves with any SecSign ID, not only the one assigned
    asks_fallback: bool = True  # the fallback ID server too
    keeps_public_fallback: bool = False  # with an own server and no fallback stored, the public one stays the fallback
    ca_bundle: str | None = None  # certificate authorities that it trusts, below its folder; None: Nextcloud's own list
    databases: tuple[str, ...] = ()  # on which it really works, whatever it declares; empty: as declared
    remedy: str = "take a version of the app that supports this release"  # where it does not fit the server
    asks_everybody_while_onboarding: bool = False

    def store(self) -> dict[str, t.Any]:
        """Where its SecSign IDs are, for the bridge."""
        return {"table": self.table, "keeps_empty_rows": self.keeps_empty_rows}


# The vendor's app, release 0.3.3. It declares every database, but its migration fails on SQLite after half its work.
_VENDOR = SecSignApp(
    "secsignid",
    "secsignid",
    keeps_empty_rows=True,
    last_major=20,
    accepts_any_id=True,
    asks_fallback=False,
    keeps_public_fallback=True,
    ca_bundle="lib/Service/curl-ca-bundle.crt",
    databases=("mysql", "pgsql"),
    remedy="use twofactor_secsign, which covers the maintained releases, instead",
    asks_everybody_while_onboarding=True,
)
# The app that comes with this collection.
_BUNDLED = SecSignApp("twofactor_secsign", "twofactor_secsign")

VENDOR_APP = _VENDOR.app_id
BUNDLED_APP = _BUNDLED.app_id
SECSIGN_APPS: t.Mapping[str, SecSignApp] = {app.app_id: app for app in (_VENDOR, _BUNDLED)}


def app_for(major: int) -> str:
    """The one to use on this major release of Nextcloud."""
    return next(app.app_id for app in SECSIGN_APPS.values() if app.last_major is None or major <= app.last_major)


def accepts_any_id(app_id: str) -> bool:
    return app_id in SECSIGN_APPS and SECSIGN_APPS[app_id].accepts_any_id


def stores() -> dict[str, dict[str, t.Any]]:
    """Where the SecSign IDs of all of them are, by app, for the bridge."""
    return {app_id: app.store() for app_id, app in SECSIGN_APPS.items()}
