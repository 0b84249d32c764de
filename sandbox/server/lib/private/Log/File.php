<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Log;

use OC\Sandbox\Release;
use OCP\ILogger;
use Psr\Log\LoggerInterface;

/** data/nextcloud.log: one JSON object a line, from the configured level up. */
class File implements LoggerInterface, ILogger
{
    private const LEVELS = ['debug' => 0, 'info' => 1, 'notice' => 1, 'warning' => 2, 'error' => 3, 'critical' => 3,
        'alert' => 3, 'emergency' => 4];

    /** @var \OC\Config */
    private $config;

    public function __construct(\OC\Config $config)
    {
        $this->config = $config;
    }

    public function emergency($message, array $context = [])
    {
        $this->log('emergency', $message, $context);
    }

    public function alert($message, array $context = [])
    {
        $this->log('alert', $message, $context);
    }

    public function critical($message, array $context = [])
    {
        $this->log('critical', $message, $context);
    }

    public function error($message, array $context = [])
    {
        $this->log('error', $message, $context);
    }

    public function warning($message, array $context = [])
    {
        $this->log('warning', $message, $context);
    }

    public function notice($message, array $context = [])
    {
        $this->log('notice', $message, $context);
    }

    public function info($message, array $context = [])
    {
        $this->log('info', $message, $context);
    }

    public function debug($message, array $context = [])
    {
        $this->log('debug', $message, $context);
    }

    public function logException(\Throwable $exception, array $context = [])
    {
        $this->log('error', $context['message'] ?? $exception->getMessage(), $context + ['exception' => $exception]);
    }

    public function log($level, $message, array $context = [])
    {
        $number = is_int($level) ? $level : (self::LEVELS[$level] ?? 1);
        if ($number < (int) $this->config->getValue('loglevel', 2)) {
            return;
        }
        foreach ($context as $key => $value) {
            if (is_scalar($value)) {
                $message = str_replace('{' . $key . '}', (string) $value, $message);
            }
        }
        $line = self::line($number, (string) ($context['app'] ?? 'no app in context'), (string) $message);
        if (($context['exception'] ?? null) instanceof \Throwable) {
            $thrown = $context['exception'];
            $line['exception'] = ['Exception' => get_class($thrown), 'Message' => $thrown->getMessage(),
                'Code' => $thrown->getCode(), 'File' => $thrown->getFile(), 'Line' => $thrown->getLine()];
        }
        $line['version'] = implode('.', Release::version());
        $data = $this->config->getValue('datadirectory', \OC::$SERVERROOT . '/data');
        self::append($this->config->getValue('logfile', $data . '/nextcloud.log'), $line);
    }

    /** For trouble met before there is a configuration: the default file, or standard error if that is shut. */
    public static function writeBeforeConfig(string $file, string $message): void
    {
        $line = self::line(3, 'PHP', $message);
        if (Release::behaviour('log.names_command')) {
            $line['scriptName'] = $_SERVER['argv'][0] ?? '';
            // Options are left out: they may hold secrets.
            $line['occ_command'] = array_values(array_filter($_SERVER['argv'] ?? [], function ($word) {
                return strncmp($word, '-', 1) !== 0;
            }));
        }
        self::append($file, $line + ['version' => '', 'data' => ['app' => 'PHP']]);
    }

    private static function line(int $level, string $app, string $message): array
    {
        return [
            'reqId' => substr(bin2hex(random_bytes(10)), 0, 20),
            'level' => $level,
            'time' => gmdate('Y-m-d\TH:i:s') . '+00:00',
            'remoteAddr' => '',
            'user' => '--',
            'app' => $app,
            'method' => '',
            'url' => '--',
            'message' => $message,
            'userAgent' => '--',
        ];
    }

    private static function append(string $file, array $line): void
    {
        $text = json_encode($line, JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR) . "\n";
        if (@file_put_contents($file, $text, FILE_APPEND | LOCK_EX) === false && PHP_SAPI === 'cli') {
            fwrite(STDERR, $text);
        }
    }
}
