# goodstanding: `make demo` shows what it is, `make test` shows that it works, `make help` lists the rest.

PYTHON ?= python3
UV ?= uv
JOBS ?= 2
BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
RUN := .venv/run.stamp
DEV := .venv/dev.stamp
BENCH := .venv/bench.stamp
# Extras stay in the pins: an older pip holds `coverage[toml]` to no pin on `coverage`, and refuses the lock at its next release.
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-header --no-annotate

.PHONY: help demo report-pdf test check docs bench nightly lock clean
.DELETE_ON_ERROR:

help:  ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

demo: $(RUN)  ## five years of a synthetic county with a table of points and without, and 200 sets of assumptions
	@$(BIN)/goodstanding run suining-2010 --people 100000 --assumptions 200 --seeds 5 \
		--arms none,ghost,aware,full,no_protected_acts,all_safeguards
	@page=$$(ls -td runs/*suining-2010*/report.html | head -n 1) && echo && echo "The page opens from disk: $$PWD/$$page"

report-pdf: $(RUN)  ## the newest run's page, or that of FOLDER=runs/..., as PDF (needs Chromium or Chrome)
	@$(BIN)/python scripts/report_pdf.py $(FOLDER)

test: $(DEV)  ## all tests but the long ones
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile -m "not nightly"

check: $(DEV)  ## form, lint and types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

docs: $(DEV)  ## tutorials, model and reference as a site, with every cell run
	@$(BIN)/sphinx-build -q -E -W --keep-going -d build/doctrees docs build/docs
	@echo "The site opens from disk: $$PWD/build/docs/index.html"

bench: $(BENCH)  ## speed and memory, as ratios within one run
	@for file in benchmarks/[!_]*.py; do echo "$$file" && $(BIN)/python "$$file" || exit 1; done

nightly: $(DEV)  ## the long tests, then all others without compilation
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile -m nightly || test $$? -eq 5
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile -m "not nightly and not slow"

lock:  ## resolve the requirements again (needs uv)
	$(LOCK) --group pyproject.toml:build pyproject.toml --output-file requirements.txt
	$(LOCK) --group pyproject.toml:build pyproject.toml --extra dev --extra docs --constraint requirements.txt --output-file requirements-dev.txt
	$(LOCK) pyproject.toml --extra bench --constraint requirements-dev.txt --output-file requirements-bench.txt

clean:  ## take away what was made here, runs excepted
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
	find docs/reference -name '*.md' ! -name index.md -delete
	find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "goodstanding needs Python 3.11 or later; name it with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null || \
		{ rm -rf .venv; echo "python3 -m venv does not work here (Debian: apt-get install python3-venv)" >&2; exit 1; }

$(RUN): requirements.txt pyproject.toml | $(BIN)/python
	@echo "installing what a run needs into .venv"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	@echo "installing what the tests need into .venv"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(BENCH): requirements-bench.txt $(DEV)
	@echo "installing what the benchmarks measure against into .venv"
	@$(PIP) install --require-hashes -r requirements-bench.txt
	@touch $@
