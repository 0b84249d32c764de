<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework;

use OC\Sandbox\Inert;
use OC\Sandbox\Release;
use OCP\AppFramework\QueryException;
use Psr\Container\ContainerExceptionInterface;

/** Named services, and classes built by looking at what their constructors ask for. */
class Container implements \OCP\IContainer
{
    /** @var array<string, callable> */
    private $factories = [];
    /** @var array<string, mixed> */
    private $made = [];
    /** @var array<string, bool> names being built, to notice a circle */
    private $building = [];

    public function query(string $name, bool $autoload = true)
    {
        $name = $this->known(self::clean($name));
        if (array_key_exists($name, $this->made)) {
            return $this->made[$name];
        }
        if (isset($this->factories[$name])) {
            return $this->made[$name] = ($this->factories[$name])($this);
        }
        if (!$autoload) {
            throw new QueryException("Could not resolve $name!");
        }
        return $this->made[$name] = $this->resolve($name);
    }

    public function registerService($name, \Closure $closure, $shared = true)
    {
        $name = self::clean($name);
        unset($this->made[$name]);
        $this->factories[$name] = $closure;
    }

    public function registerAlias($alias, $target)
    {
        $this->registerService($alias, function () use ($target) {
            return $this->query($target);
        });
    }

    public function registerParameter($name, $value)
    {
        $this->made[self::clean($name)] = $value;
    }

    protected function knows(string $name): bool
    {
        $name = self::clean($name);
        return array_key_exists($name, $this->made) || isset($this->factories[$name]) || class_exists($name);
    }

    /** Builds a class by its constructor; anything it cannot be built from is a QueryException. */
    public function resolve($name)
    {
        $name = self::clean($name);
        if (isset($this->building[$name])) {
            throw new QueryException("Could not resolve $name! Circular dependency");
        }
        if (!class_exists($name)) {
            if (Inert::canStandFor($name)) {
                return Inert::for($name);
            }
            throw new QueryException("Could not resolve $name! Class \"$name\" does not exist");
        }
        $class = new \ReflectionClass($name);
        if (!$class->isInstantiable()) {
            throw new QueryException("Could not resolve $name! Class can not be instantiated");
        }
        $constructor = $class->getConstructor();
        if ($constructor === null) {
            return $class->newInstance();
        }
        $this->building[$name] = true;
        try {
            $arguments = [];
            foreach ($constructor->getParameters() as $parameter) {
                if (!$parameter->isVariadic()) {
                    $arguments[] = $this->argumentFor($parameter, $name);
                }
            }
        } finally {
            unset($this->building[$name]);
        }
        return $class->newInstanceArgs($arguments);
    }

    private function argumentFor(\ReflectionParameter $parameter, string $for)
    {
        $type = $parameter->getType();
        $isClass = $type instanceof \ReflectionNamedType && !$type->isBuiltin();
        try {
            return $isClass
                ? $this->query($type->getName())
                : $this->query($parameter->getName(), $type === null);
        } catch (ContainerExceptionInterface $failure) {
            if ($parameter->isDefaultValueAvailable()) {
                return $parameter->getDefaultValue();
            }
            if ($type !== null && $parameter->allowsNull()) {
                return null;
            }
            throw $failure instanceof QueryException
                ? $failure
                : new QueryException("Could not resolve $for! " . $failure->getMessage(), 0, $failure);
        }
    }

    /** Release 19 answers to a service's name in any case; an app that misspells one works only there. */
    private function known(string $name): string
    {
        if (!isset($this->factories[$name]) && Release::behaviour('container.ignores_case')) {
            foreach ($this->factories as $candidate => $unused) {
                if (strcasecmp($candidate, $name) === 0) {
                    return $candidate;
                }
            }
        }
        return $name;
    }

    private static function clean(string $name): string
    {
        return ltrim($name, '\\');
    }
}
