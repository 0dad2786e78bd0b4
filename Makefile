# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# make demo     a sample site is backed up; needs neither root nor a server
# make test     everything; the last line says how many passed
# make help     the other targets

PYTHON ?= python3
VENV := .venv/bin

.PHONY: help venv setup demo

help:
	@sed -n 's/^# make/make/p' Makefile

venv:
	@$(PYTHON) tests/setup/make_venv.py

demo: venv
	@$(VENV)/rawat demo
