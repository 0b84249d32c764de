<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

class Report extends UserCommand
{
    protected function execute(): int
    {
        $rows = [['User Report', '']];
        foreach ($this->people->countUsers() as $backend => $count) {
            $rows[] = [$backend, (string) $count];
        }
        $rows[] = ['total users', (string) array_sum($this->people->countUsers())];
        $rows[] = ['disabled users', (string) $this->people->countDisabledUsers()];
        $width = max(array_map('strlen', array_column($rows, 0)));
        foreach ($rows as list($name, $value)) {
            $this->output->writeln('| ' . str_pad($name, $width) . ' | ' . str_pad($value, 6) . ' |');
        }
        return 0;
    }
}
