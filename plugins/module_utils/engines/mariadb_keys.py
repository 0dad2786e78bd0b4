# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A CREATE TABLE of a dump without its secondary keys, and the statements that add them once the rows are there.

Building a key from sorted rows costs a fraction of keeping it up row by row. Only the form is touched that the server
itself prints, a line for each column, key and constraint; whatever is not exactly so is left as it is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import quoted

_ITEM = re.compile(r'  (?:`|PRIMARY KEY |UNIQUE KEY |KEY |FULLTEXT KEY |CONSTRAINT )')
_KEY = re.compile(r'(?:UNIQUE )?KEY `')
_FULLTEXT = re.compile(r'FULLTEXT KEY `')
_FOREIGN = re.compile(r'CONSTRAINT `(?:[^`]|``)*` FOREIGN KEY ')
_COUNTING = re.compile(r'(`(?:[^`]|``)*`) .* AUTO_INCREMENT\b')
# Their keys are more than sorted copies of columns, or their rows must be written in order.
_SPECIAL = ('SPATIAL KEY', 'PERIOD FOR', 'WITHOUT OVERLAPS', 'USING HASH', 'SYSTEM VERSIONING', 'VECTOR')


class Table(NamedTuple):
    """`create` makes it without secondary keys; `later` are the statements that add them, each on its own."""

    create: str
    later: list[str]


def without_keys(name: str, create: str) -> Table | None:
    """None when the table has to be made as the dump says; its rows then keep their order, too.

    The primary key must be there from the start: by it the rows are kept, whatever order they come in.
    """
    lines = create.split('\n')
    ends = [number for number, line in enumerate(lines) if line.startswith(') ENGINE=InnoDB')]
    if not ends or not lines[0].endswith('(') or any(word in create for word in _SPECIAL):
        return None
    items = lines[1 : ends[0]]
    if not all(_ITEM.match(item) for item in items):
        return None
    words = [item.strip().removesuffix(',') for item in items]
    primary = [word for word in words if word.startswith('PRIMARY KEY ')]
    counting = [match[1] for word in words if (match := _COUNTING.match(word))]
    if not primary or any(not primary[0].startswith(f'PRIMARY KEY ({column}') for column in counting):
        return None
    keys = [word for word in words if _KEY.match(word)]
    texts = [word for word in words if _FULLTEXT.match(word)]
    foreign = [word for word in words if _FOREIGN.match(word)]
    kept = [f'  {word}' for word in words if word not in (*keys, *texts, *foreign)]
    later = [', '.join(f'ADD {key}' for key in keys), *(f'ADD {key}' for key in texts)]
    later.append(', '.join(f'ADD {key}' for key in foreign))
    return Table(
        '\n'.join([lines[0], ',\n'.join(kept), *lines[ends[0] :]]),
        [f'ALTER TABLE {quoted(name)} {additions}' for additions in later if additions],
    )


def without_foreign_keys(create: str) -> tuple[str, int]:
    """(the CREATE TABLE without references to other tables, how many there were)."""
    lines = create.split('\n')
    kept = [line for line in lines if not _FOREIGN.match(line.strip())]
    if len(kept) < len(lines):
        end = next(number for number, line in enumerate(kept) if line.startswith(')'))
        kept[end - 1] = kept[end - 1].removesuffix(',')
    return '\n'.join(kept), len(lines) - len(kept)
