# Everything here needs only python3 (3.11 or newer), pip and make.
UV := .uv/bin/uv
PY := .venv/bin/python
MEMBERS := core $(wildcard plugins/*)
PORT ?= 8000

.PHONY: help demo walkthrough test check browser bench texts pictures lock clean

help: ## List the targets.
	@grep -hE "^[a-z]+:.*##" $(MAKEFILE_LIST) | sed -E "s/:.*## /\t/"

demo: .venv/.ok ## Start the platform with a real picture in it.
	.venv/bin/ovop demo --port $(PORT)

walkthrough: .venv/.ok ## Play the main job over HTTP and print each step.
	.venv/bin/ovop demo --walkthrough

check: .venv/.ok ## The fast part: lint, types, import layers.
	.venv/bin/ruff check -q .
	.venv/bin/ruff format -q --check .
	.venv/bin/mypy -p ovop $(addprefix -p ,$(notdir $(patsubst %/,%,$(dir $(wildcard plugins/*/*/__init__.py)))))
	.venv/bin/lint-imports

test: check ## Everything, on SQLite and on PostgreSQL.
	$(PY) -m pytest -q -n 2 --dist worksteal tests

browser: .venv/.ok ## The portal in a real browser; minutes, and not all green yet.
	OVOP_BROWSER=1 $(PY) -m pytest -q tests/portal/live tests/portal/quality tests/portal/journeys

bench: .venv/.ok ## The measurements, printed as one table.
	$(PY) -m tests.benchmarks

texts: .venv/.ok ## Gather the portal's texts and compile their translation.
	$(PY) -m ovop.portal.translations

pictures: .venv/.ok ## Photograph every page of the portal into build/pictures (needs chromium).
	$(PY) -m tests.portal.pictures build/pictures

lock: $(UV) ## Resolve all versions anew into requirements.lock.
	$(UV) lock -q --upgrade
	$(UV) export -q --frozen --all-packages --no-emit-workspace --all-extras --all-groups --no-header --format requirements.txt -o requirements.lock

clean:
	rm -rf .venv .uv .mypy_cache .ruff_cache .pytest_cache

$(UV):
	python3 -m pip install -q --root-user-action=ignore --target .uv "uv>=0.13,<0.14"

.venv/.ok: $(UV) requirements.lock $(addsuffix /pyproject.toml,$(MEMBERS))
	$(UV) venv -q --allow-existing --python python3
	$(UV) pip sync -q --compile-bytecode --require-hashes requirements.lock
	$(UV) pip install -q --no-deps $(addprefix -e ,$(MEMBERS))
	touch $@
