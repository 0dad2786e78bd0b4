# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is told how a run ended, and what: one digest a run, dead-man pings, figures for Prometheus."""
