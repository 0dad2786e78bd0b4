# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/samples: records under the SOP with one, three and a hundred invented sites, and pictures of them.

Run: python tests/make_samples.py [--pictures]; pictures need the paper extra and pdftoppm (poppler-utils).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS.parent / '.cache' / 'collections')]

from ansible_collections.rawat.website.plugins.module_utils import paper  # noqa: E402
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical  # noqa: E402
from ansible_collections.rawat.website.plugins.module_utils.paper.views import VIEWS  # noqa: E402
from ansible_collections.rawat.website.plugins.module_utils.paper.views.receipt import receipt  # noqa: E402
from unit import samples_procedure  # noqa: E402

FOLDER = TESTS.parent / 'docs' / 'samples'
SIZES = {'one': 1, 'three': 3, 'hundred': 100}
RESOLUTION = 64  # dots an inch: a page can be read on a screen
# (sample, document, language, pages)
PICTURES = (
    ('one', 'report', 'id', 2), ('three', 'report', 'id', 3), ('three', 'report', 'en', 1),
    ('hundred', 'report', 'id', 2),
    ('three', 'disposition', 'id', 1), ('three', 'minutes', 'id', 1), ('three', 'labels', 'id', 1),
    ('three', 'receipt', 'id', 1),
)  # fmt: skip


def main() -> None:
    """Write the records; with --pictures the first pages of their papers, too."""
    FOLDER.mkdir(exist_ok=True)
    for name, count in SIZES.items():
        (FOLDER / f'{name}.json').write_bytes(canonical(samples_procedure.published(count)))
    if '--pictures' in sys.argv[1:]:
        for sample, kind, language, pages in PICTURES:
            draw(sample, kind, language, pages)


def draw(sample: str, kind: str, language: str, pages: int) -> None:
    """docs/samples/<document>-<sample>-<language>-<page>.png of the first `pages` pages."""
    record = samples_procedure.published(SIZES[sample])
    with tempfile.NamedTemporaryFile(suffix='.pdf') as pdf:
        pdf.write(paper.render(document(kind, record, language), 'pdf', {'record.json': canonical(record)}))
        pdf.flush()
        for page in map(str, range(1, pages + 1)):
            target = FOLDER / f'{kind}-{sample}-{language}-{page}'
            command = ['pdftoppm', '-gray', '-png', '-singlefile', '-r', str(RESOLUTION), '-f', page, pdf.name, target]
            subprocess.run(command, check=True)


def document(kind: str, record: dict[str, Any], language: str) -> dict[str, Any]:
    """The paper `kind` on a record; a receipt is one of its own."""
    if kind == 'receipt':
        return receipt(samples_procedure.receipt(record), record, language)
    return VIEWS[kind](record, language)


if __name__ == '__main__':
    main()
