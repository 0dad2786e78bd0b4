# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""python3 tests/testbed VERB: the testbed by hand; see README.md. Needs root."""

from __future__ import annotations

import pathlib
import sys

sys.path[0] = str(pathlib.Path(__file__).resolve().parents[1])  # instead of this folder itself

from testbed.command import main  # noqa: E402  the line above makes it importable

if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
