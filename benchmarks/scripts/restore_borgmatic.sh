#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Databases and files are two actions; CONFIGURATION names the other servers.
set -euo pipefail
"$BORGMATIC" --config "$CONFIGURATION" restore --archive latest --database "$DATABASE"
"$BORGMATIC" --config "$CONFIGURATION" extract --archive latest --path "$SITE" --destination "$DESTINATION"
