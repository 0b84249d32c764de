# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills a Nextcloud with users, straight into its database: the same users on SQLite and MariaDB.

They are spread over 500 groups, in two of which each is. 1 of 50 is disabled, 1 of 5 never logged in, 1 of 4 uses a
one-time password (and half of those hold backup codes), and everybody has a few preferences that are of no interest
here, as users on real servers have.
"""

from __future__ import annotations

GROUPS = 500
UID = "'user' || substr('0000000' || n, -7)"


def statements(users: int) -> list[str]:
    """SQL that both SQLite and MariaDB (with sql_mode PIPES_AS_CONCAT) understand."""

    def insert(table: str, columns: str, values: str, where: str = "1 = 1", numbers: int = users) -> str:
        return (
            f"INSERT INTO oc_{table} ({columns}) WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM"
            f" numbers WHERE n < {numbers}) SELECT {values} FROM numbers WHERE {where}"
        )

    def group(n: str) -> str:
        # to MariaDB || comes before %
        return f"'group' || substr('000' || (({n}) % {GROUPS}), -3)"

    return [
        insert("groups", "gid, displayname", f"{group('n')}, {group('n')}", numbers=GROUPS),
        insert("users", "uid, displayname, password, uid_lower", f"{UID}, 'User ' || n, '', {UID}"),
        insert("group_user", "gid, uid", f"{group('n')}, {UID}"),
        insert("group_user", "gid, uid", f"{group(f'n + 1 + CAST((n - n % {GROUPS}) / {GROUPS} AS INTEGER)')}, {UID}"),
        insert(
            "preferences",
            "userid, appid, configkey, configvalue",
            f"{UID}, 'login', 'lastLogin', '1700000000'",
            "n % 5 > 0",
        ),
        insert(
            "preferences", "userid, appid, configkey, configvalue", f"{UID}, 'core', 'enabled', 'false'", "n % 50 = 0"
        ),
        *(
            insert(
                "preferences", "userid, appid, configkey, configvalue", f"{UID}, 'files', 'bench{k}', 'of no interest'"
            )
            for k in range(5)
        ),
        insert("twofactor_providers", "provider_id, uid, enabled", f"'totp', {UID}, 1", "n % 4 = 0"),
        insert("twofactor_providers", "provider_id, uid, enabled", f"'backup_codes', {UID}, 1", "n % 8 = 0"),
        *(
            insert("twofactor_backupcodes", "user_id, code, used", f"{UID}, 'no hash', {int(k == 0)}", "n % 8 = 0")
            for k in range(10)
        ),
    ]
