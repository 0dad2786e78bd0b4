#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-galaxy builds the collection and installs it; no file of the tests or of a checkout may travel along.
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ansible-galaxy collection build --output-path "$scratch" .
tarball=("$scratch"/rawat-website-*.tar.gz)
# --force, because the checkout itself counts as installed; the grep at the end tells the two apart.
export ANSIBLE_COLLECTIONS_PATH=$scratch/installed
modules=(plugins/modules/[!_]*.py)
cd "$scratch"
ansible-galaxy collection install "${tarball[0]}" --no-deps --offline --force --collections-path \
    "$ANSIBLE_COLLECTIONS_PATH"
tar -tzf "${tarball[0]}" | sort >contents
if grep -E '^(tests|\.[a-z]+|python_wrapper|filing|benchmarks)/|\.pyc$|\.tar\.gz$' contents; then
    echo 'the files above do not belong into the collection: see build_ignore in galaxy.yml'
    exit 1
fi
for module in "${modules[@]}"; do
    ansible-doc --type module "rawat.website.$(basename "$module" .py)" >documentation
    grep -q "$ANSIBLE_COLLECTIONS_PATH" documentation
done
