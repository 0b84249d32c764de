<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace Psr\Container;

interface ContainerInterface
{
    public function get(string $id);

    public function has(string $id): bool;
}
