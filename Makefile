PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CASES ?= projects/studies
CORPUS ?= tests/corpus

.PHONY: demo test lint check bench bench-claims replicate clean

demo: $(VENV)/.ready
	$(BIN)/kenes appraise projects/chain-kz-us.toml

test: $(VENV)/.dev
	$(BIN)/pytest -n auto

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check src benchmarks
	$(BIN)/mypy

check: lint test

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/bench.py

bench-claims: $(VENV)/.dev
	$(BIN)/python benchmarks/claims.py "$(CORPUS)"

replicate: $(VENV)/.dev
	$(BIN)/python benchmarks/replicate.py "$(CASES)"

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -m compileall -q src
	touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	$(BIN)/python -m compileall -q src
	touch $(VENV)/.ready $@
