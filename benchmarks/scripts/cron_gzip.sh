#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What stands in many a crontab.
set -euo pipefail
target=$REPOSITORY/$(date +%s.%N)
mkdir "$target"
mariadb-dump --no-defaults --user=root --socket="$MARIADB_SOCKET" --single-transaction --quick --routines --events "$DATABASE" |
    gzip >"$target/mariadb.sql.gz"
pg_dump "$DATABASE" | gzip >"$target/postgresql.sql.gz"
tar --create --gzip --file="$target/webroot.tar.gz" --directory="$SITE" .
