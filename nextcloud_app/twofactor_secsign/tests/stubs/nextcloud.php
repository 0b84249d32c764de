<?php

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

// The part of Nextcloud's public interfaces that the unit tests touch, for machines with no release at hand.

namespace Psr\Log {
	interface LoggerInterface {
		public function info(string|\Stringable $message, array $context = []): void;
		public function warning(string|\Stringable $message, array $context = []): void;
	}
}

namespace OCP\Http\Client {
	interface IResponse {
		public function getBody();
		public function getStatusCode(): int;
	}
	interface IClient {
		public function post(string $uri, array $options = []): IResponse;
	}
	interface IClientService {
		public function newClient(): IClient;
	}
}

namespace OCP\Exceptions {
	class AppConfigTypeConflictException extends \Exception {
	}
}

namespace OCP\AppFramework\Utility {
	interface ITimeFactory {
		public function getTime(): int;
	}
}

namespace OCP\Security {
	interface ISecureRandom {
		public const CHAR_ALPHANUMERIC = 'abc';
		public function generate(int $length, string $characters = ''): string;
	}
}

namespace OCP\Security\RateLimiting {
	interface IRateLimitExceededException extends \Throwable {
	}
	interface ILimiter {
		public function registerUserRequest(
			string $identifier,
			int $userLimit,
			int $userPeriod,
			\OCP\IUser $user,
		): void;
	}
}

namespace OCP {
	interface IURLGenerator {
		public function getBaseUrl(): string;
	}
	interface IConfig {
		public function getAppValue($appName, $key, $default = '');
		public function setAppValue($appName, $key, $value);
		public function deleteAppValue($appName, $key);
	}
	interface IUser {
		public function getUID();
	}
	interface IGroupManager {
		public function isAdmin($userId);
		public function getUserGroupIds(IUser $user);
	}
	interface ISession {
		public function set(string $key, $value);
		public function get(string $key);
		public function exists(string $key): bool;
		public function remove(string $key);
		public function clear();
		public function reopen(): bool;
		public function close();
		public function regenerateId(bool $deleteOldSession = true, bool $updateToken = false);
		public function getId(): string;
	}
}
