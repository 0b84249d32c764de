<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

// Asks for the password where Nextcloud wants it confirmed.

/** @var array<string, mixed> $_ */
/** @var \OCP\IL10N $l */
?>
<dialog class="secsign-confirm" aria-labelledby="secsign-confirm-title" data-url="<?php p($_['confirmUrl']) ?>">
	<form>
		<h3 id="secsign-confirm-title"><?php p($l->t('Confirm your password')) ?></h3>
		<label for="secsign-password"><?php p($l->t('Password')) ?></label>
		<input type="password" id="secsign-password" autocomplete="current-password" required>
		<p class="secsign-wrong" role="alert" hidden><?php p($l->t('The password is wrong.')) ?></p>
		<p>
			<button type="submit" class="primary"><?php p($l->t('Confirm')) ?></button>
			<button type="button" class="secsign-cancel"><?php p($l->t('Cancel')) ?></button>
		</p>
	</form>
</dialog>
