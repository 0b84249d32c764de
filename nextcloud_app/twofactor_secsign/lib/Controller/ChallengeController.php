<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Controller;

use OCA\TwoFactorSecSign\Service\Approvals;
use OCA\TwoFactorSecSign\Service\Purpose;
use OCP\AppFramework\Controller;
use OCP\AppFramework\Http\Attribute\FrontpageRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\Attribute\NoTwoFactorRequired;
use OCP\AppFramework\Http\Attribute\UserRateLimit;
use OCP\AppFramework\Http\JSONResponse;
use OCP\AppFramework\Http\RedirectResponse;
use OCP\AppFramework\Http\Response;
use OCP\IRequest;
use OCP\IURLGenerator;
use OCP\IUserSession;

/**
 * What the challenge page needs before the second factor is passed. Nothing here lets anyone in; that is done by
 * Nextcloud's own route, which asks the provider.
 *
 * Up to Nextcloud 33 only the annotation is known; from 34 on the attribute is wanted. So both stand here.
 */
class ChallengeController extends Controller {
	public function __construct(
		string $appName,
		IRequest $request,
		private readonly IUserSession $users,
		private readonly IURLGenerator $urls,
		private readonly Approvals $approvals,
		private readonly PollAnswer $answer,
	) {
		parent::__construct($appName, $request);
	}

	/**
	 * @NoTwoFactorRequired
	 */
	#[NoAdminRequired]
	#[NoTwoFactorRequired]
	#[UserRateLimit(limit: 150, period: 60)]
	#[FrontpageRoute(verb: 'POST', url: '/challenge/poll')]
	public function poll(): JSONResponse {
		return $this->answer->to(Purpose::Challenge, $this->users->getUser());
	}

	/**
	 * The user asks for a new request: the old one ends, and the challenge page makes another.
	 *
	 * @NoTwoFactorRequired
	 */
	#[NoAdminRequired]
	#[NoTwoFactorRequired]
	#[UserRateLimit(limit: 20, period: 60)]
	#[FrontpageRoute(verb: 'POST', url: '/challenge/restart')]
	public function restart(string $redirect_url = ''): Response {
		$this->approvals->discard(Purpose::Challenge);
		$back = ['challengeProviderId' => 'twofactor_secsign'];
		if ($redirect_url !== '') {
			$back['redirect_url'] = $redirect_url;
		}
		return new RedirectResponse($this->urls->linkToRoute('core.TwoFactorChallenge.showChallenge', $back));
	}
}
