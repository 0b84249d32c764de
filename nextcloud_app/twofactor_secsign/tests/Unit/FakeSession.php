<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Tests\Unit;

use OCP\ISession;

/** A PHP session that can be closed by another request at any time. */
final class FakeSession implements ISession {
	/** @var array<string, mixed> */
	public array $values = [];
	public string $id = 'first';
	public bool $open = false;
	/** How often it was opened for reading and writing. */
	public int $locks = 0;

	public function set(string $key, $value): void {
		$this->values[$key] = json_decode((string)json_encode($value), true); // as Nextcloud stores it
	}

	public function get(string $key): mixed {
		return $this->values[$key] ?? null;
	}

	public function exists(string $key): bool {
		return isset($this->values[$key]);
	}

	public function remove(string $key): void {
		unset($this->values[$key]);
	}

	public function clear(): void {
		$this->values = [];
	}

	public function reopen(): bool {
		$this->locks++;
		$was = $this->open;
		$this->open = true;
		return !$was;
	}

	public function close(): void {
		$this->open = false;
	}

	public function regenerateId(bool $deleteOldSession = true, bool $updateToken = false): void {
		$this->id .= 'x';
	}

	public function getId(): string {
		return $this->id;
	}
}
