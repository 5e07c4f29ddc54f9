# Needs make and Python 3.11 or newer; everything else comes from the lock files into .venv.
# `make` alone prints the targets.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header
# How many tests run at once, and what else pytest is told: make test JOBS=4 ARGS="-k gap"
JOBS ?= 2
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench rivals trials browser java lock wheel schema clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.installed  ## build Harbor City's scorecard and open it in the dashboard
	$(BIN)/scorecard demo

test: .venv/.installed-dev  ## run every test but the benchmarks and the long trials
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

check: .venv/.installed-dev  ## lint, formatting, types, every organisation's declarations and examples
	$(BIN)/python -m pip check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright --pythonpath $(BIN)/python
	@for organisation in standards/*/; do \
		echo "$(BIN)/scorecard --standards $$organisation check --examples"; \
		$(BIN)/scorecard --standards $$organisation check --examples || exit 1; \
	done

bench: .venv/.installed-dev  ## measure speed and memory (ten million rows, some minutes)
	$(BIN)/python -m pytest tests/benchmarks -m benchmark -s $(ARGS)

rivals: .venv-rivals/.installed  ## install what the benchmarks compare with, beside the project
	@echo "The rivals are installed: make bench ARGS=\"-k thirty\""

trials: .venv/.installed-dev  ## run the long trials at their full counts
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m slow $(ARGS)

browser:  ## install Debian's Chromium and fonts, which the tests of the pages need
	@if command -v chromium >/dev/null; then echo "Chromium is here: $$(command -v chromium)"; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -qq --yes --no-install-recommends chromium fonts-dejavu-core fonts-liberation; \
	else \
		echo "Install Chromium so that the command 'chromium' is found. On Debian:"; \
		echo "    sudo apt-get install chromium fonts-dejavu-core fonts-liberation"; \
		exit 1; \
	fi

java:  ## install Debian's Java, which the tests of the engine Spark need
	@if command -v java >/dev/null; then echo "Java is here: $$(command -v java)"; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -qq --yes --no-install-recommends default-jre-headless; \
	else \
		echo "Install Java 17 or newer so that the command 'java' is found. On Debian:"; \
		echo "    sudo apt-get install default-jre-headless"; \
		exit 1; \
	fi

lock: .venv/.installed-dev  ## resolve the dependencies anew and write both lock files
	$(LOCK) --upgrade --group build --output-file requirements.lock
	$(LOCK) --upgrade --all-extras --constraints requirements.lock --output-file requirements-dev.lock
	$(subst pyproject.toml,tests/benchmarks/requirements-rivals.in,$(LOCK)) --upgrade \
		--output-file requirements-rivals.lock

wheel: .venv/.installed  ## build the wheel into dist/
	$(BIN)/python -m hatchling build --target wheel

schema: .venv/.installed  ## write the JSON Schema that gives editors completion in standards files
	$(BIN)/python -m scorecard.declare.schema

clean:  ## remove what the other targets made, the environment included
	rm -rf .venv .venv-rivals build dist .hypothesis .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- The environment: made once, and again whenever a lock file or the project's data change ---

.venv/.made:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer was not found; name it: make PYTHON=/path/to/python3" >&2; exit 1; fi
	$(PYTHON) -m venv --clear .venv || { echo "The venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	touch $@

.venv/.installed: .venv/.made requirements.lock pyproject.toml
	$(PIP_INSTALL) --require-hashes --only-binary :all: --requirement requirements.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	$(PIP_INSTALL) --require-hashes --only-binary :all: --no-binary pyspark --no-build-isolation \
		--requirement requirements-dev.lock
	touch $@

.venv-rivals/.installed: .venv/.made requirements-rivals.lock
	$(BIN)/python -m venv --clear .venv-rivals
	.venv-rivals/bin/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --only-binary :all: --requirement requirements-rivals.lock
	touch $@
