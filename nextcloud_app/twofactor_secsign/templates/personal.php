<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

/** @var array<string, mixed> $_ */
/** @var \OCP\IL10N $l */
/** @var \OCA\TwoFactorSecSign\Service\StoredId|null $stored */

\OCP\Util::addStyle('twofactor_secsign', 'style');
$stored = $_['stored'];
?>
<div class="section secsign" id="secsign-personal">
	<h2>SecSign ID</h2>
	<?php if ($_['on'] === true && $stored !== null): ?>
	<p><?php p($l->t('Every login is approved on the phone with this SecSign ID:')) ?></p>
	<p class="secsign-id"><?php p($stored->secSignId) ?></p>
	<?php elseif ($stored !== null): ?>
	<p><?php p($l->t('This SecSign ID is stored, but it is not used at login:')) ?></p>
	<p class="secsign-id"><?php p($stored->secSignId) ?></p>
	<?php else: ?>
	<p><?php p($l->t('No SecSign ID is set up for this account.')) ?></p>
	<?php endif; ?>

	<?php if ($_['mayEdit'] !== true): ?>
	<p class="secsign-hint"><?php p($l->t('Only an administrator can change this.')) ?></p>
	<?php else: ?>
	<details>
		<summary>
			<?php p($stored === null ? $l->t('Set up SecSign ID') : $l->t('Change or confirm the SecSign ID')) ?>
		</summary>
		<?php print_unescaped($this->inc('enrol')) ?>
	</details>
		<?php if ($_['on'] === true): ?>
	<form class="secsign-disable" data-url="<?php p($_['disableUrl']) ?>">
		<p><button type="submit"><?php p($l->t('Switch SecSign ID off')) ?></button></p>
		<p class="secsign-status" role="status" aria-live="polite"></p>
	</form>
		<?php endif; ?>
		<?php print_unescaped($this->inc('confirm')) ?>
	<?php endif; ?>
</div>
