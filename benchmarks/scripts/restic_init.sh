#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes the repository.
set -euo pipefail
restic --quiet --repo "$REPOSITORY" init
