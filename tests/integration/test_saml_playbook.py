# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""saml.yml as an operator runs it, and the way back with rollback.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest
import saml_idp
from people_play import Played, play, variables
from people_web import prepare, serving
from saml_scene import Site, package, pair, with_saml


@pytest.fixture
def site(server: Any) -> Site:
    return with_saml(server)


def wishes(site: Site, folder: Path, **more: Any) -> Dict[str, Any]:
    """The metadata as a file of the control machine."""
    (folder / "idp.xml").write_text(saml_idp.metadata("https://idp.example.com/entity", "https://idp.example.com", [pair()]), encoding="utf-8")
    provider = {"display_name": "SecSign ID", "metadata": "{{ lookup('ansible.builtin.file', '" + str(folder / "idp.xml") + "') }}", "uid_mapping": "uid"}
    before = {"saml_snapshot_dir": str(folder / "before"), "twofactor_snapshot_dir": str(folder / "before")}
    return variables(site, saml_identity_providers=[provider], **before, **more)


def saml(folder: Path, hosts: Dict[str, Any], *arguments: str, **extra: Any) -> Played:
    return play(folder, "saml.yml", {"cloud": hosts}, *arguments, **extra)


def test_there_and_back(server: Any, tmp_path: Path) -> None:
    """On a server without the app, which the playbook brings."""
    before = server.fingerprint()
    site = Site(server)
    app = package(server)
    hosts = wishes(site, tmp_path, saml_app={"source": app["source"], **({"sha256": app["sha256"]} if "sha256" in app else {})})
    checked = saml(tmp_path, hosts, "--check", "--diff").went_well()
    assert server.fingerprint() == before and '"subject": "CN=idp"' in checked.output
    done = saml(tmp_path, hosts, "--diff").went_well()
    assert done.count("changed") == checked.count("changed") == 1
    assert "apps/user_saml/saml/acs" in done.output or site.is_sandbox, "what the identity provider has to know"
    assert site.stored()[1]["idp-entityId"] == "https://idp.example.com/entity" and site.general()["type"] == "saml"
    assert saml(tmp_path, hosts).went_well().count("changed") == 0
    status = play(tmp_path, "status.yml", {"cloud": hosts}).went_well()
    assert "login by SAML is on through SecSign ID, which asks for no second factor of Nextcloud" in " ".join(status.output.split()), status.output
    assert saml(tmp_path, hosts, saml_type="none").went_well().count("changed") == 1
    assert site.general()["type"] == ""
    back = play(tmp_path, "rollback.yml", {"cloud": hosts}, snapshot="first").went_well()
    assert back.count("changed") == 1
    assert server.fingerprint()["apps"] == before["apps"]


def test_refused_in_one_sentence(site: Site, tmp_path: Path) -> None:
    refusal = saml(tmp_path, wishes(site, tmp_path), saml_multiple_user_back_ends=False)
    assert refusal.rc != 0 and "[NC410]" in refusal.output and site.general() == {}
    assert saml(tmp_path, wishes(site, tmp_path), saml_multiple_user_back_ends=False, saml_guard="direct_login").went_well().count("changed") == 1


def test_without_the_password_form_it_is_off_again(site: Site, tmp_path: Path) -> None:
    """Nobody answers at the address."""
    done = saml(tmp_path, wishes(site, tmp_path, saml_check_url="http://127.0.0.1:9"))
    assert done.rc != 0 and "[NC411]" in done.output
    assert site.general()["type"] == "" and list(site.stored()) == [1]


def test_the_password_form_is_looked_at(site: Site, tmp_path: Path) -> None:
    if site.is_sandbox:
        pytest.skip("the form is a page of a real Nextcloud: the sandbox has no pages. Name releases in NEXTCLOUD_ARCHIVES=DIR")
    prepare(site)
    with serving(site) as base:
        saml(tmp_path, wishes(site, tmp_path, saml_check_url=base)).went_well()
    assert site.general()["type"] == "saml"
