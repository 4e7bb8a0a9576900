# Two commands matter: `make run` and `make test`. CONTRIBUTING.md tells of the others.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PYTEST_ARGS ?= -n 2 --dist worksteal --durations=40

.PHONY: help run test test-long test-alone test-shuffled test-elsewhen query-counts check lock messages bench-reminders bench-clicks bench-evidence bench-pages bench-approve bench-search pictures
help: ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.venv/runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: .venv/runtime ## Everything in one foreground command, with a demo story: http://localhost:8000/
	@DEBUG=on exec $(BIN)/python manage.py start

test: .venv/dev ## The whole suite on SQLite; with DATABASE_URL (and REDIS_URL) set, on those too
	@if [ -n "$$REQUIRE_SERVICES" ] && [ -z "$$DATABASE_URL" -o -z "$$REDIS_URL" ]; then echo "DATABASE_URL and REDIS_URL are required here"; exit 1; fi
	env -u DATABASE_URL -u REDIS_URL -u BROKER_URL THEN_ON_POSTGRESQL=$(DATABASE_URL) $(BIN)/python -m pytest $(PYTEST_ARGS)
	@if [ -n "$$DATABASE_URL" ]; then set -x; $(BIN)/python -m pytest $(PYTEST_ARGS); fi

test-long: .venv/dev ## The suite with its long tests in full: stories, posts, files, mails, old databases
	IN_FULL=1 $(MAKE) test

test-alone: .venv/dev ## The last test of each file by itself; FILES=tests/personal for some
	$(BIN)/python -m tests.alone $(FILES)

test-shuffled: .venv/dev ## The suite in random order; SHUFFLED=seed for the same order again
	$(BIN)/python -m pytest -p tests.shuffled $(PYTEST_ARGS) $(FILES)

# From half a minute before midnight, through both changes of the hour, on 29 February, 24 and 31 December.
MOMENTS ?= 2026-11-25T23:59:30 2026-03-29T01:59:30 2026-10-25T02:59:30 2028-02-29T23:59:30 2026-12-24T23:59:30 2026-12-31T23:59:30
# Not what asks no date and takes long: the browser, the proxy, the parser's files, posts by the thousand, old databases.
DATELESS := browser proxy documents hostile upgrade
ASKS_A_DATE = $(filter-out $(DATELESS:%=tests/%/),$(sort $(dir $(wildcard tests/*/test_*.py)))) $(wildcard tests/test_*.py)
test-elsewhen: .venv/dev ## What asks a date, at the hours and days that are not like others; MOMENTS= and FILES= for some
	@for moment in $(MOMENTS); do ELSEWHEN=$$moment $(BIN)/python -m pytest -p tests.elsewhen $(PYTEST_ARGS) $(or $(FILES),$(ASKS_A_DATE)) || exit 1; done

query-counts: .venv/dev ## Renew tests/query_counts.json: how many queries each page takes
	env -u DATABASE_URL UPDATE_QUERY_COUNTS=1 $(BIN)/python -m pytest tests/test_queries.py

check: .venv/dev ## What needs no tests to be seen: style, types, who imports whom, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DEBUG=on $(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive integrasjon milestones manage.py
	$(BIN)/djlint --lint templates
	env -u DATABASE_URL DEBUG=on $(BIN)/python manage.py makemigrations --check --dry-run
	env -u DATABASE_URL DEBUG=on $(BIN)/python manage.py check
	@if command -v msgmerge >/dev/null; then $(MAKE) --silent messages >/dev/null 2>&1 && git diff --exit-code --ignore-matching-lines='POT-Creation-Date' -- 'locale/*.po' || { echo "make messages changes locale/: texts are not collected"; exit 1; }; fi

lock: ## Renew the lock files (needs uv)
	uv pip compile --quiet --upgrade --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements.in -o requirements.txt
	uv pip compile --quiet --upgrade --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

messages: .venv/dev ## Collect texts and compile translations (needs gettext)
	DEBUG=on $(BIN)/python manage.py makemessages -l nb -l nn --no-location --no-wrap --ignore .venv --ignore tests --ignore var
	DEBUG=on $(BIN)/python manage.py compilemessages --ignore .venv

bench-reminders: .venv/dev ## How fast reminders are decided and sent, and in how much memory; takes some minutes
	$(BIN)/python -m tests.bench.reminders

bench-clicks: .venv/dev ## How many clicks three people need from intake to operations, by milestone; needs Chromium
	env -u DATABASE_URL $(BIN)/python -m pytest -q -s -n 0 tests/bench/clicks.py

bench-evidence: .venv/dev ## How fast reports, answers and receipts are read and judged, and in how much memory
	$(BIN)/python -m tests.bench.reports
	$(BIN)/python -m tests.bench.answers

bench-pages: .venv/dev ## The pages people open most, of 10,000 integrations, beside bare Django's; on DATABASE_URL
	$(BIN)/python -m tests.bench.pages

bench-approve: .venv/dev ## An approval, beside the bare admin's save of one field; on DATABASE_URL
	$(BIN)/python -m tests.bench.approving

bench-search: .venv/dev ## How much longer lists and searches take with 100,000 integrations than with 1,000; on DATABASE_URL
	$(BIN)/python -m tests.bench.growing

pictures: .venv/dev ## Renew the pictures of the README and of the guide; needs Chromium
	env -u DATABASE_URL DEBUG=on $(BIN)/python -m pytest -q -s -n 0 tests/bench/pictures.py
