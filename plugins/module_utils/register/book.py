# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The register book: one canonical JSON object a line in `register.jsonl`, each holding the hash of the one before.

Nothing is ever changed: a correction is a row. Numbers count without a gap per year and code and are taken only by
appending a row of kind 'report'. What the rows look like: docs/register.md; the chain is read by the checker.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.register import checker
from ansible_collections.rawat.website.plugins.module_utils.register.entries import Entry, find, fold, matches, only
from ansible_collections.rawat.website.plugins.module_utils.register.lock import RegisterError, locked
from ansible_collections.rawat.website.plugins.module_utils.stores.common import sha256

NAME = 'register.jsonl'
TORN = 'register.torn'  # begins the name of what a killed writer left
KINDS = frozenset({
    *('report', 'receipt', 'returned', 'note', 'attachment', 'hold', 'release', 'assignment', 'recap'),
    *('medium', 'pruned'),
})
UNNUMBERED = ('recap', 'medium', 'pruned', 'hold', 'release')  # rows that may be about no report
OWN = ('row', 'time', 'previous', 'sha256')  # keys that only the book fills in
Row = dict[str, Any]


class RegisterBroken(RegisterError):
    """The chain does not hold; the message names the row. Nothing is appended to a broken register."""


class Register:
    """The register of the filing directory `filing`, to be read. One that does not exist yet is an empty one."""

    def __init__(self, filing: str):
        self.filing, self.path = str(filing), os.path.join(str(filing), NAME)

    def rows(self) -> list[Row]:
        """All rows; what a writer is just writing (or died writing) is not one yet. RegisterBroken, RegisterError."""
        return _checked(self.path, self._content())[0]

    def tip(self) -> str:
        """The SHA-256 of the last line, which stands for everything before it; 64 zeros for an empty register."""
        rows = self.rows()
        return tip_of(rows)

    def entries(self, year: int | None = None) -> list[Entry]:
        """What the rows say of each number (see `fold`), in their order, of one year or all."""
        return [entry for entry in fold(self.rows()) if year in (None, entry['year'])]

    def find(self, what: str) -> list[Entry]:
        """The entries that `what` names: a number (7, 0007, 0007/BKP/2026), a code on paper, a run id, a SHA-256."""
        return find(self.entries(), what)

    def entry(self, what: str) -> Entry:
        """The only entry that `what` names; RegisterError when there is none, or more than one."""
        return only(self.find(what), what, self.path)

    def search(self, words: list[str], year: int | None = None) -> list[Entry]:
        """The entries in which every word stands: site, host, number, date, disposition, person, outcome."""
        return [entry for entry in self.entries(year) if matches(entry, words)]

    def open_numbers(self) -> list[str]:
        """Numbers that wait for a receipt (or, returned, for another)."""
        return [entry['number'] for entry in self.entries() if entry['state'] != 'accepted']

    def _content(self) -> bytes:
        try:
            with open(self.path, 'rb') as handle:
                return handle.read()
        except FileNotFoundError:
            return b''
        except OSError as error:
            raise RegisterError(
                f'{self.path} cannot be read: {error.strerror}; give this account the right to read it'
            ) from error


def tip(filing: str) -> str:
    """See Register.tip."""
    return Register(filing).tip()


def state_of(filing: str, number: str) -> Entry:
    """See Register.entry."""
    return Register(filing).entry(number)


def tip_of(rows: list[Row]) -> str:
    """The SHA-256 of the last of `rows` as a line without its line break."""
    return sha256(canonical(rows[-1]).rstrip(b'\n')) if rows else checker.FIRST


@contextlib.contextmanager
def writing(filing: str, wait: int = 60) -> Iterator[Book]:
    """The register, alone, healed and checked. RegisterBusy after `wait` seconds, RegisterBroken, RegisterError."""
    filing = str(filing)
    try:
        os.makedirs(filing, mode=0o750, exist_ok=True)
    except OSError as error:
        raise RegisterError(f'{filing} cannot be made: {error.strerror}; correct website_filing') from error
    with locked(filing, wait):
        book = Book(filing)
        try:
            yield book
        finally:
            book.close()


class Book:
    """The register under the lock. `healed`: a remark about what a killed writer had left, else None."""

    def __init__(self, filing: str):
        self.filing, self.path = filing, os.path.join(filing, NAME)
        self.healed: str | None = None
        self._descriptor = self._open()
        try:
            with open(self.path, 'rb') as handle:
                content = handle.read()
            self.rows, tail = _checked(self.path, content)
            if tail:
                self._heal(tail, len(content) - len(tail))
        except OSError as error:
            self.close()
            raise self._error('cannot be read or healed', error) from error
        except BaseException:
            self.close()
            raise

    def _open(self) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            if not os.path.lexists(self.path):
                os.close(os.open(self.path, flags | os.O_CREAT | os.O_EXCL, 0o640))
                _sync_folder(self.filing)
            return os.open(self.path, flags)
        except OSError as error:
            raise self._error('cannot be opened', error) from error

    def close(self) -> None:
        """Nothing is written any more."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    @property
    def tip(self) -> str:
        """See Register.tip."""
        return tip_of(self.rows)

    def entries(self) -> list[Entry]:
        """See Register.entries."""
        return fold(self.rows)

    def entry(self, what: str) -> Entry:
        """See Register.entry."""
        return only(find(self.entries(), what), what, self.path)

    def next_number(self, year: int, code: str) -> dict[str, Any]:
        """{'number', 'year', 'ordinal', 'code'} that the next report of `year` and `code` gets; not taken by asking."""
        last = max((e['ordinal'] for e in self.entries() if (e['year'], e['code']) == (year, code)), default=0)
        number = checker.number_text(last + 1, code, year)
        if not checker.NUMBER.fullmatch(number):
            raise RegisterError(
                f'{number!r} cannot be a number: website_office.register_code takes up to 32 letters, digits, dots '
                'and hyphens'
            )
        return {'number': number, 'year': year, 'ordinal': last + 1, 'code': code}

    def append(self, fields: Row) -> Row:
        """Enter a row: `fields` with kind and number (None for a recap or a medium). On the disk when this returns.

        Returns the whole row. RegisterError for fields that make no row, and for a disk that takes none: the file is
        then as it was.
        """
        self._refuse(fields)
        row = {**fields, 'row': len(self.rows) + 1, 'time': utc(), 'previous': self.tip}
        row['sha256'] = sha256(canonical(row).rstrip(b'\n'))
        self._write(canonical(row))
        self.rows.append(row)
        return row

    def _refuse(self, fields: Row) -> None:
        kind, number = fields.get('kind'), fields.get('number')
        wrong = [key for key in OWN if key in fields]
        if wrong or kind not in KINDS:
            raise RegisterError(f'a row of kind {kind!r} with {wrong or "no known kind"} cannot be entered')
        known = {entry['number'] for entry in self.entries()}
        if kind == 'report':
            found = checker.NUMBER.fullmatch(str(number))
            if not found or self.next_number(int(found[3]), found[2])['number'] != number:
                raise RegisterError(f'{self.path}: {number!r} is not the next number; ask next_number under this lock')
        elif number not in known and not (kind in UNNUMBERED and number is None):
            raise RegisterError(f'{self.path}: there is no number {number!r} of which a row {kind!r} could speak')

    def _write(self, line: bytes) -> None:
        """All of the line, durably, or nothing of it."""
        before = os.fstat(self._descriptor).st_size
        try:
            written = os.write(self._descriptor, line)
            if written != len(line):
                raise OSError(0, f'only {written} of {len(line)} bytes were taken: the disk is full')
            os.fsync(self._descriptor)
        except OSError as error:
            try:
                os.ftruncate(self._descriptor, before)
                os.fsync(self._descriptor)
            except OSError:
                half = 'takes no row, and may now end in half a one (the next writer heals that)'
                raise self._error(half, error) from error
            raise self._error('takes no row, and is as it was', error) from error

    def _heal(self, tail: bytes, good: int) -> None:
        """A writer died in its write: a row that lacks only its line break is kept, anything less moved aside."""
        rows, faults, _rest = checker.read_chain(b''.join(canonical(row) for row in self.rows) + tail + b'\n')
        if not faults:
            os.write(self._descriptor, b'\n')
            os.fsync(self._descriptor)
            self.rows = rows
            self.healed = f'the last row ({len(rows)}) lacked its line break: a writer had been killed; it is whole now'
            return
        aside = os.path.join(self.filing, f'{TORN}-{time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())}-{os.getpid()}')
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640)
        try:
            if os.write(descriptor, tail) != len(tail):
                raise OSError(0, 'the disk is full')
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _sync_folder(self.filing)
        os.ftruncate(self._descriptor, good)
        os.fsync(self._descriptor)
        self.healed = f'a killed writer had left {len(tail)} bytes of an unfinished row; they were moved to {aside}'

    def _error(self, what: str, error: OSError) -> RegisterError:
        return RegisterError(
            f'{self.path} {what}: {error.strerror}; free space there, or give this account the right to write there'
        )


def _checked(path: str, content: bytes) -> tuple[list[Row], bytes]:
    rows, faults, tail = checker.read_chain(content)
    if faults:
        key, values = faults[0]
        raise RegisterBroken(
            f'{path}: {checker.text(key, "en", **values)}. Nothing is entered into a broken register: put the '
            'last good copy of it in its place (the copy in the archive, the printed tip of a recap tells which)'
        )
    return rows, tail


def _sync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
