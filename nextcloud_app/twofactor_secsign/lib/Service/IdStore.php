<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCP\DB\Exception;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/** The table of SecSign IDs: one row an account. A row without an ID counts as no row. */
class IdStore {
	public const TABLE = 'twofactor_secsign';

	public function __construct(
		private readonly IDBConnection $db,
	) {
	}

	public function find(string $uid): ?StoredId {
		return $this->findMany([$uid])[$uid] ?? null;
	}

	/**
	 * @param list<string> $uids
	 * @return array<array-key, StoredId> by account
	 */
	public function findMany(array $uids): array {
		$found = [];
		foreach (array_chunk($uids, 500) as $chunk) {
			$query = $this->db->getQueryBuilder();
			$these = $query->createNamedParameter($chunk, IQueryBuilder::PARAM_STR_ARRAY);
			$query->select('user_id', 'secsignid', 'enabled')->from(self::TABLE)
				->where($query->expr()->in('user_id', $these));
			$result = $query->executeQuery();
			while (($row = $result->fetch()) !== false) {
				$uid = (string)$row['user_id'];
				$id = SecSignId::normalise((string)($row['secsignid'] ?? ''));
				if ($id !== '') {
					$found[$uid] = new StoredId($uid, $id, (int)$row['enabled'] === 1);
				}
			}
			$result->closeCursor();
		}
		return $found;
	}

	/** Does this ID belong to another account? */
	public function isTaken(string $secSignId, string $exceptUid): bool {
		$query = $this->db->getQueryBuilder();
		$query->select('user_id')->from(self::TABLE)
			->where($query->expr()->eq($query->func()->lower('secsignid'), $query->createNamedParameter($secSignId)))
			->andWhere($query->expr()->neq('user_id', $query->createNamedParameter($exceptUid)))
			->setMaxResults(1);
		$result = $query->executeQuery();
		$taken = $result->fetch() !== false;
		$result->closeCursor();
		return $taken;
	}

	/** Stores this ID for the account, whatever was there. */
	public function put(string $uid, string $secSignId, bool $enabled): void {
		if (!$this->insert($uid, $secSignId, $enabled)) {
			$this->update($uid, $secSignId, $enabled)->executeStatement();
		}
	}

	/**
	 * Stores this ID unless the account has one by now.
	 *
	 * @return bool whether the account now has exactly this ID, enabled
	 */
	public function putIfNone(string $uid, string $secSignId): bool {
		if ($this->insert($uid, $secSignId, true)) {
			return true;
		}
		$query = $this->update($uid, $secSignId, true);
		$query->andWhere($query->expr()->orX(
			$query->expr()->isNull('secsignid'),
			$query->expr()->eq('secsignid', $query->createNamedParameter('')),
			$query->expr()->eq('secsignid', $query->createNamedParameter($secSignId)),
		));
		$query->executeStatement();
		$now = $this->find($uid);
		return $now !== null && $now->enabled && $now->secSignId === $secSignId;
	}

	public function setEnabled(string $uid, bool $enabled): void {
		$query = $this->db->getQueryBuilder();
		$query->update(self::TABLE)
			->set('enabled', $query->createNamedParameter((int)$enabled, IQueryBuilder::PARAM_INT))
			->where($query->expr()->eq('user_id', $query->createNamedParameter($uid)));
		$query->executeStatement();
	}

	public function remove(string $uid): void {
		$query = $this->db->getQueryBuilder();
		$query->delete(self::TABLE)->where($query->expr()->eq('user_id', $query->createNamedParameter($uid)));
		$query->executeStatement();
	}

	public function isEmpty(): bool {
		$query = $this->db->getQueryBuilder();
		$result = $query->select('user_id')->from(self::TABLE)->setMaxResults(1)->executeQuery();
		$empty = $result->fetch() === false;
		$result->closeCursor();
		return $empty;
	}

	private function insert(string $uid, string $secSignId, bool $enabled): bool {
		if ($this->hasRow($uid)) {
			return false;
		}
		$query = $this->db->getQueryBuilder();
		$query->insert(self::TABLE)->values([
			'user_id' => $query->createNamedParameter($uid),
			'secsignid' => $query->createNamedParameter($secSignId),
			'enabled' => $query->createNamedParameter((int)$enabled, IQueryBuilder::PARAM_INT),
		]);
		try {
			$query->executeStatement();
			return true;
		} catch (Exception $e) {
			if ($e->getReason() !== Exception::REASON_UNIQUE_CONSTRAINT_VIOLATION) {
				throw $e;
			}
			return false; // somebody was quicker
		}
	}

	private function hasRow(string $uid): bool {
		$query = $this->db->getQueryBuilder();
		$result = $query->select('user_id')->from(self::TABLE)
			->where($query->expr()->eq('user_id', $query->createNamedParameter($uid)))->executeQuery();
		$there = $result->fetch() !== false;
		$result->closeCursor();
		return $there;
	}

	private function update(string $uid, string $secSignId, bool $enabled): IQueryBuilder {
		$query = $this->db->getQueryBuilder();
		return $query->update(self::TABLE)
			->set('secsignid', $query->createNamedParameter($secSignId))
			->set('enabled', $query->createNamedParameter((int)$enabled, IQueryBuilder::PARAM_INT))
			->where($query->expr()->eq('user_id', $query->createNamedParameter($uid)));
	}
}
