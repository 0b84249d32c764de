<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Tests\Unit\Service;

use OCA\TwoFactorSecSign\Service\Permissions;
use OCA\TwoFactorSecSign\Tests\Unit\ServerTestCase;
use OCP\IGroupManager;
use PHPUnit\Framework\Attributes\DataProvider;

final class PermissionsTest extends ServerTestCase {
	/** @dataProvider editors */
	#[DataProvider('editors')]
	public function testMayEdit(array $config, array $groups, bool $admin, bool $may): void {
		$this->config = $config;
		self::assertSame($may, $this->permissions($groups, $admin)->mayEdit($this->user('anna')));
	}

	public static function editors(): array {
		return [
			'default' => [[], ['staff'], false, false],
			'default, admin' => [[], ['admin'], true, true],
			'all' => [['allowEdit' => '1'], [], false, true],
			'off as the collection writes it' => [['allowEdit' => ''], [], false, false],
			'group' => [['allowGroups' => '1', 'allowEditGroups' => '["staff"]'], ['staff'], false, true],
			'admin outside' => [['allowGroups' => '1', 'allowEditGroups' => '["staff"]'], ['admin'], true, false],
			'allowEdit does not matter then' => [
				['allowGroups' => '1', 'allowEdit' => '1', 'allowEditGroups' => '{}'], ['staff'], false, false,
			],
			'no group' => [['allowGroups' => '1', 'allowEditGroups' => '["no group"]'], [], false, true],
			'a group of that name is no way in' => [
				['allowGroups' => '1', 'allowEditGroups' => '["x"]'], [], false, false,
			],
			'broken list' => [['allowGroups' => '1', 'allowEditGroups' => '["staff"'], ['staff'], false, false],
			'numeric group' => [['allowGroups' => '1', 'allowEditGroups' => '["42"]'], ['42'], false, true],
		];
	}

	/** @dataProvider choosers */
	#[DataProvider('choosers')]
	public function testMayChoose(array $config, array $groups, bool $may): void {
		$this->config = $config;
		self::assertSame($may, $this->permissions($groups, true)->mayChoose($this->user('anna')));
	}

	public static function choosers(): array {
		return [
			[[], ['admin'], false],
			[['choice_enabled' => '1'], [], true],
			[['choice_enabled' => '1', 'choice_groups' => 'null'], [], true],
			[['choice_enabled' => '1', 'choice_groups' => '["staff"]'], ['admin'], false],
			[['choice_enabled' => '1', 'choice_groups' => '["staff"]'], ['staff'], true],
		];
	}

	private function permissions(array $groups, bool $admin): Permissions {
		$manager = $this->createStub(IGroupManager::class);
		$manager->method('isAdmin')->willReturn($admin);
		$manager->method('getUserGroupIds')->willReturn($groups);
		return new Permissions($this->settings(), $manager);
	}
}
