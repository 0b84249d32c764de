# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and results that the modules share, written once."""

from __future__ import annotations


class ModuleDocFragment:
    # How a module reaches the Nextcloud
    DOCUMENTATION = r"""
options:
  nextcloud_path:
    description:
      - Folder of the Nextcloud, the one that holds C(occ) and C(version.php).
      - Without it the usual places are tried in turn - C(/var/www/nextcloud), C(/var/www/html),
        C(/var/www/html/nextcloud), C(/usr/share/nextcloud), C(/srv/www/nextcloud), C(/srv/http/nextcloud),
        C(/app/www/public).
      - With O(exec_prefix) it is the path as seen from inside.
    type: path
  php:
    description: The PHP command line program, as a name or a path. Use the same version as the web server.
    type: str
    default: php
  php_args:
    description:
      - Arguments for PHP itself, for example V(["-d", "apc.enable_cli=1"]) where Nextcloud uses APCu, or
        V(["-d", "memory_limit=512M"]).
    type: list
    elements: str
    default: []
  exec_prefix:
    description:
      - Command that starts a program where the Nextcloud runs, put before every call of PHP, for example
        V(["docker", "exec", "-i", "nextcloud"]), V(["podman", "exec", "-i", "nextcloud"]) or
        V(["kubectl", "exec", "-i", "deploy/nextcloud", "--"]).
      - It must pass standard input on (C(-i)). Where it starts PHP as root, PHP hands itself over to the account of
        O(run_as), by the same rule, before anything of Nextcloud is loaded.
      - It is run as it is, without a shell.
    type: list
    elements: str
    default: []
  timeout:
    description: Seconds after which a PHP process is stopped and the task fails.
    type: int
    default: 300
  run_as:
    description:
      - User name or user ID of the account that PHP runs as, normally the account of the web server. Nextcloud accepts
        only the owner of C(config/config.php).
      - Without it the owner of C(config/config.php) is taken, but only where no other account can have put that file
        there. A link on the way to it is followed only if it has the same owner as its target, or belongs to root in a
        folder that only root may write to.
      - The account is determined once per task, before anything of the Nextcloud is executed. It is never root, unless
        the code, the configuration and the folders above them belong to root and nobody else can write to them.
    type: str
    version_added: 1.1.0
  pass_environment:
    description:
      - Names of environment variables that PHP gets in addition.
      - PHP gets C(PATH), C(HOME), C(LANG), C(LC_ALL), the variables of Nextcloud (C(NEXTCLOUD_CONFIG_DIR), C(NC_*)), of
        PHP (C(PHP_INI_SCAN_DIR)) and of the official container image, and nothing else of the environment of the task.
    type: list
    elements: str
    default: []
    version_added: 1.1.0
  max_output_mb:
    description: Megabytes that a PHP process may print, from 1 to 4096. PHP that prints more is stopped and the task
      fails.
    type: int
    default: 256
    version_added: 1.1.0
requirements:
  - On the host, a Nextcloud of release 17 or newer, and PHP for the command line with the extensions that Nextcloud
    itself needs.
  - Run as root or as the owner of C(config/config.php) (with O(exec_prefix), as a user who may run that command).
notes:
  - Every module reads the state in one PHP process, plans, changes, reads again and fails if the change did not take
    effect.
"""

    # Which app's settings are meant
    APP_ID = r"""
options:
  app_id:
    description:
      - Id of the app that brings the second factor.
      - V(auto) is V(secsignid) on Nextcloud 20 and older, and V(twofactor_secsign) on everything newer.
    type: str
    default: auto
"""

    # What to do about users who could not log in any more
    GUARD = r"""
options:
  guard:
    description:
      - What to do about users who could not log in any more when the policy is switched on or widened.
      - V(strict) - refuse, and name them.
      - V(exempt) - exempt them for O(exempt_days) days, and say so.
      - V(off) - go on, and warn.
      - Whatever the value, a policy under which no enabled administrator gets in is refused.
    type: str
    choices: [strict, exempt, "off"]
    default: strict
  exempt_days:
    description: For how many days O(guard=exempt) exempts users, from 1 to 366.
    type: int
    default: 14
  service_groups:
    description:
      - Ids of groups whose members are service accounts. They use app passwords, of which no second factor is asked, so
        the guard counts them apart.
    type: list
    elements: str
    default: []
  require_backup_codes:
    description: Whether a second factor only counts together with unused backup codes.
    type: bool
    default: false
  accept_insecure_provider:
    description:
      - Count the upstream app C(secsignid) as a second factor. Its release 0.3.3 accepts an approval for any SecSign
        ID, not only the one assigned to the account, so whoever has the password and a SecSign ID of their own gets in.
    type: bool
    default: false
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
