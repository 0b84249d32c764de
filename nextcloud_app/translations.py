#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the German texts of the app from german.yml: informal German (de) and formal German (de_DE), each in the form
for PHP (.json) and in the form for scripts (.js)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
APP = HERE / "twofactor_secsign"
TEXTS = HERE / "german.yml"
PLURAL_FORM = "nplurals=2; plural=(n != 1);"
ADDRESS = {"de": "du", "de_DE": "Sie"}  # how Nextcloud addresses users in each language


def used_texts(app: Path = APP) -> set[str]:
    """Every text that the code asks to be translated."""
    texts: set[str] = set()
    for path in [*app.glob("lib/**/*.php"), *app.glob("templates/*.php")]:
        found = re.findall(r"(?:->l|\$l)->t\('((?:[^'\\]|\\.)*)'", path.read_text(encoding="utf-8"))
        texts.update(text.replace("\\'", "'") for text in found)
    return texts


def german(language: str) -> dict[str, str]:
    """Each English text and its form in ``de`` or ``de_DE``."""
    texts: dict[str, str | dict[str, str]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return {
        english: form if isinstance(form, str) else form[ADDRESS[language]] for english, form in sorted(texts.items())
    }


def translation_files() -> dict[str, str]:
    """File name in l10n and what it must hold."""
    files = {}
    for language in ADDRESS:
        texts = german(language)
        table = json.dumps(texts, ensure_ascii=False, indent=4)
        source = {"translations": texts, "pluralForm": PLURAL_FORM}
        files[language + ".json"] = json.dumps(source, ensure_ascii=False, indent=4) + "\n"
        files[language + ".js"] = f'OC.L10N.register(\n"twofactor_secsign",\n{table},\n{json.dumps(PLURAL_FORM)});\n'
    return files


def main() -> None:
    for name, text in translation_files().items():
        (APP / "l10n" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
