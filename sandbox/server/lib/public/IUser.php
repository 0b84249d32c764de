<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

interface IUser
{
    public function getUID();

    public function getDisplayName();

    public function setDisplayName($displayName);

    public function getLastLogin();

    public function updateLastLoginTimestamp();

    public function delete();

    public function setPassword($password, $recoveryPassword = null);

    public function getHome();

    public function getBackendClassName();

    public function getBackend();

    public function isEnabled();

    public function setEnabled(bool $enabled = true);

    public function getEMailAddress();

    public function setEMailAddress($mailAddress);

    public function getCloudId();

    public function getQuota();
}
