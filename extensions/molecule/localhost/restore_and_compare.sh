#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# restore_and_compare.sh RECOVERY_POINT SITE: bring both back with zstd, tar and sqlite3, and compare with what runs.
set -euo pipefail

point=$1 site=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir "$scratch/site"
zstd -dc "$point"/webroot.*.tar.zst | tar -xp -C "$scratch/site"
diff --recursive --exclude=data "$site" "$scratch/site"

zstd -dc "$point"/database.sqlite.*.sql.zst | sqlite3 "$scratch/restored.db"
for query in 'SELECT * FROM berita ORDER BY nomor' 'SELECT * FROM terbaru' 'SELECT type, name, sql FROM sqlite_schema ORDER BY name'; do
    diff <(sqlite3 "$site/data/berita.db" "$query") <(sqlite3 "$scratch/restored.db" "$query")
    [[ -n $(sqlite3 "$scratch/restored.db" "$query") ]]
done
