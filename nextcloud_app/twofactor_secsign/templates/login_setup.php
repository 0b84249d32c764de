<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

/** @var array<string, mixed> $_ */
/** @var \OCP\IL10N $l */
?>
<p><?php p($l->t('This account needs a second factor. Set it up now; it takes a minute.')) ?></p>
<?php print_unescaped($this->inc('enrol')) ?>
