#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The same with zstd: neither hashes nor checks, just the data path.
set -euo pipefail
target=$REPOSITORY/$(date +%s.%N)
mkdir "$target"
mariadb-dump --no-defaults --user=root --socket="$MARIADB_SOCKET" --single-transaction --quick --routines --events "$DATABASE" |
    zstd -3 -T"$ZSTD_THREADS" -q >"$target/mariadb.sql.zst"
pg_dump "$DATABASE" | zstd -3 -T"$ZSTD_THREADS" -q >"$target/postgresql.sql.zst"
tar --create --directory="$SITE" . | zstd -3 -T"$ZSTD_THREADS" -q >"$target/webroot.tar.zst"
