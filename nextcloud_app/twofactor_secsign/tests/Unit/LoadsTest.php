<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Tests\Unit;

use PHPUnit\Framework\TestCase;

/** With a release at hand: every class fits the interfaces it claims, and everything it imports is public and there. */
final class LoadsTest extends TestCase {
	private const LIB = __DIR__ . '/../../lib/';
	/** Came with Nextcloud 34; an attribute whose class is missing is only a note. */
	private const MAY_BE_MISSING = ['OCP\AppFramework\Http\Attribute\NoTwoFactorRequired'];

	public function testEveryClassLoads(): void {
		if (getenv('NEXTCLOUD_ROOT') === false || getenv('NEXTCLOUD_ROOT') === '') {
			$this->addToAssertionCount(1); // the same test runs with each release that is at hand
			return;
		}
		foreach (self::files() as $path => $text) {
			$class = 'OCA\\TwoFactorSecSign\\' . strtr(substr($path, 0, -4), '/', '\\');
			self::assertTrue(class_exists($class) || enum_exists($class), $class);
			preg_match_all('/^use ([\w\\\\]+);/m', $text, $found);
			foreach (array_diff($found[1], self::MAY_BE_MISSING, ['Closure']) as $import) {
				$exists = class_exists($import) || interface_exists($import) || enum_exists($import);
				self::assertTrue($exists, "$path imports $import");
			}
		}
	}

	public function testOnlyPublicInterfaces(): void {
		foreach (self::files() as $path => $text) {
			preg_match_all('/\b(OC\\\\\w+|OC_\w+|\\\\OC::|GuzzleHttp\\\\\w+|Doctrine\\\\\w+)/', $text, $found);
			self::assertSame([], $found[1], $path);
		}
	}

	/** Routes that are open before the second factor carry the annotation, and nothing else does. */
	public function testWhatIsOpenBeforeTheSecondFactor(): void {
		$open = [];
		foreach (self::files() as $path => $text) {
			self::assertStringNotContainsString('PublicPage', $text, $path);
			self::assertStringNotContainsString('NoCSRFRequired', $text, $path);
			$marked = '/@NoTwoFactorRequired\n.*?#\[NoTwoFactorRequired\].*?public function (\w+)/s';
			preg_match_all($marked, $text, $found);
			$marks = substr_count($text, 'NoTwoFactorRequired') - substr_count($text, 'Attribute\NoTwoFactorRequired');
			self::assertSame($marks, 2 * count($found[1]), $path);
			foreach ($found[1] as $method) {
				$open[] = "$path $method";
			}
		}
		$controller = 'Controller/ChallengeController.php';
		self::assertSame(["$controller poll", "$controller restart"], $open);
	}

	/** @return array<string, string> */
	private static function files(): array {
		$files = [];
		$folder = new \RecursiveDirectoryIterator(self::LIB, \FilesystemIterator::SKIP_DOTS);
		foreach (new \RecursiveIteratorIterator($folder) as $file) {
			$files[substr($file->getPathname(), strlen(self::LIB))] = (string)file_get_contents($file->getPathname());
		}
		ksort($files);
		self::assertGreaterThan(30, count($files));
		return $files;
	}
}
