#!/bin/sh
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# What Galaxy and Automation Hub do when an archive is uploaded, by their own importer, which has to be on the PATH.
# usage: tests/galaxy.sh [FOLDER WITH THE ARCHIVE, dist]
set -eu
cd "$(dirname "$0")/.."
# shellcheck disable=SC2012 # names of our own
archive=$PWD/$(ls -t "${1:-dist}"/secsign-nextcloud-*.tar.gz | head -n 1)
export GALAXY_IMPORTER_CONFIG="$PWD/tests/galaxy-importer.cfg" LC_ALL=C.UTF-8

# it writes into the folder that it is started in, and finds the collection of this checkout through ansible.cfg
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset ANSIBLE_COLLECTIONS_PATH ANSIBLE_CONFIG
python -m galaxy_importer.main "$archive" >log 2>&1 || { cat log; exit 1; }
grep -Ev '^(Loading|Linting) ' log
if grep -q '^ERROR' log; then exit 1; fi
grep -q 'Importer processing completed successfully' log
echo "galaxy-importer: took $(basename "$archive")"
