# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SecSign ID server that the app asks for each login: where it is, and whether it answers."""

from __future__ import annotations

import os
import typing as t
from urllib.parse import urlsplit

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context, Plan
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import State
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import (
    NUMBER,
    TEXT,
    Setting,
    Settings,
    options_of,
)

_ANSWER_WITHIN = 15  # seconds, the same as the apps allow


class IdServer(Settings):
    title = "id_server"
    table = (
        Setting("server", "server", TEXT, "server", "https://httpapi.secsign.com"),
        Setting("serverport", "serverport", NUMBER, "serverport", 443),
        Setting("fallback", "fallback", TEXT, "fallback", "https://httpapi2.secsign.com"),
        Setting("fallbackport", "fallbackport", NUMBER, "fallbackport", 443),
        Setting("mobileurl", "mobileurl", TEXT, "mobileurl", "id1.secsign.com"),
    )

    SPEC: t.ClassVar[dict[str, t.Any]] = dict(
        options_of(table), validate={"type": "bool", "default": False}, ca_path={"type": "path"}
    )

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        self._nextcloud = context.nextcloud
        self._validate = params["validate"]
        self._ca = self._read_ca(params.get("ca_path"))
        self._asked: set[str] = set()
        super().__init__(params, context)

    @staticmethod
    def _read_ca(path: str | None) -> str | None:
        if not path:
            return None
        try:
            with open(path, encoding="ascii") as handle:
                text = handle.read()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not a PEM file"
            raise NextcloudError("unreadable_file", option="ca_path", path=path, detail=reason)
        if "-----BEGIN CERTIFICATE-----" not in text:
            raise NextcloudError("no_pem", path=os.path.basename(path))
        return text

    def check_options(self, params: t.Mapping[str, t.Any]) -> None:
        for option in ("server", "fallback"):
            if params.get(option) is not None:
                self._check_url(option, params[option])
        for option in ("serverport", "fallbackport"):
            port = params.get(option)
            if port is not None and not 1 <= port <= 65534:
                raise NextcloudError("out_of_range", option=option, value=port, least=1, most=65534)
        host = params.get("mobileurl")
        if host is not None:
            try:
                good = (
                    bool(host)
                    and urlsplit("//" + host).netloc == host
                    and "@" not in host
                    and not any(c.isspace() for c in host)
                )
            except ValueError:
                good = False
            if not good:
                raise NextcloudError("invalid_host_name", option="mobileurl", value=host[:120])

    @staticmethod
    def _check_url(option: str, url: str) -> None:
        try:
            parts = urlsplit(url)
            good = parts.scheme == "https" and parts.hostname and not parts.username and parts.port is None
        except ValueError:
            good = False
        if not good or parts.query or parts.fragment or any(c.isspace() for c in url):
            raise NextcloudError(
                "invalid_address", option=option, value=url[:120], form="https://HOST[/PATH] without a port"
            )

    def plan(self, state: State) -> Plan:
        plan = super().plan(state)
        if self._validate and self._nextcloud is not None:
            self._ask(self._nextcloud, {k: v for k, v in self._values(plan.after).items() if v is not None})
        return plan

    def _ask(self, nextcloud: Nextcloud, values: t.Mapping[str, t.Any]) -> None:
        """Once a server and run: the plan that proves the outcome need not ask again."""
        for option, url in addresses(values):
            if url in self._asked:
                continue
            problem = ask(nextcloud, url, ca=self._ca)
            if problem is not None:
                raise NextcloudError("id_server", option=option, url=url, detail=problem)
            self._asked.add(url)


DEFAULTS: dict[str, t.Any] = {setting.option: setting.default for setting in IdServer.table}


def addresses(stored: t.Mapping[str, t.Any]) -> t.Iterator[tuple[str, str]]:
    """Option and whole address of the server and its fallback.

    One with a server of its own and no fallback has none.
    """
    values = dict(DEFAULTS, **stored)
    for option, port in (("server", "serverport"), ("fallback", "fallbackport")):
        if option == "fallback" and stored.get("server") and not stored.get("fallback"):
            return
        parts = urlsplit(values[option])
        yield option, "https://{}:{}{}".format(parts.netloc, values[port], parts.path or "/")


def ask(nextcloud: Nextcloud, url: str, ca: str | None = None, trust: str | None = None) -> str | None:
    """Why the server there cannot be used; None if it answers. ``trust``: with the authorities that this app trusts."""
    trusted = None if trust is None else {"app": trust, "ca_bundle": SECSIGN_APPS[trust].ca_bundle}
    answer = nextcloud.ask("ask_id_server", url=url, ca=ca, trust=trusted, timeout=_ANSWER_WITHIN).data
    return None if answer["answers"] else str(answer["detail"])


def unreachable(nextcloud: Nextcloud, state: State, app_id: str) -> str | None:
    """Why a login by SecSign ID cannot work now; None if the server, or its fallback, answers as the app would ask
    it."""
    stored = state.settings.get(app_id, {})
    values = {setting.option: stored[setting.key] for setting in IdServer.table if stored.get(setting.key)}
    problems = []
    for _option, url in addresses(values):
        problem = ask(nextcloud, url, trust=app_id)
        if problem is None:
            return None
        problems.append(f"{url}: {problem}")
        if not SECSIGN_APPS[app_id].asks_fallback:
            break
    return "; ".join(problems)
