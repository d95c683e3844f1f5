# Two commands, each enough by itself on a fresh Debian or Ubuntu: `make run` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
RUN_STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp
TESTS ?= tests

.PHONY: run test lint bench format clean system-run system-test system-package frozen deb dist test-package

run: system-run $(RUN_STAMP)
	@$(BIN)/benchtop

test: system-test $(DEV_STAMP)
	$(BIN)/python -m pytest $(TESTS)

lint: system-run $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Prints one JSON object. EXTRA_MODEL=PATH measures the wire with another model as well.
bench: system-run $(DEV_STAMP)
	@$(BIN)/python tests/bench/run.py $(if $(EXTRA_MODEL),--extra-model "$(EXTRA_MODEL)")

# What people install (CONTRIBUTING.md, "Packages"). The first one compiles llama.cpp for every processor: about
# 20 minutes on two cores; build/native keeps the result.
frozen: system-package
	@PYTHON="$(PYTHON)" packaging/frozen.sh

deb: frozen
	@packaging/linux/deb.sh

dist: $(BIN)/python
	@packaging/dist.sh

# Installs the .deb in a bare Debian of its own and uses it: as root, about 5 minutes.
test-package: system-test deb
	@$(PYTHON) packaging/test_package.py build/benchtop_*.deb
	@build/app-venv/bin/python packaging/older_processor.py build/frozen/benchtop

format: $(DEV_STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .bench

system-run:
	@PYTHON="$(PYTHON)" packaging/linux/prepare.sh run

system-test:
	@PYTHON="$(PYTHON)" packaging/linux/prepare.sh test

system-package:
	@PYTHON="$(PYTHON)" packaging/linux/prepare.sh package

$(BIN)/python:
	@PYTHON="$(PYTHON)" packaging/linux/prepare.sh run
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): pyproject.toml constraints.txt | $(BIN)/python
	@$(BIN)/python -c 'import llama_cpp' 2>/dev/null || echo "Installing. llama.cpp is compiled for this processor once: about 13 minutes on two cores, less on more. pip keeps the result."
	@$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@
