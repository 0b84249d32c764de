<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command;

use OC\Console\Command;
use OC\Sandbox\Release;
use OCP\IConfig;
use OCP\Util;

class Status extends Command
{
    /** @var IConfig */
    private $config;

    public function __construct(IConfig $config)
    {
        $this->config = $config;
    }

    protected function execute(): int
    {
        $all = [
            'installed' => $this->config->getSystemValueBool('installed'),
            'version' => implode('.', Release::version()),
            'versionstring' => Release::versionString(),
            'edition' => '',
            'maintenance' => $this->config->getSystemValueBool('maintenance'),
            'needsDbUpgrade' => Util::needUpgrade(),
            'productname' => 'Nextcloud',
            'extendedSupport' => false,
        ];
        if ($this->input->option('exit-code')) {
            return $all['maintenance'] ? 1 : ($all['needsDbUpgrade'] ? 2 : 0);
        }
        $this->printArray(array_intersect_key($all, array_flip(Release::behaviour('status.fields'))));
        return 0;
    }
}
