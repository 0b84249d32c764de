# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's stand-in for the app user_saml, against calls recorded with user_saml 8.2.0 on Nextcloud 34.0.1.

The calls ran in this order on one server, so each sees what the earlier ones left. ``saml:metadata``,
``saml:config:validate`` and ``saml:group-migration`` are not covered.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest

from .replay import CREATE, Answer, Instance
from .scene import HERE

CALLS = [json.loads(line) for line in (HERE / "saml" / "34.0.1.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module", params=["34.0.1", "33.0.3", "28.0.2"])
def with_saml(request: pytest.FixtureRequest) -> Iterator[Instance]:
    made = Instance(request.param, custom_apps=False)
    folder = shutil.copytree(CREATE.parent / "apps" / "user_saml", made.root / "apps" / "user_saml")
    if made.account:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, made.account.pw_name)
    yield made
    made.remove()


def test_every_recorded_call(with_saml: Instance) -> None:
    assert len(CALLS) == 43
    for call in CALLS:
        answer = with_saml.occ(*call["argv"], "--no-interaction", env={"COLUMNS": "1000"})
        assert answer == Answer(call["exit_code"], call["stdout"], call["stderr"]), call["argv"]
