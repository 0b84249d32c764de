# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and their argument specs."""

from __future__ import annotations

import typing as t


def with_defaults(spec: t.Mapping[str, t.Mapping[str, t.Any]], **given: t.Any) -> dict[str, t.Any]:
    """All options of an argument spec: those given, the others as where they are left out. No other is taken."""
    unknown = sorted(set(given) - set(spec))
    if unknown:
        raise ValueError("no option: " + ", ".join(unknown))
    return {**{name: option.get("default") for name, option in spec.items()}, **given}
