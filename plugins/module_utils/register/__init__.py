# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The register: the append-only, hash-chained list of what was issued, and its checker. Runs on the controller only."""

from __future__ import annotations
