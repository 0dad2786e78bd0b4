# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages of the documentation owe each other; that their commands work is tests/e2e/test_documentation.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
DOCS = CHECKOUT / 'docs'
BLOCK = re.compile(r'^```(?!\{).*?^```$', re.MULTILINE | re.DOTALL)
TRANSLATED = {'mulai': 'tutorial', 'setelah-diretas': 'howto/after-a-hack', 'di-atas-kertas': 'howto/paper'}


@pytest.mark.parametrize('page', TRANSLATED)
def test_an_indonesian_page_has_the_commands_of_its_english_one(page: str) -> None:
    """So the test that types the English ones vouches for both."""
    blocks = BLOCK.findall((DOCS / 'id' / f'{page}.md').read_text(encoding='utf-8'))
    assert blocks
    assert blocks == BLOCK.findall((DOCS / f'{TRANSLATED[page]}.md').read_text(encoding='utf-8'))


def test_every_how_to_is_typed_by_the_end_to_end_test() -> None:
    typed = (CHECKOUT / 'tests' / 'e2e' / 'test_documentation.py').read_text(encoding='utf-8')
    assert [page.stem for page in (DOCS / 'howto').glob('*.md') if f"'{page.stem}'" not in typed] == []
