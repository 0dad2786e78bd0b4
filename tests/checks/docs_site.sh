#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The documentation site builds without a warning, and no page of it fetches anything from elsewhere.
set -euo pipefail

site=.cache/docs-site
bash docs/site/build.sh "$site"
test -s "$site/docs/tutorial.html"
test -s "$site/docs/reference/site_backup_module.html"
if grep -rlE --include="*.html" "<(script|link|img)[^>]+(src|href)=\"https?://" "$site"; then
    echo "these pages load something from elsewhere"
    exit 1
fi
