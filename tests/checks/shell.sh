#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every shell script, wherever it lies: found by its name or by its first line.
set -euo pipefail

mapfile -d '' -t files < <(git ls-files -z --cached --others --exclude-standard)
scripts=()
for file in "${files[@]}"; do
    if [[ -f $file && ! -L $file ]] && { [[ $file == *.sh ]] || head -c 64 "$file" | grep -aqE '^#!.*\b(ba|da)?sh$'; }; then
        scripts+=("$file")
    fi
done
[[ ${#scripts[@]} -gt 0 ]]
shellcheck --severity=warning --external-sources "${scripts[@]}"
echo "${#scripts[@]} scripts"
