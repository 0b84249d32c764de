<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Sandbox;

/** Takes any call and answers null: what stands behind an OCP name the sandbox does not implement. */
trait InertBehaviour
{
    public function __construct(...$ignored)
    {
    }

    public function __call($name, $arguments)
    {
        return null;
    }

    public static function __callStatic($name, $arguments)
    {
        return null;
    }
}
