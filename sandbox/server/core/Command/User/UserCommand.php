<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

use OC\Console\Command;
use OC\Sandbox\Release;
use OCP\IUser;
use OCP\IUserManager;

/** What the commands on accounts share. */
abstract class UserCommand extends Command
{
    /** @var IUserManager */
    protected $people;

    public function __construct(IUserManager $people)
    {
        $this->people = $people;
    }

    /** A password from the environment, as --password-from-env wants it; null after saying why there is none. */
    protected function passwordFromEnvironment(): ?string
    {
        $variables = Release::behaviour('user.password_variables');
        foreach ($variables as $variable) {
            $password = getenv($variable);
            if ($password !== false && $password !== '') {
                return $password;
            }
        }
        $this->output->writeln('--password-from-env given, but ' . implode('/', $variables) . ' is empty!');
        return null;
    }

    protected function askedPassword(): ?string
    {
        fwrite(STDERR, 'Enter password: ');
        $password = rtrim((string) fgets(STDIN), "\r\n");
        fwrite(STDERR, 'Confirm password: ');
        if (rtrim((string) fgets(STDIN), "\r\n") === $password) {
            return $password;
        }
        $this->output->writeln('Passwords did not match!');
        return null;
    }

    /** @return array<string, mixed> what user:info and user:list --info show */
    protected function describe(IUser $user, bool $withStorage): array
    {
        $groups = array_keys(\OC::$server->query(\OCP\IGroupManager::class)->getUserGroups($user));
        $info = [
            'user_id' => $user->getUID(),
            'display_name' => $user->getDisplayName(),
            'email' => (string) $user->getEMailAddress(),
            'cloud_id' => $user->getCloudId(),
            'enabled' => $user->isEnabled(),
            'groups' => array_map('strval', $groups),
            'quota' => $user->getQuota(),
        ];
        if ($withStorage && Release::behaviour('user.info_has_storage')) {
            $info['storage'] = [];
        }
        if (Release::behaviour('user.seen_style') === 'words') {
            $info['first_seen'] = self::seen($user->getFirstLogin());
        }
        return $info + [
            'last_seen' => self::seen($user->getLastLogin()),
            'user_directory' => $user->getHome(),
            'backend' => $user->getBackendClassName(),
        ];
    }

    private static function seen(int $when): string
    {
        return $when === 0 && Release::behaviour('user.seen_style') === 'words' ? 'never' : gmdate('Y-m-d\TH:i:s+00:00', $when);
    }
}
