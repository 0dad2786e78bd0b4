# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Issuing: number, record, documents and register row in one act; receipts; delivery. Runs on the controller only."""

from __future__ import annotations
