# Two commands for users: `make demo` and `make test`. Each makes its own .venv; both need make, a Rust toolchain with a linker, and Python >= 3.10.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3.10 python3; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then echo $$name; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What the wheel, clippy and the tests compile is shared, whichever Python builds it.
export CARGO_TARGET_DIR ?= $(CURDIR)/target
NATIVE := Cargo.toml Cargo.lock pyproject.toml constraints.txt $(shell find rust -name '*.rs' -o -name '*.toml' 2>/dev/null)

.PHONY: help demo test lint rust python clean

help: ## shows this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.demo ## evaluates every solver that needs no model on all koans, into runs/demo
	@started=$$(date +%s); $(BIN)/share-rs eval --out runs/demo; echo "runs/demo/report.html after $$(( $$(date +%s) - started )) s"

test: lint rust python ## lints, compares the stubs with the binary, runs every test

lint: $(VENV)/.test ## ruff, pyright, rustfmt, clippy, stubs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	cargo fmt --all --check
	PYO3_PYTHON=$(CURDIR)/$(BIN)/python cargo clippy --workspace --all-targets --locked -- -D warnings
	$(BIN)/python -m mypy.stubtest share_rs._native --allowlist tests/stubtest-allowlist.txt

rust: $(VENV)/.test ## the tests of the Rust crates
	PYO3_PYTHON=$(CURDIR)/$(BIN)/python cargo test --workspace --locked

python: $(VENV)/.test ## the tests of the Python package
	$(BIN)/python -m pytest

clean: ## removes what was built here
	rm -rf $(VENV) target runs dist python/share_rs/*.so

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "no Python >= 3.10 found: install one, or name it: make PYTHON=/path/to/python"; exit 1; }
	@command -v cargo >/dev/null || { echo "no cargo found: install Rust 1.88 or newer"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch -c $@

$(VENV)/.demo: $(NATIVE) | $(BIN)/python
	$(BIN)/pip install -q --editable '.[report]'
	touch $@

$(VENV)/.test: $(NATIVE) | $(BIN)/python
	$(BIN)/pip install -q --editable '.[dev]'
	touch $@ $(VENV)/.demo
