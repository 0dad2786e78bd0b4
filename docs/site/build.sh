#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Build the documentation site: build.sh [DIRECTORY], by default dist/docs. The pages of modules and roles are made from
# their specifications. A link that leads nowhere, or a page that nothing leads to, is an error.
set -euo pipefail
cd "$(dirname "$0")/../.."

output=${1:-dist/docs}
tools=$(python3 tests/setup/make_venv.py docs)/bin
work=.cache/docsite
rm -rf "$work"
mkdir -p "$work/source/docs/reference" "$(dirname "$output")"
git ls-files --cached --others --exclude-standard docs README.md python_wrapper/README.md inventories/example LICENSE \
    tests/scenarios/*.* tests/testbed/README.md tests/setup/debian-packages.txt tests/e2e/conftest.py \
    tests/integration/test_scenarios.py | grep -v '^docs/site/' | while read -r file; do
    if [[ -e $file ]]; then
        mkdir -p "$work/source/$(dirname "$file")"
        cp "$file" "$work/source/$file"
    fi
done
chmod go-w "$work/source/docs/reference"
PATH=$tools:$PATH ANSIBLE_COLLECTIONS_PATH=$PWD/.cache/collections "$tools/antsibull-docs" collection \
    --use-current --squash-hierarchy --fail-on-error --dest-dir "$work/source/docs/reference" rawat.website
rm -rf "$output.new"
"$tools/sphinx-build" -W --keep-going -q -b html -c docs/site "$work/source" "$output.new"
printf '<!doctype html><meta charset="utf-8"><title>rawat.website</title><meta http-equiv="refresh" content="0; url=docs/index.html"><a href="docs/index.html">rawat.website</a>\n' \
    >"$output.new/index.html"
rm -rf "$output"
mv "$output.new" "$output"
echo "$output/index.html"
