<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework;

/** The way to ask for services that came with release 20; before, there is query() only. */
trait PsrContainer
{
    public function get(string $id)
    {
        return $this->query($id);
    }

    public function has(string $id): bool
    {
        return $this->knows($id);
    }
}
