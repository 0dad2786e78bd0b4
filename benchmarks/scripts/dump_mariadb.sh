#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The dump that the plain client loads.
set -euo pipefail
mariadb-dump --no-defaults --user=root --socket="$MARIADB_SOCKET" --single-transaction --quick --routines --events "$DATABASE" \
    >"$REPOSITORY/mariadb.sql"
