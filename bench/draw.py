# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of a run: how time and memory grow with users and hosts, and the peers side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

Rows = list[dict[str, Any]]


def draw(result: dict[str, Any], path: Path) -> None:
    found = result["results"]
    panels: list[tuple[str, str, Callable[[Any, Any], None]]] = [
        ("audit", "Audit of one host: time, in (3 occ status + 15 µs a user)", _audit),
        ("audit", "Audit of one host: peak memory", _memory),
        ("loop", "Everybody's second factor: times as slow as the audit", _loop),
        ("assign", "SecSign IDs: time, in audits", _assign),
        ("fleet", "site.yml with nothing to do, in empty module calls", _fleet),
        ("fleet", "Peak memory of the control process", _fleet_memory),
        ("report", "Report", _report),
        ("peers", "The same state, in runs of site.yml", _peers),
    ]
    drawn = [panel for panel in panels if found.get(panel[0])]
    plt.rcParams.update(
        {
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "svg.fonttype": "none",
            "axes.grid": True,
            "grid.alpha": 0.3,
        }
    )
    figure, axes = plt.subplots(
        (len(drawn) + 1) // 2, 2, figsize=(11, 3.4 * ((len(drawn) + 1) // 2)), squeeze=False, layout="constrained"
    )
    for axis, (part, title, fill) in zip(axes.flat, drawn):
        axis.set_title(title, loc="left", weight="bold")
        fill(axis, found[part])
    for axis in list(axes.flat)[len(drawn) :]:
        axis.set_axis_off()
    machine = result["machine"]
    figure.suptitle(
        f"Nextcloud {result['release']}, {machine['cpus']} CPUs, medians of {result['rounds']}, {result['time'][:10]};"
        " the fleet is the sandbox",
        x=0.01,
        ha="left",
    )
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _by_database(rows: Rows) -> dict[str, Rows]:
    return {
        name: [row for row in rows if row["database"] == name]
        for name in dict.fromkeys(row["database"] for row in rows)
    }


def _grow(axis: Any, rows: Rows, key: str, columns: dict[str, str], style: str = "o-", prefix: str = "") -> None:
    for column, label in columns.items():
        reported = [row for row in rows if column in row]
        axis.plot([row[key] for row in reported], [row[column] for row in reported], style, label=prefix + label)
    axis.set_xscale("log")
    axis.set_xlabel(key)
    axis.legend(loc="best")


def _audit(axis: Any, rows: Rows) -> None:
    for name, own in _by_database(rows).items():
        _grow(axis, own, "users", {"share_of_allowed": "wall time"}, prefix=name + ", ")
        _grow(axis, own, "users", {"share_of_allowed_cpu": "processor time"}, style="s--", prefix=name + ", ")
    axis.axhline(1, color="k", linestyle=":")
    axis.set_ylim(0)


def _memory(axis: Any, rows: Rows) -> None:
    for name, own in _by_database(rows).items():
        _grow(axis, own, "users", {"php_mb": "PHP", "module_mb": "module"}, prefix=name + ", ")
    axis.set_ylabel("MB")
    axis.set_ylim(0)


def _bars(axis: Any, values: dict[str, float]) -> None:
    bars = axis.barh(list(values), list(values.values()))
    axis.bar_label(bars, fmt="%.1f", padding=3)
    axis.invert_yaxis()
    axis.margins(x=0.15)


def _loop(axis: Any, rows: Rows) -> None:
    values = {"audit": 1.0}
    values.update(
        {
            f"loop over occ, {row['database']},\n{row['users']} users (extrapolated)": row["loop_per_audit"]
            for row in rows
        }
    )
    _bars(axis, values)


def _assign(axis: Any, rows: Rows) -> None:
    values = {}
    for row in rows:
        for column, label in (
            ("assign_per_audit", f"{row['users']} IDs"),
            ("ten_changed_per_audit", "10 of them changed"),
        ):
            values[f"{label}, {row['database']}"] = row[column]
    _bars(axis, values)


def _fleet(axis: Any, rows: Rows) -> None:
    _grow(
        axis, rows, "hosts", {"site_per_empty": "all", "own_per_empty": "without Nextcloud's own PHP (processor time)"}
    )
    axis.axhline(1.3, color="k", linestyle=":")
    axis.set_ylim(0)


def _fleet_memory(axis: Any, rows: Rows) -> None:
    _grow(axis, rows, "hosts", {"control_mb": "site.yml", "control_mb_empty": "empty module"})
    axis.set_ylabel("MB")
    axis.set_ylim(0)


def _report(axis: Any, rows: Rows) -> None:
    _grow(
        axis, rows, "users", {"report_s": "wall time of the report", "play_cpu_s": "processor time of the whole play"}
    )
    axis.set_ylabel("s")
    axis.set_ylim(0)
    other = axis.twinx()
    other.plot(
        [row["users"] for row in rows],
        [row["control_mb"] for row in rows],
        "s--",
        color="tab:green",
        label="MB of the control process",
    )
    other.set_ylim(0)
    other.set_ylabel("MB")
    other.legend(loc="lower right")


def _peers(axis: Any, found: dict[str, Any]) -> None:
    words = {"first": "from the beginning", "again": "nothing left to do"}
    _bars(
        axis, {f"{way}, {words[run]}": ratio for run in words for way, ratio in found[run + "_per_collection"].items()}
    )
