<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Tests\Unit\Service;

use OCA\TwoFactorSecSign\Service\SecSignId;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class SecSignIdTest extends TestCase {
	/** @dataProvider proposals */
	#[DataProvider('proposals')]
	public function testProposed(string $uid, string $suffix, string $id): void {
		self::assertSame($id, SecSignId::proposed($uid, $suffix));
	}

	public static function proposals(): array {
		return [
			['Anna', 'Corp', 'anna@corp'],
			['anna', '@corp', 'anna@corp'],
			['anna', '', 'anna'],
			['Jörg Müller', 'corp', 'jörg-müller@corp'],
			['-x/../y', 'c', 'x-..-y@c'],
			['4711', 'c', '4711@c'],
			['a@b.example', 'c', 'a@b.example@c'],
			['a&secsignid=b', 'c', 'a-secsignid-b@c'],
		];
	}

	public function testLength(): void {
		self::assertSame(200, mb_strlen(SecSignId::proposed(str_repeat('ä', 300), 'corp')));
		self::assertNotNull(SecSignId::valid(str_repeat('ä', 200)));
		self::assertNull(SecSignId::valid(str_repeat('ä', 201)));
	}

	public function testValid(): void {
		self::assertSame('anna@corp', SecSignId::valid(" Anna@CORP\n"));
		foreach (['', ' ', '@corp', 'a b', 'a&b', "a\0b", "a\nb", '<b>', 'a/b', "\xff"] as $text) {
			self::assertNull(SecSignId::valid($text), $text);
		}
	}
}
