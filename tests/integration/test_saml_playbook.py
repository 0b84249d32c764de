# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""saml.yml as an operator runs it, and the way back with rollback.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import saml_idp
from saml_scene import Site, package, pair, with_saml
from users_play import Played, play, variables
from users_web import prepare, serving


@pytest.fixture
def site(server: Any) -> Site:
    return with_saml(server)


def wishes(site: Site, folder: Path, **more: Any) -> dict[str, Any]:
    """The metadata as a file of the control machine."""
    (folder / "idp.xml").write_text(
        saml_idp.metadata("https://idp.example.com/entity", "https://idp.example.com", [pair()]), encoding="utf-8"
    )
    provider = {
        "display_name": "SecSign ID",
        "metadata": "{{ lookup('ansible.builtin.file', '" + str(folder / "idp.xml") + "') }}",
        "uid_mapping": "uid",
    }
    before = {"saml_snapshot_dir": str(folder / "before"), "twofactor_snapshot_dir": str(folder / "before")}
    return variables(site, saml_identity_providers=[provider], **before, **more)


def saml(folder: Path, hosts: dict[str, Any], *arguments: str, **extra: Any) -> Played:
    return play(folder, "saml.yml", {"cloud": hosts}, *arguments, **extra)


def test_there_and_back(server: Any, tmp_path: Path) -> None:
    """On a server without the app, which the playbook brings."""
    before = server.fingerprint()
    site = Site(server)
    app = package(server)
    hosts = wishes(
        site, tmp_path, saml_app={"source": app["source"], **({"sha256": app["sha256"]} if "sha256" in app else {})}
    )
    checked = saml(tmp_path, hosts, "--check", "--diff").went_well()
    assert server.fingerprint() == before and '"subject": "CN=idp"' in checked.output
    done = saml(tmp_path, hosts, "--diff").went_well()
    assert done.count("changed") == checked.count("changed") == 1
    assert "apps/user_saml/saml/acs" in done.output or site.is_sandbox, "what the identity provider has to know"
    assert site.stored()[1]["idp-entityId"] == "https://idp.example.com/entity" and site.general()["type"] == "saml"
    assert saml(tmp_path, hosts).went_well().count("changed") == 0
    status = play(tmp_path, "status.yml", {"cloud": hosts}).went_well()
    assert "login by SAML is on through SecSign ID, without a second factor of Nextcloud" in " ".join(
        status.output.split()
    ), status.output
    assert saml(tmp_path, hosts, saml_type="none").went_well().count("changed") == 1
    assert site.general()["type"] == ""
    back = play(tmp_path, "rollback.yml", {"cloud": hosts}, snapshot="first").went_well()
    assert back.count("changed") == 1
    assert server.fingerprint()["apps"] == before["apps"]


def test_refused_in_one_sentence(site: Site, tmp_path: Path) -> None:
    refusal = saml(tmp_path, wishes(site, tmp_path), saml_multiple_user_back_ends=False)
    assert refusal.rc != 0 and "[NC410]" in refusal.output and site.general() == {}
    assert (
        saml(tmp_path, wishes(site, tmp_path), saml_multiple_user_back_ends=False, saml_guard="direct_login")
        .went_well()
        .count("changed")
        == 1
    )


def test_without_the_password_form_it_is_off_again(site: Site, tmp_path: Path) -> None:
    """Nobody answers at the address."""
    done = saml(tmp_path, wishes(site, tmp_path, saml_check_url="http://127.0.0.1:9"))
    assert done.rc != 0 and '"code": "NC411"' in done.output
    assert "http://127.0.0.1:9/index.php/login?direct=1 does not show the password form" in done.output
    assert site.general()["type"] == "" and list(site.stored()) == [1]


# ---------------------------------------------------------------- signed metadata

SIGNED = """\
- hosts: cloud
  gather_facts: false
  tasks:
    - name: Set up the identity provider
      secsign.nextcloud.saml:
        nextcloud_path: "{{ twofactor_nextcloud_path }}"
        type: saml
        multiple_user_back_ends: true
        identity_providers: "{{ saml_identity_providers }}"
      register: result
      failed_when: false

    - name: Show the result
      ansible.builtin.debug:
        msg: "code={{ result.code | default('') }} changed={{ result.changed }} {{ result.msg | default('') }}"
"""


def signed(site: Site, folder: Path, certificate: saml_idp.Pair, **more: Any) -> dict[str, Any]:
    """Metadata that ``idp`` has signed, and the certificate that verifies it, both as files of the control node."""
    hosts = wishes(site, folder, **more)
    text = (folder / "idp.xml").read_text(encoding="utf-8")
    (folder / "idp.xml").write_text(saml_idp.sign(text, pair()), encoding="utf-8")
    (folder / "signer.pem").write_text(certificate.certificate, encoding="utf-8")
    certificate_file = "{{ lookup('ansible.builtin.file', '" + str(folder / "signer.pem") + "') }}"
    hosts["saml_identity_providers"][0]["metadata_certificate"] = certificate_file
    return hosts


def test_signed_metadata(site: Site, tmp_path: Path) -> None:
    """Refused on the control node unless the named certificate has signed it; then taken without a warning."""
    before = site.fingerprint()
    for arguments in ((), ("--check",)):
        done = saml(tmp_path, signed(site, tmp_path, pair("other")), *arguments)
        assert done.rc != 0 and "[NC606]" in done.output
        assert "identity_providers[id=1].metadata_certificate: " in done.output
        assert "Traceback" not in done.output and "CN=other" in done.output
    assert site.fingerprint() == before
    hosts = signed(site, tmp_path, pair())
    assert saml(tmp_path, hosts, "--check").went_well().count("changed") == 1
    done = saml(tmp_path, hosts).went_well()
    assert done.count("changed") == 1 and "WARNING" not in done.output, done.output
    assert site.stored()[1]["idp-entityId"] == "https://idp.example.com/entity"
    assert saml(tmp_path, hosts).went_well().count("changed") == 0


def test_the_code_is_in_the_result(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the control node has no signxml, which nothing else needs."""
    (tmp_path / "signed.yml").write_text(SIGNED, encoding="utf-8")
    shadow = tmp_path / "shadow"
    shadow.mkdir()
    (shadow / "signxml.py").write_text("raise ImportError('no such library')\n", encoding="utf-8")
    done = play(tmp_path, str(tmp_path / "signed.yml"), {"cloud": signed(site, tmp_path, pair("other"))}).went_well()
    assert "code=NC606 changed=False identity_providers[id=1].metadata_certificate: " in done.output, done.output
    monkeypatch.setenv("PYTHONPATH", str(shadow))
    done = play(tmp_path, str(tmp_path / "signed.yml"), {"cloud": signed(site, tmp_path, pair())}).went_well()
    assert "code=NC606" in done.output and "pip install signxml" in done.output, done.output
    assert site.general() == {}
    saml(tmp_path, wishes(site, tmp_path)).went_well()


def test_one_warning_for_all_hosts_whose_metadata_is_not_verified(site: Site, tmp_path: Path) -> None:
    hosts = wishes(site, tmp_path)
    command = ("--check", "--forks", "1")
    done = play(tmp_path, "saml.yml", {"cloud": hosts, "other": hosts}, *command).went_well()
    assert " ".join(done.output.split()).count("the signature was not verified") == 1, done.output
    assert saml(tmp_path, hosts).went_well().output.count("can log in as any user") == 1
    assert "not verified" not in saml(tmp_path, hosts).went_well().output


@pytest.mark.login
def test_the_password_form_is_looked_at(site: Site, tmp_path: Path) -> None:
    if site.is_sandbox:
        pytest.skip(
            "the form is a page of a real Nextcloud: the sandbox has no pages. Name releases in NEXTCLOUD_ARCHIVES=DIR"
        )
    prepare(site)
    with serving(site) as base:
        saml(tmp_path, wishes(site, tmp_path, saml_check_url=base)).went_well()
    assert site.general()["type"] == "saml"
