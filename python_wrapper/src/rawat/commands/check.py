# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat check`: check an archive offline."""

from __future__ import annotations


def check() -> None:
    raise NotImplementedError
