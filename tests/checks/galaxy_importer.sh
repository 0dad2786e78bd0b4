#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What Galaxy itself does with an upload. The importer has an ansible-core of its own, so it lives in its own environment.
set -euo pipefail

packages=$(python3 tests/setup/make_venv.py importer)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ansible-galaxy collection build --output-path "$scratch" .
cat >"$scratch/importer.cfg" <<'CONFIGURATION'
[galaxy-importer]
log_level_main = INFO
check_required_tags = True
require_v1_or_greater = False
run_ansible_doc = True
run_ansible_lint = True
offline_ansible_lint = True
run_flake8 = False
run_ansible_test = False
CONFIGURATION
unset ANSIBLE_COLLECTIONS_PATH
export GALAXY_IMPORTER_CONFIG=$scratch/importer.cfg PATH=$packages/bin:$PATH HOME=$scratch/home
mkdir "$HOME"
cd "$scratch"
# It logs an error and yet ends with 0 in some cases, so its log is read too. Its flake8 is off: ruff and pep8 of
# ansible-test judge the same.
python -m galaxy_importer.main rawat-website-*.tar.gz 2>&1 | tee importer.log
if grep -E '^(ERROR|CRITICAL)' importer.log; then
    exit 1
fi
test -s importer_result.json
