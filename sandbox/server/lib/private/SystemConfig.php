<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC;

/** config.php seen from inside: values, and values fit to be shown to others. */
class SystemConfig
{
    private const HIDDEN = '***REMOVED SENSITIVE VALUE***';

    /** Keys whose value never leaves the instance unless asked for with --private. */
    private const SENSITIVE = ['instanceid', 'datadirectory', 'dbname', 'dbhost', 'dbpassword', 'dbuser', 'mail_from_address',
        'mail_domain', 'mail_smtphost', 'mail_smtpname', 'mail_smtppassword', 'passwordsalt', 'secret', 'updater.secret',
        'trusted_proxies', 'preview_imaginary_url', 'redis', 'sentry.dsn', 'ldap', 'proxyuserpwd', 'log.condition'];

    /** @var Config */
    private $config;

    public function __construct(Config $config)
    {
        $this->config = $config;
    }

    public function getKeys(): array
    {
        return $this->config->getKeys();
    }

    public function getValue($key, $default = '')
    {
        return $this->config->getValue($key, $default);
    }

    public function getFilteredValue($key, $default = '')
    {
        $value = $this->getValue($key, $default);
        return $value !== $default && in_array($key, self::SENSITIVE, true) ? self::HIDDEN : $value;
    }

    public function setValue($key, $value)
    {
        $this->config->setValue($key, $value);
    }

    public function setValues(array $values)
    {
        $this->config->setValues($values);
    }

    public function deleteValue($key)
    {
        $this->config->deleteKey($key);
    }
}
