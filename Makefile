# `make` alone lists the targets. Everything happens in .venv, which `make setup` and all that need it make and keep.
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# What `make test` leaves out takes long: .ci/run and .ci/nightly run it, `make test-all` a part of it.
TESTS ?= not slow
WORKERS ?= 2

# The tests start many processes: without its cache each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all types imports lint reference messages format docs package bench bench-matching mutants clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.setup-dev ## Make .venv with everything that development needs

demo: $(VENV)/.setup-demo ## Start the example site with demo data on http://127.0.0.1:8000 (PORT= changes the port)
	@$(BIN)/python example_project/manage.py demo --port $(PORT)

test: setup ## Run the suite on SQLite, with a browser where a Chromium is found (at most 6 minutes)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "$(TESTS)" $(ARGS)

test-all: setup ## Run the tox matrix: all Pythons, Djangos and databases (needs PostgreSQL and MariaDB), and every check
	$(BIN)/tox run

types imports lint docs package: setup
	$(BIN)/tox run -e $@

types: ## Check the types (mypy, strict)
imports: ## Check that imports point down (import-linter)
lint: ## Check style of code and templates (ruff, djlint)
docs: ## Build the documentation into docs/_build, warnings are errors
package: ## Build sdist and wheel, check them, install the wheel into a new project

reference: setup ## Draw the tables of docs/reference anew from the code
	$(BIN)/python -m scripts.reference_tables

messages: setup ## Collect what is to be translated and compile the translations (needs gettext)
	$(BIN)/python -m scripts.messages

format: setup ## Format code and sort imports (ruff)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## Measure the offers list against a bare view, as ratios
	$(BIN)/python -m benchmarks

bench-matching: setup ## Measure quality and speed of the matching (SIZES=1000,10000 changes the members, ARGS=--chart draws)
	$(BIN)/python -m benchmarks.matching $(if $(SIZES),--sizes $(SIZES)) $(ARGS)

mutants: setup ## Plant bugs one by one and see that the tests catch each
	$(BIN)/python -m tests.mutants

clean: ## Remove what builds and tests leave behind
	rm -rf build dist docs/_build .tox .mypy_cache .pytest_cache .ruff_cache .hypothesis htmlcov .coverage .coverage.*

$(VENV)/.setup-%: pyproject.toml scripts/setup.sh
	@scripts/setup.sh $*
