# The course's commands. `make` alone lists them. Written for GNU make 3.81 (macOS) and later.

# The Python that the environment is made with; another one: make lab PYTHON=python3.12
PYTHON ?= python3

# Where the environment is made. `make test ENVIRONMENT=active` makes none and uses the
# environment you are in, for example one made by conda from environment.yml.
ENVIRONMENT ?= .venv

STAMP := $(ENVIRONMENT)/installed

ifeq ($(ENVIRONMENT),active)
RUN := python
INSTALLED :=
else
INSTALLED := $(STAMP)
ifeq ($(OS),Windows_NT)
RUN := $(ENVIRONMENT)/Scripts/python
else
RUN := $(ENVIRONMENT)/bin/python
endif
endif

# What `make lab` hands on to JupyterLab, for example: make lab OPTIONS=--no-browser
OPTIONS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: help lab test course slides notebooks bench lint lock clean
.NOTPARALLEL:

help:
	@echo "make lab        build the environment and open the first lesson in JupyterLab"
	@echo "make test       build the environment and run everything that guards the course"
	@echo "make course     run every lesson and leave readable pages in build/course"
	@echo "make slides     make a page of slides of each lesson in build/slides"
	@echo "make notebooks  build the notebooks again from the lessons' texts, and run them"
	@echo "make bench      measure the speed that the course promises, into build/bench.json"
	@echo "make lint       check style and structure"
	@echo "make lock       choose the exact versions again, into requirements.lock"
	@echo "make clean      remove what the commands above made, save the environment"

lab: $(INSTALLED)
	$(RUN) -m course_utils lab $(OPTIONS)

# Quick checks first: a slip in style is told in seconds, not after the slow part.
test: lint
	$(RUN) -m making.authoring.build --check
	$(RUN) -m pytest tests --ignore tests/makers --ignore tests/browser -n 2 --dist loadfile
	$(RUN) -m pytest tests/makers  # apart: their renderer and TensorFlow crash in one process
	$(RUN) -m making.authoring.run_nbval
	$(RUN) -m pytest tests/browser  # skipped where there is no browser
	@echo "make test: everything passed."

course: $(INSTALLED)
	$(RUN) -m nbconvert --to html --execute --embed-images \
		--ExecutePreprocessor.timeout=600 --ExecutePreprocessor.store_widget_state=False \
		--output-dir build/course notebooks/*.ipynb
	@echo "make course: the lessons are in build/course."

slides: $(INSTALLED)
	$(RUN) -m making.authoring.slides
	@echo "make slides: the slides are in build/slides."

notebooks: $(INSTALLED)
	$(RUN) -m making.authoring.readme  # first: it writes the ledger that a page shows
	$(RUN) -m making.authoring.instructors
	$(RUN) -m making.authoring.build --execute

bench: $(INSTALLED)
	$(RUN) -m making.bench

lint: $(INSTALLED)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	$(RUN) -m pyright --project pyproject.toml --pythonpath $(RUN)
	$(RUN) -m making.authoring.lint
	$(RUN) -m making.authoring.readme --check
	$(RUN) -m making.authoring.instructors --check

lock:
	$(PYTHON) -m making.authoring.lock

clean:
	rm -rf build .pytest_cache .ruff_cache .import_linter_cache *.egg-info
	find course_utils datasets notebooks tests -name __pycache__ -prune -exec rm -rf {} +

# The environment. The stamp `installed` is written last, so an install that failed, or was
# broken off, is taken up again by the next command (pip keeps what it had downloaded).
# The course itself is installed with what is now in the environment (no build isolation):
# setuptools is in the lock file, and nothing more has to be fetched.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

$(STAMP): requirements.lock pyproject.toml
	@$(RUN) -c "$(SUPPORTED)" 2>/dev/null || $(PYTHON) -c "$(SUPPORTED)" || { \
		echo "The course needs Python 3.11, 3.12 or 3.13, and \"$(PYTHON)\" is not one." \
			"Name one that you have, for example: make lab PYTHON=python3.12" >&2; exit 1; }
	@rm -f $@
	@$(RUN) -c "$(SUPPORTED)" 2>/dev/null && $(RUN) -m pip --version >/dev/null 2>&1 || \
		$(PYTHON) -m venv --clear $(ENVIRONMENT)
	$(RUN) -m pip install -r requirements.lock
	$(RUN) -m pip install --no-deps --no-build-isolation -e .
	@touch $@
