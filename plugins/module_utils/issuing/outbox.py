# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is still to be delivered, and what was: `<filing>/.outbox/<run id>.json`, and events.jsonl in the run's folder.

Notices (module_utils/notifying) wait in the same way in `.notices`, and leave events of their own kind: a notice that
was sent is no report that was handed over.

An entry names the run only. To whom it still has to go follows from the settings of the day and from the events: who
has it, gets it no second time; an address that was put right in the inventory gets it at the next try.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.record import replace_file

KIND, NOTICE = 'delivery', 'notice'
FOLDERS = {KIND: '.outbox', NOTICE: '.notices'}
LOCK = 'lock'
EVENTS = 'events.jsonl'
LOOK = 0.2  # seconds between two looks at a lock that is held
Entry = dict[str, Any]  # {schema, run, folder (relative to the filing), queued, tried, texts}
Event = dict[str, Any]  # {time, kind, channel 'email'|'webhook'|…, recipient, ok, text}
Target = tuple[str, str]  # channel and recipient


def exists(filing: str) -> bool:
    """Whether this filing ever delivered something: then what is filed by other ways is queued, too."""
    return os.path.isdir(_folder(filing, KIND))


def queue(filing: str, folder: str, kind: str = KIND) -> Entry:
    """Note that the run in `folder` is to be delivered; on disk before anything is sent."""
    run = os.path.basename(os.path.normpath(folder))
    entry = {
        'schema': 1, 'run': run, 'folder': os.path.relpath(folder, filing), 'queued': utc(), 'tried': None, 'texts': [],
    }  # fmt: skip
    store(filing, entry, kind)
    return entry


def store(filing: str, entry: Entry, kind: str = KIND) -> None:
    """Write an entry, new or tried once more."""
    os.makedirs(_folder(filing, kind), mode=0o700, exist_ok=True)
    replace_file(_path(filing, entry['run'], kind), canonical(entry))


def remove(filing: str, entry: Entry, kind: str = KIND) -> None:
    """Everybody has it."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(_path(filing, entry['run'], kind))


def waiting(filing: str, kind: str = KIND) -> list[Entry]:
    """What is still to be delivered; what was tried longest ago comes first, so that nothing stuck bars the way."""
    try:
        names = os.listdir(_folder(filing, kind))
    except FileNotFoundError:
        return []
    found = [_read(os.path.join(_folder(filing, kind), name)) for name in names if name.endswith('.json')]
    return sorted((entry for entry in found if entry), key=lambda entry: (entry['tried'] or '', entry['run']))


def _read(path: str) -> Entry | None:
    """An entry; one that cannot be read as such still names its run: its folder is found by it."""
    try:
        with open(path, encoding='utf-8') as handle:
            entry = json.load(handle)
        return {**entry, 'run': str(entry['run']), 'folder': str(entry['folder']), 'texts': list(entry['texts'])}
    except FileNotFoundError:  # delivered by another run just now
        return None
    except (OSError, ValueError, KeyError, TypeError):
        run = os.path.basename(path)[: -len('.json')]
        folder = os.path.join(run[:4], run[4:6], run)  # run ids begin with their UTC start
        return {'schema': 1, 'run': run, 'folder': folder, 'queued': '', 'tried': None, 'texts': []}


def _folder(filing: str, kind: str) -> str:
    return os.path.join(filing, FOLDERS[kind])


def _path(filing: str, run: str, kind: str) -> str:
    return os.path.join(_folder(filing, kind), f'{run}.json')


@contextlib.contextmanager
def sending(filing: str, wait: float, kind: str = KIND) -> Iterator[bool]:
    """Be the only one who sends, or get False after `wait` seconds: then the other one, or the next run, sends it.

    The kernel frees the lock of a sender that was killed.
    """
    os.makedirs(_folder(filing, kind), mode=0o700, exist_ok=True)
    until = time.monotonic() + wait
    with open(os.path.join(_folder(filing, kind), LOCK), 'a', encoding='utf-8') as lock:
        while not (held := _locked(lock.fileno())) and time.monotonic() < until:
            time.sleep(LOOK)
        yield held


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def note(folder: str, target: Target, ok: bool, text: str, kind: str = KIND) -> Event:
    """Append an event to the run's log: one write, on disk before it counts."""
    channel, recipient = target
    event = {'time': utc(), 'kind': kind, 'channel': channel, 'recipient': recipient, 'ok': ok, 'text': text}
    path = os.path.join(folder, EVENTS)
    line = canonical(event)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b'\n':  # a writer was killed in the middle of its line
            line = b'\n' + line
        if os.write(descriptor, line) != len(line):
            raise OSError(f'{path}: the line was not written whole; is the disk full?')
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return event


def events(folder: str, kind: str = KIND) -> list[Event]:
    """The deliveries of a run, oldest first. A line that is none (its writer was killed) says nothing."""
    found = []
    try:
        with open(os.path.join(folder, EVENTS), encoding='utf-8', errors='replace') as handle:
            lines = handle.readlines()
    except FileNotFoundError:
        return []
    for line in lines:
        with contextlib.suppress(ValueError):
            event = json.loads(line)
            if isinstance(event, dict) and event.get('kind') == kind:
                found.append(event)
    return found


def missing(folder: str, targets: list[Target], kind: str = KIND) -> list[Target]:
    """Who has not got the report yet."""
    has = {(event.get('channel'), event.get('recipient')) for event in events(folder, kind) if event.get('ok') is True}
    return [target for target in targets if target not in has]
