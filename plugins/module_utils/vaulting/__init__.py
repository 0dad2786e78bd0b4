# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vault side does with new points: it takes them in, sweeps, copies, and proves their locks."""
