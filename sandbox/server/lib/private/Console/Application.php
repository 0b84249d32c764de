<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Console;

use OC\Sandbox\Release;

/** Finds the command, says what stands in the way, runs it, and reports failures as symfony's console does. */
final class Application
{
    /** @var \OC\Server */
    private $server;
    /** @var string */
    private $script;
    /** @var array<string, array{class: string, about: string, grammar: Grammar, defaults: array, of: string|null}> */
    private $commands = [];

    public function __construct(\OC\Server $server, string $script)
    {
        $this->server = $server;
        $this->script = $script;
    }

    /** @param string[] $words */
    public function start(array $words): int
    {
        $name = self::firstArgument($words);
        $output = new Output(in_array('-q', $words, true) || in_array('--quiet', $words, true));
        $config = $this->server->query(\OC\Config::class);
        $installed = (bool) $config->getValue('installed', false);
        $this->loadCommands($installed);
        $this->announce($installed, $name, $words);
        if ($name !== 'check') {
            $this->assertPrepared($output);
        }
        return $this->dispatch($name, $words, $output);
    }

    /** @return array<string, array{class: string, about: string, grammar: Grammar, defaults: array, of: string|null}> */
    public function commands(): array
    {
        return $this->commands;
    }

    public function script(): string
    {
        return $this->script;
    }

    private function loadCommands(bool $installed): void
    {
        $rows = require __DIR__ . '/commands.php';
        foreach ($rows as $name => $row) {
            $when = $row['when'] ?? 'installed';
            if ($when !== 'always' && ($when === 'installed') !== $installed) {
                continue;
            }
            $usage = self::current($row['usage']);
            if ($usage === null) {
                continue;
            }
            // Another name of a command: it is not listed, but runs.
            $of = strncmp($usage, '=', 1) === 0 ? substr($usage, 1) : null;
            if ($of !== null) {
                $usage = self::current($rows[$of]['usage']);
            }
            $this->commands[$name] = [
                'class' => $row['class'],
                'about' => $row['about'],
                'grammar' => new Grammar($usage),
                'defaults' => ($row['defaults'] ?? []) + ['output' => 'plain'],
                'of' => $of,
            ];
        }
    }

    /** Those that apps name in their info.xml, where they are made for the sandbox. */
    private function loadCommandsOf(\OC\App\AppManager $apps): void
    {
        foreach ($apps->getInstalledApps() as $app) {
            foreach ((array) ($apps->getAppInfo($app)['commands'] ?? []) as $class) {
                if (is_string($class) && is_subclass_of($class, Command::class)) {
                    $this->commands[$class::NAME] = ['class' => $class, 'about' => $class::ABOUT, 'grammar' => new Grammar($class::usage()),
                        'defaults' => ['output' => 'plain'], 'of' => null];
                }
            }
        }
    }

    /** @param array<int, string|null> $usage by the major release that brought it */
    private static function current(array $usage): ?string
    {
        $current = null;
        foreach ($usage as $since => $candidate) {
            if (Release::major() >= $since) {
                $current = $candidate;
            }
        }
        return $current;
    }

    /** The notices that come before a command's own output. */
    private function announce(bool $installed, ?string $name, array $words): void
    {
        $output = new Output(in_array('--no-warnings', $words, true));
        $say = function (array $lines) use ($output) {
            Release::behaviour('notice.on_stderr') ? $output->error($lines) : $output->writeln($lines);
        };
        if (!$installed) {
            if ($name !== 'maintenance:install') {
                $say(['Nextcloud is not installed - only a limited number of commands are available']);
            }
        } elseif (\OCP\Util::needUpgrade()) {
            if (!in_array($name, Release::behaviour('notice.upgrade_silent_for'), true)) {
                $say(['Nextcloud or one of the apps require upgrade - only a limited number of commands are available',
                    'You may use your browser or the occ upgrade command to do the upgrade']);
            }
        } elseif ($this->server->query(\OC\Config::class)->getValue('maintenance', false)) {
            if (!in_array($name, Release::behaviour('notice.maintenance_silent_for'), true)) {
                $output->error(Release::behaviour('notice.maintenance'));
            }
        } else {
            $apps = $this->server->query(\OC\App\AppManager::class);
            $apps->loadAll();
            $this->loadCommandsOf($apps);
        }
    }

    private function assertPrepared(Output $output): void
    {
        $errors = \OC\Sandbox\ServerCheck::errors($this->server->query(\OC\Config::class));
        foreach ($errors as list($error, $hint)) {
            $output->writeln([$error, $hint, '']);
        }
        if ($errors !== []) {
            throw new \Exception('Environment not properly prepared.');
        }
    }

    private function dispatch(?string $name, array $words, Output $output): int
    {
        $synopsis = null;
        try {
            if (in_array('--version', $words, true) || in_array('-V', $words, true)) {
                $output->writeln('Nextcloud ' . Release::versionString());
                return 0;
            }
            $asksHelp = in_array('--help', $words, true) || in_array('-h', $words, true);
            if ($name === null) {
                $name = 'list';
            } else {
                array_splice($words, (int) array_search($name, $words, true), 1);
                $name = $this->find($name);
            }
            $command = $this->commands[$name];
            $synopsis = $command['grammar']->synopsis($command['of'] ?? $name);
            if ($asksHelp) {
                (new \OC\Core\Command\Help($this))->describe($name, $output);
                return 0;
            }
            $input = new Input($command['grammar'], $name, $words, $command['defaults']);
            $class = $command['class'];
            $this->server->registerParameter(self::class, $this);
            $code = $this->server->resolve($class)->run($input, $output);
            return min($code, 255);
        } catch (\Throwable $failure) {
            $this->report($failure, $synopsis, $output);
            $code = $failure->getCode();
            return is_int($code) && $code > 0 ? min($code, 255) : 1;
        }
    }

    private function find(string $name): string
    {
        if (isset($this->commands[$name])) {
            return $name;
        }
        $names = array_keys($this->commands);
        $pattern = '/^' . implode('[^:]*:', array_map(function ($part) {
            return preg_quote($part, '/');
        }, explode(':', $name))) . '[^:]*$/';
        $begins = array_values(preg_grep($pattern, $names) ?: []);
        if (count($begins) === 1) {
            return $begins[0];
        }
        if (count($begins) > 1) {
            throw new ConsoleException(sprintf(
                "Command \"%s\" is ambiguous.\nDid you mean one of these?\n    %s.",
                $name,
                implode("\n    ", $begins)
            ));
        }
        throw $this->unknown($name, $names);
    }

    private function unknown(string $name, array $names): ConsoleException
    {
        $spaces = [];
        foreach ($names as $known) {
            for ($space = $known; ($cut = strrpos($space, ':')) !== false;) {
                $spaces[] = $space = substr($space, 0, $cut);
            }
        }
        $spaces = array_unique($spaces);
        $cut = strrpos($name, ':');
        $space = $cut === false ? '' : substr($name, 0, $cut);
        if ($space !== '' && !in_array($space, $spaces, true)) {
            $message = sprintf('There are no commands defined in the "%s" namespace.', $space);
            $near = self::similar($space, $spaces);
        } else {
            $message = sprintf('Command "%s" is not defined.', $name);
            $near = self::similar($name, $names);
        }
        if ($near !== []) {
            $message .= "\n\n" . (count($near) === 1 ? 'Did you mean this?' : 'Did you mean one of these?')
                . "\n    " . implode("\n    ", $near);
        }
        return new ConsoleException($message);
    }

    /** @return string[] */
    private static function similar(string $name, array $candidates): array
    {
        $cut = strrpos($name, ':');
        $space = $cut === false ? null : substr($name, 0, $cut + 1);
        $last = $cut === false ? null : substr($name, $cut);
        $near = array_filter($candidates, function ($candidate) use ($name, $space, $last) {
            return ($space !== null && (strpos($candidate, $space) === 0 || substr($candidate, -strlen($last)) === $last))
                || strpos($candidate, $name) !== false
                || strpos($name, $candidate) === 0
                || levenshtein($name, $candidate) <= strlen($name) / 3;
        });
        sort($near);
        return $near;
    }

    private function report(\Throwable $failure, ?string $synopsis, Output $output): void
    {
        $lines = $failure instanceof ConsoleException
            ? []
            : [sprintf('In %s line %d:', basename($failure->getFile()), $failure->getLine())];
        // Long messages are broken at the terminal's width, in the middle of a word if need be.
        $widest = ((int) getenv('COLUMNS') ?: 80) - 5;
        preg_match_all("/^.{0,$widest}|\G.{1,$widest}/mu", trim($failure->getMessage()), $pieces);
        $message = $pieces[0] ?: [''];
        $width = max(array_map([self::class, 'width'], $message));
        $lines[] = str_repeat(' ', $width + 4);
        foreach ($message as $line) {
            $lines[] = '  ' . $line . str_repeat(' ', $width - self::width($line)) . '  ';
        }
        $lines[] = str_repeat(' ', $width + 4);
        $lines[] = '';
        if ($synopsis !== null) {
            $lines[] = $synopsis;
            $lines[] = '';
        }
        $output->failure("\n" . implode("\n", $lines) . "\n");
    }

    private static function width(string $text): int
    {
        return function_exists('mb_strlen') ? mb_strlen($text) : strlen($text);
    }

    /** @param string[] $words */
    private static function firstArgument(array $words): ?string
    {
        foreach ($words as $word) {
            if ($word !== '' && $word[0] !== '-') {
                return $word;
            }
        }
        return null;
    }
}
