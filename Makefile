# One word for each chore; CI calls the same.
.PHONY: setup test quick languages lint format types services services-stop ci bench docs screenshots pictures

PYTHON ?= python3
BIN = .venv/bin

setup:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -e '.[dev]'

test:
	$(BIN)/python -m pytest

quick:
	$(BIN)/python -m pytest -m "not slow"

languages:
	$(BIN)/python docs/reference/languages.py

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

format:
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types:
	$(BIN)/mypy

services:
	@bash -c '. .ci/services start && echo "export PASSALONG_TEST_POSTGRES=$$PASSALONG_TEST_POSTGRES PASSALONG_TEST_REDIS=$$PASSALONG_TEST_REDIS"'

services-stop:
	@.ci/services stop

ci:
	.ci/run

screenshots:
	$(BIN)/python docs/screenshots.py

pictures:
	$(BIN)/python docs/make_picture.py
