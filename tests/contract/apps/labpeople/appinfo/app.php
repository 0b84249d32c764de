<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// The way of releases that have no bootstrap, which is why the class is there under a condition.
if (!interface_exists(\OCP\AppFramework\Bootstrap\IBootstrap::class)) {
    \OC::$server->query(\OCP\IUserManager::class)->registerBackend(new \OCA\LabPeople\Backend());
}
