# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers with the app user_saml: the sandbox's stand-in, or a release of the app that lies beside the Nextcloud
releases."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import hosts
import pytest
import saml_idp
import users_scene as scene

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import read_package
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.info_xml import fits

APP_ID = "user_saml"
STAND_IN = scene.ROOT / "sandbox" / "apps" / APP_ID


def package(server: Any) -> dict[str, Any]:
    """Options of the app's source that fits this server."""
    if server.is_sandbox:
        return {"source": str(STAND_IN), "remote_src": True}
    found: list[tuple[str, dict[str, Any]]] = []
    for entry in hosts.find_app(APP_ID):
        path = entry / APP_ID if (entry / APP_ID).is_dir() else entry
        sha256 = None if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
        info = read_package(str(path), APP_ID, sha256).info
        if fits(f"{server.major}.0.0", info.nextcloud_min, info.nextcloud_max):
            found.append(
                (
                    info.version,
                    dict({"source": str(path), "remote_src": True}, **({"sha256": sha256} if sha256 else {})),
                )
            )
    if not found:
        pytest.skip(
            f"needs user_saml for Nextcloud {server.major}: put its archive (user_saml-X.Y.Z.tar.gz) or folder beside"
            " the releases"
        )
    return max(found, key=lambda one: [int(n) for n in one[0].split(".")])[1]


class Site(scene.Whole):
    """Whose fingerprint holds the identity providers as well."""

    def fingerprint(self) -> dict[str, Any]:
        return dict(
            self._server.fingerprint(),
            providers=self.stored(raw=True),
            users=sorted(self.sql("SELECT uid FROM oc_users")),
        )

    def stored(self, raw: bool = False) -> dict[int, Any]:
        rows = self.sql("SELECT id, configuration FROM oc_user_saml_configurations ORDER BY id")
        return {number: text if raw else dict(json.loads(text)) for number, text in rows}

    def general(self) -> dict[str, str]:
        kept = json.loads(self.occ("config:list", "--private", "--output=json", APP_ID).stdout)["apps"][APP_ID]
        return {key: value for key, value in kept.items() if key not in ("enabled", "installed_version", "types")}


def with_saml(server: Any) -> Site:
    """The app is there and enabled, and nothing is set."""
    if not server.has_saved("with saml"):
        server.occ("app:disable", "twofactor_totp", check=False)
        scene.install_from(server, APP_ID, package(server))
        server.save("with saml")
    server.restore("with saml")
    return Site(server)


_PAIRS: dict[str, saml_idp.Pair] = {}


def pair(name: str = "idp", **how: Any) -> saml_idp.Pair:
    if name not in _PAIRS:
        _PAIRS[name] = saml_idp.Pair(name, **how)
    return _PAIRS[name]


def by_hand(**more: Any) -> dict[str, Any]:
    """An identity provider without metadata."""
    return dict(
        {
            "display_name": "SecSign ID",
            "entity_id": "https://idp.example.com/metadata",
            "sso_url": "https://idp.example.com/sso",
            "certificate": pair().certificate,
            "uid_mapping": "uid",
        },
        **more,
    )


def wanted(*providers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return dict(
        {"type": "saml", "multiple_user_back_ends": True, "identity_providers": list(providers) or [by_hand()]}, **more
    )
