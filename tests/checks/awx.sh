#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What an AWX user expects of a project: an execution environment that ansible-builder understands, a collection that installs
# out of the project, and a project that ansible-sign can sign; with a key of this check's own, thrown away at the end.
set -euo pipefail

packages=$(python3 tests/setup/make_venv.py awx)
scratch=$(mktemp -d)
export GNUPGHOME=$scratch/gpg GPG_TTY=/dev/null
trap 'gpgconf --kill gpg-agent || true; rm -rf "$scratch"' EXIT
project=$scratch/project
mkdir "$project"
git ls-files -z --cached --others --exclude-standard -- . ':!tests' ':!docs' ':!benchmarks' |
    while IFS= read -r -d '' file; do if [[ -f $file || -L $file ]]; then printf '%s\0' "$file"; fi; done |
    xargs -0 cp --no-dereference --preserve=mode --parents --target-directory "$project"
cd "$project"

mkdir dist
ansible-galaxy collection build --output-path dist . >/dev/null
mv dist/rawat-website-*.tar.gz dist/rawat-website.tar.gz
"$packages/bin/ansible-builder" create --file execution-environment.yml --context "$scratch/context" --output-filename Containerfile
test -s "$scratch/context/_build/dist/rawat-website.tar.gz"
grep -qx 'openssh-client' "$scratch/context/_build/bindep.txt"
rm -r dist

ANSIBLE_GALAXY_SERVER=http://127.0.0.1:1 ansible-galaxy collection install --force \
    --requirements-file collections/requirements.yml --collections-path "$scratch/requirements_collections"
test -s "$scratch/requirements_collections/ansible_collections/rawat/website/roles/run_plan/tasks/main.yml"
test ! -e "$scratch/requirements_collections/ansible_collections/rawat/website/collections"

mkdir --mode 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key 'a key of a test' ed25519 sign 1d
"$packages/bin/ansible-sign" project gpg-sign .
"$packages/bin/ansible-sign" project gpg-verify .
for changed in playbooks/backup.yml roles/run_plan/tasks/main.yml plugins/modules/site_backup.py; do
    cp "$changed" "$scratch/before"
    echo '# another line' >>"$changed"
    if "$packages/bin/ansible-sign" project gpg-verify . >"$scratch/said"; then
        echo "$changed was changed, and ansible-sign did not see it: see MANIFEST.in"
        exit 1
    fi
    cp "$scratch/before" "$changed"
done
touch roles/run_plan/tasks/added.yml
if "$packages/bin/ansible-sign" project gpg-verify . >"$scratch/said"; then
    echo 'a file was added to a role, and ansible-sign did not see it: see MANIFEST.in'
    exit 1
fi
