<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Controller;

use OCA\TwoFactorSecSign\IdServer\IdServer;
use OCA\TwoFactorSecSign\IdServer\IdServerException;
use OCA\TwoFactorSecSign\Service\Accounts;
use OCA\TwoFactorSecSign\Service\IdStore;
use OCA\TwoFactorSecSign\Service\SecSignId;
use OCA\TwoFactorSecSign\Service\SettingsForm;
use OCA\TwoFactorSecSign\Service\Words;
use OCP\AppFramework\Controller;
use OCP\AppFramework\Http;
use OCP\AppFramework\Http\Attribute\FrontpageRoute;
use OCP\AppFramework\Http\Attribute\PasswordConfirmationRequired;
use OCP\AppFramework\Http\JSONResponse;
use OCP\IL10N;
use OCP\IRequest;
use OCP\IUser;
use OCP\IUserManager;

/** Administrators only: without an attribute that says otherwise, Nextcloud lets nobody else in. */
class AdminController extends Controller {
	private const PAGE = 25;

	public function __construct(
		string $appName,
		IRequest $request,
		private readonly SettingsForm $form,
		private readonly IdServer $server,
		private readonly IUserManager $users,
		private readonly IdStore $ids,
		private readonly Accounts $accounts,
		private readonly Words $words,
		private readonly IL10N $l,
	) {
		parent::__construct($appName, $request);
	}

	/** @param array<array-key, mixed> $settings */
	#[PasswordConfirmationRequired]
	#[FrontpageRoute(verb: 'POST', url: '/admin/settings')]
	public function saveSettings(array $settings): JSONResponse {
		$wrong = $this->form->save($settings);
		return $wrong === []
			? self::respond($this->l->t('Saved.'))
			: self::respond(implode(' ', $wrong), Http::STATUS_UNPROCESSABLE_ENTITY);
	}

	#[PasswordConfirmationRequired]
	#[FrontpageRoute(verb: 'POST', url: '/admin/check')]
	public function checkServer(): JSONResponse {
		try {
			$this->server->check();
		} catch (IdServerException $e) {
			return self::respond($this->words->problem($e) . ' (' . $e->getMessage() . ')', Http::STATUS_BAD_GATEWAY);
		}
		return self::respond($this->l->t('The ID server answers.'));
	}

	/** Users of all user backends, a page at a time. */
	#[FrontpageRoute(verb: 'GET', url: '/admin/users')]
	public function users(string $search = '', int $offset = 0): JSONResponse {
		$offset = max(0, $offset);
		// each backend counts on its own, so a page may hold more users than asked for
		/** @psalm-suppress RedundantFunctionCallGivenDocblockType older releases promise no list */
		$users = array_values($this->users->searchDisplayName($search, self::PAGE, $offset));
		$stored = $this->ids->findMany(array_map(static fn (IUser $user): string => $user->getUID(), $users));
		$rows = [];
		foreach ($users as $user) {
			$id = $stored[$user->getUID()] ?? null;
			$rows[] = [
				'uid' => $user->getUID(),
				'displayName' => $user->getDisplayName(),
				'secSignId' => $id?->secSignId ?? '',
				'enabled' => $id !== null && $id->enabled && $this->accounts->isRegistered($user),
			];
		}
		$next = count($users) >= self::PAGE ? $offset + self::PAGE : null;
		return new JSONResponse(['users' => $rows, 'next' => $next]);
	}

	#[PasswordConfirmationRequired]
	#[FrontpageRoute(verb: 'POST', url: '/admin/users')]
	public function assign(string $uid, string $secSignId, bool $enabled): JSONResponse {
		$user = $this->users->get($uid);
		if ($user === null) {
			return self::respond($this->l->t('There is no such account.'), Http::STATUS_NOT_FOUND);
		}
		if (trim($secSignId) === '') {
			if ($enabled) {
				return self::respond(
					$this->l->t('Without a SecSign ID, this user cannot log in any more.'),
					Http::STATUS_UNPROCESSABLE_ENTITY,
				);
			}
			$this->accounts->remove($user);
			return self::respond($this->l->t('Saved.'));
		}
		$id = SecSignId::valid($secSignId);
		if ($id === null) {
			return self::respond(
				$this->l->t('This cannot be a SecSign ID. Use letters, digits and . _ - + @'),
				Http::STATUS_UNPROCESSABLE_ENTITY,
			);
		}
		$this->accounts->assign($user, $id, $enabled);
		return self::respond($this->l->t('Saved.'));
	}

	/** @param Http::STATUS_* $status */
	private static function respond(string $message, int $status = Http::STATUS_OK): JSONResponse {
		return new JSONResponse(['message' => $message], $status);
	}
}
