export HEADCOUNT_HOME ?= $(CURDIR)/.headcount

BIN := .venv/bin
# Other tests would find the settings of a real installation there.
ALONE := env -u HEADCOUNT_HOME -u DATABASE_URL -u HEADCOUNT_APP_DATABASE_URL
PYTEST := $(ALONE) $(BIN)/pytest
# A mutant's number within its function ends with one of these digits. [0-9] tries all; 1 is in every function.
DIGITS ?= [15]

.DEFAULT_GOAL := help
.PHONY: help run test check lint soak mutants bench clean environment

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /make \1#/p' $(MAKEFILE_LIST) | awk -F'#' '{ printf "%-12s %s\n", $$1, $$2 }'

run: ## start Headcount with its own database, on http://localhost:8000
	@scripts/environment run
	@exec $(BIN)/headcount up

test: environment ## run the tests, those of the database on PostgreSQL 15 and on 18
	@scripts/debian
	$(PYTEST) -n 2
	HEADCOUNT_POSTGRES=wheel $(PYTEST) -n 2 -m both_postgres

check: lint test ## check style, types and the borders between packages, then test

lint: environment
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: environment ## run the tests for longer, with more examples
	HEADCOUNT_SOAK=1 $(PYTEST)
	$(ALONE) $(BIN)/python -m tests.simulator --seeds 0:1000
	@$(MAKE) --no-print-directory mutants

mutants: environment ## see that tests notice when rules are changed; DIGITS=[0-9] for all
	rm -rf mutants
	HEADCOUNT_MUTANTS=1 $(ALONE) $(BIN)/mutmut run '*$(DIGITS)'
	$(BIN)/python -m tests.survivors

bench: environment ## measure import, count and invoice run beside the naive ways
	$(BIN)/python -m bench

clean: ## remove everything made here but the data in .headcount
	rm -rf .venv build dist mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests bench -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

environment:
	@scripts/environment dev
