# Every habit is one command. `make` alone lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
BIN := .venv/bin
STAMP := .venv/.jidoka-setup

.PHONY: help setup up down test check lint format types bench faults demo-improvement lock

help:  ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.tools/bin/uv:
	$(PYTHON) -m venv .tools
	.tools/bin/pip install -q uv

$(STAMP): requirements.lock pyproject.toml | $(filter .tools/bin/uv,$(UV))
	test -x $(BIN)/python || $(UV) venv -q --no-python-downloads --python $(PYTHON) .venv
	$(UV) pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $(STAMP)

setup: $(STAMP)  ## install everything into .venv (again only when the lock changed)

up: setup  ## start the whole stack on this machine and stay in front of it
	$(BIN)/jidoka up

down: setup  ## stop the stack
	$(BIN)/jidoka down

test: setup  ## run the whole test suite
	$(BIN)/pytest

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

check: lint types test  ## format, lint, types strict, tests

format: setup  ## format the code and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup  ## ratios measured side by side (see docs/performance.md)
	$(BIN)/python -m benchmarks

demo-improvement: setup  ## an improvement from its first count to the cycle that follows it: months in minutes
	rm -rf build/improvement
	$(BIN)/python -m examples.improvement --out build/improvement

faults: setup  ## kill the worker at every point, and 20 times at random moments
	JIDOKA_FAULT_KILLS=20 $(BIN)/pytest tests/faults

lock:  ## resolve the dependencies again
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --extra embedded --group dev \
	  --no-annotate --no-header pyproject.toml -o requirements.lock
