# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A point that is gone was pruned by rule where a destruction list names it, else lost; and holds by name."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError, actions, entries
from ansible_collections.rawat.website.plugins.module_utils.register.book import writing
from ansible_collections.rawat.website.plugins.module_utils.register.checker.case import Case
from ansible_collections.rawat.website.plugins.module_utils.register.checker.points_check import check_points

POINT = '2026-01-01T000000Z'
LIST = b'{"kind":"destruction"}\n'


def found(
    filing: Path, listed: str | None, content: bytes = LIST, place: str = 'primary'
) -> list[tuple[bool | None, str]]:
    """(ok, key) of what is said of a point that its repository lacks, when a list names the point `listed`."""
    repository, folder = filing / 'repository', filing / '2026' / '01' / 'run'
    repository.mkdir()
    (repository / '.rawat-repository').write_text('{}')
    folder.mkdir(parents=True)
    (folder / 'destruction.json').write_bytes(content)
    places = [{'place': place, 'store': 'archive', 'location': str(repository), 'points': [listed]}]
    with writing(str(filing)) as book:
        book.append({
            'kind': 'pruned', 'number': None, 'run': 'run', 'date': '2026-01-20', 'folder': '2026/01/run',
            'sites': [{'site': 'a', 'host': 'web', 'places': places}], 'bytes': 1,
            'documents': {'destruction.json': hashlib.sha256(LIST).hexdigest()},
        })  # fmt: skip
    case = Case(str(filing), False)
    case.rows = Register(str(filing)).rows()
    stored = {'store': 'archive', 'location': str(repository)}
    check_points(case, {'sites': [{'site': 'a', 'recovery_point': POINT, 'repository': stored}]})
    return [(finding.ok, finding.text_key) for finding in case.findings]


def test_a_point_on_a_destruction_list_was_pruned_by_rule(tmp_path: Path) -> None:
    assert found(tmp_path, POINT) == [(True, 'point_pruned'), (True, 'file_same')]


@pytest.mark.parametrize(('listed', 'place'), [('2026-01-02T000000Z', 'primary'), (POINT, 'far')])
def test_a_point_that_no_list_names_is_lost(tmp_path: Path, listed: str, place: str) -> None:
    assert found(tmp_path, listed, place=place) == [(False, 'point_gone')]


def test_a_list_that_was_changed_proves_nothing(tmp_path: Path) -> None:
    assert (False, 'file_changed') in found(tmp_path, POINT, b'{}\n')


def test_a_site_and_a_point_are_held_by_name_and_released(tmp_path: Path) -> None:
    filing = str(tmp_path)
    actions.hold_site(filing, 'a', None, 'defaced')
    actions.hold_site(filing, 'a', POINT, 'evidence')
    with pytest.raises(RegisterError, match='held already'):
        actions.hold_site(filing, 'a', None, 'again')
    held = entries.holds(Register(filing).rows())
    assert [(one['site'], one['point'], one['reason']) for one in held] == [
        ('a', None, 'defaced'),
        ('a', POINT, 'evidence'),
    ]
    actions.release_site(filing, 'a', None, 'done')
    assert [one['point'] for one in entries.holds(Register(filing).rows())] == [POINT]
