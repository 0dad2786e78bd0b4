# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat recap`: the recap of a month."""

from __future__ import annotations


def recap() -> None:
    raise NotImplementedError
