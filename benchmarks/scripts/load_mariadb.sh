#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The plain client's load into a server that is already running.
set -euo pipefail
mariadb --no-defaults --user=root --socket="$MARIADB_SOCKET" "$DATABASE" <"$REPOSITORY/mariadb.sql"
