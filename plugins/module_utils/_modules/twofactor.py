# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All parts in one plan: what the module twofactor does."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.part import AppPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import BeforeChange, Context, Part, Plan
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.enforcement import (
    Enforcement,
    enforcement_parts,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import GUARD_SPEC
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import State
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import (
    APP_ID_SPEC,
    Onboarding,
    UserPermissions,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.id_server import IdServer

PARTS = ("app", "id_server", "user_permissions", "onboarding", "secsign_ids", "exemptions", "enforcement")

SPEC: dict[str, t.Any] = dict(
    {name: {"type": "dict"} for name in PARTS},
    from_variables={"type": "str"},
    rollout_groups={"type": "list", "elements": "str"},
    snapshot_dir={"type": "path"},
    check_url={"type": "str"},
    check_certs={"type": "bool", "default": True},
    **APP_ID_SPEC,
)


def compose(params: t.Mapping[str, t.Any], context: Context) -> list[Part]:
    """The parts that are asked for, in an order in which nobody is locked out at any moment."""
    options = {name: params[name] for name in PARTS if params[name] is not None}
    if params["rollout_groups"] and "enforcement" in options:
        by_group = {"groups": params["rollout_groups"], "group_by_group": True, "widen_only": True}
        options["enforcement"] = {**options["enforcement"], **by_group}
    if "exemptions" in options and "enforcement" in options:
        # one server has one guard: what is said of it for the policy holds for exemptions too, or proving what was done
        # would fail
        shared = {name: value for name, value in options["enforcement"].items() if name in GUARD_SPEC}
        options["exemptions"] = dict(shared, **options["exemptions"])
    given = {name: validated(name, options[name], params["app_id"]) for name in options}
    names = [name for name in PARTS if name in given]
    if "enforcement" in given and not given["enforcement"]["enforced"]:
        # a provider may only be taken away once nobody has to use it any more
        names.sort(key=lambda name: name != "enforcement")
    parts: list[Part] = []
    for name in names:
        if name == "enforcement":
            parts += enforcement_parts(given[name], context)
        else:
            parts.append(_class_of(name)(given[name], context))
    return parts


def _class_of(name: str) -> type[Part]:
    # some here, since few hosts ask for them, and a module's start is mostly code being read
    if name == "secsign_ids":
        from ansible_collections.secsign.nextcloud.plugins.module_utils._users.secsign_ids import SecSignIds

        return SecSignIds
    if name == "exemptions":
        from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.exemptions import Exemptions

        return Exemptions
    parts: dict[str, type[Part]] = {
        "app": AppPart,
        "id_server": IdServer,
        "user_permissions": UserPermissions,
        "onboarding": Onboarding,
        "enforcement": Enforcement,
    }
    return parts[name]


def part_spec(name: str) -> dict[str, t.Any]:
    """The argument spec of the module that is this part alone."""
    return _class_of(name).SPEC


def validated(name: str, options: dict[str, t.Any], app_id: str) -> dict[str, t.Any]:
    """The options as the module of that name would take them, or an error that names the wrong ones."""
    spec = part_spec(name)
    unknown = [str(option) for option in options if option not in spec]
    if unknown:
        raise _unknown_options(name, unknown, sorted(spec))
    result = ArgumentSpecValidator(spec).validate(options)
    if result.error_messages:
        raise NextcloudError("bad_option", option=name, detail=" ".join(result.error_messages))
    return dict(result.validated_parameters, app_id=app_id)


def _unknown_options(name: str, unknown: t.Sequence[str], known: t.Sequence[str]) -> NextcloudError:
    import difflib  # here, since hardly any run needs it

    close = difflib.get_close_matches(unknown[0], known, 1)
    if close and len(unknown) == 1:
        return NextcloudError("misspelt_option", option=name, value=unknown[0], close=close[0])
    shown = ", ".join(f"'{option}'" for option in unknown)
    return NextcloudError("unknown_options", option=name, detail=shown, known=", ".join(known))


def snapshot_keeper(module: AnsibleModule, nextcloud: Nextcloud) -> BeforeChange | None:
    """Writes down what is there, where the option asks for it."""
    base = module.params["snapshot_dir"]
    if not base:
        return None

    def write_down(state: State, plans: t.Sequence[Plan]) -> None:
        # here, since a host with nothing to do needs none of it
        from ansible_collections.secsign.nextcloud.plugins.module_utils._snapshot import write_snapshot

        write_snapshot(nextcloud, base, state, plans)

    return write_down
