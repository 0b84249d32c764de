# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The app: installed from every kind of source, kept as asked, and never left half-done or broken."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apps
import pytest
from apps import APP_ID, variant
from expect import converges, fails, refused, rests

FIXTURE = {"app_id": APP_ID}


def folder_of(server: Any) -> Path:
    return Path(server.path) / "apps" / APP_ID


def config_of(server: Any) -> dict[str, str]:
    return dict(server.sql("SELECT configkey, configvalue FROM oc_appconfig WHERE appid = ?", APP_ID))


def provider_of(server: Any) -> dict[str, Any]:
    """Whether Nextcloud loads the provider, reported by the bridge; {} where no enabled app brings it."""
    found = server.run("twofactor_info", users="none", **FIXTURE)
    assert not found.failed, found.data
    return next((entry for entry in found["providers"] if entry["app"] == APP_ID), {})


def runs(server: Any, version: str) -> None:
    """That version is in place, known to the database, enabled, whole, and loads."""
    assert f"<version>{version}</version>" in (folder_of(server) / "appinfo" / "info.xml").read_text(encoding="utf-8")
    assert config_of(server)["installed_version"] == version
    assert config_of(server)["enabled"] == "yes"
    assert provider_of(server)["loads"]
    nothing_left_behind(server)


def nothing_left_behind(server: Any) -> None:
    assert not list((Path(server.path) / "apps").glob(".secsign-*"))


def install(server: Any, source: Path, **options: Any) -> None:
    result = server.run("app", source=str(source), **dict(FIXTURE, **options))
    assert not result.failed, result.data


def only_provider(server: Any) -> None:
    """Switches off the provider that some releases bring enabled."""
    server.occ("app:disable", "twofactor_totp", check=False)


def enforce(server: Any) -> None:
    server.occ("twofactorauth:enforce", "--on")


# ---------------------------------------------------------------- sources and states


@pytest.mark.parametrize("form", ["folder", "tar.gz", "zip"])
def test_installs_from(server: Any, tmp_path: Path, form: str) -> None:
    app = variant(tmp_path)
    options = {"folder": lambda app: {"source": str(app)}, "tar.gz": apps.tar_gz, "zip": apps.zipped}[form](app)
    result = converges(server, "app", **dict(FIXTURE, **options))
    assert result.diff["before"] == {"app_id": APP_ID, "state": "absent"}
    assert result.diff["after"]["state"] == "enabled" and result.diff["after"]["version"] == "1.0.0"
    runs(server, "1.0.0")
    assert provider_of(server)["id"] == APP_ID
    owner = server.config.stat().st_uid
    for path in [folder_of(server), *folder_of(server).rglob("*")]:
        assert path.stat().st_uid == owner
        assert path.stat().st_mode & 0o022 == 0
    assert sorted(str(p.relative_to(app)) for p in app.rglob("*")) == sorted(
        str(p.relative_to(folder_of(server))) for p in folder_of(server).rglob("*")
    )


def test_every_state_can_be_reached_and_kept(server: Any, tmp_path: Path) -> None:
    source = {"source": str(variant(tmp_path))}
    converges(server, "app", state="present", **source, **FIXTURE)
    assert config_of(server).get("enabled", "no") == "no"
    converges(server, "app", state="enabled", **FIXTURE)
    runs(server, "1.0.0")
    rests(server, "app", state="present", **FIXTURE)
    server.occ("config:app:set", APP_ID, "suffix", "--value=kept")
    converges(server, "app", state="disabled", **FIXTURE)
    assert config_of(server)["enabled"] == "no" and folder_of(server).is_dir()
    rests(server, "app", state="present", **FIXTURE)
    converges(server, "app", state="absent", **FIXTURE)
    assert not folder_of(server).exists()
    assert config_of(server)["suffix"] == "kept"
    converges(server, "app", state="enabled", **source, **FIXTURE)
    converges(server, "app", state="absent", **FIXTURE)  # this time in one step from enabled
    assert not folder_of(server).exists() and config_of(server)["enabled"] == "no"
    nothing_left_behind(server)


def test_a_removed_app_may_come_back_older(server: Any, tmp_path: Path) -> None:
    """As the sentence that refuses a downgrade promises."""
    install(server, variant(tmp_path, "1.1.0"))
    assert not server.run("app", state="absent", **FIXTURE).failed
    converges(server, "app", source=str(variant(tmp_path, "1.0.0")), **FIXTURE)
    runs(server, "1.0.0")


def test_groups_are_set_changed_left_alone_and_lifted(server: Any, tmp_path: Path) -> None:
    source = {"source": str(variant(tmp_path))}
    refused(server, "app", "NC202", "'nobody here'", "groups", groups=["staff", "nobody here"], **source, **FIXTURE)
    converges(server, "app", groups=["staff"], **source, **FIXTURE)
    assert config_of(server)["enabled"] == '["staff"]'
    result = converges(server, "app", groups=["it", "staff", "it"], **FIXTURE)
    assert result.diff["after"]["groups"] == ["it", "staff"]
    assert config_of(server)["enabled"] == '["it","staff"]'
    rests(server, "app", groups=["staff", "it"], **FIXTURE)
    rests(server, "app", **FIXTURE)
    refused(server, "app", "NC202", "'nobody here'", groups=["nobody here"], **FIXTURE)
    converges(server, "app", groups=[], **FIXTURE)
    assert config_of(server)["enabled"] == "yes"
    # an upgrade keeps the limit, too
    converges(server, "app", groups=["contractors"], **FIXTURE)
    converges(server, "app", source=str(variant(tmp_path, "1.1.0")), **FIXTURE)
    assert config_of(server)["enabled"] == '["contractors"]' and config_of(server)["installed_version"] == "1.1.0"


def test_groups_of_a_protected_type_are_refused(server: Any, tmp_path: Path) -> None:
    source = {"source": str(variant(tmp_path, type="authentication"))}
    refused(server, "app", "NC310", "authentication", groups=["staff"], **source, **FIXTURE)


def test_a_version_is_pinned(server: Any, tmp_path: Path) -> None:
    source = {"source": str(variant(tmp_path))}
    refused(server, "app", "NC307", "1.0.0", "1.1.0", version="1.1.0", **source, **FIXTURE)
    converges(server, "app", version="1.0.0", **source, **FIXTURE)
    rests(server, "app", version="1.0.0", **FIXTURE)
    refused(server, "app", "NC307", "1.0.0", "1.1.0", version="1.1.0", **FIXTURE)
    converges(server, "app", version="1.1.0", source=str(variant(tmp_path, "1.1.0")), **FIXTURE)


# ---------------------------------------------------------------- other versions


def test_upgrades_while_enabled(server: Any, tmp_path: Path) -> None:
    install(server, variant(tmp_path))
    newer = variant(tmp_path, "1.1.0", repair_step="Mark")
    apps.add_repair_step(newer, "Mark", "$this->config->setAppValue('twofactor_fixture', 'mark', 'upgraded');")
    result = converges(server, "app", source=str(newer), **FIXTURE)
    assert "occ upgrade" in result["commands"]
    runs(server, "1.1.0")
    assert config_of(server)["mark"] == "upgraded", "Nextcloud itself upgraded the app"
    assert '"maintenance":false' in server.occ("status", "--output=json").stdout


def test_upgrades_while_disabled(server: Any, tmp_path: Path) -> None:
    install(server, variant(tmp_path))
    server.occ("app:disable", APP_ID)
    newer = {"source": str(variant(tmp_path, "1.1.0"))}
    converges(server, "app", state="present", **newer, **FIXTURE)
    assert config_of(server)["enabled"] == "no"
    rests(server, "app", state="disabled", **newer, **FIXTURE)
    converges(server, "app", **newer, **FIXTURE)
    runs(server, "1.1.0")
    converges(server, "app", state="disabled", source=str(variant(tmp_path, "1.2.0")), **FIXTURE)
    assert config_of(server)["enabled"] == "no"


def test_an_upgrade_that_somebody_else_left_waiting_is_carried_out(server: Any, tmp_path: Path) -> None:
    install(server, variant(tmp_path))
    shutil.rmtree(folder_of(server))
    shutil.copytree(variant(tmp_path, "1.1.0"), folder_of(server))
    shutil.chown(folder_of(server), server.host.user)
    for path in folder_of(server).rglob("*"):
        shutil.chown(path, server.host.user)
    fails(server.run("user_permissions", allow_edit=True, **FIXTURE), "NC103", APP_ID)
    converges(server, "app", **FIXTURE)
    runs(server, "1.1.0")


def test_tampered_files_of_the_same_version_are_repaired(server: Any, tmp_path: Path) -> None:
    app = variant(tmp_path)
    install(server, app)
    provider = folder_of(server) / apps.PROVIDER
    provider.write_text(
        provider.read_text(encoding="utf-8").replace("hash_equals($code, $challenge)", "true"), encoding="utf-8"
    )
    (folder_of(server) / "backdoor.php").write_text("<?php", encoding="utf-8")
    rests(server, "app", **FIXTURE)  # without a source there is nothing to compare with
    converges(server, "app", source=str(app), **FIXTURE)
    assert provider.read_bytes() == (app / apps.PROVIDER).read_bytes()
    assert not (folder_of(server) / "backdoor.php").exists()
    runs(server, "1.0.0")


def test_refuses_to_go_back(server: Any, tmp_path: Path) -> None:
    install(server, variant(tmp_path, "1.1.0"))
    refused(server, "app", "NC306", "1.0.0", "1.1.0", "state=absent", source=str(variant(tmp_path, "1.0.0")), **FIXTURE)
    runs(server, "1.1.0")


# ---------------------------------------------------------------- what does not fit


def needs(server: Any) -> dict[str, tuple[str, dict[str, str], tuple[str, ...]]]:
    return {
        "nextcloud": ("NC303", {"nextcloud": "17-20"}, ("17 to 20", server.host.release, "take a version of the app")),
        "php": ("NC304", {"php": "99.0"}, ("PHP 99.0 and newer",)),
        "lib": ("NC304", {"lib": "no_such_extension"}, ("no_such_extension",)),
        "database": ("NC304", {"database": "pgsql"}, ("pgsql", "sqlite")),
    }


@pytest.mark.parametrize("need", ["nextcloud", "php", "lib", "database"])
def test_an_app_that_does_not_fit_is_refused(server: Any, tmp_path: Path, need: str) -> None:
    code, change, named = needs(server)[need]
    refused(server, "app", code, *named, source=str(variant(tmp_path, "1.1.0", **change)), **FIXTURE)
    if need != "nextcloud":
        return
    # nor does it replace one that fits, nor is one that is there already switched on
    install(server, variant(tmp_path, "1.0.0"))
    refused(server, "app", code, *named, source=str(tmp_path / "1.1.0" / APP_ID), **FIXTURE)
    runs(server, "1.0.0")
    server.occ("app:disable", APP_ID)
    apps.edit(
        folder_of(server), "appinfo/info.xml", 'min-version="17" max-version="40"', 'min-version="17" max-version="20"'
    )
    refused(server, "app", code, *named, **FIXTURE)


def test_the_upstream_app_is_refused(server: Any, tmp_path: Path) -> None:
    """Upstream's archive where SECSIGNID_ARCHIVE names it; else one that declares the same, which is all that is
    looked at."""
    path = os.environ.get("SECSIGNID_ARCHIVE")
    if path:
        options = {"source": path, "sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest()}
    else:
        app = tmp_path / "secsignid"
        (app / "appinfo").mkdir(parents=True)
        (app / "appinfo" / "info.xml").write_text(
            "<?xml version='1.0'?><info><id>secsignid</id><version>0.3.3</version><namespace>SecSignID</namespace>"
            "<dependencies><nextcloud min-version='17' max-version='20'/></dependencies></info>",
            encoding="utf-8",
        )
        options = apps.tar_gz(app)
    refused(
        server,
        "app",
        "NC303",
        "secsignid 0.3.3",
        "17 to 20",
        server.host.release,
        "twofactor_secsign",
        app_id="secsignid",
        **options,
    )


def test_force_is_said_aloud_and_never_under_enforcement(server: Any, tmp_path: Path) -> None:
    only_provider(server)
    source = {"source": str(variant(tmp_path, nextcloud="17-20"))}
    enforce(server)
    refused(server, "app", "NC311", "switch enforcement off", force=True, **source, **FIXTURE)
    server.occ("twofactorauth:enforce", "--off")
    result = converges(server, "app", force=True, **source, **FIXTURE)
    assert f"occ app:enable --force {APP_ID}" in result["commands"]
    runs(server, "1.0.0")


# ---------------------------------------------------------------- broken providers


@pytest.mark.parametrize("breakage", list(apps.BREAKAGES))
def test_a_broken_provider_is_taken_back(server: Any, tmp_path: Path, breakage: str) -> None:
    broken = {"source": str(variant(tmp_path, "1.1.0", breakage))}
    failed = fails(server.run("app", **broken, **FIXTURE), "NC305", APP_ID, "undone")
    assert "is enabled" not in failed["msg"]
    assert str(server.path) not in failed["msg"]
    assert not folder_of(server).exists()
    assert config_of(server).get("enabled", "no") == "no"
    assert provider_of(server) == {}
    nothing_left_behind(server)

    # what was tried in vain does not stand in the way of what works
    install(server, variant(tmp_path, "1.0.0"))
    runs(server, "1.0.0")
    before = server.fingerprint()
    fails(server.run("app", **broken, **FIXTURE), "NC305", APP_ID, "undone")
    runs(server, "1.0.0")
    after = server.fingerprint()
    assert after["files"] == before["files"] and after["config.php"] == before["config.php"]
    assert server.occ("twofactorauth:state", "alice").returncode == 0
    rests(server, "app", **FIXTURE)


def test_a_broken_one_replaces_nothing_while_disabled_and_is_not_enabled(server: Any, tmp_path: Path) -> None:
    """Present is a promise about files alone; it is when it is switched on that it has to load."""
    broken = variant(tmp_path, "1.1.0", "interface_method_missing")
    install(server, variant(tmp_path, "1.0.0"))
    server.occ("app:disable", APP_ID)
    converges(server, "app", state="disabled", source=str(broken), **FIXTURE)
    fails(server.run("app", **FIXTURE), "NC305", APP_ID, "undone")
    assert config_of(server)["enabled"] == "no"
    converges(server, "app", source=str(variant(tmp_path, "1.2.0")), **FIXTURE)
    runs(server, "1.2.0")


def test_one_that_broke_by_itself_is_told_and_can_be_mended_or_disabled(server: Any, tmp_path: Path) -> None:
    app = variant(tmp_path)
    install(server, app)
    apps.edit(folder_of(server), apps.PROVIDER, *apps.BREAKAGES["interface_method_missing"])
    refused(server, "app", "NC305", APP_ID, **FIXTURE)
    converges(server, "app", source=str(app), **FIXTURE)
    runs(server, "1.0.0")
    apps.edit(folder_of(server), apps.PROVIDER, *apps.BREAKAGES["interface_method_missing"])
    converges(server, "app", state="disabled", **FIXTURE)


# ---------------------------------------------------------------- nobody is locked out


@pytest.mark.parametrize("state", ["disabled", "absent"])
def test_an_app_that_users_need_is_not_taken_away(server: Any, tmp_path: Path, state: str) -> None:
    only_provider(server)
    install(server, variant(tmp_path))
    server.occ("twofactorauth:enable", "alice", APP_ID)
    refused(server, "app", "NC308", "1 users", f"twofactorauth:cleanup {APP_ID}", state=state, **FIXTURE)
    # no more than that is asked for where it does not load and cannot show its provider's id
    apps.edit(folder_of(server), apps.PROVIDER, *apps.BREAKAGES["constructor_cannot_be_resolved"])
    refused(server, "app", "NC308", "1 users", state=state, **FIXTURE)
    apps.edit(folder_of(server), apps.PROVIDER, *reversed(apps.BREAKAGES["constructor_cannot_be_resolved"]))

    server.occ("twofactorauth:cleanup", APP_ID)
    enforce(server)
    refused(server, "app", "NC309", APP_ID, "switch enforcement off", state=state, **FIXTURE)
    server.occ("twofactorauth:enforce", "--off")
    converges(server, "app", state=state, **FIXTURE)


def test_another_provider_may_stay_behind_under_enforcement(server: Any, tmp_path: Path) -> None:
    install(server, variant(tmp_path))
    other = variant(tmp_path / "other", app_id="twofactor_other")
    for name in ("appinfo/info.xml", apps.PROVIDER):
        text = (other / name).read_text(encoding="utf-8")
        (other / name).write_text(
            text.replace("twofactor_fixture", "twofactor_other").replace("TwoFactorFixture", "TwoFactorOther"),
            encoding="utf-8",
        )
    install(server, other, app_id="twofactor_other")
    enforce(server)
    converges(server, "app", state="disabled", **FIXTURE)


# ---------------------------------------------------------------- sources that cannot be trusted or reached


def test_untrustworthy_sources_are_refused(server: Any, tmp_path: Path) -> None:
    archive = apps.tar_gz(variant(tmp_path))
    wrong = "0" * 64
    for code, named, options in (
        ("NC301", (wrong, archive["sha256"]), dict(archive, sha256=wrong)),
        ("NC201", ("sha256",), {"source": archive["source"]}),
        ("NC201", ("https",), {"source": "http://example.com/app.tar.gz", "sha256": wrong}),
        ("NC201", ("sha256",), {"source": "https://example.com/app.tar.gz"}),
        ("NC201", ("/no/such/archive.zip", "exist"), {"source": "/no/such/archive.zip", "sha256": wrong}),
        ("NC201", ("/no/such/folder", "exist"), {"source": "/no/such/folder"}),
        ("NC201", ("absolute",), {"source": "app.tar.gz", "sha256": wrong}),
        ("NC201", ("sha256",), {"sha256": wrong}),
        ("NC302", (APP_ID, "source"), {}),
        ("NC301", ("another_app", APP_ID), dict(archive, app_id="another_app")),
        ("NC201", ("state", "absent"), dict(archive, state="absent")),
        ("NC201", ("groups", "enabled"), {"state": "disabled", "groups": ["staff"]}),
    ):
        refused(server, "app", code, *named, **dict(FIXTURE, **options))


def test_the_store_cannot_be_reached(server: Any) -> None:
    """Whether for lack of a network or because the store has no such app: one sentence, and nothing has changed."""
    server.occ("config:system:set", "has_internet_connection", "--type=boolean", "--value=false")
    before = server.fingerprint()
    fails(server.run("app", source="store", **FIXTURE), "NC314", APP_ID, "source")
    assert server.fingerprint() == before


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def https_server(tmp_path: Path) -> Iterator[tuple[str, Path, Path]]:
    """Address, folder that is served, and the certificate to trust."""
    certificate, key, folder = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "served"
    folder.mkdir()
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=str(folder)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    web.socket = context.wrap_socket(web.socket, server_side=True)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    with contextlib.closing(web.socket):
        yield f"https://localhost:{web.server_port}", folder, certificate
        web.shutdown()


def test_installs_from_an_https_address(
    server: Any, tmp_path: Path, https_server: tuple[str, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, folder, certificate = https_server
    archive = apps.tar_gz(variant(tmp_path))
    shutil.copy(archive["source"], folder / "app.tar.gz")
    options = dict(FIXTURE, source=f"{url}/app.tar.gz", sha256=archive["sha256"])
    refused(server, "app", "NC201", "source", url, **options)  # nobody vouches for the certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    refused(server, "app", "NC201", "source", "404", **dict(options, source=f"{url}/none.tar.gz"))
    refused(server, "app", "NC301", "checksum", **dict(options, sha256="0" * 64))
    converges(server, "app", **options)
    runs(server, "1.0.0")
