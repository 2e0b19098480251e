# Folkmoot: `make run` to try it, `make test` to check it. Nothing here needs root or npm.
PORT ?= 8000
BIN := .venv/bin

.PHONY: help setup run test check bench clean

help: ## Show what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: ## Set up .venv and nothing else
	@scripts/setup

run: setup ## Serve the demonstration on http://127.0.0.1:8000 (PORT=8123 for another port)
	@FOLKMOOT_URL=$${FOLKMOOT_URL:-http://127.0.0.1:$(PORT)} $(BIN)/folkmoot demo
	@FOLKMOOT_URL=$${FOLKMOOT_URL:-http://127.0.0.1:$(PORT)} exec $(BIN)/folkmoot serve --port $(PORT)

check: ## Style, types and the one direction of imports
	@scripts/setup dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	git ls-files '*.html' | xargs -r $(BIN)/djade --check

test: check ## Everything: style, types, all tests on SQLite, those with a database on PostgreSQL too
	CHROMIUM=$$(scripts/chromium) $(BIN)/python -m pytest -n 2 --dist loadfile
	$(BIN)/python -m tests.postgres -n 2 --dist loadfile -m "not data" --ignore tests/methods --ignore tests/browser --ignore tests/test_command_line.py

bench: ## Print every figure we claim
	@scripts/setup dev
	$(BIN)/python -m benchmarks

clean: ## Remove .venv and what tests left
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
