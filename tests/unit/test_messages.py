# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue: every message in both languages, every message used, every use in the catalogue."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from ansible_collections.rawat.website.plugins.module_utils import messages
from ansible_collections.rawat.website.plugins.module_utils.messages import CATALOGUE, message

CHECKOUT = Path(__file__).resolve().parents[2]
READERS = [
    *(CHECKOUT / 'python_wrapper' / 'src' / 'rawat').rglob('*.py'),
    *(CHECKOUT / 'plugins' / 'action').glob('*.py'),
    *(path for path in (CHECKOUT / 'plugins' / 'module_utils').rglob('*.py') if path.parent.name != 'messages'),
    *(CHECKOUT / 'roles' / 'report' / 'templates').glob('*.j2'),
    *(CHECKOUT / 'python_wrapper' / 'src' / 'rawat' / 'board' / 'templates').glob('*.j2'),
]
# Groups of which the second half is a value of the record, as in t('outcome.' ~ outcome).
GROUPS = {
    *('outcome', 'died', 'step', 'column', 'mode', 'activity', 'meaning', 'kind', 'snapshot', 'method', 'help'),
    *('subject', 'grade', 'equal', 'phase', 'part', 'proof', 'restored', 'weekday', 'holiday', 'deadline'),
    *('exported', 'actor', 'met', 'drilled', 'hint', 'comment', 'todo', 'rule', 'alarm', 'pruning'),
    *('copied', 'copying', 'notice', 'cause', 'remedy', 'effect', 'finding'),
    *('boardlevel', 'boardfinding', 'boardnext', 'boardmeaning', 'boardcolumn', 'boardlanguage'),
    *('dayword', 'daymeaning', 'dueness'),
}


def fields(text: str) -> set[str | None]:
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def test_both_languages_of_every_message_fill_in_the_same_values() -> None:
    wrong = [key for key, (indonesian, english) in CATALOGUE.items() if fields(indonesian) != fields(english)]
    empty = [key for key, texts in CATALOGUE.items() if not all(texts)]
    assert (wrong, empty) == ([], [])


def test_no_key_stands_in_two_parts_of_the_catalogue() -> None:
    assert len(CATALOGUE) == sum(len(part) for part in messages.PARTS)


def test_every_key_that_is_used_exists_and_every_message_is_used() -> None:
    used = set()
    for path in READERS:
        used |= set(re.findall(r"""['"]([a-z]+\.[a-z0-9_-]+)['"]""", path.read_text(encoding='utf-8')))
    plain = {key for key in CATALOGUE if key.split('.')[0] not in GROUPS}
    asked = set()
    for path in READERS:
        asked |= set(
            re.findall(r"""\b(?:t|say|message)\(\s*['"]([a-z]+\.[a-z0-9_-]+)['"]""", path.read_text(encoding='utf-8'))
        )
    assert asked - set(CATALOGUE) == set()
    assert plain - used == set()


def test_an_unknown_key_is_an_error_not_an_empty_text() -> None:
    with pytest.raises(KeyError):
        message('no.such', 'en')
