# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What needs no Nextcloud:

PHPUnit over client and session binding, the build, the translations, the stand-in's protocol.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tarfile
from pathlib import Path

import build
import pytest
import translations
from phpunit_runner import run_phpunit
from protocol import STATES, IdServer, encode

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import read_package
from ansible_collections.secsign.nextcloud.plugins.plugin_utils import _source


def test_phpunit() -> None:
    run_phpunit(build.HERE / build.APP / "tests", NEXTCLOUD_ROOT="")


def test_phpunit_with_the_interfaces_of_a_release(release_code: Path) -> None:
    run_phpunit(build.HERE / build.APP / "tests", NEXTCLOUD_ROOT=str(release_code))


def test_data_providers_are_named_for_every_phpunit() -> None:
    """PHPUnit 9 of Debian 12 reads comments and no attributes, PHPUnit 11 of Debian 13 warns of comments without an
    attribute."""
    for path in (build.HERE / build.APP / "tests").rglob("*Test.php"):
        text = path.read_text(encoding="utf-8")
        comments, attributes = re.findall(r"@dataProvider", text), re.findall(r"#\[DataProvider\(", text)
        pairs = re.findall(r"/\*\* @dataProvider (\w+) \*/\n\t#\[DataProvider\('\1'\)\]\n", text)
        assert len(comments) == len(attributes) == len(pairs), path


def test_the_build_gives_the_same_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / build.APP
    shutil.copytree(build.HERE / build.APP, copy)
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    (copy / "js" / ".cache").mkdir()
    (copy / "js" / ".cache" / "left-over").write_text("x", encoding="utf-8")
    (copy / "tests" / "Test.php").write_text("x", encoding="utf-8")
    first = build.build(tmp_path / "one")
    second = build.build(tmp_path / "two", copy)
    assert first.read_bytes() == second.read_bytes()
    digest, name = first.with_name(first.name + ".sha256").read_text(encoding="ascii").split()
    assert digest == hashlib.sha256(first.read_bytes()).hexdigest()
    assert name == first.name == f"twofactor_secsign-{build.app_version(copy)}.tar.gz"


def test_the_archive_is_an_app(tmp_path: Path) -> None:
    with tarfile.open(build.build(tmp_path)) as archive:
        members = {member.name: member for member in archive.getmembers()}
    assert {name.split("/")[0] for name in members} == {build.APP}
    for name in ("appinfo/info.xml", "COPYING", "js/vendor/qrcode.js", "js/vendor/qrcode.js.license", "l10n/de.js"):
        assert build.APP + "/" + name in members
    assert {name.split("/")[1] for name in members if "/" in name} == set(build.SHIPPED)
    assert (build.HERE / build.APP / "tests" / "phpunit.xml").is_file() and "tests" not in build.SHIPPED
    assert {member.mode for member in members.values()} == {0o644, 0o755}
    assert {(member.uid, member.gid, member.uname, member.gname, member.mtime) for member in members.values()} == {
        (0, 0, "", "", build.MTIME)
    }


def test_the_folder_in_a_checkout_is_the_same_app(tmp_path: Path) -> None:
    brought = _source._bundled({}, "auto")
    assert brought is not None and os.path.samefile(brought.path, build.HERE / build.APP)
    assert brought.package.digest == read_package(str(build.build(tmp_path)), build.APP).digest


@pytest.mark.parametrize("language", translations.ADDRESS)
def test_every_text_is_translated(language: str) -> None:
    known = translations.german(language)
    used = translations.used_texts()
    assert len(used) > 50
    assert set(known) == used
    assert all(known.values())
    assert all(text.count("%s") == known[text].count("%s") for text in used)


def test_german_addresses_users_as_nextcloud_does() -> None:
    informal, formal = translations.german("de"), translations.german("de_DE")
    assert not [text for text in informal.values() if re.search(r"\b(Sie|Ihnen|Ihr\w*)\b", text)]
    assert not [text for text in formal.values() if re.search(r"\b(du|dich|dir|dein\w*)\b", text, re.IGNORECASE)]
    # an instruction: the verb in both forms, as in "Bestätige" and "Bestätigen Sie"
    addressed = [text for text in formal if formal[text] != informal[text]]
    assert len(addressed) > 10 and all(re.search(r"\b(Sie|Ihr\w*)\b", formal[text]) for text in addressed)


def test_the_translation_files_are_of_one_piece() -> None:
    for name, text in translations.translation_files().items():
        assert (translations.APP / "l10n" / name).read_text(encoding="utf-8") == text, (
            "run nextcloud_app/translations.py"
        )


# ------------------------------------------------------------ the stand-in of the ID server


def _ask(server: IdServer, method: str, **fields: str) -> dict[str, str]:
    return server.answer(dict(fields, apimethod=method))


def _start(server: IdServer, secsignid: str = "anna@corp") -> dict[str, str]:
    answer = _ask(
        server,
        "ReqRequestAuthSession",
        secsignid=secsignid,
        servicename="NextCloud",
        serviceaddress="https://cloud.example",
    )
    return {key: answer[key] for key in ("secsignid", "authsessionid", "requestid")}


def test_the_stand_in_knows_nine_states() -> None:
    server = IdServer()
    server.create_id("Anna@corp")
    for name, number in STATES.items():
        about = _start(server, "ANNA@corp")
        if name != "pending":
            server.decide("anna@corp", name)
        assert _ask(server, "ReqGetAuthSessionState", **about)["authsessionstate"] == str(number)
    assert sorted(STATES.values()) == list(range(9))


def test_the_stand_in_suspends_expires_cancels_and_releases() -> None:
    now = [0.0]
    server = IdServer(lifetime=10, clock=lambda: now[0])
    server.create_id("anna@corp")
    first, second = _start(server), _start(server)
    assert _ask(server, "ReqGetAuthSessionState", **first)["authsessionstate"] == str(STATES["suspended"])
    now[0] = 11
    assert _ask(server, "ReqGetAuthSessionState", **second)["authsessionstate"] == str(STATES["expired"])
    third = _start(server)
    assert _ask(server, "ReqCancelAuthSession", **third)["authsessionstate"] == str(STATES["cancelled"])
    fourth = _start(server)
    server.decide("anna@corp", "authenticated")
    _ask(server, "ReqReleaseAuthSession", **fourth)
    assert _ask(server, "ReqGetAuthSessionState", **fourth)["authsessionstate"] == str(STATES["invalid"])


def test_the_stand_in_refuses_what_it_does_not_know() -> None:
    server = IdServer()
    assert (
        "does not exist"
        in _ask(server, "ReqRequestAuthSession", secsignid="x", servicename="a", serviceaddress="b")["errormsg"]
    )
    assert _ask(server, "ReqGetAuthSessionState", secsignid="x", authsessionid="0", requestid="0")["error"] == "422"
    server.create_id("anna@corp")
    about = _start(server)
    assert "error" in _ask(server, "ReqGetAuthSessionState", **dict(about, secsignid="other"))
    assert encode({"a": "b c+&"}) == b"a=b%20c%2B%26"
