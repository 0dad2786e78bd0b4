#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One call for each thing, as its manual shows.
set -euo pipefail
mariadb-dump --no-defaults --user=root --socket="$MARIADB_SOCKET" --single-transaction --quick --routines --events "$DATABASE" |
    restic --quiet --repo "$REPOSITORY" backup --stdin --stdin-filename mariadb.sql
pg_dump "$DATABASE" | restic --quiet --repo "$REPOSITORY" backup --stdin --stdin-filename postgresql.sql
restic --quiet --repo "$REPOSITORY" backup "$SITE"
