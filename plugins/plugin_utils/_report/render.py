# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.html and summary.md, made from report.json by Jinja2 templates."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import jinja2

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable

TEMPLATES = Path(__file__).resolve().parents[3] / "playbooks" / "templates" / "report"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$!&])")


class TemplateProblem(Exception):
    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


class _Plain(str):
    """Text of a template itself, which is Markdown already."""


def markdown(value: t.Any) -> str:
    """A value inside Markdown, on one line, with its special characters escaped."""
    if isinstance(value, _Plain) or value is None or isinstance(value, (jinja2.Undefined, bool, int, float)):
        return str("" if value is None else value)
    text = " ".join(str(value).split())
    # an entity works inside HTML and tables too, a backslash does not; @ would notify users of that name
    return _MARKDOWN.sub(lambda found: f"&#{ord(found.group(1))};", text).replace("@", "&#64;")


def code(value: t.Any) -> _Plain:
    """A command as code in Markdown, with any number of backticks."""
    text = " ".join(str(value).split())
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return _Plain(f"{fence} {text} {fence}" if "`" in text else f"`{text}`")


def render(report: t.Mapping[str, t.Any], name: str, own: str | None = None) -> str:
    """``own`` is a folder with templates of the user, which come before the shipped ones."""
    folders = ([own] if own else []) + [str(TEMPLATES)]
    html = name.endswith(".html")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=html,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **({} if html else {"finalize": markdown}),  # type: ignore[arg-type]
    )
    environment.filters["code"] = code
    try:
        return environment.get_template(name + ".j2").render(report=report)
    except (jinja2.TemplateError, TypeError, ValueError, KeyError, ArithmeticError) as error:
        # every error is a mistake in a template of the user
        raise TemplateProblem(
            "The template {} cannot be used: {}.".format(_place(error, name + ".j2"), str(error).rstrip("."))
        ) from None


def _place(error: BaseException, name: str) -> str:
    line = getattr(error, "lineno", None)
    trace = error.__traceback__
    while trace is not None:  # jinja2 puts its own lines into the traceback; the innermost template is the place
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            name, line = Path(trace.tb_frame.f_code.co_filename).name, trace.tb_lineno
        trace = trace.tb_next
    return (
        "{}, line {}".format(getattr(error, "name", None) or name, line)
        if line
        else str(getattr(error, "name", None) or name)
    )
