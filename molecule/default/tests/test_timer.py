# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exemption timer under a real systemd: nothing of the Nextcloud runs as root, whoever swaps what."""

from __future__ import annotations

from typing import Any

import pytest

SERVICE = "secsign-nextcloud-exemptions.service"
CONFIG = "/var/www/nextcloud/config/config.php"
CHECK = "/var/www/nextcloud/lib/versioncheck.php"
SPY = "<?php file_put_contents('/var/www/nextcloud-data/ran-as', posix_geteuid() . PHP_EOL, FILE_APPEND); "


@pytest.fixture
def spied(cloud: Any) -> Any:
    """Code of the Nextcloud that writes down as whom it runs."""
    cloud.out("rm -f /var/www/nextcloud-data/ran-as && cp -p %s /root/kept.php", CHECK)
    cloud.out("{ printf %%s %s; tail -c +6 /root/kept.php; } > " + CHECK, SPY)
    yield cloud
    cloud.out("cp -p /root/kept.php %s && rm -f /var/www/nextcloud-data/ran-as", CHECK)


def ran_as(cloud: Any) -> set[str]:
    return set(cloud.out("cat /var/www/nextcloud-data/ran-as 2>/dev/null || true").split())


def test_the_timer_is_on_and_its_service_is_confined(cloud: Any) -> None:
    assert cloud.host.service("secsign-nextcloud-exemptions.timer").is_running
    shown = dict(line.split("=", 1) for line in cloud.out("systemctl show %s", SERVICE).splitlines() if "=" in line)
    assert shown["NoNewPrivileges"] == "yes" and shown["ProtectSystem"] == "full"
    # what is empty is not shown
    assert shown.get("User", "") == ("www-data" if cloud.name == "mariadb" else "")
    capabilities = set(shown.get("CapabilityBoundingSet", "").split())
    assert capabilities == (set() if cloud.name == "mariadb" else {"cap_setuid", "cap_setgid", "cap_dac_read_search"})


def test_the_service_works_and_runs_code_as_the_owner(spied: Any) -> None:
    spied.out("systemctl start %s", SERVICE)
    assert ran_as(spied) == {"33"}


def test_a_link_to_a_file_of_root_makes_no_code_run_as_root(spied: Any) -> None:
    spied.out("install -m 0644 %s /root/config-of-root.php && mv %s %s.kept", CONFIG, CONFIG, CONFIG)
    try:
        spied.out(
            "runuser -u www-data -- ln -s /usr/share/of-root.php %s && install -m 0644 /root/config-of-root.php"
            " /usr/share/of-root.php",
            CONFIG,
        )
        spied.host.run("systemctl start %s", SERVICE)
        assert ran_as(spied) <= {"33"}
        if spied.name != "mariadb":
            assert "NC135" in spied.out("journalctl --no-pager --unit %s --lines 20", SERVICE)
    finally:
        spied.out(
            "rm -f %s /usr/share/of-root.php && mv %s.kept %s && systemctl reset-failed %s",
            CONFIG,
            CONFIG,
            CONFIG,
            SERVICE,
        )
