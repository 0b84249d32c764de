<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Tests\Unit;

use OCA\TwoFactorSecSign\IdServer\IdServer;
use OCA\TwoFactorSecSign\Service\Settings;
use OCP\Http\Client\IClient;
use OCP\Http\Client\IClientService;
use OCP\Http\Client\IResponse;
use OCP\IConfig;
use OCP\IURLGenerator;
use OCP\IUser;
use PHPUnit\Framework\TestCase;
use Psr\Log\LoggerInterface;

/** What the ID server is asked, and what it answers next. */
abstract class ServerTestCase extends TestCase {
	/** @var list<array{url: string, fields: array<string, string>, options: array<string, mixed>}> */
	protected array $asked = [];
	/** @var list<array{int, string}|\Exception> */
	protected array $answers = [];
	/** @var array<string, string> */
	protected array $config = [
		'server' => 'https://first.example',
		'fallback' => 'https://second.example',
		'fallbackport' => '8443',
	];

	/** An access pass: a PNG of one pixel. */
	public const PASS = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJg'
		. 'gg==';

	protected function settings(): Settings {
		$config = $this->createStub(IConfig::class);
		$config->method('getAppValue')->willReturnCallback(
			fn ($app, $key, $default = '') => $this->config[$key] ?? $default,
		);
		$config->method('setAppValue')->willReturnCallback(function ($app, $key, $value): void {
			$this->config[$key] = $value;
		});
		return new Settings($config);
	}

	protected function idServer(): IdServer {
		$client = $this->createStub(IClient::class);
		$client->method('post')->willReturnCallback(function (string $url, array $options): IResponse {
			$this->asked[] = ['url' => $url, 'fields' => $options['body'], 'options' => $options];
			$next = array_shift($this->answers) ?? throw new \LogicException('the ID server was asked once more');
			if ($next instanceof \Exception) {
				throw $next;
			}
			$response = $this->createStub(IResponse::class);
			$response->method('getStatusCode')->willReturn($next[0]);
			$stream = fopen('php://memory', 'r+');
			fwrite($stream, $next[1]);
			rewind($stream);
			$response->method('getBody')->willReturn($stream);
			return $response;
		});
		$clients = $this->createStub(IClientService::class);
		$clients->method('newClient')->willReturn($client);
		$urls = $this->createStub(IURLGenerator::class);
		$urls->method('getBaseUrl')->willReturn('https://cloud.example');
		return new IdServer($clients, $this->settings(), $urls, $this->createStub(LoggerInterface::class));
	}

	/** What the ID server was asked for, in this order. */
	protected function methods(): array {
		return array_column(array_column($this->asked, 'fields'), 'apimethod');
	}

	protected function user(string $uid): IUser {
		$user = $this->createStub(IUser::class);
		$user->method('getUID')->willReturn($uid);
		return $user;
	}

	protected static function created(string $secSignId, string $session = '77'): array {
		return [200, "secsignid=$secSignId&authsessionid=$session&requestid=AB$session&authsessionstate=1"
			. '&authsessionicondata=' . rawurlencode(self::PASS)];
	}
}
