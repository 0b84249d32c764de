# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error message of the collection, in one table.

A message names the option, what is wrong with the value that was found, and the remedy. Its short code never changes
its meaning, so that it can be searched for.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable

MESSAGES: dict[str, tuple[str, str]] = {
    # reaching the server
    "not_nextcloud": (
        "NC101",
        (
            "nextcloud_path: no Nextcloud was found at {detail}. Set nextcloud_path to the folder that contains "
            "version.php and occ."
        ),
    ),
    "not_installed": (
        "NC102",
        (
            "The Nextcloud at {detail} is not installed yet, because config/config.php is missing or empty. Install "
            "Nextcloud, for example with 'occ maintenance:install'."
        ),
    ),
    "needs_upgrade": (
        "NC103",
        (
            "The Nextcloud at {root} needs an upgrade of {detail}. Run 'occ upgrade' on the managed node, and then "
            "this task again."
        ),
    ),
    "maintenance": (
        "NC104",
        (
            "The Nextcloud at {detail} is in maintenance mode and loads no apps. End maintenance mode with 'occ "
            "maintenance:mode --off', and run this task again."
        ),
    ),
    "not_owner": (
        "NC105",
        (
            "This task runs as another user, but occ runs only as {detail}, the owner of config/config.php. Set "
            "'become: true' (as root) or 'become_user: {detail}'."
        ),
    ),
    "php_missing": (
        "NC106",
        "php: the program '{detail}' was not found. Install PHP for the command line, or set php to the path of PHP.",
    ),
    "php_version": (
        "NC107",
        "php: PHP {php} does not fit this Nextcloud ({detail}). Set php to the PHP version of the web server.",
    ),
    "php_extension": (
        "NC108",
        (
            "php: the PHP extension {detail} is missing on the command line. Install the extension, or set php to a "
            "PHP that has the extension."
        ),
    ),
    "config_unreadable": (
        "NC109",
        "{detail} cannot be read by its owner. Give the owner read access to the file and to its folder.",
    ),
    "config_broken": (
        "NC110",
        "config/config.php cannot be used ({detail}). Fix the file, or restore the file from a backup.",
    ),
    "config_not_writable": (
        "NC111",
        (
            "{detail} is not writable, or config_is_read_only is set, so occ can change nothing. Make the file "
            "writable for its owner during the change."
        ),
    ),
    "database": (
        "NC112",
        (
            "Nextcloud cannot use its database ({detail}). Start the database, or correct the database settings in "
            "config.php."
        ),
    ),
    "cache": (
        "NC113",
        (
            "The PHP command line lacks a memory cache that config.php uses ({detail}). Install the PHP extension for "
            "the command line. For APCu, set php_args to ['-d', 'apc.enable_cli=1']."
        ),
    ),
    "timeout": (
        "NC114",
        (
            "timeout: PHP did not end within {detail} seconds and was stopped. Check the load of the managed node, or "
            "raise timeout."
        ),
    ),
    "memory": (
        "NC115",
        "php_args: PHP ran out of memory ({detail}). Raise the limit, for example with ['-d', 'memory_limit=512M'].",
    ),
    "boot": (
        "NC116",
        (
            "Nextcloud does not start on the command line ({detail}). Run 'occ status' on the managed node to see the "
            "cause."
        ),
    ),
    "bridge": (
        "NC117",
        "Nextcloud failed during a request of this task ({detail}). Read nextcloud.log on the managed node.",
    ),
    "user_backend": (
        "NC122",
        (
            "A user backend of this Nextcloud does not answer ({detail}), so the affected users are unknown. Repair "
            "the backend, and run this task again. Switching enforcement off, and unlocking a user of another "
            "backend, work without the backend."
        ),
    ),
    "shared_address": ("NC123", "More than one account uses the e-mail address {detail}. Use the user ID."),
    "no_answer": (
        "NC118",
        "PHP returned no answer (exit {rc}: {detail}). Run '{command} --version' on the managed node to see why.",
    ),
    "unknown_command": (
        "NC119",
        (
            "This Nextcloud has no occ command {detail}. Upgrade Nextcloud, enable the app of the command, or leave "
            "out the option that needs the command."
        ),
    ),
    "occ_failed": (
        "NC120",
        "'occ {command}' failed (exit {rc}): {detail}. Run the command on the managed node, and read nextcloud.log.",
    ),
    "prefix_missing": (
        "NC121",
        (
            "exec_prefix: the program '{detail}' was not found on the managed node. Install the program, or correct "
            "exec_prefix."
        ),
    ),
    "busy": (
        "NC131",
        (
            "Another run is upgrading the Nextcloud at {detail} or changing an app there. Wait until that run has "
            "ended, and run this task again."
        ),
    ),
    "upgrade_interrupted": (
        "NC132",
        (
            "An earlier run was interrupted during an upgrade of the Nextcloud at {detail}, which is still in "
            "maintenance mode. Run the interrupted task again, not in check mode. The task then completes the upgrade "
            "first."
        ),
    ),
    "disk_full": (
        "NC133",
        "The disk has no free space where Nextcloud writes ({detail}). Free space, and run this task again.",
    ),
    "prefix_no_input": (
        "NC134",
        (
            "exec_prefix: '{command}' does not pass standard input to PHP. Add -i to docker exec, podman exec and "
            "kubectl exec, and -T to docker compose exec."
        ),
    ),
    "untrusted_link": (
        "NC135",
        (
            "run_as: the account cannot be taken from config/config.php, because {detail}. Set run_as to the account "
            "of the web server, or correct the path."
        ),
    ),
    "untrusted_folder": (
        "NC136",
        (
            "run_as: the account cannot be taken from {path}. The file belongs to {owner}, and its folder {folder} "
            "can be written to by {writers}. Set run_as to the account of the web server, or correct the owner of the "
            "file."
        ),
    ),
    "runs_as_root": (
        "NC137",
        (
            "run_as: PHP would run as root, but {detail}. Give config/config.php to the account of the web server "
            "(chown), or let nobody but root own and write the code and the configuration."
        ),
    ),
    "too_much_output": (
        "NC138",
        (
            "max_output_mb: PHP printed more than {limit} MB and was stopped ({detail}). Check what PHP prints on the "
            "managed node, or raise max_output_mb."
        ),
    ),
    "run_as_not_owner": (
        "NC139",
        (
            "run_as: {run_as} is not the owner of config/config.php, which is {detail}, and occ runs only as the "
            "owner. Set run_as to the owner, or give the file to {run_as} (chown)."
        ),
    ),
    # options: what is wrong with a value has one code
    "bad_option": ("NC201", "{option}: {detail}"),
    "not_on_control_node": ("NC201", "{option}: '{path}' does not exist on the control node. Correct the path."),
    "unreadable_file": (
        "NC201",
        "{option}: '{path}' cannot be read ({detail}). Correct the path, or give read access to the file.",
    ),
    "unwritable_folder": (
        "NC201",
        "{option}: '{path}' is not a folder on the control node that your account can write to. Use another folder.",
    ),
    "unwritable_output": (
        "NC201",
        "{option}: '{path}' cannot be written ({detail}). Use a folder that your account can write to.",
    ),
    "out_of_range": ("NC201", "{option}: {value} is out of range. Use {least} to {most}."),
    "too_small": ("NC201", "{option}: {value} is too small. Use {least} or more."),
    "misspelt_option": ("NC201", "{option}: unknown option '{value}'. Did you mean '{close}'?"),
    "unknown_options": ("NC201", "{option}: unknown options: {detail}. Use only these options: {known}."),
    "no_dictionary": ("NC201", "{option}: the value is not a dictionary. Use a dictionary of options."),
    "invalid_character": (
        "NC201",
        "{option}: '{value}' contains an invalid character (NUL or unpaired surrogate). Remove it.",
    ),
    "invalid_check_url": (
        "NC201",
        "check_url: the address is not valid. Use the form https://cloud.example.com, without a user name.",
    ),
    "download": (
        "NC201",
        "source: {url} cannot be downloaded ({detail}). Correct the address, or use an archive on the managed node.",
    ),
    "prefix_terminal": (
        "NC201",
        "exec_prefix: a terminal (-t) mixes the output of PHP with its input. Remove -t and keep -i.",
    ),
    "unknown_account": (
        "NC201",
        "run_as: there is no account '{detail}' where PHP runs. Use the name or the user ID of an existing account.",
    ),
    "managed_group": (
        "NC201",
        "{option}: '{group}' is a group that this collection fills itself. Use the module exemptions.",
    ),
    "duplicate": ("NC201", "{option}: these entries are listed more than once: {detail}. Keep one of each."),
    "needs_option": ("NC201", "{option}: the option has no effect without {other}. Set {other}, or remove {option}."),
    "invalid_date": ("NC201", "{option}: '{value}' is not a valid date. Use 2026-12-31 or 2026-12-31T18:00:00Z."),
    "invalid_address": ("NC201", "{option}: '{value}' is not a valid address. Use the form {form}."),
    "invalid_host_name": ("NC201", "{option}: '{value}' is not a valid host name. Use a name such as id1.secsign.com."),
    "invalid_app_id": ("NC201", "app_id: '{value}' is not a valid app ID. Use lower-case letters, digits and '_'."),
    "reason_missing": ("NC201", "reason: no reason is given. Set reason to a text for the audit log."),
    "source_not_found": (
        "NC201",
        (
            "source: '{path}' does not exist on the control node. Correct the path, or set remote_src=true if the "
            "file is on the managed node."
        ),
    ),
    "sha256_missing": (
        "NC201",
        (
            "sha256: a checksum is required when source is an archive. Set sha256 to the checksum that the publisher "
            "of the archive names."
        ),
    ),
    "csv_unreadable": ("NC201", "csv: '{path}' cannot be read ({detail}). Use a CSV file in UTF-8."),
    "csv_columns": (
        "NC201",
        (
            "csv: the first line of '{path}' does not name the columns ('{found}'). Begin with user,secsign_id or "
            "user,secsign_id,enabled."
        ),
    ),
    "csv_empty": (
        "NC201",
        (
            "csv: '{path}' names no user. Use a file with a line for each user, or remove csv. To remove every SecSign "
            "ID, use prune without csv."
        ),
    ),
    "csv_fields": (
        "NC201",
        "csv: line {line} of '{path}' has more or fewer fields than the first line. Correct line {line}.",
    ),
    "csv_values": (
        "NC201",
        "csv: line {line} of '{path}' lacks a user, or enabled is neither yes nor no. Correct line {line}.",
    ),
    "invalid_secsign_id": (
        "NC201",
        (
            "ids: '{value}' of {user} is not a valid SecSign ID. Use at most {most} letters, digits and . _ @ + - "
            "characters. Begin and end with a letter or digit."
        ),
    ),
    "secsign_id_missing": ("NC201", "ids: no SecSign ID is stored yet for {detail}. Add secsign_id to each entry."),
    "shared_secsign_id": (
        "NC201",
        (
            "ids: {users} would have the same SecSign ID {secsign_id}. Use one ID for each user, or set "
            "allow_shared_ids=true."
        ),
    ),
    "pattern_place": (
        "NC201",
        "pattern: '{value}' does not contain {{uid}} exactly once. Use a pattern such as {{uid}}@company.",
    ),
    "app_without_ids": ("NC201", "app_id: {app} stores no SecSign IDs. Use one of: {known}."),
    "unlock_hours": (
        "NC201",
        "hours: {value} is out of range. Use 1 to {most}, or the module exemptions for a longer time.",
    ),
    "cannot_exempt": (
        "NC201",
        "exemptions: '{name}' cannot be exempted. Use a user, or a group that this collection does not fill.",
    ),
    "exemption_incomplete": (
        "NC201",
        "exemptions: {detail}. Every exemption needs an owner, a reason and an end (until).",
    ),
    "exemption_past": (
        "NC201",
        "until: the end of {name} ({until}) is in the past. Use a later end, or remove the entry.",
    ),
    "exemption_too_long": (
        "NC201",
        (
            "until: {name} would be exempt until {until}, longer than max_days ({days}). Use an earlier end, or raise "
            "max_days."
        ),
    ),
    "no_pem": (
        "NC201",
        "ca_path: '{path}' contains no certificate in PEM form. Use the PEM file of the certificate authority.",
    ),
    "edit_groups_missing": (
        "NC201",
        (
            "allow_edit_groups: nobody, administrators included, could edit, because allow_groups is true and no "
            "group is listed. Add at least one group."
        ),
    ),
    "invalid_suffix": (
        "NC201",
        "suffix: '{value}' cannot follow the @ of a SecSign ID. Use letters, digits, '.', '_' and '-' (at most 64).",
    ),
    "suffix_missing": (
        "NC201",
        "suffix: a value is required when onboarding is enabled. Set suffix, for example to the name of your company.",
    ),
    "codes_path_missing": (
        "NC201",
        "path: no file is named for the codes. Set path to a new file on the control node.",
    ),
    "codes_path_exists": ("NC201", "path: '{path}' already exists. Use the path of a new file."),
    "codes_path_unsafe": (
        "NC201",
        (
            "path: other accounts can replace files in '{path}'. Use a folder that belongs to you and that only you "
            "can write to."
        ),
    ),
    "no_vault_password": (
        "NC201",
        "vault: no vault password is known. Start ansible-playbook with --vault-password-file or --ask-vault-pass.",
    ),
    "output_dir_missing": ("NC201", "output_dir: no folder is named for the report. Set output_dir to a folder."),
    "report_input": ("NC201", "{detail}"),
    "survey_answer": ("NC201", "{detail}"),
    "survey_input": (
        "NC201",
        "survey: the variables of the inventory or the answers are not a dictionary. Give both by name.",
    ),
    "pseudonym_input": (
        "NC201",
        "pseudonym: the user ID is not text, or the key has fewer than {least} characters. Use the key of the report.",
    ),
    "unknown_group": (
        "NC202",
        "{option}: group '{group}' does not exist. Create it ('occ group:add {group}') or correct the ID.",
    ),
    "unknown_groups": (
        "NC202",
        "{option}: the groups {detail} do not exist. Create the groups with 'occ group:add', or correct the IDs.",
    ),
    "unknown_users": (
        "NC204",
        "{option}: these users do not exist in this Nextcloud: {detail}. Correct or remove the user IDs.",
    ),
    "nothing_changed_as_asked": (
        "NC203",
        (
            "The settings differ from what this task has set ({detail}). Another program or administrator may be "
            "changing the same settings. Run this task again."
        ),
    ),
    "login_page": (
        "NC205",
        (
            "check_url: {url} returned no login page ({detail}). Read the log of the web server and nextcloud.log, or "
            "correct the address. Then run this task again."
        ),
    ),
    # apps
    "package": ("NC301", "source: {detail}"),
    "app_missing": (
        "NC302",
        "source: the app {app} is not on this server. Set source to an archive, a folder or 'store'.",
    ),
    "app_range": (
        "NC303",
        "{app} {version} supports Nextcloud {range}, but this server has {server}. To fix this, {remedy}.",
    ),
    "app_needs": (
        "NC304",
        (
            "{app} {version} cannot run on this server, because the app needs {detail}. Change the server, or use "
            "another version of the app."
        ),
    ),
    "app_broken": (
        "NC305",
        (
            "The two-factor provider of the enabled app {app} does not load ({detail}), so Nextcloud fails for every "
            "provider of every user. Disable the app with state=disabled, or install a version that fits."
        ),
    ),
    "app_downgrade": (
        "NC306",
        (
            "source: {app} {version} is older than the installed version {installed}, and Nextcloud cannot downgrade "
            "apps. Use version {installed} or newer, or first remove the app with state=absent."
        ),
    ),
    "app_version": (
        "NC307",
        "version: source contains {app} {version}, but version is {wanted}. Correct source or version.",
    ),
    "app_enrolled": (
        "NC308",
        (
            "{count} users have {provider} as their second factor and could not log in without the app {app}. First "
            "remove that factor with 'occ twofactorauth:cleanup {provider}'."
        ),
    ),
    "app_last_provider": (
        "NC309",
        (
            "Two-factor authentication is enforced, and {app} is the only working two-factor provider app. First "
            "switch enforcement off, or enable another provider."
        ),
    ),
    "app_groups": (
        "NC310",
        "groups: {app} is of a type ({detail}) that Nextcloud cannot limit to groups. Leave groups out.",
    ),
    "app_force": (
        "NC311",
        (
            "force: an app that does not fit could lock users out while two-factor authentication is enforced. First "
            "switch enforcement off."
        ),
    ),
    "apps_not_writable": (
        "NC312",
        (
            "The owner of config.php cannot write to any apps folder ({detail}). Make an apps folder writable, or set "
            "apps_paths in config.php."
        ),
    ),
    "write_failed": (
        "NC313",
        (
            "{detail} could not be written. Check free disk space and permissions. The earlier version of the app is "
            "unchanged."
        ),
    ),
    "app_store": ("NC314", "source: the app store has no {app} for this server ({detail}). Set source to an archive."),
    "audit_log": (
        "NC315",
        "audit_log: {detail}. Use a file in a folder that only root, or the user of this task, can write to.",
    ),
    "snapshot": (
        "NC316",
        (
            "snapshot_dir: the current state cannot be saved for a later rollback ({detail}). Set snapshot_dir to "
            "another folder."
        ),
    ),
    "no_snapshots": ("NC317", "No snapshot exists for this server, so there is nothing to roll back."),
    "no_snapshot": (
        "NC317",
        (
            "snapshot: '{detail}' does not exist for the Nextcloud at {root}. Use 'latest', 'first' or one of these: "
            "{known}."
        ),
    ),
    "snapshot_format": (
        "NC317",
        "snapshot: '{detail}' was saved by another release of the collection. Use that release for the rollback.",
    ),
    "snapshot_unsafe": (
        "NC318",
        (
            "snapshot_dir: the snapshot cannot be trusted, because {detail}. Check who has access to that folder "
            "before a rollback."
        ),
    ),
    # policy
    "guard_locked_out": (
        "NC401",
        (
            "{who} could not log in any more ({names}). Set up a second factor, allow setup at login, exempt these "
            "users (guard=exempt or the module exemptions), or accept the lock-out with guard=off."
        ),
    ),
    "no_provider": (
        "NC402",
        (
            "Two-factor authentication is not enforced, because no enabled two-factor provider app loads. First "
            "enable a provider, for example with the module app."
        ),
    ),
    "insecure_provider": (
        "NC403",
        (
            "{app} accepts an approval for any SecSign ID, so the app does not count as a second factor. Use "
            "twofactor_secsign on a maintained Nextcloud, or accept the risk with accept_insecure_provider=true."
        ),
    ),
    "guard_no_admin": (
        "NC404",
        (
            "No enabled administrator could log in any more under this policy. First give an administrator a second "
            "factor or an exemption."
        ),
    ),
    "guard_id_server": (
        "NC408",
        (
            "SecSign ID is the only second factor, and the ID server does not answer this Nextcloud ({detail}), so "
            "nobody could log in. Correct the address or the firewall, or import the certificate authority with 'occ "
            "security:certificates:import'."
        ),
    ),
    "unlock_no_way": (
        "NC405",
        (
            "{user} could not log in without {provider} either, because no other second factor is set up or can be "
            "set up at login. Use method=exempt, or issue backup codes."
        ),
    ),
    "unlock_nothing_on": (
        "NC406",
        (
            "provider: {user} has no enabled second factor {provider} (enabled: {on}). Use an enabled provider, or "
            "method=exempt."
        ),
    ),
    "guard_saml_admin": (
        "NC409",
        (
            "No enabled administrator could log in with a Nextcloud password if the identity provider fails. Give an "
            "administrator such a password and, if enforced, a second factor, or accept the risk with guard=off."
        ),
    ),
    "guard_saml_form": (
        "NC410",
        (
            "The login page would have no password form any more, except at {address}. Set "
            "multiple_user_back_ends=true (with type=saml), or accept {address} as the only way in for administrators "
            "with guard=direct_login."
        ),
    ),
    # login through an identity provider
    "saml_no_form": (
        "NC411",
        (
            "saml_check_url: {url} does not show the password form ({detail}). SAML is switched off, and its settings "
            "are kept. Correct saml_check_url or the proxy in front of Nextcloud, and run again."
        ),
    ),
    "saml_app": (
        "NC601",
        (
            "app: user_saml is {detail}. Enable user_saml in the same task with the option app, for example with "
            "source=store."
        ),
    ),
    "saml_app_old": (
        "NC602",
        "user_saml {version} is too old, because {detail}. Use a newer version of user_saml, or leave the option out.",
    ),
    "saml_metadata": ("NC603", "{option}: the text {detail}"),
    "saml_certificate": ("NC604", "{option}: the value {detail}"),
    "saml_incomplete": (
        "NC605",
        (
            "identity_providers: nobody could log in through {who}, because {detail} is missing. Add the missing "
            "options, or set all but uid_mapping with metadata."
        ),
    ),
    "saml_signature": ("NC606", "{option}: {detail}"),
    # ID server
    "id_server": (
        "NC501",
        (
            "{option}: the SecSign ID server at {url} cannot be used ({detail}). Correct the address, the port or "
            "ca_path, or set validate=false."
        ),
    ),
    # audit
    "policy_not_met": (
        "NC701",
        "The policy is not met on {detail}. The report lists the servers, the users and the remediations.",
    ),
    "no_verdict": (
        "NC702",
        "The audit has no verdict. Check the failed task above, and whether the group nextcloud has hosts.",
    ),
    "malformed_answer": (
        "NC703",
        (
            "The managed node returned a malformed or too large answer ({detail}). Find out which program answers "
            "there, because the node may have been tampered with."
        ),
    ),
    # playbooks
    "unlock_variables": (
        "NC201",
        (
            "{names}: a value is missing or not valid. Set user, method (show, disable_provider, exempt or"
            " backup_codes), a reason unless method is show, and path for backup_codes."
        ),
    ),
    "user_on_no_host": (
        "NC204",
        "user: no host of this run has an account '{user}'. Correct the user ID or the e-mail address.",
    ),
}

# The message once the change that led there is undone.
UNDONE: dict[str, str] = {
    "app_broken": (
        "The two-factor provider of the app {app} does not load in the version that was installed ({detail}). Install a"
        " version that fits."
    ),
}


_ALL_UNDONE = " All earlier changes of this task are undone."
_LAST_UNDONE = " The last change is undone. Earlier changes of this task remain."


class NextcloudError(Exception):
    """A known way to fail; ``str()`` is the message without what happened to earlier changes."""

    def __init__(self, kind: str, **facts: t.Any) -> None:
        self.kind = kind if kind in MESSAGES else "bridge"
        self.facts = facts
        self.code, template = MESSAGES[self.kind]
        self.undone = False
        self.where = ""  # how far it came, where the message does not say it
        self.done: tuple[str, ...] = ()  # the steps that went before, as an operator reads them
        self.remaining: tuple[str, ...] = ()  # those of them that are not undone
        super().__init__(_fill(template, facts))

    @property
    def message(self) -> str:
        text = _fill(UNDONE[self.kind], self.facts) if self.undone and self.kind in UNDONE else str(self)
        if self.where:
            text = f"{printable(self.where)}: {text}"
        if self.undone:
            text += _LAST_UNDONE if self.remaining else _ALL_UNDONE
        return f"{text} [{self.code}]"

    def result(self) -> dict[str, t.Any]:
        """As the result of a task."""
        return {"failed": True, "msg": self.message, "code": self.code}


_LONGEST = 1000  # characters of one fact


def _fill(template: str, facts: t.Mapping[str, t.Any]) -> str:
    filled = {name: _clause(value, template.endswith("{" + name + "}")) for name, value in facts.items()}
    text = template.format_map(_Facts(filled))
    return text if text.endswith((".", "!", "?")) else text + "."


def _clause(value: t.Any, is_last: bool) -> t.Any:
    """What somebody else wrote, perhaps in several lines or at great length, as a part of an error message.

    Several sentences become one, so that they do not look like the remedy that follows. A fact at the end of a message
    has a remedy of its own, and keeps its sentences.
    """
    if not isinstance(value, str):
        return value
    text = printable(re.sub("[ \t\r\n]+", " ", value[: 2 * _LONGEST].strip(" \t\r\n")))
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    # user name and password of an address are nobody's business
    text = re.sub(r"(?<=://)[^/\s]*@", "***@", text)
    return text if is_last else re.sub(r"([.!?]['\")]?)\s+(?=[A-Z])", "; ", text)


class _Facts(dict):  # type: ignore[type-arg]
    def __missing__(self, key: str) -> str:
        return "?"
