#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the other forms of the German texts from l10n/de.json: Nextcloud wants one for scripts and one for formal
German.

The texts address nobody as "du" or "Sie", so both kinds of German can be the same.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

APP = Path(__file__).resolve().parent / "twofactor_secsign"
LANGUAGES = ("de", "de_DE")


def used_texts(app: Path = APP) -> set[str]:
    """Every text that the code asks to be translated."""
    texts: set[str] = set()
    for path in [*app.glob("lib/**/*.php"), *app.glob("templates/*.php")]:
        found = re.findall(r"(?:->l|\$l)->t\('((?:[^'\\]|\\.)*)'", path.read_text(encoding="utf-8"))
        texts.update(text.replace("\\'", "'") for text in found)
    return texts


def translation_files(app: Path = APP) -> dict[str, str]:
    """File name in l10n and what it must hold."""
    source = json.loads((app / "l10n" / "de.json").read_text(encoding="utf-8"))
    as_json = json.dumps(source, ensure_ascii=False, indent=4) + "\n"
    table = json.dumps(source["translations"], ensure_ascii=False, indent=4)
    as_script = 'OC.L10N.register(\n"twofactor_secsign",\n{},\n{});\n'.format(table, json.dumps(source["pluralForm"]))
    return {name + end: text for name in LANGUAGES for end, text in ((".json", as_json), (".js", as_script))}


def main() -> None:
    for name, text in translation_files().items():
        (APP / "l10n" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
