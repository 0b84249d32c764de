<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

use OCP\Template\ITemplate;

/** A page part of an app: the PHP file templates/NAME.php, run with what was assigned. */
class Template implements ITemplate
{
    /** @var string */
    private $app;
    /** @var string */
    private $name;
    /** @var array<string, mixed> */
    private $values = [];

    public function __construct($app, $name, $renderAs = '', $registerCall = true)
    {
        $this->app = (string) $app;
        $this->name = (string) $name;
    }

    public function assign(string $key, $value): void
    {
        $this->values[$key] = $value;
    }

    public function fetchPage(?array $additionalParams = null): string
    {
        $_ = $this->values + (array) $additionalParams;
        $l = new \OC\L10N\L10N();
        ob_start();
        try {
            include \OC::$server->query(\OCP\App\IAppManager::class)->getAppPath($this->app) . "/templates/{$this->name}.php";
        } finally {
            $page = (string) ob_get_clean();
        }
        return $page;
    }
}
