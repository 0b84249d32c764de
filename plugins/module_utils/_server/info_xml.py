# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an app says about itself in appinfo/info.xml."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

INFO_XML = "appinfo/info.xml"
_INFO_XML_MAX_BYTES = 1024 * 1024

_APP_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+~_-]{0,63}")


class PackageError(Exception):
    """The package cannot be used; the message has the reason and the remedy."""


class AppInfo(NamedTuple):
    app_id: str
    version: str
    nextcloud_min: str | None
    nextcloud_max: str | None
    php_min: str | None
    php_max: str | None
    databases: tuple[str, ...]  # empty: every database
    libs: tuple[str, ...]  # PHP extensions
    two_factor_providers: tuple[str, ...]  # PHP class names
    namespace: str  # below OCA
    types: tuple[str, ...]


def fits(version: str, minimum: str | None, maximum: str | None) -> bool:
    """Tell whether a Nextcloud or PHP version is within an app's declared range, by Nextcloud's own rule.

    Nextcloud compares only as many components as both versions have: a maximum of 34 admits 34.0.1.
    """
    return (minimum is None or _compare(version, minimum) >= 0) and (maximum is None or _compare(version, maximum) <= 0)


def parse_info(xml: bytes) -> AppInfo:
    """Read the content of appinfo/info.xml."""
    # here, since hardly any run needs it: a module's start is mostly code being read
    import xml.etree.ElementTree as ET

    if len(xml) > _INFO_XML_MAX_BYTES:
        raise PackageError(
            f"{INFO_XML} is larger than {_INFO_XML_MAX_BYTES} bytes. Ask the app's publisher for a correct package."
        )
    try:
        text = xml.decode("utf-8-sig")
        # The parser takes text with NULs for UTF-16, which would hide a declaration from the search below.
        if "\0" in text:
            raise ValueError("NUL character")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise PackageError(
                f"{INFO_XML} declares a DOCTYPE or an entity, which Nextcloud apps never need. Remove the declaration."
            )
        root = ET.fromstring(text)
    except (ET.ParseError, ValueError) as error:
        raise PackageError(
            f"{INFO_XML} is not well-formed XML in UTF-8 ({error}). Correct the file, or ask the app's publisher for a"
            " correct package."
        ) from error
    if root.tag != "info":
        raise PackageError(
            f"{INFO_XML} starts with <{shown(root.tag)}> and not with <info>. Use the package of a Nextcloud app."
        )

    app_id = root.findtext("id") or ""
    version = root.findtext("version") or ""
    if not _APP_ID.fullmatch(app_id):
        raise PackageError(
            f"{INFO_XML} has the <id> {shown(app_id)}, but an app ID is 1 to 64 of a-z, 0-9 and _ and starts with a"
            " letter. Correct the file."
        )
    if not _VERSION.fullmatch(version):
        raise PackageError(
            f"{INFO_XML} has the <version> {shown(version)}, which is not a version number. Correct the file."
        )
    types = root.find("types")
    return AppInfo(
        app_id=app_id,
        version=version,
        nextcloud_min=_bound(root, "min-version", "nextcloud", "owncloud"),
        nextcloud_max=_bound(root, "max-version", "nextcloud", "owncloud"),
        php_min=_bound(root, "min-version", "php"),
        php_max=_bound(root, "max-version", "php"),
        databases=_texts(root, "dependencies/database"),
        libs=_texts(root, "dependencies/lib"),
        two_factor_providers=_texts(root, "two-factor-providers/provider"),
        namespace=(root.findtext("namespace") or "").strip() or app_id[0].upper() + app_id[1:],
        types=() if types is None else tuple(child.tag for child in types),
    )


def _bound(root: ET.Element, attribute: str, *dependencies: str) -> str | None:
    for dependency in dependencies:
        element = root.find(f"dependencies/{dependency}")
        bound = None if element is None else element.get(attribute)
        if bound is not None:
            if not _VERSION.fullmatch(bound):
                raise PackageError(
                    f"{INFO_XML} has the {attribute} {shown(bound)} for {dependency}, which is not a version number."
                    " Correct the file."
                )
            return bound
    return None


def _texts(root: ET.Element, path: str) -> tuple[str, ...]:
    texts = ((element.text or "").strip() for element in root.findall(path))
    return tuple(text for text in texts if text)


def shown(text: str) -> str:
    return repr(text if len(text) <= 200 else text[:200] + "...")


def _compare(version: str, bound: str) -> int:
    pairs = zip(version.split("."), bound.split("."))
    left, right = (_version_key(".".join(parts)) for parts in zip(*pairs))
    # A version that ends comes before a further number or patch level, and after anything that is not final yet.
    for ours, theirs in zip_longest(left, right, fillvalue=(4, -1)):
        if ours != theirs:
            return -1 if ours < theirs else 1
    return 0


def _version_key(version: str) -> list[tuple[int, int]]:
    """Order versions like PHP's version_compare: unknown words, dev, alpha, beta, RC, numbers, patch level."""
    stages = (("dev", 0), ("a", 1), ("b", 2), ("RC", 3), ("rc", 3), ("p", 5))
    return [
        (4, int(number)) if number else (next((rank for stage, rank in stages if word.startswith(stage)), -1), 0)
        for number, word in re.findall(r"([0-9]+)|([^0-9.+_-]+)", version)
    ]
