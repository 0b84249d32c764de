# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module does around its parts: options in, one call, result out."""

from __future__ import annotations

import re
import time
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.part import PackageWanted
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import (
    BeforeChange,
    Check,
    Context,
    Outcome,
    Part,
    converge,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import ARGUMENT_SPEC, Nextcloud
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable, printable_data


def downloader(module: AnsibleModule) -> t.Callable[[str, str, bool], None]:
    """Loads an archive with Ansible's own client, which knows proxies and certificates."""

    def download(url: str, path: str, validate_certs: bool) -> None:
        # here, since it is a fifth of a module's start, and hardly any run downloads something
        from ansible.module_utils.urls import fetch_url

        module.params["validate_certs"] = validate_certs
        response, info = fetch_url(module, url, timeout=60)
        if info["status"] != 200 or response is None:
            raise NextcloudError("download", url=url, detail=str(info["msg"]).rstrip("."))
        with open(path, "wb") as handle:
            for block in iter(lambda: response.read(1 << 20), b""):
                handle.write(block)

    return download


def login_page(module: AnsibleModule) -> Check | None:
    """Whether users still find a login page at the address that ``check_url`` names; None where it names none."""
    base = module.params["check_url"]
    if not base:
        return None
    if not re.fullmatch(r"https?://[^/\s@]+(/\S*)?", base):
        raise NextcloudError("invalid_check_url")  # without the value, which may contain a password
    url = base.rstrip("/") + "/index.php/login"

    def check() -> None:
        # here, since only a change is followed by it
        from ansible.module_utils.urls import fetch_url

        module.params["validate_certs"] = module.params["check_certs"]
        said: dict[str, t.Any] = {}
        for attempt in range(3):
            # web workers may answer from the old configuration for two seconds
            time.sleep(2 if attempt else 0)
            said = fetch_url(module, url, timeout=30)[1]
            if said["status"] == 200:
                return
        raise NextcloudError("login_page", url=url, detail=str(said["msg"]).rstrip("."))

    return check


def check_texts(params: t.Mapping[str, t.Any]) -> None:
    """Refuses what is no text anywhere: not as an argument, not in a file name, not in a database."""
    for option, value in params.items():
        for text in _texts(value):
            if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
                raise NextcloudError("invalid_character", option=option, value=text[:60])


def _texts(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for inner in value:
            yield from _texts(inner)
        for inner in value.values() if isinstance(value, dict) else ():
            yield from _texts(inner)


def open_module(argument_spec: t.Mapping[str, t.Any]) -> AnsibleModule:
    """Ansible's own control code, which raises where an entry of a list holds a number in place of a dictionary, up
    to 2.21."""
    try:
        return AnsibleModule(argument_spec=dict(argument_spec), supports_check_mode=True)
    except TypeError:
        # whole, and hidden as a whole, since nothing inside is known to be secret any more
        flat = {
            name: {"type": "raw", "no_log": True} if "options" in option else dict(option)
            for name, option in argument_spec.items()
        }
        module = AnsibleModule(argument_spec=flat, supports_check_mode=True)
        for path in _no_dictionaries(argument_spec, module.params):
            error = NextcloudError("no_dictionary", option=path)
            module.no_log_values = set()  # of which there is none in that sentence, but perhaps a single digit
            module.fail_json(msg=error.message, code=error.code, invocation={})
        raise


def _no_dictionaries(spec: t.Mapping[str, t.Any], params: t.Mapping[str, t.Any], before: str = "") -> t.Iterator[str]:
    for name, option in spec.items():
        value = params.get(name)
        for entry in value if isinstance(value, list) else [value]:
            if "options" in option and isinstance(entry, dict):
                yield from _no_dictionaries(option["options"], entry, before + name + ".")
            elif "options" in option and not isinstance(entry, (str, type(None))):
                yield before + name


def run(
    argument_spec: t.Mapping[str, t.Any],
    make_parts: t.Callable[[t.Mapping[str, t.Any], Context], t.Sequence[Part]],
    before_change: t.Callable[[AnsibleModule, Nextcloud], BeforeChange | None] | None = None,
    after_change: t.Callable[[t.Sequence[Part], Outcome], None] | None = None,
    check: t.Callable[[AnsibleModule], Check | None] | None = None,
    titles: bool = False,
) -> None:
    """The whole of a module that changes something. ``after_change``: once the change is proven.

    ``titles`` is for ``converge``.
    """
    module = open_module(dict(ARGUMENT_SPEC, **argument_spec))
    nextcloud: Nextcloud | None = None
    try:
        check_texts(module.params)
        nextcloud = Nextcloud(module.params)
        parts = make_parts(module.params, Context(nextcloud, module.check_mode, downloader(module)))
        keep, look = before_change(module, nextcloud) if before_change else None, check(module) if check else None
        outcome = converge(nextcloud, parts, module.check_mode, keep, look, titles)
        if after_change is not None and outcome.changed and not module.check_mode:
            _finish(after_change, parts, outcome)
    except PackageWanted:
        # the action plugin sends it and calls again; nothing has been changed yet
        module.exit_json(changed=False, package_wanted=True)
    except NextcloudError as error:
        done = {"changed": bool(error.remaining), "commands": printable_data(error.done)} if error.done else {}
        module.fail_json(msg=error.message, code=error.code, **dict(done, **_traced(module, nextcloud)))
    for warning in outcome.warnings:
        module.warn(printable(warning))
    module.exit_json(
        changed=outcome.changed,
        diff=printable_data({"before": outcome.before, "after": outcome.after}),
        commands=printable_data(outcome.commands),
        nextcloud=outcome.server,
        **dict(outcome.facts, **_traced(module, nextcloud)),
    )


def _finish(
    after_change: t.Callable[[t.Sequence[Part], Outcome], None], parts: t.Sequence[Part], outcome: Outcome
) -> None:
    try:
        after_change(parts, outcome)
    except NextcloudError as error:
        error.done = error.remaining = outcome.commands
        raise


def run_info_module(
    argument_spec: t.Mapping[str, t.Any], result: t.Callable[[Nextcloud, t.Mapping[str, t.Any], bool], dict[str, t.Any]]
) -> None:
    """The whole of a module that needs no plan; ``result`` gets the server, the options, and whether this is a check
    run."""
    module = open_module(dict(ARGUMENT_SPEC, **argument_spec))
    nextcloud: Nextcloud | None = None
    try:
        check_texts(module.params)
        nextcloud = Nextcloud(module.params)
        found = result(nextcloud, module.params, module.check_mode)
    except NextcloudError as error:
        module.fail_json(msg=error.message, code=error.code, **_traced(module, nextcloud))
    if "diff" in found:
        found["diff"] = printable_data(found["diff"])
    module.exit_json(**dict({"changed": False}, **dict(found, **_traced(module, nextcloud))))


def _traced(module: AnsibleModule, nextcloud: Nextcloud | None) -> dict[str, t.Any]:
    """Each start of PHP, for -vv and more; a usual result stays small. The action plugin shows it and takes it out."""
    if nextcloud is None or module._verbosity < 2:
        return {}
    return {"trace": printable_data([call._asdict() for call in nextcloud.calls])}
