<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\L10N;

use OCP\L10N\IFactory;

class Factory implements IFactory
{
    public function get($app, $lang = null, $locale = null)
    {
        return new L10N();
    }
}
