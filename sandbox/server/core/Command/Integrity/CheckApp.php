<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Integrity;

use OC\App\AppManager;
use OC\Console\Command;
use OC\Sandbox\Release;

/** Shipped apps pass, others have no signature: what each release makes of that. Nothing is verified. */
class CheckApp extends Command
{
    /** @var AppManager */
    private $apps;

    public function __construct(AppManager $apps)
    {
        $this->apps = $apps;
    }

    protected function execute(): int
    {
        $style = Release::behaviour('integrity.style');
        $app = (string) $this->input->argument('appid');
        if ((string) $this->input->option('path') === '' && $this->apps->find($app) === null) {
            return $this->unknown($app, $style);
        }
        if ($this->apps->isShipped($app)) {
            if ($style !== 'prefixed') {
                $this->printArray([]);
            }
            return 0;
        }
        if ($style === 'exception') {
            $this->printArray(['EXCEPTION' => [
                'class' => 'OC\IntegrityCheck\Exceptions\InvalidSignatureException',
                'message' => 'Signature data not found.',
            ]]);
            return 1;
        }
        $this->output->writeln($app . ': App signature not found, skipping app integrity check');
        return 0;
    }

    private function unknown(string $app, string $style): int
    {
        if ($style === 'exception') {
            $this->printArray(['EXCEPTION' => ['class' => 'Exception', 'message' => 'App not found']]);
        } else {
            $this->apps->getAppPath($app);
        }
        return 1;
    }
}
