# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an error means to the officer: its kind, for which the catalogue has a cause and a remedy in plain words.

The error itself stays as it was recorded, and is shown beside them as evidence.
"""

from __future__ import annotations

import re
from typing import Any

OTHER = 'other'
# The first that is found counts: what names its reason exactly stands before what only says that something ended.
WORDS: tuple[tuple[str, str], ...] = (
    ('died', r'^the run ended \('),
    ('space', r'No space left|\bENOSPC\b|is full\b|Disk quota|quota exceeded|free some space|too little .*space'),
    ('grants', r'\bGRANT |lacks the (?:right|privilege)|permission denied for (?:table|schema|relation|sequence)'),
    ('login', r'Access denied for user|password authentication failed|Peer authentication failed|no pg_hba'),
    ('repository_key', r'wrong password|no key found|no identity matched|identities given open'),
    ('busy', r'holds the lock|is locked|lock of .* held by|another (?:live )?run|already locked'),
    ('repository', (r'it is no repository|there is no repository|repository .* (?:does not exist|cannot be reached)|'
                    r'^repository .*(?:Connection|No route|timed out|Network)|config file')),
    ('damaged', r'is damaged|does not read back|reads back with|SHA-256 differs|is not what was stored'),
    ('drill', r'^drill: |the drill was not done'),
    ('database', (r"Can't connect|could not connect|Connection refused|Lost connection|gone away|no session|"
                  r'server closed the connection|connection to server')),
    ('program', r'is not installed|command not found|No such file or directory: .*(?:dump|zstd|restic|tar|age)\b'),
    ('time', r'its time is up|DeadlineExceeded|time limit|no end after|deadline'),
    ('permission', r'Permission denied|EACCES|Operation not permitted'),
    ('dump', r'end marker|dump (?:failed|ended|is not complete)|not whole'),
    ('missing', r'No such file or directory|does not exist|is not a directory'),
)  # fmt: skip
PATTERNS = tuple((kind, re.compile(words, re.IGNORECASE | re.MULTILINE)) for kind, words in WORDS)


def kind_of(entry: dict[str, Any]) -> str:
    """The kind of the error of a site's entry in a record."""
    if entry['outcome'] == 'unreachable':
        return 'unreachable'
    text = str(entry.get('error') or '')
    return next((kind for kind, pattern in PATTERNS if pattern.search(text)), OTHER)
