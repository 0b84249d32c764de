# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module saml: what it stores, what it refuses, what an administrator keeps, and that it gives nothing away."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import saml_idp
import users_scene as scene
from expect import converges, fails, refused, rests
from saml_scene import APP_ID, STAND_IN, Site, by_hand, package, pair, wanted, with_saml
from users_scene import SECSIGN

from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.metadata import verified_mark


@pytest.fixture
def site(server: Any) -> Site:
    return with_saml(server)


def test_from_nothing_in_one_task(server: Any) -> None:
    """The app, its identity provider and the login page: a check run of a server without the app says exactly what
    the run does."""
    app = package(server)
    done = converges(server, "saml", app=app, **wanted())
    assert done["service_provider"]["entity_id"].startswith("http")
    assert [command.split()[1] for command in done["commands"]] == ["place_app", "app:enable", "keep_app", "write_saml"]
    read = json.loads(server.occ("saml:config:get", "--output=json").stdout)
    assert read["1"]["idp-entityId"] == "https://idp.example.com/metadata"


def test_a_number_for_a_dictionary_is_told_and_gives_no_key_away(site: Site) -> None:
    """Ansible's own check ends in a traceback there."""
    own = pair("own")
    given = [by_hand(service_provider={"certificate": own.certificate, "private_key": own.key}), by_hand(security=5)]
    done = refused(site, "saml", "NC201", "identity_providers.security", **wanted(*given))
    assert own.key[40:80] not in json.dumps(done.data)


def test_every_option(site: Site) -> None:
    """By hand, and each under the key that the app reads."""
    own = pair("own")
    given = by_hand(
        slo_url="https://idp.example.com/slo",
        slo_response_url="https://idp.example.com/slo/done",
        passthrough_parameters=["tenant", "hint"],
        attribute_mapping={
            "display_name": "cn",
            "email": "mail",
            "quota": "quota",
            "groups": "memberOf",
            "home": "home",
            "mfa": "mfa",
            "group_prefix": "X_",
        },
        security={
            "authn_requests_signed": True,
            "want_assertions_signed": True,
            "want_messages_signed": False,
            "signature_algorithm": "urn:x",
        },
        service_provider={
            "certificate": own.certificate,
            "private_key": own.key,
            "name_id_format": saml_idp.SAML + "nameid-format:persistent",
        },
        user_filter={"reject_groups": ["left"], "require_groups": ["staff", "it"]},
    )
    done = converges(
        site, "saml", **wanted(given, require_provisioned_account=True, direct_login_name="With a password")
    )
    assert site.stored() == {
        1: {
            "general-idp0_display_name": "SecSign ID",
            "general-uid_mapping": "uid",
            "idp-entityId": "https://idp.example.com/metadata",
            "idp-singleSignOnService.url": "https://idp.example.com/sso",
            "idp-singleLogoutService.url": "https://idp.example.com/slo",
            "idp-singleLogoutService.responseUrl": "https://idp.example.com/slo/done",
            "idp-x509cert": pair().certificate,
            "idp-passthroughParameters": "tenant,hint",
            "saml-attribute-mapping-displayName_mapping": "cn",
            "saml-attribute-mapping-email_mapping": "mail",
            "saml-attribute-mapping-quota_mapping": "quota",
            "saml-attribute-mapping-group_mapping": "memberOf",
            "saml-attribute-mapping-group_mapping_prefix": "X_",
            "saml-attribute-mapping-home_mapping": "home",
            "saml-attribute-mapping-mfa_mapping": "mfa",
            "security-authnRequestsSigned": "1",
            "security-wantAssertionsSigned": "1",
            "security-wantMessagesSigned": "0",
            "security-signatureAlgorithm": "urn:x",
            "sp-x509cert": own.certificate,
            "sp-privateKey": own.key,
            "sp-name-id-format": saml_idp.SAML + "nameid-format:persistent",
            "saml-user-filter-reject_groups": "left",
            "saml-user-filter-require_groups": "staff,it",
        }
    }
    assert site.general() == {
        "type": "saml",
        "general-allow_multiple_user_back_ends": "1",
        "general-require_provisioned_account": "1",
        "directLoginName": "With a password",
    }
    shown = json.dumps({key: value for key, value in done.data.items() if key != "invocation"})
    assert own.key.splitlines()[1] not in shown and "PRIVATE KEY" not in shown
    # what the app's own command prints is what is there
    assert json.loads(site.occ("saml:config:get", "--output=json").stdout)["1"] == site.stored()[1]


def test_one_option_changes_that_alone(site: Site) -> None:
    assert not site.run("saml", **wanted()).failed
    before = site.stored()[1]
    done = converges(site, "saml", identity_providers=[{"uid_mapping": "email"}])
    assert site.stored()[1] == dict(before, **{"general-uid_mapping": "email"})
    assert done["commands"] == ["bridge write_saml sets=provider 1: general-uid_mapping"]
    # an empty text takes a setting away
    converges(site, "saml", identity_providers=[{"display_name": ""}])
    assert "general-idp0_display_name" not in site.stored()[1]
    # a certificate is what it says, not how its lines are broken
    rests(site, "saml", identity_providers=[{"certificate": pair().body}])


def test_several_identity_providers(site: Site) -> None:
    two = by_hand(id=2, display_name="Other", entity_id="https://other.example.com")
    assert not site.run("saml", **wanted(by_hand(), two)).failed
    assert list(site.stored()) == [1, 2]
    rests(site, "saml", identity_providers=[two])
    converges(site, "saml", identity_providers=[{"id": 2, "state": "absent"}])
    assert list(site.stored()) == [1]
    assert not site.run("saml", **wanted(two)).failed
    converges(site, "saml", identity_providers=[two], prune=True)
    assert list(site.stored()) == [2]
    refused(site, "saml", "NC605", "an identity provider", identity_providers=[], prune=True)
    refused(site, "saml", "NC201", "appears twice", identity_providers=[two, two])
    refused(site, "saml", "NC201", "prune", prune=True)


def test_metadata(site: Site) -> None:
    text = saml_idp.metadata(
        "https://idp.example.com/entity",
        "https://idp.example.com",
        [pair("over", days=-1, begins=-9), pair("now"), pair("later")],
    )
    done = converges(site, "saml", **wanted({"metadata": text, "uid_mapping": "uid"}))
    stored = site.stored()[1]
    assert stored["idp-entityId"] == "https://idp.example.com/entity"
    assert stored["idp-singleSignOnService.url"] == "https://idp.example.com/sso"
    assert stored["idp-singleLogoutService.url"] == "https://idp.example.com/slo"
    assert stored["idp-singleLogoutService.responseUrl"] == "https://idp.example.com/slo/done"
    assert stored["idp-x509cert"] == pair("now").body, "the first that holds"
    assert done.diff["after"]["identity_providers"]["1"]["certificate"]["subject"] == "CN=now"
    # metadata without a logout address take it away; an option has the last word
    less = saml_idp.metadata("https://idp.example.com/entity", "https://idp.example.com", [pair("now")], slo=False)
    assert not site.run(
        "saml", identity_providers=[{"metadata": less, "sso_url": "https://elsewhere.example.com/sso"}]
    ).failed
    stored = site.stored()[1]
    assert (
        "idp-singleLogoutService.url" not in stored
        and stored["idp-singleSignOnService.url"] == "https://elsewhere.example.com/sso"
    )
    # where the identity provider wants signed requests, that is said
    asks = saml_idp.metadata(
        "https://idp.example.com/entity",
        "https://idp.example.com",
        [pair("now")],
        role='WantAuthnRequestsSigned="true"',
    )
    assert any(
        "wants signed requests" in text for text in site.run("saml", identity_providers=[{"metadata": asks}])["warned"]
    )


def test_metadata_that_nobody_has_verified(site: Site) -> None:
    """One warning, when something of it is applied: what the source of the metadata is trusted for."""
    base = "https://idp.example.com"
    text = saml_idp.metadata(base + "/entity", base, [pair()])
    first, second = {"metadata": text, "uid_mapping": "uid"}, {"metadata": text, "uid_mapping": "uid", "id": 2}

    def warned(**options: Any) -> list[str]:
        done = site.run("saml", **options)
        assert not done.failed, done.data
        return [text for text in done["warned"] if "signature" in text]

    for check in (True, False):
        (warning,) = warned(check=check, **wanted(first, second))
        assert (
            warning
            == "identity_providers[id=1].metadata, identity_providers[id=2].metadata: the signature was not verified. "
            "An attacker who controls the source of the metadata can log in as any user. Set metadata_certificate."
        )
    assert warned(**wanted(first, second)) == [], "what is stored already was reported then"
    assert warned(identity_providers=[dict(first, uid_mapping="mail")]) == [], "nothing of the metadata is applied"
    # with a certificate of the operator's own the metadata decides less
    moved = dict(first, metadata=text.replace(base + "/sso", base + "/other"), certificate=pair().certificate)
    (warning,) = warned(identity_providers=[moved])
    assert "can send users to another login page" in warning and "[id=2]" not in warning
    verified = dict(first, metadata_certificate=verified_mark(text))
    assert warned(identity_providers=[verified]) == []
    assert site.stored()[1]["idp-singleSignOnService.url"] == base + "/sso"


def test_a_certificate_that_did_not_pass_the_control_node(site: Site) -> None:
    """Only the action plugin verifies, and hands over a mark that fits this text alone."""
    text = saml_idp.metadata("https://idp.example.com/entity", "https://idp.example.com", [pair()])
    for mark in (pair().certificate, "", verified_mark(text + " ")):
        given = {"metadata": text, "metadata_certificate": mark, "uid_mapping": "uid"}
        refused(site, "saml", "NC606", "identity_providers[id=1].metadata_certificate", "control node", **wanted(given))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("<a", "not well-formed"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "document type"),
        ("<x/>", "no identity provider"),
        (saml_idp.metadata("https://i", "ftp://i", [pair()]), "not an address"),
        (saml_idp.metadata("https://i", "https://i", []), "no certificate"),
        (
            saml_idp.metadata("https://i", "https://i", [pair()], entity='validUntil="2020-01-01T00:00:00Z"'),
            "2020-01-01",
        ),
    ],
)
def test_metadata_that_are_refused(server: Any, text: str, named: str) -> None:
    refused(
        with_saml(server),
        "saml",
        "NC201" if named == "not an address" else "NC603",
        named,
        "metadata",
        **wanted({"metadata": text, "uid_mapping": "uid"}),
    )


def test_certificates_are_checked(site: Site) -> None:
    over, early, weak = pair("over", days=-1, begins=-9), pair("early", begins=2), pair("weak", bits=1024)
    refused(
        site, "saml", "NC604", "identity_providers[id=1].certificate", **wanted(by_hand(certificate="no certificate"))
    )
    refused(site, "saml", "NC604", "CN=over", "expired on", **wanted(by_hand(certificate=over.certificate)))
    refused(site, "saml", "NC604", "CN=early", "is not valid before", **wanted(by_hand(certificate=early.certificate)))
    done = site.run("saml", **wanted(by_hand(certificate=over.certificate), validate_certificates=False))
    assert not done.failed and any("expired on" in text for text in done["warned"])
    # each run warns of stored metadata too
    assert any("expired on" in text for text in site.run("saml")["warned"])
    soon = pair("soon", days=9.5)
    done = site.run("saml", **wanted(by_hand(certificate=soon.certificate)))
    assert not done.failed and any("expires in 9 days" in text for text in done["warned"])
    again = site.run("saml", **wanted(by_hand(certificate=soon.certificate)))
    assert not again.changed and any("expires in 9 days" in text for text in again["warned"])
    assert not site.run("saml", certificate_warn_days=5)["warned"]
    assert any(
        "RSA key of 1024 bits" in text
        for text in site.run("saml", **wanted(by_hand(certificate=weak.certificate)))["warned"]
    )


def test_the_own_key(site: Site) -> None:
    own, other = pair("own"), pair("other")
    for key, named in ((other.key, "does not belong"), ("no key", "cannot be read")):
        given = by_hand(service_provider={"certificate": own.certificate, "private_key": key})
        result = refused(site, "saml", "NC604", "service_provider.private_key", named, **wanted(given))
        assert other.key.splitlines()[1] not in json.dumps({k: v for k, v in result.data.items() if k != "invocation"})
    refused(
        site, "saml", "NC201", "belong together", **wanted(by_hand(service_provider={"certificate": own.certificate}))
    )
    refused(site, "saml", "NC605", "authn_requests_signed", **wanted(by_hand(security={"authn_requests_signed": True})))


def test_nothing_is_half_set(site: Site) -> None:
    """Without one of these nobody could log in, and the app would send everybody to a page with an error."""
    for name in ("entity_id", "sso_url", "certificate", "uid_mapping"):
        refused(
            site,
            "saml",
            "NC605",
            "identity provider 1",
            name,
            **wanted({key: value for key, value in by_hand().items() if key != name}),
        )
    refused(site, "saml", "NC605", "an identity provider", type="saml", multiple_user_back_ends=True)
    refused(site, "saml", "NC201", "sso_url", **wanted(by_hand(sso_url="idp.example.com/sso")))
    refused(site, "saml", "NC201", "the id 0 is not valid; use 1 or more", **wanted(by_hand(id=0)))


def test_the_app_has_to_be_there(server: Any) -> None:
    refused(server, "saml", "NC601", "not on this server", **wanted())
    assert not server.run("saml", type="none").changed, "off is off"
    site = with_saml(server)
    site.occ("app:disable", APP_ID)
    refused(site, "saml", "NC601", "not enabled", **wanted())


# ---------------------------------------------------------------- the guard


def test_an_administrator_has_a_password(site: Site) -> None:
    """The only one who has is taken away in every way there is; each time nothing is changed."""
    site.sql("UPDATE oc_users SET password = '' WHERE uid = 'admin'")
    refused(site, "saml", "NC409", **wanted())
    refused(site, "saml", "NC409", **wanted(guard="direct_login"))
    done = site.run("saml", **wanted(guard="off"))
    assert not done.failed and any("no administrator could log in" in text for text in done["warned"])
    # switching off is never refused
    assert not site.run("saml", type="none").failed


def test_a_disabled_administrator_and_one_of_the_identity_provider_do_not_count(site: Site) -> None:
    site.occ("user:disable", "admin")
    site.sql("INSERT INTO oc_user_saml_users (uid, displayname, home) VALUES ('chief', 'Chief', '')")
    site.sql("INSERT INTO oc_group_user (gid, uid) VALUES ('admin', 'chief')")
    refused(site, "saml", "NC409", **wanted())
    site.sql("INSERT INTO oc_group_user (gid, uid) VALUES ('admin', 'alice')")
    assert not site.run("saml", **wanted()).failed


def test_an_administrator_passes_the_second_factor_that_is_enforced(server: Any) -> None:
    """A password is no way in for somebody who lacks the second factor that the password form then asks for."""
    scene.with_ids(server)
    site = Site(server)
    scene.install_from(site, APP_ID, package(server))
    assert not site.run("twofactor", app_id=SECSIGN, enforcement={"enforced": True, "groups": ["admin"]}).failed
    done = site.run("saml", check=True, **wanted())
    assert not done.failed and any("Two-factor authentication is enforced here" in text for text in done["warned"])
    site.sql("UPDATE oc_twofactor_secsign SET secsignid = NULL WHERE user_id = 'admin'")
    site.sql("INSERT INTO oc_twofactor_providers (provider_id, uid, enabled) VALUES ('gone_provider', 'admin', 1)")
    refused(site, "saml", "NC409", **wanted())


def test_the_password_form_stays(site: Site) -> None:
    for form in (None, False):
        refused(site, "saml", "NC410", "/login?direct=1", **dict(wanted(), multiple_user_back_ends=form))
    done = site.run("saml", **dict(wanted(), multiple_user_back_ends=False, guard="direct_login"))
    assert not done.failed and any("/login?direct=1" in text and "admin" in text for text in done["warned"])
    refused(site, "saml", "NC410", type="environment-variable")
    # with a form again nothing is left to be said
    assert not site.run("saml", multiple_user_back_ends=True)["warned"]
    refused(site, "saml", "NC410", multiple_user_back_ends=False)


def test_an_app_that_is_switched_on_again_brings_its_settings_back(site: Site) -> None:
    """What was stored while it was off holds from then on, and is judged then."""
    assert not site.run("saml", **wanted()).failed
    site.occ("app:disable", APP_ID)
    site.occ("config:app:set", "--value=0", APP_ID, "general-allow_multiple_user_back_ends")
    refused(site, "saml", "NC410", app={"state": "enabled"})
    assert not site.run("saml", app={"state": "enabled"}, guard="direct_login").failed


def test_off_again(site: Site) -> None:
    assert not site.run("saml", **wanted()).failed
    converges(site, "saml", type="none")
    assert site.general()["type"] == "" and list(site.stored()) == [1]
    assert not site.run("saml", **wanted()).failed
    converges(site, "saml", type="none", app={"state": "disabled"})


def test_a_general_setting_that_was_stored_with_a_type(site: Site) -> None:
    if site.major < 29:
        pytest.skip("occ config:app:set --type came with Nextcloud 29")
    site.occ("config:app:set", "--value=0", "--type=integer", APP_ID, "general-allow_multiple_user_back_ends")
    converges(site, "saml", **wanted())


def test_the_normal_form_with_a_button(site: Site) -> None:
    options = dict(wanted(), multiple_user_back_ends=False, nextcloud_login_form=True)
    if site.major < 34:
        refused(site, "saml", "NC602", "nextcloud_login_form", **options)
    else:
        converges(site, "saml", **options)


# ---------------------------------------------------------------- what is reported


def test_info(site: Site) -> None:
    """What is on, and of whom nothing more is asked."""
    site.sql("INSERT INTO oc_user_saml_users (uid, displayname, home) VALUES ('zoe', 'Zoe', '')")
    reported = site.run("twofactor_info", users="list")
    assert reported["saml"] == dict(reported["saml"], type="none", password_form=True, identity_providers=[])
    assert not site.run("saml", **wanted(by_hand(certificate=pair("soon", days=9.5).certificate))).failed
    reported = site.run("twofactor_info", users="list")
    (provider,) = reported["saml"]["identity_providers"]
    assert (
        reported["saml"]["type"],
        reported["saml"]["multiple_user_back_ends"],
        reported["saml"]["password_form"],
    ) == (
        "saml",
        True,
        True,
    )
    assert provider["entity_id"] == "https://idp.example.com/metadata" and provider["certificate_days_left"] == 9
    assert reported["users_summary"]["admins_with_password"] == 1
    users = {user["uid"]: user for user in reported["users"]}
    assert (users["zoe"]["login"], users["zoe"]["local_password"], users["zoe"]["backend"]) == (
        "no_password_login",
        False,
        "user_saml",
    )
    assert users["admin"]["local_password"] is True
    site.sql("UPDATE oc_users SET password = '' WHERE uid = 'admin'")
    assert site.run("twofactor_info")["users_summary"]["admins_with_password"] == 0
    site.occ("app:disable", APP_ID)
    assert site.run("twofactor_info")["saml"] is None


def test_enforcement_says_of_whom_nothing_is_asked(server: Any) -> None:
    scene.with_ids(server)
    site = Site(server)
    scene.install_from(site, APP_ID, package(server))
    enforced = {"app_id": SECSIGN, "enforcement": {"enforced": True, "groups": ["staff"]}}
    assert not any("user_saml" in text for text in site.run("twofactor", check=True, **enforced)["warned"])
    assert not site.run("saml", **wanted()).failed
    assert any("user_saml" in text for text in site.run("twofactor", **enforced)["warned"])
    assert not site.run("twofactor", **enforced)["warned"], "once, when it changes"


# ---------------------------------------------------------------- the way back


@pytest.fixture
def snapshots(site: Site, open_folder: Path) -> Path:
    return open_folder / "before"


def test_rollback(site: Site, snapshots: Path) -> None:
    kept = site.fingerprint()
    own = pair("own")
    first = by_hand(service_provider={"certificate": own.certificate, "private_key": own.key})
    assert not site.run("saml", snapshot_dir=str(snapshots), **wanted(first)).failed
    for path in snapshots.rglob("*.json"):
        assert "PRIVATE KEY" not in path.read_text(encoding="utf-8") and path.stat().st_mode & 0o777 == 0o600
    between = site.fingerprint()
    time.sleep(1.1)  # snapshots bear the second in their names
    assert not site.run(
        "saml",
        snapshot_dir=str(snapshots),
        identity_providers=[{"uid_mapping": "mail"}],
        require_provisioned_account=True,
    ).failed
    converges(site, "rollback", snapshot_dir=str(snapshots))
    assert site.fingerprint() == between
    converges(site, "rollback", snapshot_dir=str(snapshots), snapshot="first")
    assert site.fingerprint() == kept


def test_rollback_takes_the_app_away_again(server: Any, open_folder: Path) -> None:
    before = server.fingerprint()
    assert not server.run("saml", app=package(server), snapshot_dir=str(open_folder / "before"), **wanted()).failed
    done = server.run("rollback", snapshot_dir=str(open_folder / "before"))
    assert not done.failed, done.data
    after = server.fingerprint()
    assert [app for app in after["apps"] if app == APP_ID] == [] and after["config.php"] == before["config.php"]
    assert not server.run("rollback", snapshot_dir=str(open_folder / "before")).changed


def test_rollback_leaves_a_key_that_was_changed(site: Site, snapshots: Path) -> None:
    own, new = pair("own"), pair("new")
    for one in (own, new):
        given = by_hand(
            uid_mapping=f"{one.certificate[40:50]}",
            service_provider={"certificate": one.certificate, "private_key": one.key},
        )
        assert not site.run("saml", snapshot_dir=str(snapshots), **wanted(given)).failed
        time.sleep(1.1)
    done = site.run("rollback", snapshot_dir=str(snapshots))
    assert not done.failed and any("stays as it is now" in text for text in done["warned"])
    stored = site.stored()[1]
    assert stored["sp-privateKey"] == new.key and stored["sp-x509cert"] == new.certificate
    assert stored["general-uid_mapping"] == own.certificate[40:50]


def test_a_release_of_the_app_that_is_too_old(server: Any, tmp_path: Path) -> None:
    """What it does not know, it would drop in silence."""
    if not server.is_sandbox:
        pytest.skip("the stand-in is changed for this")
    site = with_saml(server)
    path = site.path / "apps" / APP_ID / "lib" / "SAMLSettings.php"
    text = (STAND_IN / "lib" / "SAMLSettings.php").read_text(encoding="utf-8")
    path.write_text(text.replace("'saml-attribute-mapping-home_mapping', ", ""), encoding="utf-8")
    refused(site, "saml", "NC602", "attribute_mapping.home", **wanted(by_hand(attribute_mapping={"home": "home"})))
    info = site.path / "apps" / APP_ID / "appinfo" / "info.xml"
    info.write_text(info.read_text(encoding="utf-8").replace("8.2.0", "4.1.1"), encoding="utf-8")
    site.occ("config:app:set", "--value=4.1.1", APP_ID, "installed_version")
    fails(site.run("saml", **wanted()), "NC602", "5.0.0")
