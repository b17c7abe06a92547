# Two commands are all a newcomer needs: `make run` and `make test`. Both set themselves up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/pytest -q -n 2 --dist worksteal
# What is compiled once need not be compiled at each start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test journeys check demo lock help api-fuzz

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

run: $(READY) ## start the counter: residents' chat and staff console, on this machine
	@$(BIN)/front-counter run

test: $(READY) ## format, lint, types, imports, content, tests
	@echo "— format and lint"
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@echo "— types"
	@$(BIN)/mypy --no-error-summary
	@echo "— import arrows"
	@$(BIN)/lint-imports --no-logo > $(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }
	@echo "— knowledge files"
	@$(BIN)/front-counter check > $(VENV)/check.txt || { cat $(VENV)/check.txt; exit 1; }
	@echo "— tests"
	@$(PYTEST) -m "not journey"

journeys: $(READY) ## whole programs from end to end: a shift, two replicas, kills
	@$(PYTEST) -m journey

check: $(READY) ## look for mistakes in the knowledge files
	@$(BIN)/front-counter check

demo: $(READY) ## fill an empty folder ./demo-data with a believable year, and run on it
	@test -d demo-data || $(BIN)/front-counter demo --data demo-data
	@$(BIN)/front-counter run --data demo-data

api-fuzz: $(READY) ## try every operation of the API (needs: pip install -e '.[api-test]')
	@$(BIN)/python -m benchmarks api

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --no-header --quiet --upgrade \
	    --python-version 3.11 --extra dev pyproject.toml -o requirements.lock

$(READY): requirements.lock pyproject.toml
	@echo "Setting up (once, about a minute): a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed. Name it: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@echo "Setting up: the pinned packages of requirements.lock"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@echo "Setting up: the counter itself"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "Setting up: learning the questions of the knowledge files"
	@$(BIN)/front-counter check > $(VENV)/check.txt || { cat $(VENV)/check.txt; exit 1; }
	@touch $(READY)
