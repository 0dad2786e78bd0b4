# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat board`: in the making."""

from __future__ import annotations


def board() -> None:
    raise NotImplementedError
