# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of one restore: what stands beside the live site, and how far the exchange has come.

One file of canonical JSON, replaced as a whole and on disk before the step that it announces begins. Whoever comes
after a crash reads it and knows what is whose. It holds names and paths, never a login.

States: *preparing* (the live site is untouched; what is beside may be swept), *exchanging* (all is beside and
verified; go on or go back), *exchanged* (what remains is small), *done* (the old is kept), *undoing*, *undone* (the
restored is kept), *discarding*.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.stores.common import owner_text, state_directory

SCHEMA = 1
OPEN = ('preparing', 'exchanging', 'exchanged', 'undoing', 'discarding')
KEPT = ('done', 'undone')
NAME = re.compile(r'\d{8}T\d{6}Z-[0-9a-f]{6}')


class Journal:
    """One restore's file. `document`: {id, site, state, point, safety_point, started, parts: [...], ...}."""

    def __init__(self, path: Path, document: dict):
        self.path, self.document = path, document

    @property
    def id(self) -> str:
        return self.document['id']

    @property
    def state(self) -> str:
        return self.document['state']

    @property
    def parts(self) -> list[dict]:
        """What is exchanged; each dict is written by trees.py or databases.py."""
        return self.document['parts']

    def write(self, state: str | None = None, **changes: object) -> None:
        """Set `state` and others, and be on disk before returning."""
        if state:
            self.document['state'] = state
        self.document.update(changes)
        temporary = self.path.with_suffix('.new')
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, 'wb') as handle:
            handle.write(canonical(self.document))
            handle.flush()
            os.fsync(descriptor)
        os.replace(temporary, self.path)
        _sync(self.path.parent)

    def remove(self) -> None:
        """Nothing of this restore is left beside the site."""
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        _sync(self.path.parent)


class Journals:
    """The journals of one site on this machine."""

    def __init__(self, options: dict, site: str):
        self.site, self.folder = site, state_directory(options) / 'restores' / site

    def new(self, point: str, mode: str, **facts: object) -> Journal:
        """A journal for a restore that begins now; on disk."""
        started = utc()
        identifier = f'{re.sub("[-:]", "", started)}-{secrets.token_hex(3)}'
        document = {'schema': SCHEMA, 'id': identifier, 'site': self.site, 'state': 'preparing', 'point': point}
        document.update(mode=mode, started=started, safety_point=None, maintenance=[], parts=[], **facts)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        journal = Journal(self.folder / f'{identifier}.json', document)
        journal.write()
        return journal

    def all(self) -> list[Journal]:
        """Newest first. RestoreError for one that cannot be read: what it knows is nowhere else."""
        if not self.folder.is_dir():
            return []
        files = sorted((path for path in self.folder.glob('*.json') if NAME.fullmatch(path.stem)), reverse=True)
        return [Journal(path, _read(path)) for path in files]

    def open(self) -> Journal | None:
        """The restore that was interrupted, if any."""
        return next((journal for journal in self.all() if journal.state in OPEN), None)

    def kept(self) -> list[Journal]:
        """The restores that keep something beside the site, newest first."""
        return [journal for journal in self.all() if journal.state in KEPT]

    @contextlib.contextmanager
    def lock(self, owner: str, wait: int) -> Iterator[None]:
        """Keep a second restore of the site out. RestoreError after `wait` seconds."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / '.lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            _acquire(descriptor, wait, self.site)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, owner_text(owner), 0)
            yield
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)


def _acquire(descriptor: int, wait: int, site: str) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                who = os.pread(descriptor, 4096, 0).decode('utf-8', 'replace').strip() or 'another run'
                raise RestoreError(
                    f'site {site} is being restored by {who}; waited {wait} s: let that run end'
                ) from None
        time.sleep(0.2)


def _read(path: Path) -> dict:
    try:
        document = json.loads(path.read_bytes())
        if document['schema'] != SCHEMA or not isinstance(document['parts'], list):
            raise ValueError(f'schema {document["schema"]}')
        return document
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RestoreError(
            f'the journal of a restore {path} cannot be read ({error}): look for .…rawat-… beside the webroots and '
            'databases with __rawat_ in their names, settle them by hand, then remove the journal'
        ) from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
