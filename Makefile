# Everything here works from a fresh clone: each target first makes the virtual environment it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help study test lab check serve notebooks slides changes faults bench soak mutate lint format lock clean distclean

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
INSTALLED := $(VENV)/.installed
# The first Python that can do the job, or the one you name: make study PYTHON=python3.12
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
	$$p -c '$(SUITABLE)' 2>/dev/null && echo $$p && break; done)

# No library may report home, and none may colour a run with what it finds in the user's environment.
export FEAST_USAGE := False
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := 1
export PYTHONNOUSERSITE := 1
# Threads that wait for a core somebody else uses spin: a fit of two seconds takes twenty beside other work.
export OMP_NUM_THREADS ?= 1
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

study: $(INSTALLED)  ## run every system, apply every ruler, print the scorecard
	@$(BIN)/python lab/study/__main__.py

test: lint study  ## lint, then the study's results, then all tests and every notebook, strictly
	@$(BIN)/python -m pytest --nbval -n 3 --dist loadfile --no-loadscope-reorder tests notebooks

serve: $(INSTALLED)  ## start FTI as a service on port 8000, after make study; it says how to ask it
	@$(BIN)/python -m lab.service

lab: $(INSTALLED)  ## open the notebooks in JupyterLab
	@$(BIN)/python -m jupyterlab $(LAB_ARGS)

check: $(INSTALLED)  ## check an exercise, make check EX=1, or see how far you are
	@$(BIN)/python -m lab.exercises.check $(EX) $(if $(NOTEBOOK),--notebook $(NOTEBOOK))

notebooks: study  ## run the sources in notebooks/_src and write notebooks/*.ipynb
	@$(BIN)/python -m publish.notebooks.build_notebooks

slides: study  ## build all decks, English and Japanese, from the study's results; it says where to open them
	@$(BIN)/python -m publish.slides

changes: $(INSTALLED)  ## replay every change request on every system (10 to 20 minutes; goes on where it stopped)
	@$(BIN)/python -m lab.changes

faults: $(INSTALLED)  ## hit every job of every system with every fault (5 minutes or so; goes on where it stopped)
	@$(BIN)/python -m lab.faults

bench: study  ## ratios on this machine: point-in-time reads, the feature pipeline, one request, services under load; the study against its targets
	@$(BIN)/python -m lab.bench

soak: $(INSTALLED)  ## half an hour of load while features, champions and the process itself change under it
	@$(BIN)/python -m lab.load.soak

mutate: $(INSTALLED)  ## break every ruler in every way and see its tests notice (an hour or so; goes on where it stopped)
	@$(BIN)/python -m tests.mutation.mutation_runs

lint: $(INSTALLED)  ## ruff, mypy and the import contracts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "not formatted (make format does it)"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(INSTALLED)  ## let ruff format the code and mend what it can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

lock: $(UV)  ## write requirements.lock anew from the bounds in pyproject.toml
	@$(UV) pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --quiet -o requirements.lock $(LOCK_ARGS)

clean:  ## remove results, caches and builds; keep the virtual environment
	rm -rf .study build dist mlruns *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -path ./$(VENV) -prune -o -path ./.git -prune -o \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -type d -exec rm -rf {} +

distclean: clean  ## clean, and remove the virtual environment too
	rm -rf $(VENV)

$(UV):
	@$(or $(PYTHON),false) -c '$(SUITABLE)' 2>/dev/null || { \
		echo "Python 3.11, 3.12 or 3.13 with venv is needed; name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(INSTALLED): requirements.lock pyproject.toml | $(UV)
	@echo "Installing the locked packages"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@
