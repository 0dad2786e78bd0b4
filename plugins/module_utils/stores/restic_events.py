# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events of the restic store: each is a small snapshot of its own, tags point=, part=event, kind=, time=, event=."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores import common, events
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_cli import summary, tags_of

PART, FILE = 'event', 'event.json'


def add(repository: Any, kind: str, point_id: str, document: dict) -> None:
    """See stores.Repository. The tag event= is the SHA-256 of the text, by which our own copy of it is known."""
    event = events.new(kind, point_id, document)
    text, folder = events.text_of(event), repository.kept / 'event'
    tags = {'site': repository.site, 'point': point_id, 'part': PART, 'kind': kind, 'time': event['time']}
    words = ['rawat', *(f'{name}={value}' for name, value in tags.items()), f'event={common.sha256(text)}']
    what = f'{repository.site}/{point_id}: the event {kind} cannot be added'
    with common.small_files(folder, {FILE: text}):
        command = ['backup', '--json', '--tag', ','.join(words), FILE]
        summary(repository.restic.call(command, what, directory=str(folder)))
    repository.keep.put(common.sha256(text), text)
    repository.forget_list()


def listed(repository: Any, kind: str | None) -> list[dict]:
    """See stores.Repository."""
    snapshots = [snapshot for snapshot in repository.snapshots() if tags_of(snapshot).get('part') == PART]
    wanted = [snapshot for snapshot in snapshots if kind in (None, tags_of(snapshot).get('kind'))]
    found = [_event(repository, snapshot) for snapshot in sorted(wanted, key=lambda one: one['time'], reverse=True)]
    return [event for event in found if event is not None]


def _event(repository: Any, snapshot: dict) -> dict | None:
    try:
        return events.parse(repository.small_file(snapshot, PART, FILE))
    except RepositoryError:
        repository.check()  # out of reach is an error; one damaged event must not hide the others
        return None
