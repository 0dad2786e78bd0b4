# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat assign`: write an assignment file."""

from __future__ import annotations


def assign() -> None:
    raise NotImplementedError
