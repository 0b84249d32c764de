<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

/** What a SecSign ID looks like. They are case-insensitive, so there is one form that is stored, sent and compared. */
final class SecSignId {
	private const MAX_LENGTH = 200;

	public static function normalise(string $text): string {
		return mb_strtolower(trim($text));
	}

	/** @return string|null the normalised ID, or null if it can be none */
	public static function valid(string $text): ?string {
		$id = self::normalise($text);
		$fits = preg_match('/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]*$/uD', $id) === 1;
		return $fits && mb_strlen($id) <= self::MAX_LENGTH ? $id : null;
	}

	/** The ID that a user is offered at enrolment. */
	public static function proposed(string $uid, string $suffix): string {
		$id = (string)preg_replace('/[^\p{L}\p{M}\p{N}._@+-]+/u', '-', mb_strtolower($uid));
		$id = (string)preg_replace('/^[^\p{L}\p{N}]+/u', '', $id);
		$suffix = ltrim(self::normalise($suffix), '@');
		$tail = $suffix === '' ? '' : "@$suffix";
		return mb_substr($id, 0, self::MAX_LENGTH - mb_strlen($tail)) . $tail;
	}
}
