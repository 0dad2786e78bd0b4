#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The documentation of every module, plugin and role, as Galaxy and the documentation site would read it.
set -euo pipefail

antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck --validate-collection-refs self .
