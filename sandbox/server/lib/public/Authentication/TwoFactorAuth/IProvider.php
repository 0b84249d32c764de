<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Authentication\TwoFactorAuth;

use OC\Sandbox\Release;
use OCP\IUser;
use OCP\Template;
use OCP\Template\ITemplate;

// The return type differs by release, and an app that has the wrong one must not load: hence two declarations.
if (Release::behaviour('twofactor.template_is_interface')) {
    interface IProvider
    {
        public function getId(): string;

        public function getDisplayName(): string;

        public function getDescription(): string;

        public function getTemplate(IUser $user): ITemplate;

        public function verifyChallenge(IUser $user, string $challenge): bool;

        public function isTwoFactorAuthEnabledForUser(IUser $user): bool;
    }
} else {
    interface IProvider
    {
        public function getId(): string;

        public function getDisplayName(): string;

        public function getDescription(): string;

        public function getTemplate(IUser $user): Template;

        public function verifyChallenge(IUser $user, string $challenge): bool;

        public function isTwoFactorAuthEnabledForUser(IUser $user): bool;
    }
}
