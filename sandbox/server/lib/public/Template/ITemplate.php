<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Template;

interface ITemplate
{
    public function assign(string $key, $value): void;

    public function fetchPage(?array $additionalParams = null): string;
}
