<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Tests\Unit\IdServer;

use OCA\TwoFactorSecSign\IdServer\Answer;
use OCA\TwoFactorSecSign\IdServer\BadAnswerException;
use OCA\TwoFactorSecSign\IdServer\RefusedException;
use OCA\TwoFactorSecSign\IdServer\SessionState;
use OCA\TwoFactorSecSign\Tests\Unit\ServerTestCase;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class AnswerTest extends TestCase {
	public function testStates(): void {
		foreach (SessionState::cases() as $state) {
			self::assertSame($state, Answer::parse("authsessionstate=$state->value\n")->state());
		}
	}

	/** @dataProvider notStates */
	#[DataProvider('notStates')]
	public function testNoState(string $body): void {
		$this->expectException(BadAnswerException::class);
		Answer::parse($body)->state();
	}

	public static function notStates(): array {
		return array_map(static fn (string $text): array => [$text], [
			'authsessionstate=9',
			'authsessionstate=3.0',
			'authsessionstate=03',
			'authsessionstate=%203',
			'authsessionstate=3%00',
			'authsessionstate=3%0A',
			'authsessionstate=',
			'authsessionstate=-3',
			'authsessionstate=3e0',
			'secsignid=x',
			"authsessionstate=3\x0b1",
		]);
	}

	/** @dataProvider notAnswers */
	#[DataProvider('notAnswers')]
	public function testNoAnswer(string $body): void {
		$this->expectException(BadAnswerException::class);
		Answer::parse($body);
	}

	public static function notAnswers(): array {
		return [
			'empty' => [''],
			'blank' => [" \n"],
			'html' => ['<!DOCTYPE html>'],
			'no value' => ['authsessionstate'],
			'twice' => ['authsessionstate=1&authsessionstate=3'],
			'array' => ['authsessionstate[]=3'],
			'capitals' => ['AUTHSESSIONSTATE=3'],
			'json' => ['{"authsessionstate":3}'],
			'trailing' => ['authsessionstate=3&'],
			'long' => ['secsignid=' . str_repeat('x', Answer::MAX_BYTES)],
		];
	}

	public function testAnErrorIsARefusal(): void {
		try {
			Answer::parse('error=500&errormsg=The+SecSign%20ID+does+not+exist.%0Ainjected&authsessionstate=3');
			self::fail('a refusal is no answer');
		} catch (RefusedException $e) {
			self::assertSame(500, $e->errorCode);
			self::assertTrue($e->isUnknownId());
			self::assertSame('The SecSign ID does not exist. injected', $e->errorText);
		}
	}

	public function testMustBeAboutWhatWasAsked(): void {
		$asked = ['secsignid' => 'anna@corp', 'authsessionid' => '7', 'requestid' => 'R'];
		Answer::parse('authsessionstate=3')->mustBeAbout($asked);
		Answer::parse('secsignid=Anna%40Corp&authsessionid=7&requestid=R')->mustBeAbout($asked);
		foreach (['secsignid=thief', 'authsessionid=8', 'requestid=r', 'authsessionid=', 'authsessionid=07'] as $body) {
			try {
				Answer::parse($body)->mustBeAbout($asked);
				self::fail("taken: $body");
			} catch (BadAnswerException $e) {
				self::assertStringContainsString('is about another', $e->getMessage());
			}
		}
	}

	public function testAccessPass(): void {
		$text = ServerTestCase::PASS;
		$png = (string)base64_decode($text, true);
		self::assertSame($text, Answer::parse('authsessionicondata=' . rawurlencode($text))->accessPass());
		self::assertSame($text, Answer::parse('authsessionicondata=' . $text)->accessPass(), 'raw base64, "+" and all');
		$huge = substr_replace($png, pack('NN', 100000, 1), 16, 8);
		$svg = '<svg onload="alert(1)"/>' . str_repeat(' ', 40);
		$images = [base64_encode($svg), base64_encode($huge), substr($text, 0, 20), "data:image/png;base64,$text"];
		foreach (['', 'x', ...$images] as $bad) {
			try {
				Answer::parse('authsessionicondata=' . rawurlencode($bad))->accessPass();
			} catch (BadAnswerException) {
				continue;
			}
			self::fail("taken: $bad");
		}
	}

	/** @dataProvider notTokens */
	#[DataProvider('notTokens')]
	public function testTokens(string $token): void {
		$this->expectException(BadAnswerException::class);
		Answer::parse('authsessionid=' . rawurlencode($token))->token('authsessionid');
	}

	public static function notTokens(): array {
		return [[''], ['a b'], ["a\n"], ['<b>'], [str_repeat('9', 129)], ['a&requestid=1']];
	}
}
