# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Nextcloud is like, as values: read once by the bridge, never changed, copied with differences by a plan."""

from __future__ import annotations

import base64
import hashlib
import json
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.info_xml import (
    AppInfo,
    PackageError,
    parse_info,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import app_for, stores
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud

# Logs users in through an identity provider.
SAML_APP = "user_saml"

# A provider that is no factor of its own: codes replace a lost factor.
BACKUP_CODES = "backup_codes"


class Query:
    """What one run has to read: every part of a plan adds its own needs, then one process reads all."""

    # no dataclass, since a host where nothing is to do would load that module for this class alone
    def __init__(self, **given: t.Any) -> None:
        self.apps: set[str] = set()
        self.digests: set[str] = set()
        self.packages: dict[str, tuple[str, str]] = {}  # app: version and digest to compare its files with
        self.settings: set[str] = set()
        self.groups: set[str] = set()
        self.providers = False
        self.users = False
        self.some_users: set[str] = set()  # these users, where not all of them are wanted
        self.names: set[str] = set()  # ids or mail addresses: whose are they
        self.members: set[str] = set()  # of these groups
        self.verdicts: set[str] = set()  # for these users: must they use a second factor, by Nextcloud's own word
        self.saml = False
        self.certificates: set[str] = set()  # texts; read and judged with saml
        self.pairs: set[tuple[str, str]] = set()  # of a certificate and a private key: do they belong together
        vars(self).update(given)

    def request(self) -> dict[str, t.Any]:
        return {
            "apps": sorted(self.apps),
            "id_stores": stores(),
            "digests": sorted(self.digests),
            "packages": {app: dict(zip(("version", "digest"), package)) for app, package in self.packages.items()},
            "settings": sorted(self.settings),
            "groups": sorted(self.groups),
            "providers": self.providers,
            "users": self.users,
            "some_users": sorted(self.some_users),
            "names": sorted(self.names),
            "members": sorted(self.members),
            "verdicts": sorted(self.verdicts),
            "saml": {"certificates": sorted(self.certificates), "pairs": sorted(self.pairs)} if self.saml else None,
        }


class Server(t.NamedTuple):
    version: str  # of the code on disk, four numbers
    release: str  # as users say it: 34.0.1
    root: str
    php: str
    php_extensions: tuple[str, ...]
    database: str
    config_writable: bool
    pending_upgrades: tuple[str, ...]
    full: tuple[str, ...] = ()  # folders that Nextcloud writes to and whose disk is full

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def secsign_app(self, app_id: str) -> str:
        """The app that an option ``app_id`` means on this server."""
        if app_id != "auto":
            return app_id
        return app_for(self.major)


class Code(t.NamedTuple):
    """The files of an app, compared with the package of the same version."""

    unchanged: bool
    files: tuple[tuple[str, str], ...] = ()  # of changed code: path and SHA-256, or in its place why there is none
    complete: bool = True  # False: there are more files than that


class App(t.NamedTuple):
    app_id: str
    path: str | None  # None: its code is not on the server
    version: str | None  # of the code
    installed_version: str | None  # that the database knows
    enabled: bool
    groups: tuple[str, ...]  # () : for everyone
    digest: str | None = None
    interrupted: bool = False  # an installation was stopped half-way and left folders behind
    unwritable_dir: str | None = None  # the folder that is not writable, so that the app can neither come nor go
    info_xml: bytes | None = None
    code: Code | None = None  # None: not compared, or of another version than the package

    @property
    def code_state(self) -> str:
        """Whether the files are those of the package with which they were compared."""
        if self.code is None:
            return "unknown"
        return "unchanged" if self.code.unchanged else "changed"

    @property
    def info(self) -> AppInfo | None:
        """What the app says about itself; None where that is not known or makes no sense."""
        try:
            return None if self.info_xml is None else parse_info(self.info_xml)
        except PackageError:
            return None


class Provider(t.NamedTuple):
    app: str
    cls: str
    id: str | None  # None: not known, since it does not load or is not installed yet
    loads: bool
    error: str | None = None
    set_up_at_login: bool = False
    enabled_by_admin: bool = False
    disabled_by_admin: bool = False
    groups: frozenset[str] = frozenset()  # to which its app is limited; empty: everyone


class StoredPolicy(t.NamedTuple):
    """Who must use two-factor login, as config.php has it, raw."""

    enforced: t.Any
    groups: t.Any
    excluded_groups: t.Any

    @property
    def is_enforced(self) -> bool:
        # Nextcloud compares with the text: a boolean true in config.php enforces nothing
        return bool(self.enforced == "true")


class SecSignId(t.NamedTuple):
    app: str
    id: str | None
    enabled: bool

    @property
    def usable(self) -> bool:
        return bool(self.id) and self.enabled


class User(t.NamedTuple):
    uid: str
    backend: str
    password_login: bool
    enabled: bool
    admin: bool
    groups: frozenset[str]
    providers: t.Mapping[str, bool]  # what Nextcloud's registry has; a provider that is missing was never asked for
    backup_codes: int | None
    secsign_ids: tuple[SecSignId, ...]
    local_password: bool = (
        True  # Nextcloud itself has a password of theirs, which holds whatever becomes of LDAP or SAML
    )

    @classmethod
    def from_row(cls, row: t.Mapping[str, t.Any]) -> User:
        """From what the bridge returns."""
        return cls(
            uid=row["uid"],
            backend=row["backend"],
            password_login=row["password_login"],
            enabled=row["enabled"],
            admin=row["admin"],
            groups=frozenset(row["groups"]),
            providers=dict(row["providers"]),
            backup_codes=row["backup_codes"],
            secsign_ids=tuple(SecSignId(entry["app"], entry["id"], entry["enabled"]) for entry in row["secsign_ids"]),
            local_password=row["local_password"],
        )


class Certificate(t.NamedTuple):
    subject: str
    not_before: int  # seconds since 1970
    not_after: int
    sha256: str
    rsa_bits: int | None  # None: another kind of key


class Saml(t.NamedTuple):
    """What the app user_saml keeps, its general settings apart."""

    providers: t.Mapping[int, t.Mapping[str, str]]  # by number, under the app's own keys; a private key as its sum
    keys: frozenset[str] | None  # that this version of the app takes; None: it is not enabled
    certificates: t.Mapping[str, Certificate | None]  # by the SHA-256 of the text; None: no certificate
    pairs: t.Mapping[tuple[str, str], str]  # fits, other, unreadable
    addresses: t.Mapping[str, str] | None  # of this Nextcloud as a service provider

    def certificate(self, text: str) -> Certificate | None:
        return self.certificates.get(hashlib.sha256(text.encode()).hexdigest())


class State(t.NamedTuple):
    server: Server
    apps: t.Mapping[str, App]
    settings: t.Mapping[str, t.Mapping[str, str]]
    policy: StoredPolicy
    groups: t.Mapping[str, bool | None]  # None: not to be known, since a backend is silent
    providers: tuple[Provider, ...] | None  # None: not read, or not to be known while an upgrade waits
    enrolled: t.Mapping[str, int]  # provider id: number of users for whom it is enabled
    now: int  # the server's clock, in seconds since 1970
    uids: t.Mapping[str, str | bool | None]  # name: user id, False for nobody, None where a silent backend might know
    members: t.Mapping[str, frozenset[str] | None]  # None: there is no such group
    verdicts: t.Mapping[str, bool | None]
    silent: t.Mapping[str, str] = {}  # user or group backends that did not answer, and what they said instead
    users: tuple[User, ...] | None = None  # None: not read
    saml: Saml | None = None  # None: not read
    unfinished: bool = False  # an upgrade that an earlier run began is not crossed out yet

    def with_app(self, app: App, providers: tuple[Provider, ...] | None) -> State:
        return self._replace(apps=dict(self.apps, **{app.app_id: app}), providers=providers)

    def with_settings(self, app_id: str, changes: t.Mapping[str, str | None]) -> State:
        """None removes a key."""
        merged = {k: v for k, v in {**self.settings.get(app_id, {}), **changes}.items() if v is not None}
        return self._replace(settings=dict(self.settings, **{app_id: merged}))

    def find(self, option: str, names: t.Sequence[str]) -> dict[str, str]:
        """User ids of users named by their ids or mail addresses.

        Raises NextcloudError if there is one whom nobody knows.
        """
        known = {name: self.uids.get(name, False) for name in names}
        if None in known.values():
            raise NextcloudError("user_backend", detail=self.failed_backends())
        unknown = sorted(name for name, uid in known.items() if uid is False)
        if unknown:
            raise NextcloudError("unknown_users", option=option, detail=", ".join(unknown[:20]))
        return {name: str(uid) for name, uid in known.items()}

    def failed_backends(self) -> str:
        return "; ".join(f"{backend}: {said}" for backend, said in sorted(self.silent.items()))

    @property
    def saml_is_on(self) -> bool:
        """Whether users log in through the app user_saml, whose users Nextcloud asks for no second factor."""
        app = self.apps.get(SAML_APP)
        return bool(app and app.enabled and app.path and self.settings.get(SAML_APP, {}).get("type"))

    def broken_providers(self) -> tuple[Provider, ...]:
        return tuple(provider for provider in self.providers or () if not provider.loads)

    def factors(self) -> tuple[Provider, ...]:
        """The providers with which somebody can pass a login, backup codes apart."""
        return tuple(provider for provider in self.providers or () if provider.loads and provider.id != BACKUP_CODES)


def read(nextcloud: Nextcloud, query: Query) -> State:
    """The whole state that ``wants`` asks for, in one PHP process."""
    state, records = read_apart(nextcloud, query)
    return (
        state._replace(users=tuple(User.from_row(row) for line in records for row in json.loads(line)["rows"]))
        if query.users or query.some_users
        else state
    )


def read_apart(nextcloud: Nextcloud, query: Query) -> tuple[State, t.Sequence[bytes]]:
    """The state without the users, and the users some at a time in JSON, so that nobody has to hold all of them."""
    answer = nextcloud.ask("read", **query.request())
    state = _state(answer.data)
    return state._replace(saml=_saml(answer.data["saml"], query)) if query.saml else state, answer.records


def _state(data: t.Mapping[str, t.Any]) -> State:
    server = data["server"]
    return State(
        server=Server(
            version=server["version"],
            release=server["release"],
            root=server["root"],
            php=server["php"],
            php_extensions=tuple(server["php_extensions"]),
            database=server["database"],
            config_writable=server["config_writable"],
            pending_upgrades=tuple(server["pending_upgrades"]),
            full=tuple(server["full"]),
        ),
        apps={app_id: _app(app_id, facts) for app_id, facts in dict(data["apps"]).items()},
        settings={app_id: dict(values) for app_id, values in dict(data["settings"]).items()},
        policy=StoredPolicy(**data["policy"]),
        groups=dict(data["groups"]),
        providers=None if data["providers"] is None else tuple(_provider(entry) for entry in data["providers"]),
        enrolled=dict(data["enrolled"]),
        now=data["now"],
        uids=dict(data["uids"]),
        members={gid: None if uids is None else frozenset(uids) for gid, uids in dict(data["members"]).items()},
        verdicts=dict(data["verdicts"]),
        silent=dict(data["silent"]),
        unfinished=data["unfinished"],
    )


def _app(app_id: str, facts: t.Mapping[str, t.Any]) -> App:
    enabled = facts["enabled"]
    groups: tuple[str, ...] = ()
    if enabled not in ("yes", "no"):
        # limited to groups: Nextcloud keeps their ids as JSON text under the same key
        groups = tuple(str(group) for group in json.loads(enabled))
    return App(
        app_id=app_id,
        path=facts["path"],
        version=facts["version"],
        installed_version=facts["installed_version"],
        enabled=enabled != "no",
        groups=groups,
        digest=facts["digest"],
        interrupted=bool(facts.get("interrupted")),
        unwritable_dir=facts.get("closed"),
        info_xml=base64.b64decode(facts["info"]) if facts.get("info") else None,
        code=_code(facts["code"]) if facts.get("code") else None,
    )


def _code(found: t.Mapping[str, t.Any]) -> Code:
    return Code(found["unchanged"], tuple((path, digest) for path, digest in found["files"]), found["complete"])


def _provider(entry: t.Mapping[str, t.Any]) -> Provider:
    return Provider(
        app=entry["app"],
        cls=entry["class"],
        id=entry["id"],
        loads=entry["loads"],
        error=entry["error"],
        set_up_at_login=bool(entry.get("set_up_at_login")),
        enabled_by_admin=bool(entry.get("enabled_by_admin")),
        disabled_by_admin=bool(entry.get("disabled_by_admin")),
        groups=frozenset(entry["groups"]),
    )


def _saml(data: t.Mapping[str, t.Any], query: Query) -> Saml:
    return Saml(
        providers={int(number): dict(values) for number, values in dict(data["providers"]).items()},
        keys=None if data["keys"] is None else frozenset(data["keys"]),
        certificates={digest: facts and Certificate(**facts) for digest, facts in dict(data["certificates"]).items()},
        pairs=dict(zip(sorted(query.pairs), data["pairs"])),
        addresses=data["addresses"],
    )
