# Everything a developer types. `make help` lists the targets.

.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.NOTPARALLEL:

# The Python that makes the virtual environment: 3.11 or 3.12. Without PYTHON=… ci/find-python looks for one.
PYTHON ?=
VENV ?= .venv
# How many processes share the test suite.
WORKERS ?= 2
# By whole files, the slow ones first (tests/conftest.py), not those with the most tests.
SHARED := --dist loadfile --no-loadscope-reorder
# Where `make sandbox` serves, and with ONCE=1 `make demo` ends after the gradebook.
PORT ?= 8000
ONCE ?=
# With SEED=large, both make a second course: 200 learners, a term of work, and everything that can go wrong.
SEED ?=
# More for pytest, such as OPTIONS='-k zero -x'.
OPTIONS ?=
# What `make conformance` and `make bench` run on: sqlite, mariadb or postgres; the two are servers that live as long.
DB ?= sqlite
# With QUICK=1, `make bench` measures less; DOCS=1 writes its tables into docs/.
QUICK ?=
DOCS ?=
# With AUDIT=required, `make security` fails where the advisory database cannot be reached.
AUDIT ?=
# Which environments of tox.ini `make matrix` runs, comma-separated; all of them when empty.
LEGS ?=

BIN := $(VENV)/bin
CHECKED := lti_ags sandbox tests benchmarks docs manage.py setup.py

.PHONY: help
help:  ## List the targets.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Set-up. A stamp file tells that an environment is complete; a changed requirements file makes it due again.

.PHONY: venv
venv:
	@ci/make-venv $(VENV) $(PYTHON)

$(VENV)/.installed-%: requirements/%.txt setup.py lti_ags/__init__.py | venv
	@ci/install-requirements $(VENV) $*

##@ Trying it

.PHONY: demo
demo: $(VENV)/.installed-sandbox  ## Play the main job from a launch to the gradebook, and keep serving (ONCE=1: end after it; SEED=large: a full course, too).
	@ONCE=$(ONCE) SEED=$(SEED) $(BIN)/python -m sandbox.demo

.PHONY: sandbox
sandbox: $(VENV)/.installed-sandbox  ## Serve the sandbox on 127.0.0.1 (PORT=8000, SEED=large: a full course, too).
	@PORT=$(PORT) SEED=$(SEED) $(BIN)/python -m sandbox.serve

##@ Checking it

.PHONY: test
test: $(VENV)/.installed-test  ## Run the whole test suite on SQLite.
	@$(BIN)/python -m pytest -n $(WORKERS) $(SHARED) $(OPTIONS)

.PHONY: servers
servers: | venv
	@ci/ensure-servers $(BIN)/python

.PHONY: test-mariadb
test-mariadb: servers $(VENV)/.installed-services  ## Run the whole test suite on a MariaDB of its own, set up as the platform's MySQL.
	@$(BIN)/python -m tests.support.with_database mariadb pytest -n $(WORKERS) $(SHARED) $(OPTIONS)

.PHONY: test-postgres
test-postgres: servers $(VENV)/.installed-services  ## Run the whole test suite on a PostgreSQL of its own.
	@$(BIN)/python -m tests.support.with_database postgres pytest -n $(WORKERS) $(SHARED) $(OPTIONS)

.PHONY: test-services
test-services: servers $(VENV)/.installed-services  ## Kill and break what serves a site, on MariaDB and PostgreSQL with Redis, and count the grades.
	@$(BIN)/python -m tests.faults mariadb postgres $(OPTIONS)

.PHONY: test-clients
test-clients: $(VENV)/.installed-test  ## Let a tool on a Node.js library use the platform (needs node and npm).
	@$(BIN)/python -m pytest -m node

.PHONY: test-browser
test-browser: $(VENV)/.installed-browser  ## Go the whole way in a real browser (installs Debian's Chromium where it may).
	@ci/ensure-chromium
	@$(BIN)/python -m pytest -m browser tests/browser

.PHONY: screenshots
screenshots: $(VENV)/.installed-browser  ## Take the pictures of the docs, from the browser tests, into docs/_static.
	@ci/ensure-chromium
	@SCREENSHOTS=docs/_static $(BIN)/python -m pytest -m browser tests/browser

.PHONY: coverage
coverage: $(VENV)/.installed-test  ## Run the test suite, and fail for lines and branches of the package that it does not reach.
	@$(BIN)/python -m pytest -n $(WORKERS) $(SHARED) --cov --cov-report=term-missing:skip-covered

.PHONY: consumer
consumer: $(VENV)/.installed-test  ## Compare the tables that lti_ags_import_lti_consumer reads with those of the real package.
	@$(BIN)/python -m tests.consumer_import

.PHONY: mutation
mutation: $(VENV)/.installed-mutation  ## Change the rules of grading in every small way, and see whether their tests notice.
	@$(BIN)/python -m tests.mutation

.PHONY: conformance
conformance: $(if $(filter sqlite,$(DB)),$(VENV)/.installed-test,servers $(VENV)/.installed-services)
conformance:  ## Run the tests that hold the AGS checklist, item by item; on SQLite, write their page of the docs (DB=mariadb or postgres).
	@$(BIN)/python -m tests.support.with_database $(DB) pytest -q -m "not browser" -n $(WORKERS) $(SHARED) \
		-p tests.conformance.plugin $(if $(filter sqlite,$(DB)),--conformance-page docs/reference/conformance.rst)

.PHONY: openapi
openapi: $(VENV)/.installed-test  ## Write docs/reference/openapi.yaml anew, as the views are now.
	@$(BIN)/python -m sandbox.openapi docs/reference/openapi.yaml

.PHONY: translations
translations: $(VENV)/.installed-test  ## Collect the texts anew, bring the catalogues up to date, and list what is not translated.
	@PYTHONPATH=.:sandbox/standins DJANGO_SETTINGS_MODULE=sandbox.settings.lms $(BIN)/python -m tests.translations

.PHONY: security
security: $(VENV)/.installed-security  ## Run the tests that hold the threat model, and the scanners (AUDIT=required: no advisories, no success).
	@$(BIN)/python -m pytest -q -n $(WORKERS) $(SHARED) -p tests.security.groups
	@AUDIT=$(AUDIT) ci/scan-security $(BIN)/python

.PHONY: scan
scan: $(VENV)/.installed-security  ## Run the scanners alone: insecure code, secrets, advisories.
	@AUDIT=$(AUDIT) ci/scan-security $(BIN)/python

.PHONY: flood
flood: $(VENV)/.installed-sandbox  ## Measure how long one tool waits while another floods the site; at most twice its normal.
	@PYTHONPATH=.:sandbox/standins $(BIN)/python -m benchmarks.flood

.PHONY: lint
lint: $(VENV)/.installed-quality  ## Check style, format, layers, and the annotations of personal data and settings.
	@echo "ruff: rules ..." && $(BIN)/python -m ruff check $(CHECKED)
	@echo "ruff: format ..." && $(BIN)/python -m ruff format --check $(CHECKED)
	@echo "import-linter: layers ..." && $(BIN)/lint-imports
	@echo "code-annotations: personal data ..." && $(BIN)/code_annotations static_find_annotations \
		--config_file .pii_annotations.yml --lint --no_report
	@echo "code-annotations: settings ..." && $(BIN)/code_annotations static_find_annotations \
		--config_file .setting_annotations.yml --lint --no_report

.PHONY: format
format: $(VENV)/.installed-quality  ## Format the code and mend what ruff can mend.
	@$(BIN)/python -m ruff check --fix $(CHECKED)
	@$(BIN)/python -m ruff format $(CHECKED)

.PHONY: types
types: $(VENV)/.installed-quality  ## Check types: strictly for the package, less so for the sandbox.
	@$(BIN)/python -m mypy

.PHONY: bench
bench: | venv  ## Measure speed beside the incumbent and a floor (QUICK=1: under 4 minutes; DB=mariadb or postgres).
	@$(if $(filter-out sqlite,$(DB)),ci/ensure-servers $(BIN)/python)
	@$(BIN)/python -m benchmarks --plan $(if $(QUICK),quick,full) --database $(DB) $(if $(DOCS),--docs)

.PHONY: matrix
matrix: $(VENV)/.installed-ci  ## Run the tests on every supported platform (LEGS=package,migrations: on some).
	@PATH="$$(dirname "$$(ci/find-python --version 3.11)"):$$(dirname "$$(ci/find-python --version 3.12)"):$$PATH" \
		$(BIN)/python -m tox run $(LEGS:%=-e %)

##@ Giving it away

.PHONY: docs
docs: $(VENV)/.installed-docs  ## Build the docs into build/docs; a warning is an error.
	@$(BIN)/python -m sphinx -W --keep-going -n -q -b html docs build/docs
	@echo "The docs are in build/docs: open build/docs/index.html"

.PHONY: package
package: $(VENV)/.installed-package  ## Build sdist and wheel into dist, check them, and run tests against the installed wheel.
	@WORKERS=$(WORKERS) ci/check-package $(VENV)

##@ Keeping house

.PHONY: upgrade
upgrade: $(VENV)/.installed-ci  ## Make requirements/*.txt anew with the latest releases.
	@ci/compile-requirements $(BIN)/python --upgrade

.PHONY: clean
clean:  ## Remove what was built, cached or reported; the virtual environment stays.
	@rm -rf build dist *.egg-info .coverage .coverage.* htmlcov pii_report .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis .tox
	@find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean  ## As clean, and remove the virtual environment.
	@rm -rf $(VENV)
