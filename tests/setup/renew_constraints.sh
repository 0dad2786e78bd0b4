#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Look for newer versions of everything that is pinned and write them into the constraints files. Needs the package
# index. Afterwards: make test, read the differences, commit.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for file in constraints*.txt; do
    environment=${file#constraints} environment=${environment%.txt} environment=${environment#-}
    python3 -m venv "$scratch/$file"
    python3 make_venv.py --requirements "${environment:-dev}" >"$scratch/wanted"
    "$scratch/$file/bin/pip" install --quiet --requirement "$scratch/wanted"
    sed -n '/^#/p' "$file" >"$scratch/new"
    "$scratch/$file/bin/pip" freeze --exclude-editable >"$scratch/frozen"
    while IFS= read -r pin; do
        name=$(tr _ - <<<"${pin%%==*}")  # pip writes some names with the one, some with the other
        if grep -q "^$name==.*# wanted" "$file"; then pin="$name==${pin#*==}  # wanted"; fi
        printf '%s\n' "$pin" >>"$scratch/new"
    done <"$scratch/frozen"
    cp "$scratch/new" "$file"
done
