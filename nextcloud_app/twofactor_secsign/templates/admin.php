<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

/** @var array<string, mixed> $_ */
/** @var \OCP\IL10N $l */

\OCP\Util::addStyle('twofactor_secsign', 'style');
\OCP\Util::addScript('twofactor_secsign', 'approval');
\OCP\Util::addScript('twofactor_secsign', 'confirm');
\OCP\Util::addScript('twofactor_secsign', 'admin');
$settings = $_['settings'];

$field = static function (string $key, string $label, string $type = 'text') use ($settings): void { ?>
	<label for="secsign-<?php p($key) ?>"><?php p($label) ?></label>
	<input type="<?php p($type) ?>" id="secsign-<?php p($key) ?>" name="<?php p($key) ?>"
		value="<?php p($settings[$key]) ?>" <?php if ($type === 'number'): ?>min="1" max="65534"<?php endif; ?>>
<?php };
$switch = static function (string $key, string $label) use ($settings): void { ?>
	<label class="secsign-inline">
		<input type="checkbox" name="<?php p($key) ?>" <?php if ($settings[$key] === true): ?>checked<?php endif; ?>>
		<span><?php p($label) ?></span>
	</label>
<?php };
$groups = static function (string $key, string $label) use ($settings): void { ?>
	<label for="secsign-<?php p($key) ?>"><?php p($label) ?></label>
	<textarea id="secsign-<?php p($key) ?>" name="<?php p($key) ?>" rows="3"
		data-list="1"><?php p($settings[$key]) ?></textarea>
<?php };
?>
<div class="section secsign" id="secsign-admin"
	data-save-url="<?php p($_['saveUrl']) ?>" data-check-url="<?php p($_['checkUrl']) ?>"
	data-users-url="<?php p($_['usersUrl']) ?>" data-assign-url="<?php p($_['assignUrl']) ?>"
	data-asking="<?php p($l->t('One moment …')) ?>"
	data-failed="<?php p($l->t('That did not work. Reload the page and try again.')) ?>"
	data-nobody="<?php p($l->t('No users found.')) ?>">
	<h2>SecSign ID</h2>
	<form class="secsign-settings">
		<fieldset>
			<legend><?php p($l->t('ID server')) ?></legend>
			<?php
			$field('server', $l->t('Address (https://…)'), 'url');
			$field('serverport', $l->t('Port'), 'number');
			$field('fallback', $l->t('Address of the fallback server'), 'url');
			$field('fallbackport', $l->t('Port of the fallback server'), 'number');
			$field('mobileurl', $l->t('Host name for the phone'));
			$hint = $l->t('Import the certificate of a private authority first: occ security:certificates:import FILE');
			?>
			<p class="secsign-hint"><?php p($hint) ?></p>
		</fieldset>
		<fieldset>
			<legend><?php p($l->t('Users who can change their own SecSign ID')) ?></legend>
			<?php
			$switch('allowEdit', $l->t('All users'));
			$switch('allowGroups', $l->t('Only members of these groups, administrators included'));
			$groups('allowEditGroups', $l->t('Groups, one on each line. "no group" means users in no group.'));
			?>
		</fieldset>
		<fieldset>
			<legend><?php p($l->t('Enrolment at login')) ?></legend>
			<?php
			$switch(
				'onboarding_enabled',
				$l->t('Users who need a second factor can create a SecSign ID while they log in'),
			);
			$field('onboarding_suffix', $l->t('Suffix: the proposed SecSign ID is NAME@SUFFIX'));
			$switch('choice_enabled', $l->t('Another SecSign ID than the proposed one may be used'));
			$groups('choice_groups', $l->t('… only by members of these groups, one on each line (empty: all users)'));
			?>
		</fieldset>
		<p>
			<button type="submit" class="primary"><?php p($l->t('Save')) ?></button>
			<button type="button" class="secsign-check"><?php p($l->t('Test the ID server')) ?></button>
		</p>
		<p class="secsign-status" role="status" aria-live="polite"></p>
	</form>

	<h3 id="secsign-users"><?php p($l->t('Users')) ?></h3>
	<form class="secsign-search" role="search">
		<label for="secsign-query"><?php p($l->t('Search by name')) ?></label>
		<input type="search" id="secsign-query">
		<button type="submit"><?php p($l->t('Search')) ?></button>
	</form>
	<p class="secsign-users-status secsign-status" role="status" aria-live="polite"></p>
	<table class="secsign-table" aria-labelledby="secsign-users">
		<thead>
			<tr>
				<th scope="col"><?php p($l->t('Account')) ?></th>
				<th scope="col"><?php p($l->t('SecSign ID')) ?></th>
				<th scope="col"><?php p($l->t('At login')) ?></th>
				<th scope="col"><?php p($l->t('Change')) ?></th>
			</tr>
		</thead>
		<tbody></tbody>
	</table>
	<p>
		<button type="button" class="secsign-previous" disabled><?php p($l->t('Previous page')) ?></button>
		<button type="button" class="secsign-next" disabled><?php p($l->t('Next page')) ?></button>
	</p>
	<template>
		<tr>
			<th scope="row"></th>
			<td><input type="text" maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false"
				aria-label="<?php p($l->t('SecSign ID')) ?>"></td>
			<td><input type="checkbox" aria-label="<?php p($l->t('Needed at login')) ?>"></td>
			<td><button type="button"><?php p($l->t('Save')) ?></button></td>
		</tr>
	</template>
	<?php print_unescaped($this->inc('confirm')) ?>
</div>
