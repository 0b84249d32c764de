<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\IdServer;

/**
 * An answer of the ID server: one line `key=value&key=value`, URL-encoded.
 *
 * Read strictly: what is not exactly of this form, or says the same thing twice, is no answer.
 */
final class Answer {
	public const MAX_BYTES = 262144;
	private const MAX_PASS_BYTES = 98304;
	private const MAX_PASS_PIXELS = 1024;
	private const PNG_MAGIC = "\x89PNG\r\n\x1a\n";

	/** @param array<string, string> $fields */
	private function __construct(
		private readonly array $fields,
	) {
	}

	/**
	 * @throws BadAnswerException
	 * @throws RefusedException if the answer reports an error
	 */
	public static function parse(string $body): self {
		$body = trim($body);
		if ($body === '' || strlen($body) > self::MAX_BYTES) {
			throw new BadAnswerException('the answer is empty or too long');
		}
		$fields = [];
		foreach (explode('&', $body) as $pair) {
			$parts = explode('=', $pair, 2);
			if (count($parts) !== 2 || preg_match('/^[a-z]{1,40}$/D', $parts[0]) !== 1) {
				throw new BadAnswerException('the answer is not of the form key=value&key=value');
			}
			if (isset($fields[$parts[0]])) {
				throw new BadAnswerException("the answer has '$parts[0]' twice");
			}
			// a plain "+" is left as it is: base64 text comes both encoded and raw
			$fields[$parts[0]] = rawurldecode($parts[1]);
		}
		if (isset($fields['error'])) {
			$code = preg_match('/^-?\d{1,6}$/D', $fields['error']) === 1 ? (int)$fields['error'] : 0;
			$text = (string)preg_replace('/[^\PC ]/u', ' ', mb_scrub(strtr($fields['errormsg'] ?? '', '+', ' ')));
			throw new RefusedException($code, mb_substr($text, 0, 300));
		}
		return new self($fields);
	}

	/** @throws BadAnswerException */
	public function state(): SessionState {
		$text = $this->fields['authsessionstate'] ?? '';
		if (preg_match('/^\d$/D', $text) !== 1 || ($state = SessionState::tryFrom((int)$text)) === null) {
			throw new BadAnswerException('the answer has no known session state');
		}
		return $state;
	}

	/** @throws BadAnswerException */
	public function token(string $key): string {
		$text = $this->fields[$key] ?? '';
		if (preg_match('/^[A-Za-z0-9._-]{1,128}$/D', $text) !== 1) {
			throw new BadAnswerException("the answer has no usable '$key'");
		}
		return $text;
	}

	/**
	 * The server may repeat what it was asked about. If it does, it must be what we asked about.
	 *
	 * @param array<string, string> $asked
	 * @throws BadAnswerException
	 */
	public function mustBeAbout(array $asked): void {
		foreach ($asked as $key => $value) {
			$returned = $this->fields[$key] ?? null;
			if ($returned === null) {
				continue;
			}
			$same = $key === 'secsignid' ? mb_strtolower(trim($returned)) === $value : $returned === $value;
			if (!$same) {
				throw new BadAnswerException("the answer is about another '$key' than asked");
			}
		}
	}

	/**
	 * The access pass: a small PNG, given back in base64.
	 *
	 * @throws BadAnswerException
	 */
	public function accessPass(): string {
		$text = strtr($this->fields['authsessionicondata'] ?? '', ' ', '+');
		$png = base64_decode($text, true);
		if (
			$png === false || strlen($png) < 33 || strlen($png) > self::MAX_PASS_BYTES
			|| !str_starts_with($png, self::PNG_MAGIC . "\0\0\0\x0dIHDR")
		) {
			throw new BadAnswerException('the access pass is not a PNG image');
		}
		$size = unpack('Nwidth/Nheight', $png, 16);
		foreach ($size === false ? [0] : $size as $pixels) {
			if ($pixels < 1 || $pixels > self::MAX_PASS_PIXELS) {
				throw new BadAnswerException('the access pass is too large');
			}
		}
		return base64_encode($png);
	}
}
