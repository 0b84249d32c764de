<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

/** @var array<string, mixed> $_ */
/** @var \OCP\IL10N $l */
/** @var \OCA\TwoFactorSecSign\Service\Approval|null $approval */

\OCP\Util::addStyle('twofactor_secsign', 'style');
\OCP\Util::addScript('twofactor_secsign', 'approval');
\OCP\Util::addScript('twofactor_secsign', 'challenge');
$approval = $_['approval'];
$open = $_['open'] === true;
?>
<div class="secsign" id="secsign-challenge"
	data-poll-url="<?php p($_['pollUrl']) ?>" data-open="<?php p($open ? '1' : '') ?>"
	data-offline="<?php p($l->t('No connection. Trying again …')) ?>">
	<?php if ($open && $approval !== null): ?>
	<div class="secsign-open">
		<p>
			<?php p($l->t('Open SecSign ID on the phone and tap the access pass that looks the same as this one.')) ?>
		</p>
		<img class="secsign-pass" src="data:image/png;base64,<?php p($approval->session->accessPass) ?>"
			alt="<?php p($l->t('Access pass for this login')) ?>" width="150" height="150">
		<p class="secsign-id"><?php p($approval->session->secSignId) ?></p>
	</div>
	<?php endif; ?>
	<p class="secsign-status" role="status" aria-live="polite"><?php p($_['message']) ?></p>
	<?php if ($open): ?>
	<form method="POST" class="secsign-open secsign-proceed">
		<input type="hidden" name="challenge" value="approved">
		<button type="submit" class="primary two-factor-submit"><?php p($l->t('I have approved')) ?></button>
	</form>
	<?php endif; ?>
	<form method="POST" action="<?php p($_['restartUrl']) ?>" class="secsign-again"
		<?php if ($open): ?>hidden<?php endif; ?>>
		<input type="hidden" name="requesttoken" value="<?php p($_['requesttoken']) ?>">
		<input type="hidden" name="redirect_url" value="<?php p($_['redirect_url'] ?? '') ?>">
		<button type="submit" class="primary two-factor-submit"><?php p($l->t('Send a new request')) ?></button>
	</form>
</div>
