<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC;

use OCP\IConfig;
use OCP\IURLGenerator;

/** Addresses of the instance, from overwrite.cli.url. There is no router: a route's address is made from its name. */
class URLGenerator implements IURLGenerator
{
    /** @var IConfig */
    private $config;

    public function __construct(IConfig $config)
    {
        $this->config = $config;
    }

    public function linkToRoute(string $routeName, array $arguments = []): string
    {
        $path = '/index.php/' . str_replace('.', '/', $routeName);
        return $arguments === [] ? $path : $path . '?' . http_build_query($arguments);
    }

    public function linkToRouteAbsolute(string $routeName, array $arguments = []): string
    {
        return $this->getAbsoluteURL($this->linkToRoute($routeName, $arguments));
    }

    public function linkTo(string $appName, string $file, array $args = []): string
    {
        return '/apps/' . $appName . '/' . $file . ($args === [] ? '' : '?' . http_build_query($args));
    }

    public function imagePath(string $appName, string $file): string
    {
        return '/apps/' . $appName . '/img/' . $file;
    }

    public function getAbsoluteURL(string $url): string
    {
        return $this->getBaseUrl() . '/' . ltrim($url, '/');
    }

    public function linkToDocs(string $key): string
    {
        return \OC_Util::docs($key);
    }

    public function getBaseUrl(): string
    {
        return rtrim($this->config->getSystemValueString('overwrite.cli.url', 'http://localhost'), '/');
    }

    public function getWebroot(): string
    {
        return '';
    }
}
