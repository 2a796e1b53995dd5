# Everything here works from a fresh clone: each target first makes the virtual environment it needs, and installs into it
# what it needs: `make study` the core alone, others a lock or two more.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help study test quick deep records environments patterns lab check serve notebooks slides derived changes faults bench soak \
	mutate lint format lock clean distclean

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
# One stamp per lock that is installed: .core for requirements.lock, .test for locks/test.lock, and so on.
EXTRAS := $(shell sed -n '/^\[project.optional/,/^\[tool/s/^\([a-z]*\) = \[.*/\1/p' pyproject.toml)
CORE := $(VENV)/.core
ALL := $(CORE) $(EXTRAS:%=$(VENV)/.%)
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
# Set in many containers: every process would compile each library anew, three times as long for scikit-learn or MLflow.
unexport PYTHONDONTWRITEBYTECODE

# What make quick runs, as pytest's -m takes it; tests/conftest.py gives the marks.
QUICK ?= quick
# Plugins that no quick test uses: each of its processes would load them for three seconds and more.
UNUSED := -p no:nbval -p no:schemathesis -o addopts="--import-mode=importlib -ra"

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

study: $(CORE)  ## run every system, apply every ruler, print the scorecard (README says how long it takes)
	@$(BIN)/python -m lab.study

test: lint study $(ALL)  ## lint, then the study, then all tests and every notebook, strictly
	@$(BIN)/python -m pytest --nbval -n 3 --dist loadfile --no-loadscope-reorder tests notebooks

quick: lint $(VENV)/.patterns  ## lint and the tests that need no study and no server: about a minute, all day long
	@$(BIN)/python -m pytest $(UNUSED) -n 2 --dist loadfile --no-loadscope-reorder -m "$(QUICK)" tests

deep: $(CORE)  ## run the steps that make study leaves out, and record them (half an hour; goes on where it stopped)
	@$(BIN)/python -m lab.deep --only study

records: $(CORE) $(VENV)/.test $(VENV)/.beyond  ## make deep, and all else that is recorded: small arms, change requests, debt, faults (two hours or so)
	@$(BIN)/python -m lab.deep

environments: $(CORE)  ## make the environments in which models of some patterns train and answer: once, with a network
	@$(BIN)/python -m lab.patterns.environments
	@$(BIN)/python -m lab.patterns.device_runtimes

patterns: environments $(VENV)/.patterns  ## run the experiments of all patterns, or of one: make patterns ONLY=caches
	@$(BIN)/python -m lab.patterns $(ONLY)

serve: $(CORE)  ## start FTI as a service on port 8000, after make study; it says how to ask it
	@$(BIN)/python -m lab.service

lab: $(CORE) $(VENV)/.notebooks $(VENV)/.patterns  ## open the notebooks in JupyterLab
	@$(BIN)/python -m jupyterlab $(LAB_ARGS)

check: $(CORE) $(VENV)/.notebooks  ## check an exercise, make check EX=1, or see how far you are
	@$(BIN)/python -m lab.exercises.check $(EX) $(if $(NOTEBOOK),--notebook $(NOTEBOOK))

notebooks: study $(VENV)/.notebooks $(VENV)/.patterns  ## run the sources in notebooks/_src and write notebooks/*.ipynb
	@$(BIN)/python -m publish.notebooks

slides: study $(VENV)/.decks  ## build all decks, English and Japanese, from the study's results; it says where to open them
	@$(BIN)/python -m publish.slides

derived: study $(ALL)  ## write every derived file anew; make derived CHECK=1 fails where one differs
	@$(BIN)/python -m publish.derived $(if $(CHECK),--check)

changes: $(CORE) $(VENV)/.test $(VENV)/.beyond  ## replay every change request on every system (10 to 20 minutes; goes on where it stopped)
	@$(BIN)/python -m lab.changes

faults: $(CORE)  ## hit every job of every system with every fault (5 minutes or so; goes on where it stopped)
	@$(BIN)/python -m lab.faults

bench: study $(VENV)/.bench $(VENV)/.notebooks $(VENV)/.test  ## ratios on this machine: point-in-time reads, the feature pipeline, one request, services under load; the study against its targets
	@$(BIN)/python -m lab.bench

soak: $(CORE)  ## half an hour of load while features, champions and the process itself change under it
	@$(BIN)/python -m lab.load.soak

mutate: $(CORE) $(VENV)/.test  ## break every ruler in every way and see its tests notice (an hour or so; goes on where it stopped)
	@$(BIN)/python -m tests.mutation.mutation_runs

lint: $(CORE) $(VENV)/.test  ## ruff, mypy and the import contracts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "not formatted (make format does it)"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(CORE) $(VENV)/.test  ## let ruff format the code and mend what it can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

# All extras are solved together first, then each lock takes its versions from that solution: no two locks disagree.
# An extra's lock leaves out what the core's lock holds.
COMPILE = $(UV) pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --python-version 3.11 --quiet
lock: $(UV)  ## write requirements.lock and locks/*.lock anew from the bounds in pyproject.toml
	@solved=$$(mktemp) && trap 'rm -f "$$solved"' EXIT && cat requirements.lock locks/*.lock > "$$solved" && \
	$(COMPILE) --all-extras -o "$$solved" $(LOCK_ARGS) && \
	cp "$$solved" requirements.lock && $(COMPILE) --custom-compile-command "make lock" -o requirements.lock && \
	core=$$(sed -nE 's/^([A-Za-z0-9._-]+)==.*/--no-emit-package \1/p' requirements.lock) && \
	for extra in $(EXTRAS); do \
		cp "$$solved" locks/$$extra.lock && \
		$(COMPILE) --extra $$extra $$core --custom-compile-command "make lock" -o locks/$$extra.lock && \
		sed '/^# The following packages were excluded/,$$d' locks/$$extra.lock > "$$solved.part" && \
		mv "$$solved.part" locks/$$extra.lock || exit 1; \
	done

clean:  ## remove results, caches and builds; keep the virtual environment
	rm -rf .study build dist mlruns *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -path ./$(VENV) -prune -o -path ./.environments -prune -o -path ./.git -prune -o \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -type d -exec rm -rf {} +

distclean: clean  ## clean, and remove the virtual environment and those of patterns too
	rm -rf $(VENV) .environments

$(UV):
	@$(or $(PYTHON),false) -c '$(SUITABLE)' 2>/dev/null || { \
		echo "Python 3.11, 3.12 or 3.13 with venv is needed; name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(CORE): requirements.lock pyproject.toml | $(UV)
	@echo "Installing the locked packages"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.%: locks/%.lock $(CORE)
	@echo "Installing the locked packages of $<"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock -r $<
	@touch $@
