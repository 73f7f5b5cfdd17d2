# Two commands: `make demo` and `make test`. Each sets up all that it needs, uv included, inside this checkout.

UV := $(or $(shell command -v uv),.tools/bin/uv)
READY := .venv/.ready

.PHONY: setup demo test check lock format

setup: $(READY)

demo: setup
	.venv/bin/dr-syncer demo

test: check
	.venv/bin/python -m tests.clusters build
	.venv/bin/python -m pytest

check: setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

format: setup
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

# The lock holds versions and hashes but names no registry, so a mirror serves as well.
lock: $(UV)
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade \
	  --python-version 3.11 --group dev pyproject.toml --output-file requirements.lock

$(READY): requirements.lock pyproject.toml | $(UV)
	$(UV) venv --quiet --allow-existing .venv
	$(UV) pip sync --quiet --python .venv --require-hashes requirements.lock
	$(UV) pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
	@touch $@

.tools/bin/uv:
	python3 -m venv .tools
	.tools/bin/python -m pip install --quiet uv
