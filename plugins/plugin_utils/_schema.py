# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks a value against the part of JSON Schema that the schemas here use, one sentence a problem, naming the key.

The schemas are plain draft 2020-12 for editors and other programs; nothing has to be installed to check against them
here. A value may come from anywhere: whatever it is, a check ends and raises nothing, as long as the schema itself has
no circle.
"""

from __future__ import annotations

import datetime
import re
import typing as t

Schema = t.Mapping[str, t.Any]
_LONGEST = 60  # characters of a value or key in a sentence

_KINDS: dict[str, tuple[str, t.Callable[[t.Any], bool]]] = {
    "object": ("a dictionary", lambda value: isinstance(value, t.Mapping)),
    "array": ("a list", lambda value: isinstance(value, (list, tuple))),
    "string": ("a text", lambda value: isinstance(value, str)),
    "integer": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "number": ("a number", lambda value: isinstance(value, (int, float)) and not isinstance(value, bool)),
    "boolean": ("true or false", lambda value: isinstance(value, bool)),
    "null": ("null", lambda value: value is None),
}


def problems(value: t.Any, schema: Schema, name: str) -> list[str]:
    """Every problem of ``value``; ``name`` is how its top is called."""
    return list(_walk(value, schema, schema, name))


def first_problem(value: t.Any, schema: Schema, name: str) -> str | None:
    """One problem of a value that may have very many; None where it has none."""
    return next(_walk(value, schema, schema, name), None)


Fits = t.Callable[[t.Any], bool]


def compiled(schema: Schema) -> Fits:
    """A function that returns whether a value has no problem: for very many small values, of which hardly any has one.

    It knows less than ``problems``: no $ref, oneOf, const, pattern, format, numbers that are not whole, or least
    lengths.
    """
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    checks = [_COMPILERS[kind](schema) for kind in kinds]
    if len(checks) == 1:
        return checks[0]
    return lambda value: any(check(value) for check in checks)


def _compiled_object(schema: Schema) -> Fits:
    known = {key: compiled(inner) for key, inner in schema.get("properties", {}).items()}
    required = [(key, known[key]) for key in schema.get("required", ())]
    most, others = schema.get("maxProperties", float("inf")), schema.get("additionalProperties", True)
    each_other = compiled(others) if isinstance(others, dict) else lambda value: bool(others)
    # most dictionaries are those in which only what is required counts
    has_more = len(known) > len(required) or others is not True

    def fits(value: t.Any) -> bool:
        if not isinstance(value, dict) or len(value) > most:
            return False
        for key, check in required:
            if key not in value or not check(value[key]):
                return False
        if has_more:
            for key, inner in value.items():
                if not known.get(key, each_other)(inner):
                    return False
        return True

    return fits


def _compiled_array(schema: Schema) -> Fits:
    most, each = schema.get("maxItems", float("inf")), compiled(schema["items"])
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(each, value))


def _compiled_string(schema: Schema) -> Fits:
    longest = schema.get("maxLength", float("inf"))
    if "enum" in schema:
        allowed = frozenset(schema["enum"])
        return lambda value: isinstance(value, str) and value in allowed
    return lambda value: isinstance(value, str) and len(value) <= longest


def _compiled_integer(schema: Schema) -> Fits:
    low, high = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


_COMPILERS: dict[str, t.Callable[[Schema], Fits]] = {
    "object": _compiled_object,
    "array": _compiled_array,
    "string": _compiled_string,
    "integer": _compiled_integer,
    "boolean": lambda schema: lambda value: value is True or value is False,
    "null": lambda schema: lambda value: value is None,
}


def _walk(value: t.Any, schema: Schema, root: Schema, where: str) -> t.Iterator[str]:
    if "$ref" in schema:
        yield from _walk(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, where)
        return
    if "oneOf" in schema:
        yield from _one_of(value, schema["oneOf"], root, where)
        return
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_KINDS[kind][1](value) for kind in kinds):
        yield "{} must be {}, and is {}.".format(where, " or ".join(_KINDS[kind][0] for kind in kinds), _show(value))
        return
    if "const" in schema and value != schema["const"]:
        yield "{} must be {}, and is {}.".format(where, _show(schema["const"]), _show(value))
    if "enum" in schema and value not in schema["enum"]:
        yield "{} must be one of {}, and is {}.".format(
            where, ", ".join(str(one) for one in schema["enum"]), _show(value)
        )
    if isinstance(value, str):
        yield from _text(value, schema, where)
    elif isinstance(value, t.Mapping):
        yield from _object(value, schema, root, where)
    elif isinstance(value, (list, tuple)):
        yield from _array(value, schema, root, where)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if value < schema.get("minimum", value):
            yield "{} must be at least {}, and is {}.".format(where, schema["minimum"], _show(value))
        if value > schema.get("maximum", value):
            yield "{} must be at most {}, and is {}.".format(where, schema["maximum"], _show(value))


def _text(value: str, schema: Schema, where: str) -> t.Iterator[str]:
    if len(value) < schema.get("minLength", 0):
        yield f"{where} must not be empty."
    elif len(value) > schema.get("maxLength", len(value)):
        yield f"{where} must have at most {schema['maxLength']} characters, and has {len(value)}."
    elif schema.get("format") == "date-time" and not _is_moment(value):
        yield f"{where} must be a time in UTC, for example 2026-12-31T18:00:00Z, and is {_show(value)}."
    elif "pattern" in schema and not re.search(schema["pattern"], value):
        yield "{} must be {}, and is {}.".format(
            where, schema.get("description", "of the form " + schema["pattern"]).rstrip("."), _show(value)
        )


def _object(value: t.Mapping[str, t.Any], schema: Schema, root: Schema, where: str) -> t.Iterator[str]:
    known = schema.get("properties", {})
    if len(value) > schema.get("maxProperties", len(value)):
        yield f"{where} must have at most {schema['maxProperties']} keys, and has {len(value)}."
        return
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{where} lacks the key {key}."
    others = schema.get("additionalProperties", True)
    for key, inner in value.items():
        path = "{}.{}".format(where, key if len(str(key)) <= _LONGEST else str(key)[: _LONGEST - 1] + "…")
        if key in known:
            yield from _walk(inner, known[key], root, path)
        elif others is False:
            yield "{} is not known; {} takes {}.".format(path, where, ", ".join(sorted(known)))
        elif isinstance(others, t.Mapping):
            yield from _walk(inner, others, root, path)


def _array(value: t.Sequence[t.Any], schema: Schema, root: Schema, where: str) -> t.Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield "{} must have at least {} {}.".format(
            where, schema["minItems"], "entry" if schema["minItems"] == 1 else "entries"
        )
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{where} must have at most {schema['maxItems']} entries, and has {len(value)}."
        return
    if "items" not in schema:
        return
    for number, inner in enumerate(value):
        yield from _walk(inner, schema["items"], root, f"{where}[{number}]")


def _one_of(value: t.Any, branches: t.Sequence[Schema], root: Schema, where: str) -> t.Iterator[str]:
    """The branch is chosen by its constant (as in ``check: factor``) or by its type, so that the sentence is about
    what was meant."""
    branches = [root["$defs"][b["$ref"].rsplit("/", 1)[1]] if "$ref" in b else b for b in branches]
    keys = [key for b in branches for key, inner in b.get("properties", {}).items() if "const" in inner]
    if not keys:
        fitting = [b for b in branches if not problems(value, b, where)]
        same_kind = [b for b in branches if _is_of_kind(value, b)]
        if not fitting:
            if len(same_kind) == 1:
                yield from _walk(value, same_kind[0], root, where)
            else:
                yield "{} must be {}, and is {}.".format(
                    where, " or ".join(_KINDS[str(b["type"])][0] for b in branches), _show(value)
                )
        return
    key = keys[0]
    if not isinstance(value, t.Mapping):
        yield f"{where} must be a dictionary, and is {_show(value)}."
    elif key not in value:
        yield f"{where} lacks the key {key}."
    else:
        chosen = [b for b in branches if b["properties"][key]["const"] == value[key]]
        if chosen:
            yield from _walk(value, chosen[0], root, where)
        else:
            names = ", ".join(str(b["properties"][key]["const"]) for b in branches)
            yield f"{where}.{key} must be one of {names}, and is {_show(value[key])}."


def _is_of_kind(value: t.Any, schema: Schema) -> bool:
    return "type" in schema and _KINDS[str(schema["type"])][1](value)


def _show(value: t.Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'{}'".format(value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…")
    if isinstance(value, t.Mapping):
        return "a dictionary"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, int) and abs(value) > 10**_LONGEST:
        return "a very large number"  # of which Python makes no text
    return str(value)


def _is_moment(value: str) -> bool:
    try:
        return len(value) == 20 and value.isascii() and bool(datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        return False
