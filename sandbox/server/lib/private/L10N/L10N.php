<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\L10N;

use OCP\IL10N;

/** Translates nothing: the sandbox speaks English. */
class L10N implements IL10N
{
    public function t(string $text, $parameters = []): string
    {
        return $parameters === [] ? $text : vsprintf($text, is_array($parameters) ? $parameters : [$parameters]);
    }

    public function n(string $text_singular, string $text_plural, int $count, array $parameters = []): string
    {
        return $this->t(str_replace('%n', (string) $count, $count === 1 ? $text_singular : $text_plural), $parameters);
    }

    public function l(string $type, $data, array $options = [])
    {
        return is_scalar($data) ? (string) $data : false;
    }

    public function getLanguageCode(): string
    {
        return 'en';
    }

    public function getLocaleCode(): string
    {
        return 'en_US';
    }
}
