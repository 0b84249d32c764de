<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\EventDispatcher;

use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventDispatcher;

/** Calls listeners by the event's class name. */
class EventDispatcher implements IEventDispatcher
{
    /** @var array<string, callable[]> */
    private $listeners = [];

    public function addListener(string $eventName, callable $listener, int $priority = 0): void
    {
        $this->listeners[$eventName][] = $listener;
    }

    public function addServiceListener(string $eventName, string $className, int $priority = 0): void
    {
        $this->addListener($eventName, function ($event) use ($className) {
            \OC::$server->query($className)->handle($event);
        });
    }

    public function dispatchTyped(Event $event): void
    {
        $this->call(get_class($event), $event);
    }

    /** The old way: by name, in either order of the arguments. */
    public function dispatch($eventName, $event = null)
    {
        if (!is_string($eventName)) {
            list($eventName, $event) = [is_string($event) ? $event : get_class($eventName), $eventName];
        }
        $this->call($eventName, $event);
        return $event;
    }

    private function call(string $name, $event): void
    {
        foreach ($this->listeners[$name] ?? [] as $listener) {
            $listener($event, $name, $this);
        }
    }
}
