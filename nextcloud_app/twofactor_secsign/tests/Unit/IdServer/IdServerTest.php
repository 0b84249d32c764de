<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Tests\Unit\IdServer;

use OCA\TwoFactorSecSign\IdServer\AuthSession;
use OCA\TwoFactorSecSign\IdServer\BadAnswerException;
use OCA\TwoFactorSecSign\IdServer\RefusedException;
use OCA\TwoFactorSecSign\IdServer\SessionState;
use OCA\TwoFactorSecSign\IdServer\UnreachableException;
use OCA\TwoFactorSecSign\Tests\Unit\ServerTestCase;
use PHPUnit\Framework\Attributes\DataProvider;

final class IdServerTest extends ServerTestCase {
	private static function session(int $server = 0): AuthSession {
		return new AuthSession('anna@corp', '77', 'AB77', self::PASS, $server);
	}

	public function testRequest(): void {
		$this->answers = [self::created('anna%40corp')];
		$session = $this->idServer()->requestApproval('anna@corp');
		self::assertSame(['anna@corp', '77', 'AB77', self::PASS, 0], array_values($session->toArray()));
		self::assertSame('https://first.example/', $this->asked[0]['url']);
		self::assertSame('ReqRequestAuthSession', $this->asked[0]['fields']['apimethod']);
		self::assertSame('https://cloud.example', $this->asked[0]['fields']['serviceaddress']);
		self::assertSame('NextCloud', $this->asked[0]['fields']['servicename']);
		$options = $this->asked[0]['options'];
		self::assertFalse($options['allow_redirects']);
		self::assertArrayNotHasKey('verify', $options, "Nextcloud's own certificate bundle decides");
		self::assertLessThanOrEqual(15, $options['timeout']);
	}

	public function testASessionForAnotherIdIsNotTaken(): void {
		$this->answers = [self::created('thief%40evil')];
		$this->expectException(BadAnswerException::class);
		$this->idServer()->requestApproval('anna@corp');
	}

	/** @dataProvider failures */
	#[DataProvider('failures')]
	public function testFallback(array|\Exception $failure): void {
		$this->answers = [$failure, [200, 'authsessionstate=1']];
		self::assertSame(SessionState::Pending, $this->idServer()->stateOf(self::session()));
		self::assertSame(['https://first.example/', 'https://second.example:8443/'], array_column($this->asked, 'url'));
	}

	public static function failures(): array {
		return [
			[new \RuntimeException('cURL error 7')],
			[[500, '']],
			[[503, '<h1>busy</h1>']],
			[[502, 'authsessionstate']],
		];
	}

	/** @dataProvider finalAnswers */
	#[DataProvider('finalAnswers')]
	public function testNoFallbackForWhatIsAnAnswer(array $answer, string $exception): void {
		$this->answers = [$answer];
		$this->expectException($exception);
		$this->idServer()->stateOf(self::session());
	}

	public static function finalAnswers(): array {
		return [
			[[200, 'error=422&errormsg=no'], RefusedException::class],
			[[500, 'error=500&errormsg=x'], RefusedException::class],
			[[302, 'authsessionstate=3'], BadAnswerException::class],
			[[404, 'authsessionstate=3'], BadAnswerException::class],
			[[200, 'hello'], BadAnswerException::class],
		];
	}

	public function testTheServerThatMadeTheSessionIsAskedFirst(): void {
		$this->answers = [[200, 'authsessionstate=3']];
		$this->idServer()->stateOf(self::session(1));
		self::assertSame('https://second.example:8443/', $this->asked[0]['url']);
	}

	public function testBothDown(): void {
		$this->answers = [new \RuntimeException('refused'), new \RuntimeException('timeout')];
		$this->expectException(UnreachableException::class);
		$this->idServer()->stateOf(self::session());
	}

	public function testNoServerAtAll(): void {
		$this->config = ['server' => 'http://plain.example'];
		$this->expectException(UnreachableException::class);
		$this->idServer()->stateOf(self::session());
	}

	public function testOnlyAsMuchIsReadAsAnAnswerMayHave(): void {
		$this->answers = [[200, 'authsessionstate=3&secsignid=' . str_repeat('x', 1000000)]];
		$this->expectException(BadAnswerException::class);
		$this->idServer()->stateOf(self::session());
	}

	public function testCourtesiesNeverFail(): void {
		$down = new \RuntimeException('down');
		$this->answers = [$down, $down, [200, 'error=422&errormsg=gone']];
		$this->idServer()->cancel(self::session());
		$this->idServer()->release(self::session());
		$timeouts = array_column(array_column($this->asked, 'options'), 'timeout');
		self::assertLessThanOrEqual(3, max($timeouts), 'nobody waits long for them');
		self::assertSame(['ReqCancelAuthSession', 'ReqCancelAuthSession', 'ReqReleaseAuthSession'], $this->methods());
	}

	/** @dataProvider servers */
	#[DataProvider('servers')]
	public function testServers(array $config, array $urls): void {
		$this->config = $config;
		self::assertSame($urls, $this->settings()->servers());
	}

	public static function servers(): array {
		return [
			'nothing set' => [[], ['https://httpapi.secsign.com/', 'https://httpapi2.secsign.com/']],
			'own server only: the public fallback must not hear of it' => [
				['server' => 'https://id.corp'],
				['https://id.corp/'],
			],
			'ports' => [
				['server' => 'https://id.corp/api', 'serverport' => '8443', 'fallback' => 'https://b.corp:444'],
				['https://id.corp:8443/api', 'https://b.corp:444/'],
			],
			'the setting wins over the address' => [
				['server' => 'https://id.corp:444', 'serverport' => '8443'],
				['https://id.corp:8443/'],
			],
			'not https' => [['server' => 'http://id.corp', 'fallback' => 'ftp://x'], []],
			'tricks' => [['server' => 'https://id.corp@evil.example', 'fallback' => 'https://a.corp?x=1'], []],
			'bad port' => [['server' => 'https://id.corp', 'serverport' => '99999'], []],
		];
	}
}
