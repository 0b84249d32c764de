<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Sandbox;

/**
 * Finds the sandbox's own classes and, for OCP names it does not implement, makes empty ones up.
 *
 * A provider app may name any OCP interface in a constructor. Most are never called before a person logs in,
 * so an empty declaration is enough for the class to load. Names outside OCP are never made up: a class that
 * a real server would not find must not be found here either.
 */
final class Autoloader
{
    /** @var string */
    private static $root = '';

    /** Namespaces of the tree, longest first. */
    private const FOLDERS = [
        'OC\\Core\\' => '/core/',
        'OC\\' => '/lib/private/',
        'OCP\\' => '/lib/public/',
        'Psr\\' => '/lib/psr/',
        'Doctrine\\' => '/lib/doctrine/',
    ];

    private const GLOBALS = [
        'OC_App' => '/lib/private/legacy/OC_App.php',
        'OC_Util' => '/lib/private/legacy/OC_Util.php',
    ];

    public static function register(string $root): void
    {
        self::$root = $root;
        spl_autoload_register([self::class, 'load']);
    }

    public static function load(string $class): void
    {
        if (in_array($class, Release::behaviour('class.absent'), true)) {
            return;
        }
        if (isset(self::GLOBALS[$class])) {
            require_once self::$root . self::GLOBALS[$class];
            return;
        }
        foreach (self::FOLDERS as $prefix => $folder) {
            if (strncmp($class, $prefix, strlen($prefix)) !== 0) {
                continue;
            }
            $file = self::$root . $folder . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
            if (is_file($file)) {
                require_once $file;
                return;
            }
        }
        if (strncmp($class, 'OCP\\', 4) === 0) {
            self::invent($class);
        }
    }

    private static function invent(string $class): void
    {
        $cut = (int) strrpos($class, '\\');
        $namespace = substr($class, 0, $cut);
        $name = substr($class, $cut + 1);
        if (!preg_match('/^[A-Za-z_][A-Za-z0-9_]*$/', $name) || self::existsInAnotherCase($namespace, $name)) {
            return;
        }
        $body = preg_match('/^I[A-Z]/', $name)
            ? "interface $name {}"
            : "class $name { use \\OC\\Sandbox\\InertBehaviour; }";
        eval("namespace $namespace; $body");
    }

    /**
     * A name that differs from a real one only in case is a mistake in the app. The real server does not
     * find it, and an app that makes it (secsignid 0.3.3 does) must not load here either.
     */
    private static function existsInAnotherCase(string $namespace, string $name): bool
    {
        $folder = self::$root . '/lib/public' . str_replace('\\', '/', substr($namespace, 3));
        foreach (is_dir($folder) ? scandir($folder) : [] as $file) {
            if (strcasecmp($file, $name . '.php') === 0) {
                return true;
            }
        }
        return false;
    }
}
