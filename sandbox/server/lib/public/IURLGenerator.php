<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

interface IURLGenerator
{
    public function linkToRoute(string $routeName, array $arguments = []): string;

    public function linkToRouteAbsolute(string $routeName, array $arguments = []): string;

    public function linkTo(string $appName, string $file, array $args = []): string;

    public function imagePath(string $appName, string $file): string;

    public function getAbsoluteURL(string $url): string;

    public function linkToDocs(string $key): string;

    public function getBaseUrl(): string;

    public function getWebroot(): string;
}
