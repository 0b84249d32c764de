<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Migration;

use Closure;

abstract class SimpleMigrationStep implements IMigrationStep
{
    public function name(): string
    {
        return '';
    }

    public function description(): string
    {
        return '';
    }

    public function preSchemaChange(IOutput $output, Closure $schemaClosure, array $options)
    {
    }

    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options)
    {
        return null;
    }

    public function postSchemaChange(IOutput $output, Closure $schemaClosure, array $options)
    {
    }
}
