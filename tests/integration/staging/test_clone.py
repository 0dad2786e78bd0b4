# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door: what the restore hands over becomes a clone, or everything wrong is said before anything is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError
from ansible_collections.rawat.website.plugins.module_utils.restoring import RestoreRequest
from ansible_collections.rawat.website.plugins.module_utils.staging import transform
from integration.staging.copies import Copy

SITE = {'name': 'one', 'url': 'http://old.example/'}
ENVIRONMENT = 'APP_URL=http://old.example\nDB_DATABASE=live\nDB_PASSWORD=kept\n'


def cloned(copy: Copy, tree: Path, **fields: Any) -> list[str]:
    """As restoring.apply calls it, with the parts that it makes."""
    tree.mkdir(exist_ok=True)
    (tree / '.env').write_text(ENVIRONMENT)
    copy.run('DROP TABLE IF EXISTS pages; CREATE TABLE pages (id INTEGER PRIMARY KEY, body TEXT, mail VARCHAR(60));')
    copy.insert('pages', 1, b'http://old.example /var/www/old', b'anna@example.org')
    parts = [
        {'kind': 'webroot', 'name': '/var/www/old', 'to': '/var/www/new', 'tree': str(tree)},
        {
            'kind': 'database',
            'name': 'live',
            'label': f'{copy.engine}.live',
            'to': 'staging',
            'database': copy.database,
        },
    ]
    return transform(RestoreRequest(**fields))(SITE, {}, parts, None)


def test_database_and_settings_are_those_of_the_clone(copy: Copy, tmp_path: Path) -> None:
    rules = [{'table': 'pages', 'column': 'mail', 'rule': 'email'}]
    remarks = cloned(copy, tmp_path / 'tree', url='https://new.example', mask=rules)
    assert copy.values('pages', 'body') == [b'https://new.example /var/www/new']
    assert copy.values('pages', 'mail')[0].endswith(b'@masked.invalid')
    name = 'live' if copy.engine == 'sqlite' else 'staging'  # a file has no name in a configuration
    assert (tmp_path / 'tree' / '.env').read_text() == (
        f'APP_URL=https://new.example\nDB_DATABASE={name}\nDB_PASSWORD=kept\n'
    )
    assert 'clone: 1 values in 1 databases were rewritten to https://new.example' in remarks
    assert 'anna' not in ' '.join(remarks)


def test_everything_wrong_is_said_at_once_and_nothing_is_touched(copy: Copy, tmp_path: Path) -> None:
    rules = [{'table': 'pages', 'column': 'gone', 'rule': 'shuffle'}, {'database': 'other', 'table': 'p', 'column': 'c',
                                                                      'rule': 'hash'}]  # fmt: skip
    with pytest.raises(PreflightError) as caught:
        cloned(copy, tmp_path / 'tree', url='new.example', mask=rules)
    text = '\n'.join(caught.value.problems)
    assert "'new.example' is not a usable URL" in text
    assert "rule 'shuffle' is unknown" in text
    assert f'masking rule p.c: which database? There are: {copy.engine}.live' in text
    assert copy.values('pages', 'body') == [b'http://old.example /var/www/old']
    assert (tmp_path / 'tree' / '.env').read_text() == ENVIRONMENT
