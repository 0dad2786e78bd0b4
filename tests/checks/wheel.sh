#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In an empty environment "pip install ." alone must give the command, the collection and ansible-core.
set -euo pipefail

checkout=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset ANSIBLE_COLLECTIONS_PATH PYTHONPATH
"$(python -c 'import sys; print(sys._base_executable)')" -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --constraint tests/setup/constraints.txt "$checkout"
export PATH=$scratch/venv/bin:$PATH HOME=$scratch/home
mkdir "$HOME"
cd "$HOME"

rawat --help
ansible-doc -t module rawat.website.site_backup rawat.website.database_backup
ansible-galaxy collection list rawat.website | tee "$scratch/list"
grep -q "rawat.website *$(sed -n 's/^version: //p' "$checkout/galaxy.yml")" "$scratch/list"
ansible-playbook rawat.website.backup -i "$checkout/inventories/demo" --list-tasks

# What must travel along and is no Python file, and what must not.
package=$(python -c 'import ansible_collections.rawat.website as package; print(list(package.__path__)[0])')
for folder in meta playbooks plugins roles; do
    diff <(cd "$checkout" && git ls-files --cached --others --exclude-standard "$folder" | while read -r file; do
               if [[ -e $file ]]; then echo "$file"; fi; done | sort -u) \
         <(cd "$package" && find "$folder" -type f -not -name '*.pyc' | sort)
done
if [[ -e $package/tests ]]; then
    echo "the tests travel along: $package/tests"
    exit 1
fi
