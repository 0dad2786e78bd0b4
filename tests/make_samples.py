# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/samples: records under the SOP with one, three and a hundred invented sites.

Run: python tests/make_samples.py
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS.parent / '.cache' / 'collections')]

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical  # noqa: E402
from unit import samples_procedure  # noqa: E402

SIZES = {'one': 1, 'three': 3, 'hundred': 100}


def main() -> None:
    folder = TESTS.parent / 'docs' / 'samples'
    folder.mkdir(exist_ok=True)
    for name, count in SIZES.items():
        (folder / f'{name}.json').write_bytes(canonical(samples_procedure.published(count)))


if __name__ == '__main__':
    main()
