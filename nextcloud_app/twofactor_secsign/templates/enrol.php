<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

// The steps of an enrolment, the same at login and in the personal settings.

/** @var array<string, mixed> $_ */
/** @var \OCP\IL10N $l */

\OCP\Util::addStyle('twofactor_secsign', 'style');
\OCP\Util::addScript('twofactor_secsign', 'vendor/qrcode');
\OCP\Util::addScript('twofactor_secsign', 'approval');
\OCP\Util::addScript('twofactor_secsign', 'confirm');
\OCP\Util::addScript('twofactor_secsign', 'enrol');
$own = $_['has'] === true && $_['free'] !== true;
?>
<div class="secsign secsign-enrol" data-start-url="<?php p($_['startUrl']) ?>" data-poll-url="<?php p($_['pollUrl']) ?>"
	data-finish-url="<?php p($_['finishUrl']) ?>" data-server="<?php p($_['mobileUrl']) ?>"
	data-next-url="<?php p($_['nextUrl'] ?? '') ?>"
	data-offline="<?php p($l->t('No connection. Trying again …')) ?>"
	data-asking="<?php p($l->t('Asking the ID server …')) ?>">
	<noscript><p><?php p($l->t('This page needs JavaScript.')) ?></p></noscript>
	<form class="secsign-ask">
		<?php if ($own): ?>
		<p><?php p($l->t('Confirm on the phone that this SecSign ID is yours:')) ?></p>
		<p class="secsign-id"><?php p($_['proposal']) ?></p>
		<?php else: ?>
		<ol>
			<li><?php p($l->t('Install the app SecSign ID on the phone.')) ?></li>
			<li><?php p($l->t('Scan this code with the app to create your SecSign ID.')) ?></li>
			<li><?php p($l->t('Send a request to the phone and approve it there.')) ?></li>
		</ol>
		<div class="secsign-qr" role="img" aria-label="<?php p($l->t('QR code that creates the SecSign ID')) ?>"></div>
		<p><a class="secsign-link" href="#"><?php p($l->t('On this phone: open the app SecSign ID')) ?></a></p>
			<?php if ($_['free'] === true): ?>
		<label for="secsign-wanted"><?php p($l->t('SecSign ID')) ?></label>
		<input type="text" id="secsign-wanted" maxlength="200" autocomplete="off" autocapitalize="none"
			spellcheck="false" required value="<?php p($_['proposal']) ?>">
			<?php else: ?>
		<p class="secsign-id"><?php p($_['proposal']) ?></p>
			<?php endif; ?>
		<?php endif; ?>
		<input type="hidden" class="secsign-proposal" value="<?php p($_['proposal']) ?>">
		<p><button type="submit" class="primary"><?php p($l->t('Send a request to the phone')) ?></button></p>
	</form>
	<div class="secsign-waiting" hidden>
		<p>
			<?php p($l->t('Open SecSign ID on the phone and tap the access pass that looks the same as this one.')) ?>
		</p>
		<img class="secsign-pass" alt="<?php p($l->t('Access pass for this request')) ?>" width="150" height="150">
	</div>
	<p class="secsign-status" role="status" aria-live="polite"></p>
</div>
