# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each host is a machine of its own: root, address, PHP, web server, database."""

from __future__ import annotations

from typing import Any

WEB = {"apache": ["apache2"], "nginx": ["nginx", "php-fpm"]}
DATABASE = {"sqlite": [], "mariadb": ["mariadbd"], "pgsql": ["postgres"]}


def running(host: Any) -> list[str]:
    return [process["args"] for process in host.process.filter()]


def test_it_is_a_machine_of_its_own(cloud: Any) -> None:
    assert cloud.out("hostname") == cloud.name
    assert cloud.facts["address"] in cloud.out("ip -4 -oneline address show")
    assert cloud.out("cat /etc/os-release | grep ^VERSION_CODENAME= | cut -d= -f2") == cloud.facts["suite"]
    assert cloud.out("php -r %s", "echo PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;") == cloud.facts["php"]


def test_its_own_web_server_and_database_run(cloud: Any) -> None:
    processes = running(cloud.host)
    for kind, wanted in (("web", WEB), ("db", DATABASE)):
        for other, names in wanted.items():
            found = [name for name in names if any(name in process for process in processes)]
            assert found == (names if other == cloud.facts[kind] else []), (other, processes)


def test_it_answers(cloud: Any) -> None:
    status = cloud.status()
    assert status["installed"] and not status["maintenance"] and not status["needsDbUpgrade"]
    assert status["versionstring"].split()[0] == cloud.facts["release"]
    assert ("sandbox" in status["versionstring"]) is not cloud.is_real
    assert cloud.config()["dbtype"] == {"sqlite": "sqlite3", "mariadb": "mysql", "pgsql": "pgsql"}[cloud.facts["db"]]
