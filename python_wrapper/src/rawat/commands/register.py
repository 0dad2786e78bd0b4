# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat register`: list, search, export and complete the register."""

from __future__ import annotations


def register() -> None:
    raise NotImplementedError
