#!/bin/sh
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Puts the code of a release in the place of the one before, as an updater does, and runs its occ upgrade.
set -eu
python3 /srv/sandbox/create.py /var/www/next --release "$1" >/dev/null
cp -a /var/www/nextcloud/config/config.php /var/www/next/config/
rm -f /var/www/next/config/CAN_INSTALL
for app in /var/www/nextcloud/apps/*; do
    [ -e "/var/www/next/apps/${app##*/}" ] || [ -e "/srv/sandbox/server/apps/${app##*/}" ] || cp -a "$app" /var/www/next/apps/
done
rm -rf /var/www/nextcloud
mv /var/www/next /var/www/nextcloud
chown -R www-data:www-data /var/www/nextcloud
runuser -u www-data -- php /var/www/nextcloud/occ upgrade --no-interaction
runuser -u www-data -- php /var/www/nextcloud/occ status
