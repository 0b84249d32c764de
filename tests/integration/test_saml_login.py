# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins through an identity provider on a real Nextcloud with the real app: who gets in, who does not, and what an
administrator keeps."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import saml_idp
import users_scene as scene
from browser import Browser, Page
from saml_scene import APP_ID, Site, package, pair, with_saml
from users_web import prepare, serving

pytestmark = pytest.mark.login

ADMIN_PASSWORD = "Fixture-admin-pass-1"


class Town:
    def __init__(self, site: Site, base: str, idp: saml_idp.IdentityProvider) -> None:
        self.site, self.base, self.idp = site, base, idp

    def set_up(self, **more: Any) -> None:
        """As an operator would: the metadata of the identity provider, and what is read from its attributes."""
        provider = {
            "display_name": "SecSign ID",
            "metadata": self.idp.metadata(),
            "uid_mapping": "uid",
            "attribute_mapping": {"display_name": "cn", "email": "mail", "quota": "quota", "groups": "groups"},
            "security": {"want_assertions_signed": True},
        }
        options = dict({"type": "saml", "multiple_user_back_ends": True}, **more)
        done = self.site.run("saml", identity_providers=[provider], **options)
        assert not done.failed, done.data

    def through_the_provider(self, uid: str, **attributes: list[str]) -> Visit:
        self.idp.attributes = dict({"uid": [uid], "cn": [uid.title()]}, **attributes)
        return Visit(self.base)

    def by_password(self, uid: str, password: str) -> Browser:
        browser = Browser(self.base)
        browser.password_login(uid, password, direct=True)
        return browser

    def users(self) -> dict[str, Any]:
        return {user["uid"]: user for user in self.site.run("twofactor_info", users="list")["users"]}


class Visit:
    """From the login page to the identity provider and back, in steps that a test can change."""

    def __init__(self, base: str) -> None:
        self.browser = Browser(base)
        self.page = self.browser.get("/index.php/login")
        links = [html.unescape(link) for link in re.findall(r'href="([^"]*)"', self.page.text)]
        self.sso = [link for link in links if "/apps/user_saml/saml/login" in link]
        self.direct = [link for link in links if "direct=1" in link]

    def ask_provider(self, link: str) -> dict[str, str]:
        """What the identity provider's page posts, and under ``action`` where to."""
        redirect = self.browser.request("GET", link)
        assert redirect.status == 303 and "SAMLRequest=" in redirect.location, (redirect.status, redirect.location)
        form = self.browser.request("GET", redirect.location)
        fields = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form.text))
        fields["action"] = re.search(r'action="([^"]*)"', form.text).group(1)  # type: ignore[union-attr]
        return {name: html.unescape(value) for name, value in fields.items()}

    def hand_over(self, fields: dict[str, str]) -> Page:
        return self.browser.submit(fields["action"], {"SAMLResponse": fields["SAMLResponse"]})

    def log_in(self) -> Page:
        return self.hand_over(self.ask_provider(self.sso[0]))

    def is_in(self) -> bool:
        return is_in(self.browser)


def is_in(browser: Browser) -> bool:
    page = browser.get("/index.php/apps/files/")
    return page.status == 200 and "/apps/files" in page.url and "login" not in page.url and "user_saml" not in page.url


@pytest.fixture
def town(server: Any) -> Iterator[Town]:
    if server.is_sandbox:
        pytest.skip("a login needs a real Nextcloud: the sandbox has no pages. Name releases in NEXTCLOUD_ARCHIVES=DIR")
    site = with_saml(server)
    prepare(site)
    site.occ(
        "user:resetpassword", "--password-from-env", "admin", env={"OC_PASS": ADMIN_PASSWORD, "NC_PASS": ADMIN_PASSWORD}
    )
    with saml_idp.serving(pair()) as idp, serving(site) as base:
        site.occ("config:system:set", "overwrite.cli.url", "--value", base)
        yield Town(site, base, idp)


def test_login_page_to_provider_to_session(town: Town) -> None:
    """The login page offers both ways; a user whom the identity provider vouches for gets an account with the
    attributes, and is in."""
    town.set_up()
    visit = town.through_the_provider(
        "newcomer", cn=["New Comer"], mail=["new@example.com"], quota=["5 GB"], groups=["crew"]
    )
    assert "SecSign ID" in visit.page.words and visit.direct and len(visit.sso) == 1
    assert not visit.is_in()
    assert visit.log_in().status == 303
    assert visit.is_in()
    reported = json.loads(town.site.occ("user:info", "--output=json", "newcomer").stdout)
    assert (reported["display_name"], reported["email"], reported["quota"], reported["backend"]) == (
        "New Comer",
        "new@example.com",
        "5 GB",
        "user_saml",
    )
    assert reported["groups"] == ["SAML_crew"]
    # the request went to the address of the metadata
    assert [request.split("?")[0] for request in town.idp.requests] == ["/sso"]
    # and the collection shows what this user is
    user = town.users()["newcomer"]
    assert (user["backend"], user["password_login"], user["login"]) == ("user_saml", False, "no_password_login")


def test_somebody_elses_signature_is_refused(town: Town) -> None:
    """Signed by a key that is not the one in the settings: as the wrong certificate, so the changed answer."""
    town.set_up()
    visit = town.through_the_provider("mallory")
    town.idp.pair = pair("somebody else")
    visit.log_in()
    assert not visit.is_in() and "mallory" not in town.users()
    # a good signature over other words
    town.idp.pair = pair()
    visit = town.through_the_provider("mallory")
    fields = visit.ask_provider(visit.sso[0])
    changed = saml_idp.base64.b64decode(fields["SAMLResponse"]).replace(b">mallory<", b">admin<")
    assert b">admin<" in changed
    visit.hand_over(dict(fields, SAMLResponse=saml_idp.base64.b64encode(changed).decode()))
    assert not visit.is_in()
    # and the same user with the right answer gets in
    visit = town.through_the_provider("mallory")
    visit.log_in()
    assert visit.is_in()
    # an answer serves the browser that asked, and nobody else
    thief = town.through_the_provider("mallory")
    thief.ask_provider(thief.sso[0])
    thief.hand_over(fields)
    assert not thief.is_in()


@pytest.mark.parametrize("form", [True, False])
def test_an_administrator_logs_in_without_the_provider(town: Town, form: bool) -> None:
    """Where the login page offers the password form, and where it sends everybody to an identity provider that is
    gone."""
    town.set_up(multiple_user_back_ends=form, guard="strict" if form else "direct_login")
    town.idp.pair = pair("somebody else")
    visit = Visit(town.base) if form else None
    if visit is not None:
        assert visit.direct and "/login?direct=1" in visit.direct[0]
    else:
        assert (
            Browser(town.base)
            .request("GET", "/index.php/login")
            .location.startswith(town.base + "/index.php/apps/user_saml/saml/login")
        )
    assert is_in(town.by_password("admin", ADMIN_PASSWORD))
    assert not is_in(town.by_password("admin", "not the password"))


def test_off_again(town: Town) -> None:
    town.set_up()
    assert not town.site.run("saml", type="none").failed
    browser = Browser(town.base)
    page = browser.get("/index.php/login")
    assert page.url.endswith("/index.php/login") and "user_saml" not in page.text.split("<body")[1].replace(
        "/apps/user_saml/", ""
    )
    browser.password_login("admin", ADMIN_PASSWORD)
    assert is_in(browser)


def test_only_users_who_are_known(town: Town) -> None:
    town.set_up(require_provisioned_account=True)
    stranger = town.through_the_provider("stranger")
    assert "notProvisioned" in stranger.log_in().location
    assert not stranger.is_in() and "stranger" not in town.users()
    known = town.through_the_provider("alice")
    known.log_in()
    assert known.is_in()


def test_enforced_two_factor_login_asks_nobody_who_comes_through_the_provider(town: Town) -> None:
    """The password form asks for a second factor, the way through the identity provider never does: not users of its
    own, and not users with a password either."""
    scene.install(town.site, scene.FIXTURE_APP, scene.APP_ID)
    done = town.site.run("enforcement", enforced=True, groups=[], excluded_groups=["admin"], guard="off")
    assert not done.failed, done.data
    town.set_up()
    for uid in ("newcomer", "alice"):
        visit = town.through_the_provider(uid)
        visit.log_in()
        assert visit.is_in(), uid
    # the same user by password is asked
    browser = Browser(town.base)
    answer = browser.password_login("alice", scene.PASSWORD, direct=True)
    assert "challenge" in answer.location and not is_in(browser)
    assert town.users()["alice"]["in_scope"] is True


def test_requests_are_signed(town: Town) -> None:
    own = pair("own")
    provider = {
        "service_provider": {"certificate": own.certificate, "private_key": own.key},
        "security": {"authn_requests_signed": True},
    }
    town.set_up()
    done = town.site.run("saml", identity_providers=[provider])
    assert not done.failed, done.data
    visit = town.through_the_provider("newcomer")
    visit.log_in()
    assert visit.is_in() and "Signature=" in town.idp.requests[-1]


def test_metadata_that_nextcloud_tells(town: Town) -> None:
    """What the module returns for the identity provider is what the app itself shows."""
    town.set_up()
    reported = town.site.run("saml", multiple_user_back_ends=True)
    page = Browser(town.base).get("/index.php/apps/user_saml/saml/metadata")
    assert page.status == 200
    for name in ("entity_id", "acs_url", "slo_url"):
        assert f'"{reported["service_provider"][name]}"' in page.text
    package(town.site)
    assert json.loads(town.site.occ("app:list", "--output=json").stdout)["enabled"][APP_ID]
