<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// The first file anything includes: refuse a PHP that the code behind it cannot run on.

if (PHP_VERSION_ID < 70200) {
    http_response_code(500);
    echo 'This sandbox requires at least PHP 7.2<br/>';
    echo 'You are currently running ' . PHP_VERSION . '. Please update your PHP version.';
    exit(1);
}
