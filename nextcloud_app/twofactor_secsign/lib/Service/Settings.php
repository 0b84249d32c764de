<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCP\Exceptions\AppConfigTypeConflictException;
use OCP\IConfig;

/**
 * The settings of the app, under the keys and in the text forms that the vendor's app uses too.
 *
 * They are read and written as plain text, as `occ config:import` does: a value with a type of its own could then no
 * longer be imported.
 */
class Settings {
	public const APP = 'twofactor_secsign';
	/** In a list of groups: users who are in no group at all. */
	public const NO_GROUP = 'no group';

	public const DEFAULTS = [
		'server' => 'https://httpapi.secsign.com',
		'serverport' => '443',
		'fallback' => 'https://httpapi2.secsign.com',
		'fallbackport' => '443',
		'mobileurl' => 'id1.secsign.com',
		'allowEdit' => '',
		'allowGroups' => '',
		'allowEditGroups' => '[]',
		'onboarding_enabled' => '',
		'onboarding_suffix' => '',
		'choice_enabled' => '',
		'choice_groups' => '[]',
	];

	public function __construct(
		private readonly IConfig $config,
	) {
	}

	public function text(string $key): string {
		return $this->config->getAppValue(self::APP, $key, self::DEFAULTS[$key] ?? '');
	}

	public function isSet(string $key): bool {
		return $this->config->getAppValue(self::APP, $key, "\0") !== "\0";
	}

	public function isOn(string $key): bool {
		return !in_array($this->text($key), ['', '0', 'false', 'no'], true);
	}

	/** @return list<string> */
	public function groups(string $key): array {
		$list = json_decode($this->text($key), true);
		return is_array($list) ? array_values(array_filter($list, 'is_string')) : [];
	}

	public function set(string $key, string $text): void {
		try {
			$this->config->setAppValue(self::APP, $key, $text);
		} catch (AppConfigTypeConflictException) {
			// somebody gave it a type by `occ config:app:set --type`
			$this->config->deleteAppValue(self::APP, $key);
			$this->config->setAppValue(self::APP, $key, $text);
		}
	}

	/**
	 * The ID servers in the order in which they are asked.
	 *
	 * The public fallback server stands in only for the public server: a company that names its own server has not
	 * agreed to let anybody else know who logs in.
	 *
	 * @return list<string> base URLs
	 */
	public function servers(): array {
		$ownServer = $this->isSet('server') && $this->text('server') !== self::DEFAULTS['server'];
		$fallback = $ownServer && !$this->isSet('fallback') ? '' : $this->text('fallback');
		$urls = [
			self::url($this->text('server'), $this->isSet('serverport') ? $this->text('serverport') : ''),
			self::url($fallback, $this->isSet('fallbackport') ? $this->text('fallbackport') : ''),
		];
		return array_values(array_filter($urls, static fn (?string $url): bool => $url !== null));
	}

	/** Only HTTPS: over anything else, an approval could be made up on the way. */
	public static function url(string $base, string $port): ?string {
		$parts = parse_url(trim($base));
		$host = is_array($parts) ? $parts['host'] ?? '' : '';
		if (
			!is_array($parts) || $host === '' || strtolower($parts['scheme'] ?? '') !== 'https'
			|| isset($parts['user']) || isset($parts['query']) || isset($parts['fragment'])
		) {
			return null;
		}
		$number = $port !== '' ? self::port($port) : ($parts['port'] ?? 443);
		if ($number === null) {
			return null;
		}
		return 'https://' . $host . ($number === 443 ? '' : ":$number") . ($parts['path'] ?? '/');
	}

	public static function port(string $text): ?int {
		return preg_match('/^\d{1,5}$/D', $text) === 1 && (int)$text >= 1 && (int)$text <= 65534 ? (int)$text : null;
	}
}
