# make demo: see it work.  make test: prove it.  Both make their own environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than there are processors: tests of pages and servers wait much of their time. Files go in the
# order of their names, so that those of pages, few tests and slow ones, do not all come last.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-tools lint types check pages clean

demo: $(VENV)/.installed
	$(BIN)/lookalike demo

test: $(VENV)/.tested
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder

lint: $(VENV)/.tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.tested
	$(BIN)/mypy --num-workers=auto

check: lint types test

# The pages that are made from the code and from the figures that the benchmarks wrote.
pages: $(VENV)/.tested
	$(BIN)/python tools/make_reference.py
	$(BIN)/python tools/make_benchmarks.py
	$(BIN)/python tools/make_readme.py

# What tests of browsers and servers need beyond Python packages.
test-tools:
	sh tools/install_test_tools.sh

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit("Lookalike needs Python 3.11 or newer; name one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

# Compiled by all processors, where pip takes one. Some packages hold files for other Pythons: none stops it.
$(VENV)/.tested: $(VENV)/.made pyproject.toml constraints.txt
	$(PIP) --no-compile -e '.[test]'
	$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib src || true
	touch $(VENV)/.installed $@

clean:
	rm -rf $(VENV) build dist lookalike-demo .pytest_cache .mypy_cache .ruff_cache
