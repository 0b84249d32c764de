# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The two commands that matter: make demo, make test.
#   make demo                                       three sandbox hosts, taken from passwords only to enforced 2FA
#   make demo NEXTCLOUD_ARCHIVE=FILE|DIR            the same on that real release, and the login of a user there, with pictures
#   make demo NEXTCLOUD_VERSION=34.0.1              the same on the official archive, downloaded and checked
#   make test                                       lint, unit, contract and integration tests; logins on the newest release in the cache
#   make test NEXTCLOUD_ARCHIVES=DIR                all of them also on every real release in that folder; none with NEXTCLOUD_ARCHIVES=
#   make thorough                                   the long part of the suites, with the same options
#   make bench NEXTCLOUD_ARCHIVE=FILE|DIR           speed, as ratios within one run; SIZES=small for a short one
#   make molecule                                   every scenario on hosts of their own (root, podman); SCENARIO=default for one

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PSALM ?= psalm
# a file's tests stay together: they share a server
SPREAD := -n auto --dist loadfile
export PATH := $(CURDIR)/$(BIN):$(PATH)
export LC_ALL := C.UTF-8
# Without NEXTCLOUD_ARCHIVES: the newest stable release in the cache, where 'make test' runs the logins and 'make thorough' all other tests;
# the tests that take long leave out the older sandbox
ifeq ($(origin NEXTCLOUD_ARCHIVES),undefined)
NEXTCLOUD_RELEASES ?= newest
QUICK := not thorough and (login or not real)
THOROUGH := (thorough and not older_sandbox) or (real and not login)
else
QUICK := not thorough
THOROUGH := thorough
endif
export NEXTCLOUD_HOSTS NEXTCLOUD_RELEASES
SCENARIO ?= default legacy upgrade airgap waves
HOSTS ?= 200
SLICES ?= 1
FORKS ?= 20
SIZES ?= full
FAULTS ?= 1100
DATABASES ?= sqlite

.PHONY: demo test needs lint php-lint unit contract integration thorough login psalm sanity compat molecule faults fleet bench docs app build galaxy clean

# All that is missing is named at once, before anything is loaded
demo: NEEDS := venv php openssl $(if $(NEXTCLOUD_ARCHIVE)$(NEXTCLOUD_VERSION),real)
demo: needs $(VENV)/run
	@$(if $(NEXTCLOUD_ARCHIVE)$(NEXTCLOUD_VERSION),tools/need chromium || true)
	@$(BIN)/python sandbox/demo.py $(if $(NEXTCLOUD_ARCHIVE),--source '$(NEXTCLOUD_ARCHIVE)') $(if $(NEXTCLOUD_VERSION),--source 'download:$(NEXTCLOUD_VERSION)')

test: NEEDS := venv php mbstring openssl releases:real
test: needs lint unit contract integration login

needs:
	@tools/need $(NEEDS)

lint: php-lint $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/ansible-lint --offline
	$(BIN)/antsibull-changelog lint
	$(BIN)/reuse lint --quiet
	$(BIN)/python tools/words.py

# Every tracked PHP file compiles; bridge, app and sandbox have the coding standard of phpcs.xml
php-lint:
	@tools/need php
	@tools/php_lint

unit: $(VENV)/dev
	@tools/need php
	@tools/need phpunit || true
	$(BIN)/pytest $(SPREAD) tests/unit

contract: $(VENV)/dev
	@tools/need php mbstring
	$(BIN)/pytest $(SPREAD) tests/contract

integration: $(VENV)/dev
	@tools/need php openssl releases:real
	$(BIN)/pytest $(SPREAD) -m '$(QUICK)' tests/integration

# The rest of the integration suite and of the app's tests: guides, audit, ways of running, AWX, the release archive, fuzzing, secrets, interrupted runs, large numbers
thorough: $(VENV)/dev
	@tools/need venv php openssl releases:real
	@tools/need releases:chromium || true
	$(BIN)/pytest $(SPREAD) -m '$(THOROUGH)' tests/integration tests/app

# The app: its parts with PHP alone; logins in a browser on the selected real releases that the app supports
login: $(VENV)/dev
	@tools/need php openssl releases:real
	@tools/need phpunit releases:chromium || true
	$(BIN)/pytest $(SPREAD) -m '$(QUICK)' tests/app

# The PHP of app and bridge against the interfaces of a release, where there is a Psalm: make psalm NEXTCLOUD_ROOT=nextcloud PSALM=.../bin/psalm
psalm:
	@command -v $(PSALM) >/dev/null || { echo "psalm: name it with PSALM=FILE (composer require --dev vimeo/psalm brings it)" >&2; exit 1; }
	@test -f '$(NEXTCLOUD_ROOT)/version.php' || { echo "psalm: name an unpacked release with NEXTCLOUD_ROOT=DIR" >&2; exit 1; }
	@mkdir -p .build && ln -sfn "$$(realpath '$(NEXTCLOUD_ROOT)')" .build/nextcloud
	$(PSALM) --root=nextcloud_app --config=nextcloud_app/psalm.xml --no-cache --no-progress
	$(PSALM) --root=bridge --config=bridge/psalm.xml --no-cache --no-progress

sanity: $(VENV)/dev
	tests/sanity.sh

# Every playbook on every supported ansible-core for which a Python is at hand
compat:
	@tools/need venv php openssl
	tests/compat.sh

# Hosts with roots and addresses of their own, reached by ssh; what each scenario proves is in docs/molecule.md
# With OPTIONAL=1, where podman runs no hosts, it says so instead of failing
molecule: $(VENV)/dev
	@tests/molecule.sh $(if $(OPTIONAL),--where-it-can) $(SCENARIO)

# Many sandbox hosts on this machine, in slices as AWX makes them: make fleet HOSTS=200 SLICES=4
fleet: $(VENV)/run
	@tools/need php
	$(BIN)/python sandbox/fleet.py --hosts $(HOSTS) --slices $(SLICES) --forks $(FORKS)

# What is injected and what was found: docs/faults.md
faults: $(VENV)/dev
	@tools/need php openssl releases:real
	$(BIN)/python tests/faults/run.py --faults $(FAULTS) --seed '$(SEED)'

# What is measured and why: docs/performance.md
bench: $(VENV)/run
	@tools/need php $(if $(NEXTCLOUD_ARCHIVE),real)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	$(BIN)/python bench/run.py --sizes $(SIZES) --databases $(DATABASES) $(if $(NEXTCLOUD_ARCHIVE),--source '$(NEXTCLOUD_ARCHIVE)')

# The reference of modules, filters and roles as a site
docs:
	@tools/need venv
	test -x .build/docs/bin/python || $(PYTHON) -m venv .build/docs
	.build/docs/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r docs/reference/requirements.txt
	PATH=$(CURDIR)/.build/docs/bin:$$PATH tools/docs

# The provider app, the same bytes each time, with its SHA-256
app:
	$(PYTHON) nextcloud_app/build.py --output dist

# The collection, with the app's archive where its modules look for it
build: $(VENV)/run
	@tools/build dist

# What Galaxy does when the archive is uploaded
galaxy: build
	test -x .build/galaxy/bin/python || $(PYTHON) -m venv .build/galaxy
	.build/galaxy/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt galaxy-importer
	PATH=$(CURDIR)/.build/galaxy/bin:$$PATH tests/galaxy.sh dist

# What a play needs, and what work on the collection needs besides
$(VENV)/run: requirements.txt
	@tools/need venv
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/dev: requirements-dev.txt requirements-test.txt $(VENV)/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) .demo .build .nox dist
