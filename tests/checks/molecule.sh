#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every scenario of extensions/molecule, with the default driver. Its own HOME: molecule and Ansible write there.
set -euo pipefail

HOME=$(mktemp -d)
export HOME
trap 'rm -rf "$HOME"' EXIT
scenarios=(extensions/molecule/*/molecule.yml)
for scenario in "${scenarios[@]}"; do
    molecule test --scenario-name "$(basename "$(dirname "$scenario")")"
done
