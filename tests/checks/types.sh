#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# mypy reads the collection under the name by which it is imported, so it starts from the link that "make venv" made.
set -euo pipefail

export MYPYPATH=.cache/collections:python_wrapper/src
website=.cache/collections/ansible_collections/rawat/website
mypy --config-file pyproject.toml --cache-dir .mypy_cache \
    "$website/plugins/module_utils" python_wrapper/src/rawat
mypy --config-file pyproject.toml --cache-dir .mypy_cache tests/setup/make_venv.py tests/run.py
