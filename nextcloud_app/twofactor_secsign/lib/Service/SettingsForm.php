<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCP\IGroupManager;
use OCP\IL10N;

/** Takes the admin page's form: all fields are looked at first, and one that is wrong keeps all from being stored. */
class SettingsForm {
	private const SWITCHES = ['allowEdit', 'allowGroups', 'onboarding_enabled', 'choice_enabled'];
	private const GROUP_LISTS = ['allowEditGroups' => true, 'choice_groups' => false];
	private const PORTS = ['serverport', 'fallbackport'];

	public function __construct(
		private readonly Settings $settings,
		private readonly IGroupManager $groups,
		private readonly IL10N $l,
	) {
	}

	/**
	 * @param array<array-key, mixed> $form
	 * @return list<string> what is wrong; nothing if it was stored
	 */
	public function save(array $form): array {
		$texts = [];
		$wrong = [];
		foreach (array_intersect_key($form, Settings::DEFAULTS) as $key => $value) {
			$text = $this->text((string)$key, $value, $wrong);
			if ($text !== null) {
				$texts[$key] = $text;
			}
		}
		if ($wrong === []) {
			foreach ($texts as $key => $text) {
				$this->settings->set((string)$key, $text);
			}
		}
		return $wrong;
	}

	/** @param list<string> $wrong */
	private function text(string $key, mixed $value, array &$wrong): ?string {
		if (in_array($key, self::SWITCHES, true)) {
			return filter_var($value, FILTER_VALIDATE_BOOL) ? '1' : '';
		}
		if (isset(self::GROUP_LISTS[$key])) {
			return $this->groupList($key, is_array($value) ? $value : [], $wrong);
		}
		$text = trim(is_scalar($value) ? (string)$value : '');
		$fault = match (true) {
			in_array($key, self::PORTS, true) => Settings::port($text) === null
				? $this->l->t('A port is a number from 1 to 65534.') : null,
			$key === 'server' => Settings::url($text, '') === null
				? $this->l->t('The server needs an address that starts with https://') : null,
			$key === 'fallback' => $text !== '' && Settings::url($text, '') === null
				? $this->l->t('The fallback server needs an address that starts with https://, or none at all.') : null,
			$key === 'mobileurl' => preg_match('#^[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._/-]*)?$#D', $text) !== 1
				? $this->l->t('Enter the host name for the phone without https://') : null,
			default => $text !== '' && SecSignId::valid('x@' . ltrim($text, '@')) === null
				? $this->l->t('The suffix may have letters, digits and . _ - + only.') : null,
		};
		if ($fault !== null) {
			$wrong[] = $fault;
			return null;
		}
		return $text;
	}

	/**
	 * @param array<array-key, mixed> $names
	 * @param list<string> $wrong
	 */
	private function groupList(string $key, array $names, array &$wrong): ?string {
		$list = array_values(array_unique(array_filter(
			array_map(static fn (mixed $name): string => is_scalar($name) ? trim((string)$name) : '', $names),
			static fn (string $name): bool => $name !== ''
		)));
		foreach ($list as $name) {
			$word = self::GROUP_LISTS[$key] && $name === Settings::NO_GROUP;
			if (!$word && !$this->groups->groupExists($name)) {
				$wrong[] = $this->l->t('There is no group "%s".', [$name]);
				return null;
			}
		}
		return json_encode($list, JSON_THROW_ON_ERROR);
	}
}
