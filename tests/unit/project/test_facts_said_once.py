# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in several places says the same: supported versions, the action group, examples, what a release must
name."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from module_docs import MODULES, specs
from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.twofactor import SPEC
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import ARGUMENT_SPEC

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def text(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def literal(path: str, name: str) -> Any:
    """The value of a constant at the top of a Python file, without running it."""
    for node in ast.parse(text(path)).body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            return ast.literal_eval(node.value)
    raise AssertionError(f"{path} has no {name}")


def supported() -> dict[str, tuple[str, ...]]:
    return dict(literal("noxfile.py", "PYTHONS"))


def test_readme_nox_compat_and_workflow_name_the_same_versions() -> None:
    pythons = supported()
    for core, minors in pythons.items():
        low, high = minors[0], minors[-1]
        row = next(line for line in text("README.md").splitlines() if re.match(r"\| 2\.", line) and core in line)
        assert f"{low} to {high}" in row, core
        assert f"{core}:{high}" in text("tests", "compat.sh"), core
    matrix = yaml.safe_load(text(".github", "workflows", "ci.yml"))["jobs"]["suites"]["strategy"]["matrix"]
    left_out = {(pair["core"], pair["python"]) for pair in matrix["exclude"]}
    pairs = {(core, python) for core in matrix["core"] for python in matrix["python"]} - left_out
    assert pairs == {(core, python) for core, minors in pythons.items() for python in minors}
    oldest = min(pythons, key=lambda core: int(core.split(".")[1]))
    assert yaml.safe_load(text("meta", "runtime.yml"))["requires_ansible"] == f">={oldest}.0"
    assert all(
        yaml.safe_load(path.read_text(encoding="utf-8"))["galaxy_info"]["min_ansible_version"] == oldest
        for path in ROOT.glob("roles/*/meta/main.yml")
    )


def test_every_session_that_a_workflow_runs_is_one_of_nox() -> None:
    functions = {node.name for node in ast.parse(text("noxfile.py")).body if isinstance(node, ast.FunctionDef)}
    functions |= {"license-check", "docs-check", "extra-checks", "build-import-check"}  # of antsibull-nox
    named: set[str] = set()
    for path in WORKFLOWS:
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            named |= set(job.get("strategy", {}).get("matrix", {}).get("session", []))
            for step in job["steps"]:
                if re.match(r"nox -s [\"a-z]", step.get("run", "")) and "$" not in step["run"]:
                    named |= {re.sub(r"\(.*", "", name.strip('"')) for name in step["run"].split()[2:]}
    assert named and named <= functions, named - functions
    assert {"lint", "sanity", "unit", "integration", "docs", "licence"} <= named


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_commits_and_named(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert used
    for line in used:
        assert re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_module_defaults_reach_every_module_that_reaches_a_server() -> None:
    group = yaml.safe_load(text("meta", "runtime.yml"))["action_groups"]["all"]
    reaching = [
        name for name in MODULES if "  - secsign.nextcloud.nextcloud\n" in text("plugins", "modules", name + ".py")
    ]
    assert sorted(group) == reaching


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((ROOT / "plugins").glob("*/*.py")):
        found = re.search(
            r"^EXAMPLES = r\"\"\"(.*?)^\"\"\"", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        )
        for task in yaml.safe_load(found.group(1)) if found else []:
            yield path.stem, task


def test_every_example_has_a_name_and_options_that_the_module_takes() -> None:
    taken = specs()
    seen: set[str] = set()
    for where, task in examples():
        assert task["name"][0].isupper(), (where, task)
        for key, options in task.items():
            if key.startswith("secsign.nextcloud."):
                name = key.rsplit(".", 1)[1]
                seen.add(name)
                # how the server is reached may stand in module_defaults
                reported: list[str] = ArgumentSpecValidator(taken[name]).validate(options or {}).error_messages
                assert not reported, (where, task["name"], reported)
    assert seen == set(MODULES)


ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())


def role_variables(name: str) -> dict[str, Any]:
    """What the argument specs of a role document."""
    found = yaml.safe_load(text("roles", name, "meta", "argument_specs.yml"))["argument_specs"]["main"]["options"]
    return dict(found)


@pytest.mark.parametrize("name", ROLES)
def test_a_role_says_what_it_is_and_documents_every_variable(name: str) -> None:
    assert f"# {name}\n" in text("roles", name, "README.md")
    documented = role_variables(name)
    defaults = yaml.safe_load(text("roles", name, "defaults", "main.yml"))
    assert {key: entry["default"] for key, entry in documented.items() if "default" in entry} == defaults
    assert [key for key, entry in documented.items() if not entry.get("description")] == []
    used, own = set(), set()
    for path in (ROOT / "roles" / name).glob("[thv]*/*"):  # tasks, templates, handlers, vars
        content = path.read_text(encoding="utf-8")
        used |= set(re.findall(rf"\b{name}_\w+", content))
        own |= set(re.findall(r"^ *(?:register|error): (\w+)", content, re.MULTILINE))
        own |= set(yaml.safe_load(content)) if path.parent.name == "vars" else set()
    assert used and used - set(documented) - own == set(), "a variable that no argument spec documents"


@pytest.mark.parametrize("name", ["saml", "twofactor"])
def test_a_variable_of_a_role_has_the_type_and_choices_of_the_option(name: str) -> None:
    spec = specs()[name]
    for variable, documented in role_variables(name).items():
        option = spec.get(variable[len(name) + 1 :])
        if option is None:
            assert variable in ("saml_check_url", "saml_check_certs")  # options of the role alone
            continue
        for key in ("type", "elements", "choices"):
            if (key, variable) != ("type", f"{name}_snapshot_dir"):  # empty, which is no path, switches it off
                assert documented.get(key) == option.get(key), (variable, key)


def test_the_role_has_a_variable_for_every_option_of_the_module() -> None:
    """Which is what lets the module take its options from them."""
    documented = role_variables("twofactor")
    assert set(documented) == {"twofactor_" + option for option in set(ARGUMENT_SPEC) | set(SPEC) - {"from_variables"}}


def pages_and_code() -> Iterator[tuple[str, str]]:
    """Every text that is part of the tree; what is made, installed or somebody's own is not."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("only a git checkout knows which files are part of it")
    for name in done.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and not path.is_symlink() and path.suffix not in (".png", ".svg"):
            yield name, path.read_text(encoding="utf-8")


def test_every_page_that_is_named_anywhere_exists() -> None:
    missing = set()
    for name, content in pages_and_code():
        # a page may also be the documentation site's or another project's: those have a host before it
        for found in re.findall(r"(?<![\w./-])((?:\.\./)*docs/[\w./-]*\.(?:md|png|rst|yml))\b", content):
            if not (ROOT / found.replace("../", "")).exists():
                missing.add((name, found))
    assert not missing


def test_links_between_pages_lead_somewhere() -> None:
    broken, seen = set(), 0
    for name, content in pages_and_code():
        if not name.endswith(".md"):
            continue
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", content, flags=re.DOTALL)):
            if not re.match(r"[a-z]+:", target):
                seen += 1
                if not (ROOT / name).parent.joinpath(target).exists():
                    broken.add((name, target))
    assert seen > 40 and not broken


def test_every_page_is_reached_from_the_readme() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page not in reached:
            reached.add(page)
            targets = re.findall(r"\]\(([^)#\s]+\.md)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
            ahead += [page.parent.joinpath(target).resolve() for target in targets if not re.match(r"[a-z]+:", target)]
    assert not set((ROOT / "docs").rglob("*.md")) - reached


def test_galaxy_yml_and_readme_name_what_certification_asks_for() -> None:
    galaxy = yaml.safe_load(text("galaxy.yml"))
    assert all(
        galaxy[key]
        for key in (
            "authors",
            "description",
            "tags",
            "repository",
            "documentation",
            "homepage",
            "issues",
            "build_ignore",
            "license_file",
        )
    )
    assert (ROOT / galaxy["license_file"]).is_file()
    assert re.fullmatch(r"[1-9]\d*\.\d+\.\d+", galaxy["version"]), "a version that has promised something"
    headings = re.findall(r"^## (.*)", text("README.md"), re.MULTILINE)
    wanted = [
        "Description",
        "Requirements",
        "Installation",
        "Use cases",
        "Testing",
        "Support",
        "Release notes and roadmap",
        "Related information",
    ]
    assert [heading for heading in [*wanted, "License information"] if heading not in headings] == []


def test_the_changelog_has_the_version() -> None:
    version = yaml.safe_load(text("galaxy.yml"))["version"]
    assert version in yaml.safe_load(text("changelogs", "changelog.yaml"))["releases"], "antsibull-changelog release"
    assert f"## v{version}" in text("CHANGELOG.md").replace("\\.", ".")


def test_what_was_added_says_a_version_that_was_released_or_will_be() -> None:
    released = {
        tuple(map(int, str(version).split(".")))
        for version in yaml.safe_load(text("changelogs", "changelog.yaml"))["releases"]
    }
    added = set()
    for path in (ROOT / "plugins").rglob("*.py"):
        added |= set(re.findall(r"^ *version_added: [\"']?([\d.]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    versions = {tuple(map(int, version.split("."))) for version in added}
    assert versions and {version for version in versions - released if version <= max(released)} == set()
