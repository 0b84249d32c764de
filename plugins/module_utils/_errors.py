# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every sentence with which the collection refuses or gives up, in one table.

A sentence names what is wrong and the remedy. Its short code never changes its meaning, so that it can be searched for.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable

SENTENCES: dict[str, tuple[str, str]] = {
    # reaching the server
    "not_nextcloud": (
        "NC101",
        "No Nextcloud was found at {detail}: set nextcloud_path to the folder that holds version.php and occ.",
    ),
    "not_installed": (
        "NC102",
        (
            "The Nextcloud at {detail} is not installed yet (config/config.php is missing or empty): "
            "install it, for example with 'occ maintenance:install', and run again."
        ),
    ),
    "needs_upgrade": (
        "NC103",
        "The Nextcloud at {root} waits for an upgrade of {detail}: run 'occ upgrade' there and run again.",
    ),
    "maintenance": (
        "NC104",
        (
            "The Nextcloud at {detail} is in maintenance mode, in which no app is loaded: end it with 'occ"
            " maintenance:mode --off' and run again."
        ),
    ),
    "not_owner": (
        "NC105",
        (
            "occ must run as {detail}, the owner of config/config.php, and this task runs as another user who cannot"
            " become that one: set 'become: true' (as root) or 'become_user: {detail}'."
        ),
    ),
    "php_missing": (
        "NC106",
        "PHP was not found as '{detail}': install PHP for the command line or set php to its path.",
    ),
    "php_version": (
        "NC107",
        "PHP {php} does not fit this Nextcloud ({detail}): set php to the version that its web server uses.",
    ),
    "php_extension": (
        "NC108",
        (
            "The PHP command line lacks the extension {detail}, which this needs: install it or set php to a PHP that"
            " has it."
        ),
    ),
    "config_unreadable": (
        "NC109",
        "{detail} cannot be read by its own owner: give that user read access to it and to its folder.",
    ),
    "config_broken": (
        "NC110",
        "config/config.php cannot be used ({detail}): mend the file, or restore it from a backup.",
    ),
    "config_not_writable": (
        "NC111",
        (
            "{detail} is not writable (or config_is_read_only is set), and occ then does nothing: make it writable for"
            " its owner for the time of the change."
        ),
    ),
    "database": (
        "NC112",
        "Nextcloud cannot use its database ({detail}): start the database or mend the db settings in config.php.",
    ),
    "cache": (
        "NC113",
        (
            "A memory cache that config.php names is not available to the PHP command line ({detail}): install that PHP"
            " extension for the command line or enable it with php_args (for APCu: ['-d', 'apc.enable_cli=1'])."
        ),
    ),
    "timeout": (
        "NC114",
        "PHP did not end within {detail} seconds and was stopped: look at the load of the host, or raise timeout.",
    ),
    "memory": (
        "NC115",
        "PHP ran out of memory ({detail}): raise it with php_args, for example ['-d', 'memory_limit=512M'].",
    ),
    "boot": (
        "NC116",
        "Nextcloud does not start on the command line ({detail}): 'occ status' on the host shows the same and more.",
    ),
    "bridge": ("NC117", "Nextcloud failed while it was asked ({detail}): its nextcloud.log has the details."),
    "user_backend": (
        "NC122",
        (
            "A user backend of this Nextcloud does not answer ({detail}), so nobody can tell whom this would reach: see"
            " that it answers and run this again; switching enforcement off and releasing a user of another backend"
            " go without it."
        ),
    ),
    "shared_address": (
        "NC123",
        "A mail address is no name where several users have it ({detail}): name the user by the user id.",
    ),
    "no_answer": (
        "NC118",
        "Starting PHP gave no answer (exit {rc}: {detail}): run '{command} --version' on the host to see why.",
    ),
    "unknown_command": (
        "NC119",
        (
            "This Nextcloud has no occ command {detail}, perhaps because its release is older or the app that brings"
            " the command is disabled: upgrade it or leave that option out."
        ),
    ),
    "occ_failed": ("NC120", "'occ {command}' failed (exit {rc}): {detail}."),
    "prefix_missing": (
        "NC121",
        "The program '{detail}' that exec_prefix names was not found on this host: install it or correct exec_prefix.",
    ),
    "busy": (
        "NC131",
        (
            "Another run is upgrading the Nextcloud at {detail}, or changing the code of an app there: wait until it"
            " has ended and run again."
        ),
    ),
    "upgrade_interrupted": (
        "NC132",
        (
            "An upgrade that an earlier run began in the Nextcloud at {detail} was interrupted, which left it in"
            " maintenance mode: run the task that was interrupted again, not in check mode, and it ends that upgrade"
            " first."
        ),
    ),
    "disk_full": (
        "NC133",
        "There is no room left on the disk for what Nextcloud writes ({detail}): free some and run again.",
    ),
    "prefix_no_input": (
        "NC134",
        (
            "PHP was started by '{command}' but read nothing: exec_prefix must pass standard input on; give docker,"
            " podman and kubectl exec the option -i, and docker compose exec -T."
        ),
    ),
    "untrusted_link": (
        "NC135",
        (
            "run_as: the account cannot be taken from config/config.php, because {detail}. Set run_as to the account of"
            " the web server, or correct the path."
        ),
    ),
    "untrusted_folder": (
        "NC136",
        (
            "run_as: the account cannot be taken from {path}. The file belongs to {owner}, and its folder {folder} can"
            " be written to by {writers}. Set run_as to the account of the web server, or correct the owner of the"
            " file."
        ),
    ),
    "runs_as_root": (
        "NC137",
        (
            "run_as: PHP would run as root, but {detail}. Give config/config.php to the account of the web server"
            " (chown), or let nobody but root own and write the code and the configuration."
        ),
    ),
    "too_much_output": (
        "NC138",
        (
            "max_output_mb: PHP printed more than {limit} MB and was stopped ({detail}). See what it prints on the"
            " host, or raise max_output_mb."
        ),
    ),
    "run_as_not_owner": (
        "NC139",
        (
            "run_as: {run_as} is not the owner of config/config.php, which is {detail}, and occ runs only as that"
            " owner. Name the owner, or give the file to {run_as} (chown)."
        ),
    ),
    # what was asked
    "bad_option": ("NC201", "{option}: {detail}."),
    "not_on_control_node": ("NC201", "{option}: '{path}' does not exist on the control node. Correct the path."),
    "unwritable_folder": (
        "NC201",
        "{option}: '{path}' is not a folder on the control node that your account can write to. Use another folder.",
    ),
    "too_small": ("NC201", "{option}: {value} is too small. Use {least} or more."),
    "source_not_found": (
        "NC201",
        (
            "source: '{path}' does not exist on the control node. Correct the path, or set remote_src=true if the file"
            " is on the managed node."
        ),
    ),
    "sha256_missing": (
        "NC201",
        (
            "sha256: a checksum is required when source is an archive. Set sha256 to the checksum that the publisher of"
            " the archive names."
        ),
    ),
    "csv_unreadable": ("NC201", "csv: '{path}' cannot be read ({detail}). Use a CSV file in UTF-8."),
    "csv_columns": (
        "NC201",
        (
            "csv: the first line of '{path}' does not name the columns ('{found}'). Begin with user,secsign_id or"
            " user,secsign_id,enabled."
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
    "codes_path_missing": (
        "NC201",
        "path: no file is named for the codes. Set path to a new file on the control node.",
    ),
    "codes_path_exists": ("NC201", "path: '{path}' already exists. Use the path of a new file."),
    "codes_path_unsafe": (
        "NC201",
        (
            "path: other accounts can replace files in '{path}'. Use a folder that belongs to you and that only you can"
            " write to."
        ),
    ),
    "no_vault_password": (
        "NC201",
        ("vault: no vault password is known. Start ansible-playbook with --vault-password-file or --ask-vault-pass."),
    ),
    "output_dir_missing": ("NC201", "output_dir: no folder is named for the report. Set output_dir to a folder."),
    "unwritable_output": (
        "NC201",
        "{option}: '{path}' cannot be written ({detail}). Use a folder that your account can write to.",
    ),
    "report_input": ("NC201", "{detail}"),
    "survey_answer": ("NC201", "{detail}"),
    "survey_input": (
        "NC201",
        "survey: the input is not a dictionary of variables, or the answers are not a dictionary. Correct the filter.",
    ),
    "pseudonym_input": (
        "NC201",
        "pseudonym: the user ID is not text, or the key has fewer than {least} characters. Use the key of the report.",
    ),
    "unknown_groups": (
        "NC202",
        (
            "{option} names groups that this Nextcloud does not know ({detail}): create them first or correct their"
            " names; Nextcloud itself would accept them in silence."
        ),
    ),
    "unknown_users": (
        "NC204",
        "{option} names users that this Nextcloud does not know ({detail}): correct their ids or take them out.",
    ),
    "nothing_changed_as_asked": (
        "NC203",
        (
            "The change was carried out but reading again shows another state ({detail}): somebody else may be changing"
            " the same settings; run again."
        ),
    ),
    "login_page": (
        "NC205",
        (
            "check_url: {url} does not answer with a login page ({detail}): look at the log of its web server and at"
            " nextcloud.log, or correct the address, and run again."
        ),
    ),
    # apps
    "package": ("NC301", "source: {detail}"),
    "app_missing": (
        "NC302",
        "The app {app} is not on this server: name where it comes from with source (an archive, a folder or 'store').",
    ),
    "app_range": (
        "NC303",
        "{app} {version} supports Nextcloud {range} and this server is {server}: {remedy}.",
    ),
    "app_needs": ("NC304", "{app} {version} cannot run on this server because it needs {detail}."),
    "app_broken": (
        "NC305",
        (
            "The app {app} is enabled but its two-factor provider does not load ({detail}), so Nextcloud fails for"
            " every provider of every user: disable it with state=disabled or install a version that fits."
        ),
    ),
    "app_downgrade": (
        "NC306",
        (
            "{app} {version} is older than the {installed} that is installed, and Nextcloud apps cannot go back: "
            "name version {installed} or newer, or remove the app with state=absent first."
        ),
    ),
    "app_version": ("NC307", "source brings {app} {version}, but version asks for {wanted}: correct one of the two."),
    "app_enrolled": (
        "NC308",
        (
            "{count} users have {provider} as their second factor and could not log in without the app {app}: release"
            " them first with 'occ twofactorauth:cleanup {provider}'."
        ),
    ),
    "app_last_provider": (
        "NC309",
        (
            "Two-factor login is enforced and {app} brings its only working provider: switch enforcement off first, or"
            " enable another provider."
        ),
    ),
    "app_groups": (
        "NC310",
        "groups: {app} is of a type ({detail}) that Nextcloud does not let be limited to groups: leave groups out.",
    ),
    "app_force": (
        "NC311",
        (
            "force is refused while two-factor login is enforced, because an app that does not fit could lock everybody"
            " out: switch enforcement off first."
        ),
    ),
    "apps_not_writable": (
        "NC312",
        (
            "No apps folder that the owner of config.php can write to was found ({detail}): make one writable, or set"
            " apps_paths in config.php."
        ),
    ),
    "write_failed": (
        "NC313",
        (
            "{detail} could not be written: look for a full disk or missing rights; the app's earlier version is"
            " untouched."
        ),
    ),
    "app_store": ("NC314", "The app store has no {app} for this server ({detail}): name an archive in source instead."),
    "audit_log": (
        "NC315",
        "audit_log: {detail}. Name a file in a folder that only root, or the user of this task, may write to.",
    ),
    "snapshot": (
        "NC316",
        (
            "What is there now cannot be written down for a later rollback ({detail}): name another folder in"
            " snapshot_dir."
        ),
    ),
    "no_snapshot": (
        "NC317",
        (
            "There is no snapshot '{detail}' of the Nextcloud at {root} ({known}): name one of those, or 'latest' or"
            " 'first'."
        ),
    ),
    "snapshot_unsafe": (
        "NC318",
        (
            "snapshot_dir: the snapshot cannot be trusted, because {detail}. Look at who has access to that folder"
            " before you restore anything from it."
        ),
    ),
    # policy
    "guard_locked_out": (
        "NC401",
        (
            "{who} could not log in any more ({names}): give them a second factor, let them set one up at login, exempt"
            " them (guard=exempt, or the module exemptions), or accept it with guard=off."
        ),
    ),
    "no_provider": (
        "NC402",
        (
            "Two-factor login is not enforced because no enabled app brings a two-factor provider that loads, so nobody"
            " could pass it: enable one first, for example with the app module."
        ),
    ),
    "insecure_provider": (
        "NC403",
        (
            "secsignid accepts an approval for any SecSign ID, not only the one assigned to the account, so it does not"
            " count as a second factor: use twofactor_secsign on a maintained Nextcloud, or accept the risk with"
            " accept_insecure_provider=true."
        ),
    ),
    "guard_no_admin": (
        "NC404",
        (
            "No enabled administrator could log in any more under this policy: give one of them a second factor, or"
            " exempt one, first."
        ),
    ),
    "guard_id_server": (
        "NC408",
        (
            "SecSign ID is the only second factor here, and its ID server does not answer the Nextcloud ({detail}), so"
            " nobody could log in: set its address, import its certificate authority with 'occ"
            " security:certificates:import', or let the host reach it."
        ),
    ),
    "unlock_no_way": (
        "NC405",
        (
            "{user} could not log in without {provider} either, because no other second factor is set up and none can"
            " be set up at login: choose method=exempt, or issue backup codes."
        ),
    ),
    "unlock_nothing_on": (
        "NC406",
        "provider: {user} has no second factor {provider} that is on ({on}): name one of those, or choose"
        " method=exempt.",
    ),
    "guard_saml_admin": (
        "NC409",
        (
            "No enabled administrator has a password of Nextcloud's own with which to log in when the identity provider"
            " fails: give one of them a password and, where two-factor login is enforced, a second factor, or accept it"
            " with guard=off."
        ),
    ),
    "guard_saml_form": (
        "NC410",
        (
            "The login page would have no password form any more, only {address} would: set"
            " multiple_user_back_ends=true (with type=saml), or accept that address as the administrators' only way in"
            " with guard=direct_login."
        ),
    ),
    # login through an identity provider
    "saml_no_form": (
        "NC411",
        (
            "{url} does not show the password form ({detail}), so administrators could not log in without the identity"
            " provider: correct saml_check_url or what stands before the Nextcloud, and run again; SAML is switched"
            " off, its settings are kept."
        ),
    ),
    "saml_app": (
        "NC601",
        "The app user_saml is {detail}: enable it in the same task with the option app, for example with source=store.",
    ),
    "saml_app_old": (
        "NC602",
        "user_saml {version} is too old, because {detail}: take a newer version of it, or leave that out.",
    ),
    "saml_metadata": ("NC603", "{option}: the text {detail}."),
    "saml_certificate": ("NC604", "{option}: the value {detail}."),
    "saml_incomplete": (
        "NC605",
        (
            "Nobody could log in through {who}, because {detail} is missing: give it in identity_providers, or all but"
            " uid_mapping as metadata."
        ),
    ),
    "saml_signature": ("NC606", "{option}: {detail}."),
    # ID server
    "id_server": (
        "NC501",
        (
            "{option}: the SecSign ID server at {url} cannot be used ({detail}): correct the address, the port or"
            " ca_path, or set validate=false."
        ),
    ),
    # audit
    "policy_not_met": (
        "NC701",
        "The policy is not met on {detail}: the report names the servers, the users and what fixes each.",
    ),
    "no_verdict": (
        "NC702",
        "The audit came to no verdict: look at the failed task above, and whether the group nextcloud has hosts.",
    ),
    "malformed_answer": (
        "NC703",
        (
            "The answer of this managed node is malformed or too large ({detail}): find out which program answers"
            " there, because the node may have been tampered with, and run again."
        ),
    ),
}

# What to say instead once the change that led there is undone.
UNDONE: dict[str, str] = {
    "app_broken": (
        "The two-factor provider of the app {app} does not load in the version that was installed ({detail}): install a"
        " version that fits."
    ),
}


class NextcloudError(Exception):
    """A known way to fail; ``str()`` is the one sentence for the operator."""

    def __init__(self, kind: str, **facts: t.Any) -> None:
        self.kind = kind if kind in SENTENCES else "bridge"
        self.facts = facts
        self.code, template = SENTENCES[self.kind]
        self.undone = False
        self.where = ""  # how far it came, where the sentence does not say it
        self.done: tuple[str, ...] = ()  # the steps that went before, as an operator reads them
        super().__init__(_fill(template, facts))

    @property
    def message(self) -> str:
        sentence = _fill(UNDONE[self.kind], self.facts) if self.undone and self.kind in UNDONE else str(self)
        if self.where:
            sentence = f"{printable(self.where)}: {sentence}"
        if self.undone:
            sentence += " What this task had changed before is undone."
        return f"{sentence} [{self.code}]"

    def result(self) -> dict[str, t.Any]:
        """As the result of a task."""
        return {"failed": True, "msg": self.message, "code": self.code}


_LONGEST = 1000  # characters of one fact


def _fill(template: str, facts: t.Mapping[str, t.Any]) -> str:
    filled = {name: _clause(value, template.endswith("{" + name + "}")) for name, value in facts.items()}
    return template.format_map(_Facts(filled))


def _clause(value: t.Any, is_last: bool) -> t.Any:
    """What somebody else wrote, perhaps in several lines or at great length, as a part of an error message.

    Several sentences become one, so that the remedy that follows does not look like a part of them. A fact that the
    message ends with has its own remedy, and keeps its sentences.
    """
    if not isinstance(value, str):
        return value
    text = printable(re.sub("[ \t\r\n]+", " ", value[: 2 * _LONGEST].strip(" \t\r\n")))
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    return text if is_last else re.sub(r"([.!?]['\")]?)\s+(?=[A-Z])", "; ", text)


class _Facts(dict):  # type: ignore[type-arg]
    def __missing__(self, key: str) -> str:
        return "?"
