# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents: what they say (`views`), as data (`model`), and how each format sets them. Runs on the controller only."""

from __future__ import annotations
