<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Migration;

use Closure;

interface IMigrationStep
{
    public function name(): string;

    public function description(): string;

    public function preSchemaChange(IOutput $output, Closure $schemaClosure, array $options);

    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options);

    public function postSchemaChange(IOutput $output, Closure $schemaClosure, array $options);
}
