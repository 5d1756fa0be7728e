# make run      start the app          make test     everything that is checked
# make soak     the long checks        make bench    timings
# make format   tidy the code          make lock     renew the exact versions
# make variations   the tests without a browser, on other Pythons, versions, languages and time zones
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: run test lint types pytest browser soak variations bench format lock screenshots clean

VENV := .venv
PY := $(VENV)/bin/python
# Installed from the locks once, and again only when a lock changes.
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
PIP := $(PY) -m pip --disable-pip-version-check install -qq
CHECKED := gepnet_core ui pages tests benchmarks scripts deploy app.py
# For the command that the target runs: make test ARGS="tests/case -x", make run ARGS="--server.port 8600".
# Bytecode is kept even where a machine says otherwise: every worker, server and command of the tests would
# compile the project anew.
unexport PYTHONDONTWRITEBYTECODE
# As many as cores: a browser test keeps one busy, and each worker reads all tests first.
WORKERS ?= 2

$(PY):
	@sh scripts/make_venv.sh $(VENV)

$(RUN_STAMP): requirements.txt | $(PY)
	@echo "Installing what the app runs on"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	@echo "Installing what the checks run on"
	@$(PIP) -r requirements.txt -r requirements-dev.txt
	@touch $@

run: $(RUN_STAMP)
	@$(PY) -m streamlit run app.py $(ARGS)

test: lint types pytest

lint: $(DEV_STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(DEV_STAMP)
	$(PY) -m mypy --num-workers $(WORKERS) $(wildcard $(CHECKED))

browser: $(DEV_STAMP)
	@$(PY) -m scripts.chromium

pytest: $(DEV_STAMP) browser
	$(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not soak" $(ARGS)

soak: $(DEV_STAMP) browser
	$(PY) -m pytest --hypothesis-profile soak -m "soak or hypothesis" $(ARGS)

variations: $(DEV_STAMP)
	$(PY) -m scripts.variations $(ARGS)

bench: $(DEV_STAMP) browser
	$(PY) -m benchmarks $(ARGS)

screenshots: $(DEV_STAMP) browser
	$(PY) -m scripts.screenshots

format: $(DEV_STAMP)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# One lock for what runs, one for the tools and one for a login, which may not change a version of the first.
# The same versions for Python 3.11 to 3.13, so that numbers agree between them.
COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--annotation-style line --no-emit-index-url --custom-compile-command "make lock" --upgrade
lock: $(DEV_STAMP)
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --group login --constraint requirements.txt --output-file deploy/requirements-login.txt

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
