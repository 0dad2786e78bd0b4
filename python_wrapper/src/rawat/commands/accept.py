# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat accept`: close the procedure with a receipt."""

from __future__ import annotations


def accept() -> None:
    raise NotImplementedError
