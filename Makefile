# Two commands for a stranger: `make demo` and `make test`. Both make .venv first, with Python 3.11+.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
APP ?= 1
WORKERS ?= 4

.PHONY: help demo test test-sqlite test-postgres check lint types imports docs site format bench oracles wheel clean browser office

help:
	@echo "make demo    the sample study, its findings, its workbook and the workbench (APP=0: no workbench)"
	@echo "make test    every test, on SQLite and on PostgreSQL, with a real browser"
	@echo "make check   lint, types, imports, docs and tests"
	@echo "make site    the documentation as pages, in build/site"
	@echo "make bench   what is measured against other tools"
	@echo "make oracles the agreement coefficients beside other libraries, in an environment of their own"

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "qualkit needs Python 3.11 or newer; say which: make PYTHON=python3.12 demo" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "this Python cannot make environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY)
	$(VENV)/bin/qualkit demo --folder demo $(if $(filter 0,$(APP)),--no-app,)

test: test-sqlite test-postgres

test-sqlite: $(READY) browser office
	$(RUN) -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# What learns, and what Dask spreads, gets the same tables from either database.
test-postgres: $(READY)
	QUALKIT_TEST_DB=postgresql $(RUN) -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests/workflow tests/unit/store tests/durability tests/cli/test_cli.py \
	  $(foreach one,distributing evaluation ordering,--ignore=tests/workflow/test_$(one).py)

browser: $(READY)
	@$(RUN) tests/chromium.py --install

office: $(READY)
	@$(RUN) tests/office.py

check: lint types imports docs site test

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(READY)
	$(VENV)/bin/mypy

imports: $(READY)
	PYTHONPATH=.:apps $(VENV)/bin/lint-imports --no-cache

docs: $(READY)
	$(RUN) docs/generate.py --check

site: $(READY)
	PYTHONPATH=.:apps $(RUN) -m sphinx -W -n --keep-going -E -q -b html docs build/site

format: $(READY)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	$(RUN) docs/generate.py

bench: $(READY)
	$(RUN) -m benchmarks

oracles: $(READY)
	$(PYTHON) -m venv .oracles
	.oracles/bin/python -m pip install --quiet --disable-pip-version-check -r tests/oracles/requirements.txt
	QUALKIT_ORACLES=$(CURDIR)/.oracles/bin/python $(RUN) -m pytest -q tests/unit/agreement/test_oracles.py

wheel: $(READY)
	$(RUN) -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf $(VENV) .oracles build demo dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
