<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\EventDispatcher;

interface IEventDispatcher
{
    public function addListener(string $eventName, callable $listener, int $priority = 0): void;

    public function addServiceListener(string $eventName, string $className, int $priority = 0): void;

    public function dispatchTyped(Event $event): void;
}
