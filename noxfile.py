# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# /// script
# dependencies = ["nox>=2025.02.09", "antsibull-nox>=1.0"]
# ///
"""What has to pass, a session each, for every supported ansible-core and Python: what the workflows run, and what
anybody can.

nox --list                                what there is
nox                                       lint, licence, docs and, on the newest pair at hand, the rest
nox -s "integration(2.19-py3.13)"         one pair; NEXTCLOUD_ARCHIVES=DIR runs it on the releases in DIR as well
"""

from __future__ import annotations

import os

import antsibull_nox
import nox

# the supported pairs, as README.md and tests/compat.sh have them
PYTHONS = {
    "2.17": ("3.10", "3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
}
PAIRS = [nox.param(python, core, id=f"{core}-py{python}") for core, pythons in PYTHONS.items() for python in pythons]

nox.options.sessions = [
    "lint",
    "licence",
    "docs",
    "workflows",
    "unit(2.19-py3.11)",
    "integration(2.19-py3.11)",
    "sanity(2.19-py3.11)",
]
nox.options.reuse_existing_virtualenvs = True


def suite(session: nox.Session, core: str, *folders: str) -> None:
    session.run("tools/need", "php", "mbstring", "openssl", "releases:real", external=True)
    session.install(f"ansible-core=={core}.*", "-r", "requirements.txt", "-r", "requirements-test.txt")
    session.run("pytest", "-n", "auto", "--dist", "loadfile", *(session.posargs or folders), env={"LC_ALL": "C.UTF-8"})


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """ruff, mypy, yamllint, ansible-lint with the profile production, changelog fragments, licences, PHP."""
    session.run("make", "lint", external=True)


@nox.session
def licence(session: nox.Session) -> None:
    """Every file says whose it is and under which licence."""
    session.install("reuse>=5")
    session.run("reuse", "lint")


@nox.session
def docs(session: nox.Session) -> None:
    """The reference site; a warning is an error."""
    session.install("-r", "requirements.txt", "-r", "docs/reference/requirements.txt")
    session.run("tools/docs", external=True)


@nox.session
def workflows(session: nox.Session) -> None:
    """The workflows are valid, pinned, and give nothing away."""
    session.install("check-jsonschema>=0.29", "zizmor>=1.5")
    files = sorted(os.path.join(".github", "workflows", name) for name in os.listdir(".github/workflows"))
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)
    session.run("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml")
    session.run("zizmor", "--offline", "--pedantic", ".github")


@nox.session
@nox.parametrize(("python", "core"), PAIRS)
def unit(session: nox.Session, core: str) -> None:
    """Unit and contract tests."""
    suite(session, core, "tests/unit", "tests/contract")


@nox.session
@nox.parametrize(("python", "core"), PAIRS)
def integration(session: nox.Session, core: str) -> None:
    """The integration suite, on the sandbox and on the releases that NEXTCLOUD_ARCHIVES holds."""
    suite(session, core, "tests/integration")


@nox.session
@nox.parametrize(("python", "core"), PAIRS)
def login(session: nox.Session, core: str) -> None:
    """The app: its own tests, and logins in a browser on the releases that NEXTCLOUD_ARCHIVES holds."""
    suite(session, core, "tests/app")


@nox.session
@nox.parametrize(("python", "core"), PAIRS)
def sanity(session: nox.Session, core: str) -> None:
    """ansible-test sanity on what a release holds."""
    session.install(f"ansible-core=={core}.*", "-r", "requirements.txt")
    session.run("tests/sanity.sh", *session.posargs, external=True)


@nox.session
def galaxy(session: nox.Session) -> None:
    """The archive, built, and looked at as Galaxy and Automation Hub do when one is uploaded."""
    session.install("-r", "requirements.txt", "galaxy-importer>=0.4.30")
    session.run("tools/build", "dist", external=True)
    session.run("tests/galaxy.sh", "dist", external=True)


antsibull_nox.load_antsibull_nox_toml()
