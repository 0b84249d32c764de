# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What administrators do: settings, users, occ; and what stays behind."""

from __future__ import annotations

import json

import pytest
from browser import Browser
from login import APP, ROUTES
from nextcloud_site import ADMIN, Site

pytestmark = pytest.mark.thorough


def _admin(site: Site) -> Browser:
    browser = site.browser()
    browser.password_login(ADMIN.uid, ADMIN.password)
    page = browser.get("/index.php/settings/admin/" + APP)
    assert page.status == 200
    assert "ID server" in page.words
    return browser


def test_settings_are_stored_in_the_forms_that_the_collection_reads(site: Site) -> None:
    browser = _admin(site)
    form = {
        "server": "https://id.corp.example",
        "serverport": "8443",
        "fallback": "",
        "fallbackport": "443",
        "mobileurl": "id.corp.example",
        "allowEdit": True,
        "allowGroups": False,
        "allowEditGroups": ["admin", "no group", ""],
        "onboarding_enabled": True,
        "onboarding_suffix": "corp",
        "choice_enabled": False,
        "choice_groups": [],
    }
    assert browser.call(ROUTES + "/admin/settings", {"settings": form}).status == 200
    stored = site.all_settings()
    wanted = {
        "server": "https://id.corp.example",
        "serverport": "8443",
        "fallback": "",
        "fallbackport": "443",
        "mobileurl": "id.corp.example",
        "allowEdit": "1",
        "allowGroups": "",
        "allowEditGroups": '["admin","no group"]',
        "onboarding_enabled": "1",
        "onboarding_suffix": "corp",
        "choice_enabled": "",
        "choice_groups": "[]",
    }
    assert {key: stored.get(key) for key in wanted} == wanted
    # and the other way round, and once more through the page
    site.settings(onboarding_suffix="imported", serverport="1234")
    assert site.setting("onboarding_suffix") == "imported"
    page = browser.get("/index.php/settings/admin/" + APP)
    assert 'value="imported"' in page.text
    assert browser.call(ROUTES + "/admin/settings", {"settings": {"serverport": "443"}}).status == 200
    assert site.setting("serverport") == "443"


def test_a_value_with_a_type_does_not_stop_the_page(site: Site) -> None:
    browser = _admin(site)
    site.occ("config:app:set", APP, "mobileurl", "--value=typed.example", "--type=string")
    assert browser.call(ROUTES + "/admin/settings", {"settings": {"mobileurl": "id.corp.example"}}).status == 200
    assert site.setting("mobileurl") == "id.corp.example"
    site.settings(mobileurl="again.example")
    assert site.setting("mobileurl") == "again.example"
    site.settings(mobileurl=None)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"server": "http://id.corp.example"}, "https://"),
        ({"server": "https://user:pw@id.corp.example"}, "https://"),
        ({"server": "gopher://localhost"}, "https://"),
        ({"server": ""}, "https://"),
        ({"fallback": "file:///etc/passwd"}, "fallback"),
        ({"serverport": "0"}, "1 to 65534"),
        ({"fallbackport": "65535"}, "1 to 65534"),
        ({"mobileurl": "https://id.corp.example"}, "host name"),
        ({"mobileurl": "x&secsignid=other"}, "host name"),
        ({"onboarding_suffix": "a b"}, "suffix"),
        ({"allowEditGroups": ["nosuchgroup"]}, 'no group "nosuchgroup"'),
        ({"choice_groups": ["no group"]}, 'no group "no group"'),
    ],
)
def test_wrong_settings_are_refused_whole(site: Site, form: object, words: str) -> None:
    browser = _admin(site)
    before = site.all_settings()
    answer = browser.call(ROUTES + "/admin/settings", {"settings": dict({"allowEdit": True}, **form)})  # type: ignore[call-overload]
    assert answer.status == 422
    assert words in answer.json()["message"]
    assert site.all_settings() == before


def test_asking_the_id_server(site: Site) -> None:
    browser = _admin(site)
    assert "answers" in browser.call(ROUTES + "/admin/check").json()["message"]
    site.phone.fault("garbage")
    assert browser.call(ROUTES + "/admin/check").status == 502
    site.phone.fault("down")
    assert browser.call(ROUTES + "/admin/check").status == 502


def test_users_in_pages(site: Site) -> None:
    who = site.user("findme", assigned=True)
    browser = _admin(site)
    found = browser.call(ROUTES + "/admin/users?search=" + who.uid, method="GET").json()
    assert found == {
        "users": [{"uid": who.uid, "displayName": who.uid, "secSignId": who.secsignid, "enabled": True}],
        "next": None,
    }
    site.sql_people(60)
    seen = []
    offset = 0
    while offset is not None:
        page = browser.call(ROUTES + f"/admin/users?search=crowd&offset={offset}", method="GET").json()
        assert len(page["users"]) <= 25
        seen += [user["uid"] for user in page["users"]]
        offset = page["next"]
    assert len(seen) == len(set(seen)) == 60


def test_assigning(site: Site) -> None:
    who = site.user()
    browser = _admin(site)
    assign = ROUTES + "/admin/users"
    assert browser.call(assign, {"uid": who.uid, "secSignId": " Some.One@Corp ", "enabled": True}).status == 200
    assert site.stored(who) == {"secsignid": "some.one@corp", "enabled": 1}
    assert site.registered(who) is True
    assert site.confirmed(who) == "0"
    assert browser.call(assign, {"uid": who.uid, "secSignId": "some.one@corp", "enabled": False}).status == 200
    assert site.registered(who) is False
    for fields, status in (
        ({"uid": who.uid, "secSignId": "", "enabled": True}, 422),
        ({"uid": who.uid, "secSignId": "a b", "enabled": True}, 422),
        ({"uid": who.uid, "secSignId": "x" * 201, "enabled": True}, 422),
        ({"uid": "nobody-of-this-name", "secSignId": "x@corp", "enabled": True}, 404),
    ):
        assert browser.call(assign, fields).status == status
    assert site.stored(who) == {"secsignid": "some.one@corp", "enabled": 0}
    assert browser.call(assign, {"uid": who.uid, "secSignId": "", "enabled": False}).status == 200
    assert site.stored(who) is None
    assert site.confirmed(who) is None


# ------------------------------------------------------------ occ


def test_occ_loads_the_provider(site: Site) -> None:
    done = site.occ("twofactorauth:enable", ADMIN.uid, "no_such_provider", check=False)
    assert done.returncode == 1
    assert "does not exist" in done.stdout + done.stderr


def test_occ_does_not_lock_out(site: Site) -> None:
    who = site.user()
    done = site.occ("twofactorauth:enable", who.uid, APP, check=False)
    assert done.returncode == 1
    assert f"No SecSign ID is stored for '{who.uid}'" in done.stdout + done.stderr
    assert site.registered(who) in (None, False)
    assert site.occ("twofactorauth:disable", who.uid, APP, check=False).returncode == 0


def test_a_deleted_account_leaves_nothing(site: Site) -> None:
    who = site.user(assigned=True)
    site.occ("user:delete", who.uid)
    assert site.stored(who) is None
    assert site.registered(who) is None
    assert site.confirmed(who) is None


def test_switching_the_app_off_keeps_everything(site: Site) -> None:
    who = site.user(assigned=True)
    site.occ("app:disable", APP)
    try:
        assert site.stored(who) == {"secsignid": who.secsignid, "enabled": 1}
        assert site.registered(who) is True
    finally:
        site.occ("app:enable", APP)
    assert site.stored(who) == {"secsignid": who.secsignid, "enabled": 1}


def test_taking_over_and_removing(site: Site) -> None:
    """An install of the vendor's app is taken over once; removing ours leaves nothing of ours and all of theirs."""
    users = [site.user(name) for name in ("known", "off", "nobody")]
    known, off, nobody = users
    site.sql("DELETE FROM *PREFIX*twofactor_secsign")
    site.sql(
        "CREATE TABLE *PREFIX*secsignid (user_id VARCHAR(200) NOT NULL, secsignid VARCHAR(200), enabled INT DEFAULT 1)"
    )
    try:
        rows = [
            (known.uid, " Known@Corp ", 1),
            (off.uid, "off@corp", 1),
            (nobody.uid, None, 1),
            ("deleted-account", "gone@corp", 1),
        ]
        for row in rows:
            site.sql("INSERT INTO *PREFIX*secsignid (user_id, secsignid, enabled) VALUES (?, ?, ?)", *row)
        for who, enabled in ((known, 1), (off, 0), (nobody, 0)):
            site.sql(
                "INSERT INTO *PREFIX*twofactor_providers (provider_id, uid, enabled) VALUES ('secsignid', ?, ?)",
                who.uid,
                enabled,
            )
        old = {"server": "https://old.example", "onboarding_suffix": "old", "allowEdit": "1", "choice_groups": "null"}
        site.occ("config:import", stdin=json.dumps({"apps": {"secsignid": old}}))
        site.settings(onboarding_suffix="ours", server=None, allowEdit=None)

        site.reenable()
        assert site.stored(known) == {"secsignid": "known@corp", "enabled": 1}
        assert site.registered(known) is True
        assert site.stored(off) == {"secsignid": "off@corp", "enabled": 0}
        assert site.registered(off) is False
        assert site.stored(nobody) is None
        assert site.sql("SELECT user_id FROM *PREFIX*twofactor_secsign WHERE user_id = 'deleted-account'") == []
        assert site.setting("server") == "https://old.example"
        assert site.setting("onboarding_suffix") == "ours"
        assert site.setting("allowEdit") == "1"
        assert site.sql("SELECT uid FROM *PREFIX*twofactor_providers WHERE provider_id = 'secsignid'") == []
        assert len(site.sql("SELECT user_id FROM *PREFIX*secsignid")) == 4

        site.sql("UPDATE *PREFIX*twofactor_secsign SET secsignid = 'changed@corp' WHERE user_id = ?", known.uid)
        before = site.snapshot()
        site.reenable()
        site.sql("DELETE FROM *PREFIX*twofactor_secsign WHERE user_id = ?", off.uid)
        assert before != site.snapshot()
        site.reenable()
        assert site.stored(off) is None, "once is once"
        assert site.stored(known) == {"secsignid": "changed@corp", "enabled": 1}

        site.occ("app:remove", APP)
        assert site.sql("SELECT user_id FROM *PREFIX*twofactor_secsign") == []
        assert site.sql("SELECT uid FROM *PREFIX*twofactor_providers WHERE provider_id = ?", APP) == []
        assert site.sql("SELECT userid FROM *PREFIX*preferences WHERE appid = ?", APP) == []
        left = site.sql("SELECT configkey FROM *PREFIX*appconfig WHERE appid = ?", APP)
        assert {row["configkey"] for row in left} <= {"enabled", "installed_version", "types"}
        assert len(site.sql("SELECT user_id FROM *PREFIX*secsignid")) == 4
    finally:
        site.sql("DROP TABLE *PREFIX*secsignid")
        site.sql("DELETE FROM *PREFIX*appconfig WHERE appid = 'secsignid'")
        site.install()
