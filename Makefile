# What people do daily.  `make` alone builds the chapter and proof-reads the bundled page.
PYTHON ?= python3.11
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed

.DEFAULT_GOAL := all
.PHONY: all pages check test lint guides bench mutants fuzz clean

all: pages check

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	touch $@

# Build the chapters into output/.
pages: $(STAMP)
	$(BIN)/derive build

# Proof-read the hand-written page that comes with the tests; the findings are meant to be there, so they are not fatal.
check: $(STAMP)
	@$(BIN)/derive check tests/pages/policy-gradients-by-hand.md || test $$? -eq 1

test: $(STAMP)
	$(BIN)/python -m pytest -q -n auto

# Run the commands of the guides and of README.md, and write what they print now into them; look at the difference.
guides: $(STAMP)
	DERIVE_UPDATE=1 $(BIN)/python -m pytest -q tests/test_guides.py -k commands || true
	git diff --stat -- README.md derive/guides

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy

# How long the bundled page takes, cold and warm, and which formulas take longest; how long reading alone takes.
bench: $(STAMP)
	-$(BIN)/derive check tests/pages/policy-gradients-by-hand.md --stats --no-cache | sed -n '/^by kind/,$$p'
	-$(BIN)/derive check tests/pages/policy-gradients-by-hand.md --format concise
	-time $(BIN)/derive check tests/pages/policy-gradients-by-hand.md --format concise
	$(BIN)/python tests/bench_reading.py

# Small changes of the trusted part, each of which a test must notice; MODULE=decide/judge for one module. It takes hours, and goes on where it stopped.
mutants: $(STAMP)
	$(BIN)/python -m pip install --quiet -e '.[dev,mutants]'
	$(BIN)/python tests/mutants.py $(MODULE)

# Inputs that nobody would write, made of those of the tests; TARGET is reader, scanner, page, batch, configuration or sync.
TARGET ?= reader
SECONDS ?= 600
fuzz: $(STAMP)
	$(BIN)/python -m pip install --quiet -e '.[dev,fuzz]'
	nice $(BIN)/python tests/fuzz.py $(TARGET) $(SECONDS)

clean:
	rm -rf .derive_cache .pytest_cache .mypy_cache .ruff_cache build dist
