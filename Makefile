# Two commands for users: `make demo` and `make test`. Each makes its own .venv; both need make, a Rust toolchain with a
# linker, and Python 3.10 or newer.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

# A name on PATH is not enough: a version manager's shim exists and fails where its version is not chosen.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3.10 python3; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then echo $$name; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
# uv installs torch and all that goes with it in half a minute, pip in several. It takes an editable package for unchanged
# as long as pyproject.toml is.
INSTALL := $(BIN)/uv pip install --python $(BIN)/python --reinstall-package share_rs
# One folder for what pip builds, for clippy and for the tests, so that no crate is compiled twice for one profile.
export CARGO_TARGET_DIR ?= $(CURDIR)/target
export PIP_DISABLE_PIP_VERSION_CHECK := 1
CARGO := PYO3_PYTHON=$(CURDIR)/$(BIN)/python cargo
BUILT_FROM := pyproject.toml constraints.txt Cargo.toml Cargo.lock $(shell find rust -type f 2>/dev/null)
STARTED := $(shell date +%s)

.PHONY: help demo test lint rust python clean

help: ## shows this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.demo ## evaluates every solver that needs no model on all koans, into runs/demo
	@rm -rf runs/demo
	@$(BIN)/share-rs eval --out runs/demo
	@echo "$(CURDIR)/runs/demo/report.html: $$(( $$(date +%s) - $(STARTED) )) s, with all that had to be installed and built"

test: lint rust python ## lints, compares the stubs with the binary, runs every test

lint: $(VENV)/.test ## ruff, pyright, rustfmt, clippy, stubs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	cargo fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	$(BIN)/python -m mypy.stubtest share_rs._native --allowlist tests/stubtest-allowlist.txt

rust: $(VENV)/.test ## the tests of the Rust crates
	$(CARGO) test --workspace --locked --quiet

# Two threads of torch on two cores that are shared stall small products for milliseconds, where one takes microseconds.
python: $(VENV)/.test ## the tests of the Python package
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest

clean: ## removes what was built here
	rm -rf $(VENV) target runs dist python/share_rs/*.so

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "expected Python 3.10 or newer, found none; install it, or name it: make PYTHON=FILE" >&2; exit 1; }
	@command -v cargo >/dev/null || { echo "expected cargo, found none; install Rust 1.88 or newer" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(BIN)/uv: | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt uv

$(VENV)/.demo: $(BUILT_FROM) | $(BIN)/uv
	$(INSTALL) --quiet --constraint constraints.txt --editable '.[report]'
	@touch $@

$(VENV)/.test: $(BUILT_FROM) | $(BIN)/uv
	$(INSTALL) --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.demo
