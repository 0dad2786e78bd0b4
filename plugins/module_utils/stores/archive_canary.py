# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proof that what the archive store wrote cannot be removed with the credentials that wrote it.

Something worthless is written, everything that could remove or replace it is tried, and then it is looked for. Only
what was refused *and* still stands counts; a place that cannot be looked at afterwards has proved nothing.
"""

from __future__ import annotations

import secrets
from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores import common, events
from ansible_collections.rawat.website.plugins.module_utils.stores.inbox_line import NotGranted

FOLDER, FILE = '.canary-', 'canary'
TEXT = b'This file is worthless. It was written to find out whether it can be removed.\n'


def canary(repository: Any, point_id: str) -> dict[str, Any]:
    """See stores.Repository."""
    place = repository.place
    return _in_inbox(place, point_id) if getattr(place, 'write_only', False) else _beside(place)


def _beside(place: Any) -> dict[str, Any]:
    """A small file beside the points."""
    folder = f'{FOLDER}{secrets.token_hex(8)}'
    name = f'{folder}/{FILE}'
    place.add(folder, FILE, TEXT)
    answer = _refusal(lambda: place.remove(folder))
    stands = FILE in place.names(folder) and place.text(name) == TEXT
    return _result(answer if stands else None, f'wrote {place.site}/{name}, removed it, looked for it')


def _in_inbox(place: Any, point: str) -> dict[str, Any]:
    """An event, and every request that could reach it or a committed point: all must be refused, both must stand."""
    event = events.new('canary', point, {})
    name, text = events.file_name(event), events.text_of(event)
    place.add(events.FOLDER, name, text)
    before = next(place.manifests([point]))
    answers = [_answer(place, verb, fields) for verb, fields in _attempts(point, name)]
    stands = next(place.manifests([point])) == before and place.text(f'{events.FOLDER}/{name}') == text
    method = (
        f'wrote the event {place.site}/{name}, tried to replace it, and of {point} to open it again, to write and '
        'overwrite in it, to take a file out of it, to throw it away, to commit it again; looked for both'
    )
    given = [answer for answer in answers if answer is not None]
    return _result('; '.join(dict.fromkeys(given)) if stands and len(given) == len(answers) else None, method)


def _attempts(point: str, event: str) -> list[tuple[str, dict]]:
    """Every request of the protocol that writes or removes, turned against what is committed."""
    token = {'token': secrets.token_hex(16)}
    return [
        ('event', {'name': event, 'text': TEXT.decode()}),
        ('begin', {'point': point, **token}),
        ('put', {'point': point, 'file': FILE}),
        ('put', {'point': point, 'file': common.MANIFEST}),
        ('withdraw', {'point': point, 'file': common.MANIFEST}),
        ('discard', {'point': point, **token}),
        ('commit', {'point': point, **token}),
    ]


def _answer(place: Any, verb: str, fields: dict) -> str | None:
    """What the inbox said when it refused; None when it did not. RepositoryError when it said nothing."""
    try:
        place.try_request(verb, **fields)
    except NotGranted as refusal:
        return f'{verb}: {refusal}'
    except ConnectionError as failure:
        raise place.error('the canary cannot be tried', str(failure)) from failure
    place.disconnect()  # it may be waiting for a file now
    return None


def _refusal(attempt: Callable[[], object]) -> str | None:
    """What the place said when it refused; None when it did not."""
    try:
        attempt()
    except RepositoryError as refusal:
        return str(refusal)
    return None


def _result(answer: str | None, method: str) -> dict[str, Any]:
    told = answer if answer is not None else 'nothing was refused, or what was written is gone'
    return {'refused': answer is not None, 'method': method, 'answer': told, 'locked_until': None}
