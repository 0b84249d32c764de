<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later
// For Psalm alone: what a public class of Nextcloud inherits from one that is not public.

namespace {
	class OC_Template {
		public function __construct(string $app, string $name) {
		}

		public function assign(string $key, mixed $value): void {
		}
	}
}
