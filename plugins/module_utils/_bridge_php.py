# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bridge: the one fixed PHP program that runs inside a Nextcloud.

It stands here as text because Ansible ships only Python files of a collection to a managed host.

How it is started: ``php -r LOADER``, and on standard input the length of the program, the program, one line of
JSON (the request), and whatever bytes the request announces. A value of a user is never part of the program.

How it answers: lines on standard output that begin with the request's ``mark``, each followed by one JSON object.
Everything else on standard output (notices, warnings of an app) is not an answer and is ignored.

The program is written for PHP 7.2 to 8.4 and calls Nextcloud's public interfaces (namespace OCP); where a release
has none for a purpose, the comment says which internal one stands in.
"""

from __future__ import annotations

# Reads exactly the program, so that the request and its payload remain on standard input.
LOADER = "eval(stream_get_contents(STDIN, (int) fgets(STDIN)));"

PROGRAM = r"""
namespace SecSign\Bridge;

final class Failure extends \Exception {
    public $kind;
    public function __construct(string $kind, string $detail = '') {
        parent::__construct($detail);
        $this->kind = $kind;
    }
}

/** What the shutdown handler has to know when Nextcloud ends the process by itself. */
final class Run {
    public static $mark = '';
    public static $phase = 'start';
    public static $root = '';
    public static $answered = false;
    public static $printed = '';
}

function say(array $record): void {
    $json = json_encode($record, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
    // fwrite passes the output buffers by, and a pipe may take less than all of it
    $line = "\n" . Run::$mark . $json . "\n";
    for ($written = 0; $written < strlen($line); $written += $n) {
        $n = fwrite(STDOUT, substr($line, $written));
        if (!$n) {
            return;
        }
    }
}

function answer(array $record): void {
    Run::$answered = true;
    say(['type' => 'answer'] + $record);
}

function fail(string $kind, string $detail): void {
    Run::$answered = true;
    $detail = trim(preg_replace('/\s+/', ' ', strip_tags($detail)));
    say(['type' => 'failure', 'kind' => $kind, 'detail' => mb_strimwidth_safe($detail, 300)]);
}

function mb_strimwidth_safe(string $text, int $limit): string {
    // mbstring may be missing: cut at a character's start
    if (strlen($text) <= $limit) {
        return $text;
    }
    return preg_replace('/[\x80-\xBF]*$/', '', substr($text, 0, $limit)) . '...';
}

function service(string $class) {
    // Server::get came with Nextcloud 20
    return method_exists(\OC::$server, 'get') ? \OC::$server->get($class) : \OC::$server->query($class);
}

function rows(string $sql, array $parameters = []): \Generator {
    $result = service(\OCP\IDBConnection::class)->executeQuery($sql, $parameters);
    while ($row = $result->fetch(\PDO::FETCH_ASSOC)) {
        yield $row;
    }
    $result->closeCursor();
}

/** For IN (...): an empty list finds nothing. */
function placeholders(array $values): string {
    return $values ? implode(',', array_fill(0, count($values), '?')) : 'NULL';
}

// ---------------------------------------------------------------- starting Nextcloud

function find_root(array $candidates): string {
    foreach ($candidates as $candidate) {
        if (is_file("$candidate/version.php") && is_file("$candidate/lib/base.php")) {
            return rtrim($candidate, '/');
        }
    }
    throw new Failure('not_nextcloud', implode(', ', $candidates));
}

/** Root hands the process over to the owner of config.php; anybody else must be that owner already. */
function become_owner(string $config): void {
    $owner = fileowner($config);
    if (!function_exists('posix_geteuid')) {
        throw new Failure('php_extension', 'posix');
    }
    if (posix_geteuid() === $owner) {
        return;
    }
    $account = posix_getpwuid($owner);
    if (posix_geteuid() !== 0) {
        throw new Failure('not_owner', $account ? $account['name'] : (string) $owner);
    }
    $group = $account ? $account['gid'] : filegroup($config);
    posix_initgroups($account ? $account['name'] : (string) $owner, $group);
    if (!posix_setgid($group) || !posix_setuid($owner)) {
        throw new Failure('not_owner', $account ? $account['name'] : (string) $owner);
    }
    putenv('HOME=' . ($account ? $account['dir'] : '/'));
}

function config_file(string $root): string {
    $directory = getenv('NEXTCLOUD_CONFIG_DIR');
    return ($directory ?: "$root/config") . '/config.php';
}

function boot(string $root): void {
    $config = config_file($root);
    clearstatcache();
    if (is_dir(dirname($config)) && !is_executable(dirname($config))) {
        throw new Failure('config_unreadable', $config);
    }
    // Nextcloud would create the missing file at start; this program must not leave traces
    if (!is_file($config) || filesize($config) === 0) {
        throw new Failure('not_installed', $root);
    }
    become_owner($config);
    if (!is_readable($config)) {
        throw new Failure('config_unreadable', $config);
    }
    chdir($root);
    define('OC_CONSOLE', 1);
    $_SERVER['argv'] = ['occ'];
    $_SERVER['argc'] = 1;
    $_SERVER['SCRIPT_FILENAME'] = "$root/occ";

    Run::$phase = 'php_version';
    require "$root/lib/versioncheck.php";
    Run::$phase = 'boot';
    require_once "$root/lib/base.php";
    @set_time_limit(0);
    Run::$phase = 'booted';
    if (!service(\OCP\IConfig::class)->getSystemValue('installed', false)) {
        throw new Failure('not_installed', $root);
    }
}

// ---------------------------------------------------------------- what is there

function system_value(string $key, $default = null) {
    return service(\OCP\IConfig::class)->getSystemValue($key, $default);
}

function apps(): \OCP\App\IAppManager {
    return service(\OCP\App\IAppManager::class);
}

function enabled_apps(): array {
    // getInstalledApps was renamed in 32
    return method_exists(apps(), 'getEnabledApps') ? apps()->getEnabledApps() : apps()->getInstalledApps();
}

function app_path(string $app): ?string {
    try {
        $path = apps()->getAppPath($app);
        return is_file("$path/appinfo/info.xml") ? $path : null;
    } catch (\Throwable $e) {
        return null;
    }
}

function pending_upgrades(): array {
    $pending = [];
    if (!\OCP\Util::needUpgrade()) {
        return $pending;
    }
    if (version_compare(implode('.', \OCP\Util::getVersion()), (string) system_value('version', '0'), '>')) {
        $pending[] = 'core';
    }
    $installed = [];
    foreach (rows("SELECT appid, configvalue FROM *PREFIX*appconfig WHERE configkey = 'installed_version'") as $row) {
        $installed[$row['appid']] = $row['configvalue'];
    }
    foreach (enabled_apps() as $app) {
        $path = app_path($app);
        $info = $path === null ? null : apps()->getAppInfo($app);
        if ($info && isset($installed[$app]) && version_compare($info['version'], $installed[$app], '!=')) {
            $pending[] = $app;
        }
    }
    return $pending ?: ['core'];
}

function app_folders(): array {
    $folders = [];
    foreach (system_value('apps_paths', []) ?: [] as $entry) {
        if (!empty($entry['path'])) {
            $folders[] = ['path' => $entry['path'], 'writable' => !empty($entry['writable']) && is_writable($entry['path'])];
        }
    }
    // Nextcloud's own default
    return $folders ?: [['path' => Run::$root . '/apps', 'writable' => is_writable(Run::$root . '/apps')]];
}

function read_server(): array {
    $config = config_file(Run::$root);
    $release = (static function () {
        require Run::$root . '/version.php';
        return ['version' => implode('.', $OC_Version), 'release' => $OC_VersionString];
    })();
    return $release + [
        'installed_version' => (string) system_value('version', ''),
        'root' => Run::$root,
        'config' => $config,
        'owner' => fileowner($config),
        'php' => PHP_VERSION,
        'php_extensions' => array_map('strtolower', get_loaded_extensions()),
        'database' => (string) system_value('dbtype', ''),
        'maintenance' => (bool) system_value('maintenance', false),
        'config_writable' => is_writable($config) && !system_value('config_is_read_only', false),
        'pending_upgrades' => pending_upgrades(),
        'app_folders' => app_folders(),
        'url' => (string) system_value('overwrite.cli.url', ''),
    ];
}

/** The lines of an app's info.xml that decide whether it fits, in Nextcloud's own parsing. */
function app_facts(string $app): array {
    $facts = ['path' => app_path($app), 'version' => null];
    if ($facts['path'] !== null) {
        $xml = file_get_contents($facts['path'] . '/appinfo/info.xml');
        $facts['info'] = base64_encode($xml);
        $info = apps()->getAppInfo($app);
        $facts['version'] = is_array($info) ? (string) $info['version'] : null;
    }
    return $facts;
}

/** The same sum over paths and contents that the module makes of a package, so that the two can be compared. */
function folder_digest(string $path): string {
    $files = [];
    $walk = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($path, \FilesystemIterator::SKIP_DOTS));
    foreach ($walk as $file) {
        $name = substr($file->getPathname(), strlen($path) + 1);
        // a package's sum leaves these two out
        if (!preg_match('#^(\.git|node_modules)(/|$)#', $name)) {
            $files[$name] = $file->getPathname();
        }
    }
    ksort($files, SORT_STRING);
    $sum = hash_init('sha256');
    foreach ($files as $name => $full) {
        hash_update($sum, strlen($name) . ':' . filesize($full) . ':' . $name);
        hash_update_file($sum, $full);
    }
    return hash_final($sum);
}

function read_apps(array $wanted, array $digests): array {
    $found = [];
    foreach ($wanted as $app) {
        $found[$app] = app_facts($app) + ['enabled' => 'no', 'installed_version' => null, 'digest' => null];
        if (in_array($app, $digests, true) && $found[$app]['path'] !== null) {
            $found[$app]['digest'] = folder_digest($found[$app]['path']);
        }
        foreach (app_folders() as $folder) {
            if (is_dir($folder['path'] . "/.secsign-old-$app") || is_dir($folder['path'] . "/.secsign-new-$app")) {
                $found[$app]['interrupted'] = true;
            }
        }
    }
    $sql = 'SELECT appid, configkey, configvalue FROM *PREFIX*appconfig WHERE configkey IN (?, ?) AND appid IN ('
        . placeholders($wanted) . ')';
    foreach (rows($sql, array_merge(['enabled', 'installed_version'], $wanted)) as $row) {
        $found[$row['appid']][$row['configkey']] = $row['configvalue'];
    }
    return $found;
}

function read_settings(array $wanted): array {
    $found = array_fill_keys($wanted, new \stdClass());
    $sql = 'SELECT appid, configkey, configvalue FROM *PREFIX*appconfig WHERE appid IN (' . placeholders($wanted) . ')';
    foreach (rows($sql, $wanted) as $row) {
        if (!in_array($row['configkey'], ['enabled', 'installed_version', 'types'], true)) {
            $found[$row['appid']]->{$row['configkey']} = (string) $row['configvalue'];
        }
    }
    return $found;
}

function read_policy(): array {
    return [
        'enforced' => system_value('twofactor_enforced'),
        'groups' => system_value('twofactor_enforced_groups'),
        'excluded_groups' => system_value('twofactor_enforced_excluded_groups'),
    ];
}

function read_groups(array $wanted): \stdClass {
    load_user_backends();
    $found = new \stdClass();
    foreach ($wanted as $gid) {
        $found->{$gid} = service(\OCP\IGroupManager::class)->groupExists((string) $gid);
    }
    return $found;
}

/** Provider id => how many people have it enabled. */
function read_enrolled(): \stdClass {
    $found = new \stdClass();
    $sql = 'SELECT provider_id, COUNT(*) AS people FROM *PREFIX*twofactor_providers WHERE enabled = 1 GROUP BY provider_id';
    foreach (rows($sql) as $row) {
        $found->{$row['provider_id']} = (int) $row['people'];
    }
    return $found;
}

function load_app(string $app): void {
    if (method_exists(apps(), 'loadApp')) {
        if (!apps()->isAppLoaded($app)) {
            apps()->loadApp($app);
        }
    } elseif (!\OC_App::isAppLoaded($app)) { // before 27 only the internal class loads one app
        \OC_App::loadApp($app);
    }
}

/** @return array of [app, class] for every provider that an enabled app declares */
function declared_providers(): array {
    $declared = [];
    foreach (enabled_apps() as $app) {
        $info = app_path($app) === null ? null : apps()->getAppInfo($app);
        foreach ((array) ($info['two-factor-providers'] ?? []) as $class) {
            $declared[] = [$app, $class];
        }
    }
    // since 22 an app may register its provider in code; only the internal coordinator knows those
    if (class_exists(\OC\AppFramework\Bootstrap\Coordinator::class)) {
        $context = service(\OC\AppFramework\Bootstrap\Coordinator::class)->getRegistrationContext();
        if ($context !== null && method_exists($context, 'getTwoFactorProviders')) {
            foreach ($context->getTwoFactorProviders() as $registration) {
                $declared[] = [$registration->getAppId(), $registration->getService()];
            }
        }
    }
    return $declared;
}

/** Loads each provider as Nextcloud does at a login, one by one, so that a broken one is named. */
function read_providers(): array {
    $found = [];
    foreach (declared_providers() as list($app, $class)) {
        $entry = ['app' => $app, 'class' => $class, 'id' => null, 'loads' => false, 'error' => null];
        Run::$phase = "provider:$app";
        try {
            load_app($app);
            $provider = service($class);
            $space = 'OCP\\Authentication\\TwoFactorAuth\\';
            $entry = [
                'id' => $provider->getId(),
                'loads' => true,
                'set_up_at_login' => is_a($provider, $space . 'IActivatableAtLogin'),
                'enabled_by_admin' => is_a($provider, $space . 'IActivatableByAdmin'),
                'disabled_by_admin' => is_a($provider, $space . 'IDeactivatableByAdmin'),
            ] + $entry;
        } catch (\Throwable $e) {
            $entry['error'] = get_class($e) . ': ' . mb_strimwidth_safe($e->getMessage(), 200);
        }
        $found[] = $entry;
    }
    Run::$phase = 'booted';
    return $found;
}

// ---------------------------------------------------------------- the people

function load_user_backends(): void {
    // LDAP, SAML and others register their backends when their apps load
    method_exists(apps(), 'loadApps') ? apps()->loadApps(['authentication']) : \OC_App::loadApps(['authentication']);
}

/** Ids of all people, each once, in the order in which Nextcloud asks its backends. */
function all_people(): \Generator {
    $others = [];
    foreach (service(\OCP\IUserManager::class)->getBackends() as $backend) {
        if ($backend instanceof \OC\User\Database) {
            foreach (rows('SELECT uid FROM *PREFIX*users ORDER BY uid') as $row) {
                yield [(string) $row['uid'], 'Database'];
            }
            continue;
        }
        $name = method_exists($backend, 'getBackendName') ? $backend->getBackendName() : get_class($backend);
        for ($offset = 0; $page = $backend->getUsers('', 1000, $offset); $offset += 1000) {
            foreach ($page as $uid) {
                $others[] = [(string) $uid, $name];
            }
            if (count($page) < 1000) {
                break;
            }
        }
    }
    $known = $others ? array_fill_keys(array_map('strval', iterator_to_array(database_people(array_column($others, 0)), false)), true) : [];
    foreach ($others as list($uid, $name)) {
        if (!isset($known[$uid])) {
            $known[$uid] = true;
            yield [$uid, $name];
        }
    }
}

/** Which of these ids the database backend knows too: they were told already. */
function database_people(array $uids): \Generator {
    foreach (array_chunk($uids, 500) as $chunk) {
        foreach (rows('SELECT uid FROM *PREFIX*users WHERE uid IN (' . placeholders($chunk) . ')', $chunk) as $row) {
            yield $row['uid'];
        }
    }
}

/** Memberships that only other group backends than the database know: user id => list of groups. */
function foreign_memberships(): array {
    $groups = [];
    foreach (service(\OCP\IGroupManager::class)->getBackends() as $backend) {
        if ($backend instanceof \OC\Group\Database) {
            continue;
        }
        foreach ($backend->getGroups() as $gid) {
            foreach ($backend->usersInGroup($gid) as $uid) {
                $groups[$uid][] = (string) $gid;
            }
        }
    }
    return $groups;
}

function tell_people(array $identities): void {
    load_user_backends();
    $foreign = foreign_memberships();
    $chunk = [];
    foreach (all_people() as list($uid, $backend)) {
        $chunk[$uid] = $backend;
        if (count($chunk) === 500) {
            tell_chunk($chunk, $foreign, $identities);
            $chunk = [];
        }
    }
    if ($chunk) {
        tell_chunk($chunk, $foreign, $identities);
    }
}

/** One query a table for 500 people at a time: memory stays flat however many there are. */
function tell_chunk(array $chunk, array $foreign, array $identities): void {
    $people = [];
    foreach ($chunk as $uid => $backend) {
        $people[$uid] = ['uid' => (string) $uid, 'backend' => $backend, 'enabled' => true, 'admin' => false,
            'groups' => $foreign[$uid] ?? [], 'providers' => new \stdClass(), 'backup_codes' => null,
            'secsign_ids' => [], 'last_login' => null];
    }
    $uids = array_map('strval', array_keys($chunk));
    $in = '(' . placeholders($uids) . ')';
    foreach (rows("SELECT uid, gid FROM *PREFIX*group_user WHERE uid IN $in", $uids) as $row) {
        $people[$row['uid']]['groups'][] = (string) $row['gid'];
    }
    $sql = "SELECT userid, appid, configkey, configvalue FROM *PREFIX*preferences WHERE userid IN $in"
        . " AND ((appid = 'core' AND configkey = 'enabled') OR (appid = 'login' AND configkey = 'lastLogin'))";
    foreach (rows($sql, $uids) as $row) {
        if ($row['configkey'] === 'enabled') {
            $people[$row['userid']]['enabled'] = $row['configvalue'] !== 'false';
        } else {
            $people[$row['userid']]['last_login'] = (int) $row['configvalue'];
        }
    }
    foreach (rows("SELECT uid, provider_id, enabled FROM *PREFIX*twofactor_providers WHERE uid IN $in", $uids) as $row) {
        $people[$row['uid']]['providers']->{$row['provider_id']} = (bool) (int) $row['enabled'];
    }
    if (service(\OCP\IDBConnection::class)->tableExists('twofactor_backupcodes')) {
        $sql = "SELECT user_id, SUM(CASE WHEN used = 0 THEN 1 ELSE 0 END) AS left_over FROM *PREFIX*twofactor_backupcodes"
            . " WHERE user_id IN $in GROUP BY user_id";
        foreach (rows($sql, $uids) as $row) {
            $people[$row['user_id']]['backup_codes'] = (int) $row['left_over'];
        }
    }
    // both SecSign apps name their table after themselves, with the same columns
    foreach (array_intersect(['secsignid', 'twofactor_secsign'], $identities) as $table) {
        if (service(\OCP\IDBConnection::class)->tableExists($table)) {
            $sql = "SELECT user_id, secsignid, enabled FROM *PREFIX*$table WHERE user_id IN $in";
            foreach (rows($sql, $uids) as $row) {
                $people[$row['user_id']]['secsign_ids'][] = ['app' => $table, 'id' => $row['secsignid'], 'enabled' => (bool) (int) $row['enabled']];
            }
        }
    }
    foreach ($people as &$person) {
        $person['admin'] = in_array('admin', $person['groups'], true);
    }
    say(['type' => 'people', 'rows' => array_values($people)]);
}

function read(array $request): array {
    $maintenance = (bool) system_value('maintenance', false);
    $state = ['server' => read_server()];
    if ($maintenance) {
        throw new Failure('maintenance', Run::$root);
    }
    $state['apps'] = read_apps($request['apps'], $request['digests']);
    $state['settings'] = read_settings($request['settings']);
    $state['policy'] = read_policy();
    $state['groups'] = read_groups($request['groups']);
    // an app that waits for its upgrade is not loaded by Nextcloud either
    $state['providers'] = $request['providers'] && !$state['server']['pending_upgrades'] ? read_providers() : null;
    $state['enrolled'] = read_enrolled();
    if ($request['people']) {
        tell_people($request['identities']);
    }
    return $state;
}

// ---------------------------------------------------------------- the folder of an app

function remove_tree(string $path): void {
    if (is_link($path) || is_file($path)) {
        unlink($path);
        return;
    }
    if (!is_dir($path)) {
        return;
    }
    foreach (array_diff(scandir($path), ['.', '..']) as $name) {
        remove_tree("$path/$name");
    }
    rmdir($path);
}

function place_of(string $app): array {
    $folders = app_folders();
    $path = app_path($app);
    foreach ($folders as $folder) {
        // a previous run may have been killed between its two renames
        if ($path === null && is_dir($folder['path'] . "/.secsign-old-$app")) {
            $path = $folder['path'] . "/$app";
        }
    }
    if ($path === null) {
        foreach ($folders as $folder) {
            if ($folder['writable']) {
                $path = $folder['path'] . "/$app";
                break;
            }
        }
    }
    $parent = dirname((string) $path);
    if ($path === null || !is_writable($parent)) {
        throw new Failure('apps_not_writable', $path === null ? implode(', ', array_column($folders, 'path')) : $parent);
    }
    return [$path, "$parent/.secsign-new-$app", "$parent/.secsign-old-$app"];
}

/** Writes the new version beside the old one and swaps them by rename; the old one stays until the keep or revert. */
function place_app(array $request): array {
    list($path, $new, $old) = place_of($request['app']);
    remove_tree($new);
    if (is_dir($old)) {
        is_dir($path) ? remove_tree($old) : rename($old, $path);
    }
    foreach ($request['files'] as $file) {
        $target = "$new/" . $file['path'];
        if (!is_dir(dirname($target)) && !mkdir(dirname($target), 0755, true)) {
            throw new Failure('write_failed', $target);
        }
        $data = $file['size'] > 0 ? stream_get_contents(STDIN, $file['size']) : '';
        if (strlen($data) !== $file['size'] || file_put_contents($target, $data) !== $file['size']) {
            remove_tree($new);
            throw new Failure('write_failed', $target);
        }
        chmod($target, $file['mode']);
    }
    if (is_dir($path) && !rename($path, $old)) {
        throw new Failure('write_failed', $path);
    }
    if (!rename($new, $path)) {
        is_dir($old) && rename($old, $path);
        throw new Failure('write_failed', $path);
    }
    return ['path' => $path];
}

function keep_app(array $request): array {
    list(, $new, $old) = place_of($request['app']);
    remove_tree($new);
    remove_tree($old);
    return [];
}

function revert_app(array $request): array {
    list($path, $new, $old) = place_of($request['app']);
    remove_tree($new);
    if (is_dir($old) || $request['was_absent']) {
        remove_tree($path);
        is_dir($old) && rename($old, $path);
    }
    if ($request['installed_version'] !== null) {
        service(\OCP\IConfig::class)->setAppValue($request['app'], 'installed_version', $request['installed_version']);
    }
    return [];
}

/** For an app that is not enabled: occ app:remove of releases up to 31 does not know such an app. */
function remove_app(array $request): array {
    if (app_path($request['app']) !== null && !apps()->isInstalled($request['app'])) {
        list($path, $new, $old) = place_of($request['app']);
        remove_tree($new);
        remove_tree($old);
        remove_tree($path);
    }
    return [];
}

// ---------------------------------------------------------------- the ID server

/** One request that neither creates a session nor reaches anybody's phone; only an ID server answers it in its form. */
function ask_id_server(array $request): array {
    $ssl = ['verify_peer' => true, 'verify_peer_name' => true];
    $bundle = null;
    if ($request['ca'] !== null) {
        $bundle = tempnam(sys_get_temp_dir(), 'ca');
        file_put_contents($bundle, $request['ca']);
        $ssl['cafile'] = $bundle;
    }
    $body = http_build_query(['request' => 'ReqGetAuthSessionState', 'apimethod' => 'ReqGetAuthSessionState',
        'secsignid' => 'nextcloud-connection-check', 'authsessionid' => '0', 'requestid' => '0']);
    $context = stream_context_create(['ssl' => $ssl, 'http' => [
        'method' => 'POST', 'content' => $body, 'timeout' => $request['timeout'], 'ignore_errors' => true,
        'follow_location' => 0, 'header' => "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n",
    ]]);
    error_clear_last();
    $text = @file_get_contents($request['url'], false, $context, 0, 65536);
    $error = error_get_last();
    if ($bundle !== null) {
        unlink($bundle);
    }
    if ($text === false) {
        $message = preg_replace('/^.*?failed to open stream: /i', '', $error['message'] ?? 'no answer');
        return ['answers' => false, 'detail' => $message];
    }
    parse_str(trim($text), $fields);
    $speaks = isset($fields['error']) || isset($fields['authsessionstate']);
    return ['answers' => $speaks, 'detail' => $speaks ? '' : 'it answers, but not in the protocol of a SecSign ID server'];
}

// ---------------------------------------------------------------- occ for a host where the prefix starts PHP as root

function run_occ(array $request): array {
    become_owner(config_file(Run::$root));
    $command = array_merge([PHP_BINARY], $request['php_args'], [Run::$root . '/occ'], $request['argv']);
    // a list of arguments reaches the program without a shell since PHP 7.4; before, each is quoted
    $command = PHP_VERSION_ID >= 70400 ? $command : implode(' ', array_map('escapeshellarg', $command));
    $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes, Run::$root);
    fwrite($pipes[0], $request['stdin']);
    fclose($pipes[0]);
    $printed = [1 => '', 2 => ''];
    for ($open = [1 => $pipes[1], 2 => $pipes[2]]; $open;) {
        $ready = $open;
        $none = null;
        stream_select($ready, $none, $none, null);
        foreach ($ready as $stream => $pipe) {
            $printed[$stream] .= $text = (string) fread($pipe, 65536);
            if ($text === '' && feof($pipe)) {
                unset($open[$stream]);
            }
        }
    }
    return ['rc' => proc_close($process), 'stdout' => $printed[1], 'stderr' => $printed[2]];
}

// ---------------------------------------------------------------- main

function main(): void {
    $request = json_decode((string) fgets(STDIN), true);
    Run::$mark = $request['mark'];
    set_error_handler(static function () {
        return true; // notices are not answers; Nextcloud installs its own handler at start
    });
    register_shutdown_function(static function () {
        if (!Run::$answered) {
            explain_the_end();
        }
    });
    ob_start(static function ($text) {
        Run::$printed = substr(Run::$printed . $text, 0, 4096);
        return '';
    }, 1024);
    try {
        if ($request['op'] === 'ask_id_server') {
            answer(ask_id_server($request));
            return;
        }
        Run::$root = find_root($request['roots']);
        if ($request['op'] === 'occ') {
            answer(run_occ($request));
            return;
        }
        boot(Run::$root);
        $operations = ['read', 'place_app', 'keep_app', 'revert_app', 'remove_app'];
        if (!in_array($request['op'], $operations, true)) {
            throw new Failure('bridge', 'unknown operation');
        }
        answer((__NAMESPACE__ . '\\' . $request['op'])($request));
    } catch (Failure $e) {
        fail($e->kind, $e->getMessage());
    } catch (\Throwable $e) {
        fail(kind_of($e), get_class($e) . ': ' . $e->getMessage());
    }
}

function kind_of(\Throwable $e): string {
    for ($cause = $e; $cause !== null; $cause = $cause->getPrevious()) {
        $message = $cause->getMessage();
        if ($cause instanceof \PDOException || strpos(get_class($cause), 'Doctrine\\DBAL\\') === 0
            || strpos($message, 'SQLSTATE') !== false || strpos($message, 'Failed to connect to the database') !== false) {
            return 'database';
        }
        if (stripos($message, 'memcache') !== false) {
            return 'cache';
        }
        if (basename($cause->getFile()) === 'config.php' || stripos($message, 'leading content') !== false) {
            return 'config_broken';
        }
    }
    return Run::$phase === 'boot' ? 'boot' : 'bridge';
}

/** Nextcloud or PHP ended the process before there was an answer: say why, from what is known. */
function explain_the_end(): void {
    while (ob_get_level() > 0) {
        Run::$printed = substr(Run::$printed . ob_get_contents(), 0, 4096);
        ob_end_clean();
    }
    $error = error_get_last();
    $fatal = $error !== null && in_array($error['type'], [E_ERROR, E_PARSE, E_CORE_ERROR, E_COMPILE_ERROR], true);
    if (Run::$phase === 'php_version') {
        fail('php_version', str_replace('<br/>', ' ', Run::$printed));
    } elseif ($fatal && strpos(Run::$phase, 'provider:') === 0) {
        fail('app_broken', substr(Run::$phase, 9) . ': ' . $error['message']);
    } elseif ($fatal) {
        fail(strpos($error['message'], 'memory size') !== false ? 'memory' : 'boot', $error['message']);
    } elseif (Run::$phase === 'boot' && !is_writable(config_file(Run::$root))) {
        fail('config_not_writable', config_file(Run::$root));
    } else {
        fail('boot', Run::$printed);
    }
}

main();
"""
