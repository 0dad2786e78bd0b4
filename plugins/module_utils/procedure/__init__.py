# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the procedure (SOP): office settings, assignments, working days, steps. Runs on the controller only."""

from __future__ import annotations
