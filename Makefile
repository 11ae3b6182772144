# Two commands do everything: `make run` and `make test`. Both set the environment up first, once.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup run test test-slow check ui bench docs lock clean calibrate

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

setup: .venv/.ready ## the environment in .venv, from the hash-locked requirements

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=python3.12 or so" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python cannot make a virtual environment: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv (about a minute, once)" >&2
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## read, check, forecast, publish, and print a summary
	@$(BIN)/pipeline run

test: setup ## the tests, but for the slow ones
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

test-slow: setup ## the slow ones: kills, readers beside a publisher, browser, whole runs; CI runs them too
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m slow

check: setup ## format, lint, types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

calibrate: setup ## prove that ranges hold what they say; writes docs/calibration.md (some minutes)
	@$(BIN)/python -m pipeline.model.calibration_report

ui: setup ## Dagster and the releases' briefs on 127.0.0.1:3000
	@$(BIN)/pipeline ui

lock: ## pin requirements.in again, with the hashes of every platform (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header requirements.in -o requirements.lock

bench: setup ## every speed and memory target, as ratios measured in the same run
	@missed=0; for bench in bench/*.py; do echo "== $$bench"; $(BIN)/python $$bench || missed=1; done; exit $$missed

docs: setup ## the docs site, in site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "site/index.html"

clean: ## remove the environment and the caches; releases and raw data stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
