# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# make demo         back up a sample site: needs Python 3.10 or newer, neither root nor a server
# make test         everything; the last line says how many passed
#
# make lint         ruff, mypy, shellcheck, ansible-lint and the project's own checks
# make unit         the unit tests
# make package-test the wheel and the collection, built and installed somewhere else
# make sanity       ansible-test sanity and units, on the current and on the oldest supported ansible-core
# make molecule     the roles through molecule
# make integration  tests against real programs and servers that the tests start
# make e2e          tests on whole machines with web sites; needs root
# make faults       every kind of repository under every fault, for docs/backends.md; half an hour; needs root
# make benchmark    speed and memory beside others', SIZE=small or large
#
# make venv         the environment of this checkout: .venv
# make setup        the system packages that the tests need (as root; Debian)
# make docs         dist/docs: the documentation site
# make package      dist/: the wheel and the collection's tarball
# make clean        what was made in the checkout; the caches outside stay
#
# A single step of the tests: .venv/bin/python tests/run.py STEP; --list names them.

PYTHON ?= python3
SIZE ?= small
VENV := .venv/bin
RUN := $(VENV)/python tests/run.py

.PHONY: help venv setup demo test lint unit package-test sanity molecule integration e2e faults benchmark docs package clean

help:
	@sed -n 's/^# make/make/p' Makefile

venv:
	@$(PYTHON) tests/setup/make_venv.py

setup:
	@tests/setup/system_packages.sh

demo: venv
	@tests/setup/system_packages.sh zstd sqlite3
	@$(VENV)/rawat demo

test: setup venv
	@$(RUN)

lint unit sanity molecule: venv
	@$(RUN) $@

package-test: venv
	@$(RUN) package

integration e2e faults: setup venv
	@$(RUN) $@

benchmark: setup venv
	@$(VENV)/python -m benchmarks --size $(SIZE)

docs: venv
	@docs/site/build.sh

package: venv
	$(VENV)/hatchling build --target wheel --directory dist
	$(VENV)/ansible-galaxy collection build --force --output-path dist .
	cp dist/rawat-website-*.tar.gz dist/rawat-website.tar.gz

clean:
	rm -rf rawat-demo .cache .venv .mypy_cache .pytest_cache .ruff_cache build dist tests/output
