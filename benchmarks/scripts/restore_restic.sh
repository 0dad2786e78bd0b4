#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One call for each thing, as its manual shows.
set -euo pipefail
restic --quiet --repo "$REPOSITORY" dump --path /mariadb.sql latest /mariadb.sql |
    mariadb --no-defaults --user=root --socket="$MARIADB_SOCKET" "$DATABASE"
restic --quiet --repo "$REPOSITORY" dump --path /postgresql.sql latest /postgresql.sql |
    psql --quiet --output=/dev/null -v ON_ERROR_STOP=1 "$DATABASE"
restic --quiet --repo "$REPOSITORY" restore --path "$SITE" --target "$DESTINATION" latest
