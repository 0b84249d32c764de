<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\IdServer;

use OCA\TwoFactorSecSign\Service\Settings;
use OCP\Http\Client\IClientService;
use OCP\IURLGenerator;
use Psr\Log\LoggerInterface;

/**
 * Speaks to the SecSign ID server that the administrator configured, and to its fallback.
 *
 * Nextcloud's own client does the HTTP: its certificate bundle decides whom to trust, so that a private CA needs
 * `occ security:certificates:import` and nothing else.
 */
class IdServer {
	private const CONNECT_SECONDS = 5;
	private const TOTAL_SECONDS = 10;
	/** For what nobody waits for the answer of: a login or logout must not hang on it. */
	private const COURTESY_SECONDS = 3;
	private const SERVICE_NAME = 'NextCloud';

	public function __construct(
		private readonly IClientService $clients,
		private readonly Settings $settings,
		private readonly IURLGenerator $urls,
		private readonly LoggerInterface $logger,
	) {
	}

	/** The longest time that one question can take, all servers tried. */
	public static function patience(): int {
		return 2 * self::TOTAL_SECONDS;
	}

	/**
	 * Sends a request for approval to the phone of this SecSign ID.
	 *
	 * @throws IdServerException
	 */
	public function requestApproval(string $secSignId): AuthSession {
		[$answer, $server] = $this->ask('ReqRequestAuthSession', [
			'secsignid' => $secSignId,
			'servicename' => self::SERVICE_NAME,
			'serviceaddress' => $this->urls->getBaseUrl(),
			'pluginname' => 'twofactor_secsign',
			'showaccesspass' => 'true',
		]);
		$answer->mustBeAbout(['secsignid' => $secSignId]);
		return new AuthSession(
			$secSignId,
			$answer->token('authsessionid'),
			$answer->token('requestid'),
			$answer->accessPass(),
			$server,
		);
	}

	/** @throws IdServerException */
	public function stateOf(AuthSession $session): SessionState {
		return $this->askAbout('ReqGetAuthSessionState', $session)->state();
	}

	/**
	 * Tells the server that nobody waits for this any more, so that the phone stops asking. Never fails: it is a
	 * courtesy.
	 */
	public function cancel(AuthSession $session): void {
		$this->courtesy('ReqCancelAuthSession', $session);
	}

	/**
	 * After an approval was used: the server forgets the session. Never fails either; the session is spent here
	 * already.
	 */
	public function release(AuthSession $session): void {
		$this->courtesy('ReqReleaseAuthSession', $session);
	}

	/**
	 * Does something answer as an ID server? A question about a session that never existed: no phone hears of it.
	 *
	 * @throws IdServerException
	 */
	public function check(): void {
		$nobody = ['secsignid' => 'nextcloud-connection-check', 'authsessionid' => '0', 'requestid' => '0'];
		try {
			$this->ask('ReqGetAuthSessionState', $nobody);
		} catch (RefusedException) {
			// a refusal in the server's own words is an answer
		}
	}

	private function courtesy(string $method, AuthSession $session): void {
		try {
			$this->askAbout($method, $session, self::COURTESY_SECONDS);
		} catch (IdServerException $e) {
			$this->logger->info("$method was not answered: " . $e->getMessage(), ['app' => 'twofactor_secsign']);
		}
	}

	/** @throws IdServerException */
	private function askAbout(string $method, AuthSession $session, int $seconds = self::TOTAL_SECONDS): Answer {
		$about = [
			'secsignid' => $session->secSignId,
			'authsessionid' => $session->authSessionId,
			'requestid' => $session->requestId,
		];
		[$answer] = $this->ask($method, $about, $session->server, $seconds);
		$answer->mustBeAbout($about);
		return $answer;
	}

	/**
	 * @param array<string, string> $fields
	 * @return array{Answer, int} the answer, and which server gave it
	 * @throws IdServerException
	 */
	private function ask(string $method, array $fields, int $first = 0, int $seconds = self::TOTAL_SECONDS): array {
		$fields = ['request' => $method, 'apimethod' => $method] + $fields;
		$servers = $this->settings->servers();
		if (isset($servers[$first])) {
			$servers = [$first => $servers[$first]] + $servers;
		}
		$problem = 'no ID server is configured';
		foreach ($servers as $index => $url) {
			try {
				return [$this->post($url, $fields, $seconds), $index];
			} catch (UnreachableException $e) {
				$problem = $e->getMessage();
				$this->logger->warning($problem, ['app' => 'twofactor_secsign']);
			}
		}
		throw new UnreachableException($problem);
	}

	/**
	 * @param array<string, string> $fields
	 * @throws IdServerException
	 */
	private function post(string $url, array $fields, int $seconds): Answer {
		try {
			$response = $this->clients->newClient()->post($url, [
				'body' => $fields,
				'connect_timeout' => min(self::CONNECT_SECONDS, $seconds),
				'timeout' => $seconds,
				'allow_redirects' => false,
				'http_errors' => false,
				// the answer goes to a temporary file, of which only as much is read as an answer may have
				'stream' => true,
				'headers' => ['Accept-Encoding' => 'identity'],
				// an ID server on the company's own premises has a private address; only an administrator can name one
				'nextcloud' => ['allow_local_address' => true],
			]);
			$status = $response->getStatusCode();
			$body = $response->getBody();
			/** @psalm-suppress RedundantCastGivenDocblockType later releases give null too */
			$text = is_resource($body) ? (string)stream_get_contents($body, Answer::MAX_BYTES + 1) : (string)$body;
		} catch (\Exception $e) {
			throw new UnreachableException("the ID server $url cannot be reached: " . $e->getMessage(), 0, $e);
		}
		if ($status >= 500) {
			try {
				return Answer::parse($text);
			} catch (BadAnswerException) {
				throw new UnreachableException("the ID server $url answers HTTP $status");
			}
		}
		if ($status < 200 || $status >= 300) {
			throw new BadAnswerException("the ID server $url answers HTTP $status");
		}
		return Answer::parse($text);
	}
}
