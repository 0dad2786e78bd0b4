#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The way back of the cron scripts: the same three steps. DECOMPRESS is gzip or zstd.
set -euo pipefail
source=$(echo "$REPOSITORY"/*)
"$DECOMPRESS" -dc "$source"/mariadb.sql.* |
    mariadb --no-defaults --user=root --socket="$MARIADB_SOCKET" "$DATABASE"
"$DECOMPRESS" -dc "$source"/postgresql.sql.* | psql --quiet --output=/dev/null -v ON_ERROR_STOP=1 "$DATABASE"
"$DECOMPRESS" -dc "$source"/webroot.tar.* | tar --extract --directory="$DESTINATION"
