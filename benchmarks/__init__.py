# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed and memory of the product beside others', measured in one run on one generated site (docs/benchmarks.md)."""
