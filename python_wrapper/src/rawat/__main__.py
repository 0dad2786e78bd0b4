# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m rawat`."""

from __future__ import annotations

from rawat.cli import main

if __name__ == '__main__':
    main()
