<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\App;

/**
 * Reads appinfo/info.xml into the array the real server hands out.
 *
 * Its shape: an element with children is an array of them, one without is its text; a repeated element is a
 * list; attributes come under '@attributes' (with '@value' beside them); known sections exist even when empty.
 */
class InfoParser
{
    /** Sections that hold lists, under the element that repeats in them: flattened to plain lists. */
    private const FLATTENED = [
        'background-jobs' => 'job',
        'commands' => 'command',
        'two-factor-providers' => 'provider',
        'types' => null,
    ];

    private const REPAIR_STEPS = ['install', 'pre-migration', 'post-migration', 'live-migration', 'uninstall'];

    /** @return array|null null when there is no such file or it is not XML */
    public function parse(string $file)
    {
        if (!is_file($file)) {
            return null;
        }
        $before = libxml_use_internal_errors(true);
        $xml = simplexml_load_string((string) file_get_contents($file));
        libxml_clear_errors();
        libxml_use_internal_errors($before);
        if ($xml === false) {
            return null;
        }
        $info = $this->toArray($xml);
        return is_array($info) ? $this->complete($info) : null;
    }

    private function complete(array $info): array
    {
        $sections = ['remote', 'public', 'types', 'background-jobs', 'two-factor-providers', 'commands', 'repair-steps',
            'dependencies', 'settings', 'activity'];
        foreach ($sections as $section) {
            if (!isset($info[$section]) || !is_array($info[$section])) {
                $info[$section] = [];
            }
        }
        $info['types'] = array_map('strval', array_keys($info['types']));
        foreach (self::FLATTENED as $section => $element) {
            // A single entry stays under its element's name, several become a list: as the real one has it.
            if ($element !== null && isset($info[$section][$element]) && is_array($info[$section][$element])) {
                $info[$section] = $info[$section][$element];
            }
        }
        foreach (self::REPAIR_STEPS as $moment) {
            $steps = $info['repair-steps'][$moment] ?? [];
            $info['repair-steps'][$moment] = isset($steps['step']) && is_array($steps['step']) ? $steps['step'] : $steps;
        }
        foreach (['admin', 'admin-section', 'personal', 'personal-section'] as $section) {
            $info['settings'][$section] = (array) ($info['settings'][$section] ?? []);
        }
        $info['dependencies']['backend'] = (array) ($info['dependencies']['backend'] ?? []);
        foreach (['author', 'category', 'screenshot'] as $list) {
            if (isset($info[$list]) && !(is_array($info[$list]) && isset($info[$list][0]))) {
                $info[$list] = [$info[$list]];
            }
        }
        return $info;
    }

    private function toArray(\SimpleXMLElement $element)
    {
        if (count($element->children()) === 0) {
            $attributes = $this->attributes($element);
            $text = trim((string) $element);
            if ($attributes === []) {
                return $text;
            }
            return $text === '' ? ['@attributes' => $attributes] : ['@attributes' => $attributes, '@value' => $text];
        }
        $result = [];
        $repeated = [];
        foreach ($element->children() as $name => $child) {
            $value = $this->toArray($child);
            if (!array_key_exists($name, $result)) {
                $result[$name] = $value;
                continue;
            }
            if (!isset($repeated[$name])) {
                $result[$name] = [$result[$name]];
                $repeated[$name] = true;
            }
            $result[$name][] = $value;
        }
        return $result;
    }

    private function attributes(\SimpleXMLElement $element): array
    {
        $attributes = [];
        foreach ($element->attributes() as $name => $value) {
            $attributes[$name] = (string) $value;
        }
        return $attributes;
    }
}
