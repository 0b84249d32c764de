<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC;

use OC\Sandbox\Release;

/** config/config.php and its *.config.php neighbours: read at boot, written back whole. */
class Config
{
    /** @var string */
    private $folder;
    /** @var string */
    private $file;
    /** @var array<string, mixed> */
    private $values = [];

    public function __construct(string $folder)
    {
        $this->folder = $folder;
        $this->file = $folder . 'config.php';
        $this->read();
    }

    /** @return string[] */
    public function getKeys(): array
    {
        return array_keys($this->values);
    }

    public function getValue(string $key, $default = null)
    {
        return $this->values[$key] ?? $default;
    }

    /** Null deletes, as the real one does. */
    public function setValues(array $values): void
    {
        $changed = false;
        foreach ($values as $key => $value) {
            if ($value === null) {
                $changed = $this->remove($key) || $changed;
            } elseif (!array_key_exists($key, $this->values) || $this->values[$key] !== $value) {
                $this->assertWritable();
                $this->values[$key] = $value;
                $changed = true;
            }
        }
        if ($changed) {
            $this->write();
        }
    }

    /** A single null is kept (and then read as unset), unlike in setValues(). */
    public function setValue(string $key, $value): void
    {
        if (!array_key_exists($key, $this->values) || $this->values[$key] !== $value) {
            $this->assertWritable();
            $this->values[$key] = $value;
            $this->write();
        }
    }

    public function deleteKey(string $key): void
    {
        if ($this->remove($key)) {
            $this->write();
        }
    }

    private function remove(string $key): bool
    {
        if (!array_key_exists($key, $this->values)) {
            return false;
        }
        $this->assertWritable();
        unset($this->values[$key]);
        return true;
    }

    private function assertWritable(): void
    {
        if (!empty($this->values['config_is_read_only']) && Release::behaviour('config.read_only_is_enforced')) {
            throw new \OCP\HintException('Config is set to be read-only via option "config_is_read_only".');
        }
    }

    private function read(): void
    {
        $files = [$this->file];
        foreach (glob($this->folder . '*.config.php') ?: [] as $extra) {
            $files[] = $extra;
        }
        foreach ($files as $file) {
            if (!file_exists($file)) {
                continue;
            }
            if (!is_readable($file)) {
                $this->reportUnreadable($file);
                continue;
            }
            unset($CONFIG);
            // A blank line in front of the opening tag is output; old releases let it through.
            ob_start();
            try {
                include $file;
            } finally {
                $leading = (string) ob_get_clean();
                echo $leading;
            }
            if ($leading !== '' && PHP_SAPI === 'cli' && Release::behaviour('config.refuses_leading_content')) {
                // The line break keeps the message apart from what the file printed.
                throw new \Exception(sprintf(
                    'Config file has leading content, please remove everything before "<?php" in %s',
                    basename($file)
                ));
            }
            if (isset($CONFIG) && is_array($CONFIG)) {
                $this->values = array_merge($this->values, $CONFIG);
            }
        }
    }

    private function reportUnreadable(string $file): void
    {
        if (!Release::behaviour('config.unreadable_goes_to_stderr')) {
            return;
        }
        \OC\Log\File::writeBeforeConfig(dirname($this->folder) . '/data/nextcloud.log', sprintf(
            'fopen(%s): Failed to open stream: Permission denied at %s#%d',
            $file,
            __FILE__,
            __LINE__
        ));
    }

    private function write(): void
    {
        $content = "<?php\n" . '$CONFIG = ' . var_export($this->values, true) . ";\n";
        // Same handle, same inode: owner and mode of the file stay what they were.
        $handle = @fopen($this->file, 'c');
        if ($handle === false) {
            throw new \OCP\HintException('Cannot write into "config" directory!');
        }
        flock($handle, LOCK_EX);
        ftruncate($handle, 0);
        fwrite($handle, $content);
        fflush($handle);
        flock($handle, LOCK_UN);
        fclose($handle);
        chmod($this->file, 0640);
        if (function_exists('opcache_invalidate')) {
            @opcache_invalidate($this->file, true);
        }
    }
}
