PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo story test check lint types lock clean

$(VENV)/.demo: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.demo  ## the whole main job on SQLite and a local Slack; prints one address to open
	$(BIN)/mentorbot demo

story: $(VENV)/.demo  ## the same without a browser: a transcript of what each person sees
	$(BIN)/mentorbot story

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy bot sandbox story tests benchmarks

# Compiled modules are kept even where the machine says not to: many tests start processes of the bot.
test: $(VENV)/.dev lint types  ## everything CI runs
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4

lock:  ## needs uv; writes names, versions and hashes, no addresses
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --extra sandbox --group build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --extra sandbox --extra dev --group build pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) var
