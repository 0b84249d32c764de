# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and attributes that several modules share. Shared return values: tools/return_docs.yml."""

from __future__ import annotations


class ModuleDocFragment:
    # How a module reaches the Nextcloud
    DOCUMENTATION = r"""
options:
  nextcloud_path:
    description:
      - Folder of the Nextcloud, which contains C(occ) and C(version.php).
      - If omitted, the usual folders are tried in order - C(/var/www/nextcloud), C(/var/www/html),
        C(/var/www/html/nextcloud), C(/usr/share/nextcloud), C(/srv/www/nextcloud), C(/srv/http/nextcloud),
        C(/app/www/public).
      - With O(exec_prefix), the path inside the container.
    type: path
  php:
    description: Name or path of the PHP command line program. Use the same version as the web server.
    type: str
    default: php
  php_args:
    description:
      - Arguments for PHP.
      - V(["-d", "apc.enable_cli=1"]) is needed if Nextcloud uses APCu. V(["-d", "memory_limit=512M"]) raises the memory
        limit.
    type: list
    elements: str
    default: []
  exec_prefix:
    description:
      - Command before every call of PHP, for a Nextcloud in a container.
      - Examples are V(["docker", "exec", "-i", "nextcloud"]), V(["podman", "exec", "-i", "nextcloud"]) and
        V(["kubectl", "exec", "-i", "deploy/nextcloud", "--"]).
      - The command must pass standard input (C(-i)). The command runs without a shell.
      - If the command starts PHP as root, PHP changes to the account of O(run_as) before Nextcloud is loaded.
    type: list
    elements: str
    default: []
  timeout:
    description: Time limit of a PHP process in seconds. At the limit, PHP is stopped and the task fails.
    type: int
    default: 300
  run_as:
    description:
      - User name or user ID of the account that PHP runs as, normally the account of the web server. Nextcloud accepts
        only the owner of C(config/config.php).
      - If omitted, the owner of C(config/config.php), but only if no other account can have put that file there.
      - A link to that file or its folders is followed only if link and target have the same owner. A link of root in a
        folder that only root can write to is followed too.
      - The account is determined once per task, before any code of the Nextcloud runs.
      - The account is never root, unless the code, the configuration and their folders belong to root and nobody else
        can write to them.
    type: str
    version_added: 1.1.0
  pass_environment:
    description:
      - Names of additional environment variables for PHP.
      - PHP always gets C(PATH), C(HOME), C(LANG), C(LC_ALL), the variables of Nextcloud (C(NEXTCLOUD_CONFIG_DIR),
        C(NC_*)), of PHP (C(PHP_INI_SCAN_DIR)) and of the official container image. PHP gets no other variable of the
        task.
    type: list
    elements: str
    default: []
    version_added: 1.1.0
  max_output_mb:
    description: Output limit of a PHP process in megabytes, from 1 to 4096. At the limit, PHP is stopped and the task
      fails.
    type: int
    default: 256
    version_added: 1.1.0
requirements:
  - On the managed node, Nextcloud 17 or newer, and PHP for the command line with the extensions that Nextcloud needs.
  - Run as root or as the owner of C(config/config.php). With O(exec_prefix), run as a user who can run that command.
notes:
  - Every module reads the state in one PHP process, plans, changes and reads again. The task fails if the change did
    not take effect.
"""

    # The app whose settings a module reads or writes
    APP_ID = r"""
options:
  app_id:
    description:
      - ID of the two-factor provider app.
      - V(auto) is V(secsignid) on Nextcloud 20 and older, and V(twofactor_secsign) on Nextcloud 21 and newer.
    type: str
    default: auto
"""

    # Users who would be locked out by a new policy
    GUARD = r"""
options:
  guard:
    description:
      - Reaction to users who would be locked out when the policy is switched on or widened.
      - V(strict) - The task fails and lists the users.
      - V(exempt) - The users are exempt for O(exempt_days) days, and a warning lists the users.
      - V(off) - The policy is applied, and a warning lists the users.
      - With every value, the task fails if no enabled administrator could log in.
    type: str
    choices: [strict, exempt, "off"]
    default: strict
  exempt_days:
    description: Duration of an exemption by O(guard=exempt) in days, from 1 to 366.
    type: int
    default: 14
  service_groups:
    description:
      - IDs of groups whose members are service accounts.
      - Service accounts use app passwords, which need no second factor. The guard counts these accounts separately.
    type: list
    elements: str
    default: []
  require_backup_codes:
    description: Whether to count a second factor only together with unused backup codes.
    type: bool
    default: false
  accept_insecure_provider:
    description:
      - Whether to count the vendor's app C(secsignid) as a second factor.
      - B(Warning:) C(secsignid) 0.3.3 accepts an approval for any SecSign ID, not only the ID assigned to the account.
        An attacker with the password and any SecSign ID can log in.
    type: bool
    default: false
"""

    # A change for one user, which the audit log records
    ONE_USER = r"""
options:
  user:
    description: User ID, or an e-mail address that exactly one account uses.
    type: str
    required: true
  requested_by:
    description: Name for the audit log. If omitted, the name of the user who became root on the managed node.
    type: str
  audit_log:
    description: Path of the audit log on the managed node. The task adds one JSON line. A new file gets mode 0600.
    type: path
    default: /var/log/secsign-nextcloud-audit.jsonl
"""

    # A snapshot before a change
    SNAPSHOT = r"""
options:
  snapshot_dir:
    description:
      - Folder on the managed node for a snapshot, which is written before the first change.
        M(secsign.nextcloud.rollback) restores a snapshot.
      - A snapshot contains settings, policy, exemptions, the app, and the SecSign IDs of the users that a run changes.
      - A snapshot contains no secret and no private key, and its files have mode 0600. The first and the newest 20
        snapshots are kept.
      - If omitted, no snapshot is written.
    type: path
"""

    ATTRIBUTES = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: posix
"""

    ATTRIBUTES_INFO = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details: This module never changes anything.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: N/A
    details: This module never changes anything.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: posix
"""
