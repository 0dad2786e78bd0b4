# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people add to the register by hand: corrections, scans of signed papers, holds. Each is a row of its own."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.procedure.operator import operator
from ansible_collections.rawat.website.plugins.module_utils.register.book import Book, Row, writing
from ansible_collections.rawat.website.plugins.module_utils.register.checker import below, cause, open_file
from ansible_collections.rawat.website.plugins.module_utils.register.entries import site_holds
from ansible_collections.rawat.website.plugins.module_utils.register.lock import RegisterError

FOLDER = 'attachments'
BLOCK = 1024 * 1024
LARGEST = 1024 * BLOCK  # bytes; a scan is a few million
LONGEST = 100  # letters of a file name


def note(filing: str, what: str, text: str) -> Row:
    """A correction or remark on a report; returns its row. RegisterError, as from all of these."""
    with writing(filing) as book:
        return _append(book, book.entry(what), 'note', text=_said(text, 'a note'))


def hold(filing: str, what: str, reason: str) -> Row:
    """The report, and what belongs to it, is not to be destroyed; returns the row."""
    with writing(filing) as book:
        entry = book.entry(what)
        if entry['held']:
            raise RegisterError(f'{entry["number"]} is held already ({entry["holds"][-1].get("reason")})')
        return _append(book, entry, 'hold', reason=_said(reason, 'a hold'))


def hold_site(filing: str, site: str, point: str | None, reason: str) -> Row:
    """A site, or one recovery point of it, is not to be pruned; returns the row."""
    return _about_site(filing, 'hold', site, point, reason)


def release_site(filing: str, site: str, point: str | None, reason: str) -> Row:
    """The hold of a site or of one of its points ends; returns the row."""
    return _about_site(filing, 'release', site, point, reason)


def _about_site(filing: str, kind: str, site: str, point: str | None, reason: str) -> Row:
    what = f'{site}/{point}' if point else site
    with writing(filing) as book:
        held = [one for one in site_holds(book.rows) if (one['site'], one['point']) == (site, point)]
        if kind == 'hold' and held:
            raise RegisterError(f'{what} is held already ({held[0]["reason"]})')
        facts = {'site': site, 'point': point, 'reason': _said(reason, f'a {kind}')}
        return book.append({'kind': kind, 'number': None, **facts, 'operator': operator()})


def release(filing: str, what: str, reason: str) -> Row:
    """The hold ends; returns the row."""
    with writing(filing) as book:
        entry = book.entry(what)
        if not entry['held']:
            raise RegisterError(f'{entry["number"]} is not held: there is nothing to release')
        return _append(book, entry, 'release', reason=_said(reason, 'a release'))


def attach(filing: str, what: str, source: str, description: str = '') -> Row:
    """Copy `source` (the scan of a signed paper) into the report's folder and enter its hash; returns the row."""
    with writing(filing) as book:
        entry = book.entry(what)
        try:
            folder = below(filing, str(entry['report'].get('folder')))
            with _copied(source, os.path.join(folder, FOLDER)) as (name, digest, size):
                _refuse_twice(entry, digest)
                facts = {'file': name, 'file_sha256': digest, 'bytes': size, 'description': description.strip()}
                return _append(book, entry, 'attachment', **facts)
        except ValueError as error:
            raise RegisterError(f'the folder of {entry["number"]} leads out of {filing}: {error}') from error
        except OSError as error:
            raise RegisterError(
                f'{error.filename or source} cannot be attached to {entry["number"]}: {cause(error)}; name a file '
                'that this account may read, and see that the filing directory has room'
            ) from error


def _append(book: Book, entry: dict[str, Any], kind: str, **facts: Any) -> Row:
    return book.append({'kind': kind, 'number': entry['number'], **facts, 'operator': operator()})


def _said(text: str, what: str) -> str:
    if not text.strip():
        raise RegisterError(f'{what} needs words: the register keeps the reason')
    return text.strip()


def _refuse_twice(entry: dict[str, Any], digest: str) -> None:
    for row in entry['attachments']:
        if row.get('file_sha256') == digest:
            raise RegisterError(f'{entry["number"]} has this very file already, as {row.get("file")}')


@contextlib.contextmanager
def _copied(source: str, folder: str) -> Iterator[tuple[str, str, int]]:
    """(name, SHA-256, bytes) of a durable copy of `source` in `folder`; it is removed again when the block fails."""
    os.makedirs(folder, mode=0o750, exist_ok=True)
    name = _free_name(folder, safe_name(os.path.basename(source)))
    path = os.path.join(folder, name)
    with open_file(source, follow=True) as reader:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640)
        try:
            with os.fdopen(descriptor, 'wb') as writer:
                digest, size = _copy(reader, writer)
            _sync(folder)
            yield name, digest, size
        except BaseException:
            os.unlink(path)
            raise


def _copy(reader: Any, writer: Any) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for block in iter(lambda: reader.read(BLOCK), b''):
        size += writer.write(block)
        digest.update(block)
        if size > LARGEST:
            raise OSError(0, f'it is larger than {LARGEST} bytes')
    writer.flush()
    os.fsync(writer.fileno())
    if not size:
        raise OSError(0, 'it is empty')
    return digest.hexdigest(), size


def safe_name(name: str) -> str:
    """A name that no shell, no listing and no other system takes for anything else."""
    stem, end = os.path.splitext(re.sub(r'[^A-Za-z0-9._-]+', '-', name).lstrip('.-'))
    return (stem.strip('.-')[:LONGEST] or 'file') + end[:LONGEST]


def _free_name(folder: str, name: str) -> str:
    stem, end = os.path.splitext(name)
    count, free = 1, name
    while os.path.lexists(os.path.join(folder, free)):
        count += 1
        free = f'{stem}-{count}{end}'
    return free


def _sync(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
