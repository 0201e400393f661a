# make run: the emulator, with nothing but Python 3.11 or newer installed. make test: everything.
PYTHON ?= python3
VENV := .venv
SHELL := bash
.SHELLFLAGS := -o pipefail -ec
BIN := $(VENV)/bin

.PHONY: run test screenshots check coverage properties bench clean

run: $(VENV)/.run
	$(BIN)/hive-emulator serve

test: check
	$(BIN)/pytest -n 4 # more than two cores, since many tests wait for processes of their own

coverage: $(VENV)/.test # takes twice as long as the tests alone, and holds what they reach to a floor
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

screenshots: $(VENV)/.test
	$(BIN)/python -m tests.page.screenshots

properties: $(VENV)/.test # what holds for any input, with many more inputs
	$(BIN)/pytest -n 2 -m hypothesis --hypothesis-profile=thorough

bench: $(VENV)/.bench
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "hive-emulator needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
	touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.test: $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --group dev
	touch $@

$(VENV)/.bench: $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --group bench
	touch $@
