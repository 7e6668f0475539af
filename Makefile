# Litmus. `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo demo-reset tamper test bare histories walk lint format messages minutes requirements clean fuzz accessibility
.PHONY: bench bench-assignments bench-audit bench-directory bench-ledger bench-quiz bench-team bench-xapi

help: ## List the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: .venv/.run var/secret-key ## Set everything up and start the demonstration site on http://127.0.0.1:8000 (PORT= changes it)
	@HTTPS=0 BASE_URL=http://127.0.0.1:$(PORT) PORT=$(PORT) $(PY) manage.py demo

demo-reset: .venv/.run var/secret-key ## Throw the demonstration's data away and start afresh
	@HTTPS=0 BASE_URL=http://127.0.0.1:$(PORT) PORT=$(PORT) $(PY) manage.py demo --reset

tamper: .venv/.run var/secret-key ## Change a byte in a copy of the demonstration's database and see it caught
	@HTTPS=0 $(PY) manage.py tamper

test: .venv/.test ## Set up what the tests need (the browser too) and run them all
	@tests/run.sh $(ARGS)

fuzz: .venv/.test ## Try ever new files on the importers and the reader of staff lists: about half an hour (FUZZ= examples a test)
	@FUZZ=$(or $(FUZZ),20000) $(VENV)/bin/python -m pytest -q -x -p no:cacheprovider tests/fuzz

bare: ## Try `make demo` and ten tests on a bare Debian 12 (needs root; downloads for minutes; not in the gate)
	@tests/bare.sh

lint: .venv/.test ## Style, types, import contracts, templates, migrations
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djade --target-version 5.2 --check $$(git ls-files 'themes/**/*.html')
	$(VENV)/bin/lint-imports
	SECRET_KEY=lint HTTPS=0 $(VENV)/bin/mypy .
	SECRET_KEY=lint HTTPS=0 $(PY) manage.py makemigrations --check --dry-run

format: .venv/.test ## Put code and templates into the house's form
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	-$(VENV)/bin/djade --target-version 5.2 $$(git ls-files 'themes/**/*.html')

minutes: .venv/.test ## Walk every shipped module in a browser and hold the minutes shown against the words on its pages: minutes
	@MINUTES=1 HTTPS=0 $(VENV)/bin/pytest -q -p no:cacheprovider tests/minutes

bench: .venv/.test ## Server CPU milliseconds a request: module page, dashboard, ten-question quiz
	@$(PY) -m tests.bench.pages

histories: .venv/.test ## 50,000 random histories of obligations, and 600 through the database: an hour or more (HISTORIES=, DATABASE_HISTORIES= other numbers)
	@HISTORIES=$(or $(HISTORIES),50000) DATABASE_HISTORIES=$(or $(DATABASE_HISTORIES),600) $(VENV)/bin/pytest -q -p no:cacheprovider \
		tests/courses/assignments/derivation/test_properties.py tests/courses/assignments/test_histories.py

bench-assignments: .venv/.test ## CPU of synchronising 3,000 people's obligations, against bare writing and deriving anew (PEOPLE= another number)
	@HTTPS=0 $(PY) -m tests.bench.assignments

bench-directory: .venv/.test ## What an import of 5,000 people costs: time, queries, memory (PEOPLE= another number)
	@$(PY) -m tests.bench.directory

accessibility: .venv/.test ## Three engines on every page and state: languages, widths, colours; writes what the statement says (long; QUICK=1: a part)
	@$(PY) -m tests.browser && HTTPS=0 $(PY) -m pytest -q -s -p no:cacheprovider tests/accessibility/matrix.py

walk: .venv/.test ## Follow one quiz answer from request to ledger and print every climb to a higher floor
	@$(PY) -m tests.walk 2>/dev/null

bench-ledger: .venv/.test ## What the ledger costs beside bare work on the same rows: 1,000,000 entries, half an hour (ENTRIES= another number)
	@$(PY) -m tests.bench.ledger

bench-quiz: .venv/.test ## 600 people in a quiz at once on PostgreSQL: about 9 minutes (QUICK=1: one minute, not that load)
	@$(PY) -m tests.bench.quiz

bench-audit: .venv/.test ## The auditor's searches over 300,000 entries on PostgreSQL, against the same with OR (ENTRIES= another number)
	@$(PY) -m tests.bench.audit

bench-team: .venv/.test ## A manager's page over 20,000 people on PostgreSQL, against the same by subquery (PEOPLE= another number)
	@$(PY) -m tests.bench.team

bench-xapi: .venv/.test ## Statements a second to a record store on this machine, in arrays and one by one (STATEMENTS= another number)
	@$(PY) -m tests.bench.xapi

messages: .venv/.test ## Collect the interface's strings into the catalogues (needs gettext)
	SECRET_KEY=x HTTPS=0 $(PY) manage.py makemessages -l fr -l ar --no-location --no-obsolete -i .venv -i tests -i var

requirements: .venv/.test ## Pin the dependencies anew, with hashes and without any registry's address
	$(VENV)/bin/pip install -q uv
	$(VENV)/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate -q --no-emit-index-url --no-emit-find-links -o requirements.txt
	$(VENV)/bin/uv pip compile pyproject.toml --extra test --universal --generate-hashes --no-header --no-annotate -q --no-emit-index-url --no-emit-find-links -o requirements-test.txt

clean: ## Remove the virtual environment and caches (data stays in var/)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

var/secret-key:
	@mkdir -p var && umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))' > $@

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Litmus needs Python 3.11 or newer, and $(PYTHON) is missing or older. On Debian: apt-get install python3 python3-venv"; exit 2; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null \
	  || { rm -rf $(VENV); echo "Python cannot make a virtual environment here. On Debian: apt-get install python3-venv"; exit 2; }
	@touch $@

.venv/.run: requirements.txt | .venv/.python
	@echo "Installing Litmus (once; about half a minute) …"
	@$(VENV)/bin/pip install -q --require-hashes --no-deps -r requirements.txt \
	  || { echo "The dependencies could not be installed. Is a package index reachable? Then run the same command again."; exit 2; }
	@$(PY) -m lms.catalogues
	@touch $@

.venv/.test: requirements-test.txt | .venv/.python
	@echo "Installing what Litmus and its tests need (once; about a minute) …"
	@$(VENV)/bin/pip install -q --require-hashes --no-deps -r requirements-test.txt \
	  || { echo "The dependencies could not be installed. Is a package index reachable? Then run the same command again."; exit 2; }
	@$(PY) -m lms.catalogues
	@touch $@
