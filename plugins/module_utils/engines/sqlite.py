# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SQLite: our own dump as SQL, streamed under one read transaction, while the site goes on writing.

Never a copy of the file: in WAL mode the newest rows are not in it, and a copy of a file that is being written is no
database. The child that reads (`sqlite_child.py`) runs as the owner of the file.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import shlex
import stat
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import (
    Preflight,
    Reader,
    missing_objects,
    read_with_zstd,
    safe_label,
    secret_word,
    sqlite_child,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.sqlite_restore import (
    drop,
    load,
    private_server,
    swap,
    swap_state,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.sqlite_table import (
    has_table,
    load_table,
    look_table,
    remove_table,
    swap_table,
    table_kept,
)
from ansible_collections.rawat.website.plugins.module_utils.errors import CensusError, DumpError, PreflightError

__all__ = [
    'capture', 'census_of', 'drop', 'has_table', 'label', 'load', 'load_table', 'look_table', 'preflight',
    'private_server', 'remove_table', 'restore_commands', 'size_of', 'swap', 'swap_state', 'swap_table', 'table_kept',
]  # fmt: skip
MAGIC = b'SQLite format 3\x00'
WAL_VERSIONS = b'\x02\x02'  # bytes 18 and 19 of the file: its write and read format, fileformat2.html section 1.3
HEADER = 100  # bytes
NOTE_LIMIT = 64 * 1024  # bytes of one line of ours in the stream; names are far shorter
LONG_LOCK_BYTES = 256 * 1024 * 1024  # without WAL the site cannot write while we read: worth a remark from here on


def label(database: Mapping[str, Any]) -> str:
    """'sqlite.var-www-news-data-news.db'"""
    return safe_label('sqlite', database['path'].strip('/').replace('/', '-'))


def restore_commands(part: Mapping[str, Any], read: Reader = read_with_zstd) -> list[str]:
    """The lines that make a new database out of the dump. `defensive off` because virtual tables need it.

    `part['target']`: shell words for the new file; else its name, in the current directory. A database of a webroot
    gets back the owner and mode that it had (`part['within']`), or the site could not write to it.
    """
    target = part.get('target') or shlex.quote(os.path.basename(part['name']))
    shell = "sqlite3 -batch -bail -cmd '.dbconfig defensive off' -cmd '.dbconfig dqs_ddl on'"
    lines = [f'{read(part["file"])} | {shell} {target}']
    within = part.get('within')
    if within:
        lines += [f'chown {within["owner"]} {target}', f'chmod {within["mode"]} {target}']
    return lines


def preflight(database: Mapping[str, Any]) -> Preflight:
    """Is it there, is it SQLite, may its owner read it?"""
    result = Preflight(client=f'Python {sys.version.split()[0]} sqlite3')
    try:
        place = Place(database['path'])
        child = _start(place, 'census', '')
        try:
            answer = _answer(child)
            child.wait()
        finally:
            child.kill()
    except (PreflightError, CensusError, DumpError) as error:
        result.problems = getattr(error, 'problems', None) or [str(error)]
        return result
    except process.CommandFailed as failure:
        result.problems = [_explain(database['path'], failure)]
        return result
    result.server = f'SQLite {answer["version"]}'
    result.estimated_bytes = answer['bytes']
    result.remarks = answer['remarks']
    if answer['bytes'] >= LONG_LOCK_BYTES and answer['settings']['journal_mode'] != 'wal':
        result.remarks.append(
            f'{place.path} is not in WAL mode: the site cannot write to it while {answer["bytes"]} bytes are read; '
            'PRAGMA journal_mode=WAL lets it'
        )
    return result


class Place:
    """Where a database file really is, whose it is, and whether it can change at all.

    Raises PreflightError when the path cannot be trusted: a site owner may make links, and we may be root.
    """

    def __init__(self, path: str):
        self.path = _resolve(path)
        try:
            found = os.stat(self.path)
            folder = os.stat(os.path.dirname(self.path))
            header = _header(self.path)
        except OSError as error:
            raise PreflightError([f'SQLite database {path} cannot be read: {error.strerror}']) from error
        if header and not header.startswith(MAGIC):
            raise PreflightError([f'{path} is not a SQLite database, or an encrypted one: its first bytes are wrong'])
        # A file of root's in a folder of somebody else's could be swapped for another of root's under our hands.
        self.owner, self.group = (found if found.st_uid else folder).st_uid, found.st_gid
        self.uses_log = header[18:20] == WAL_VERSIONS
        self.read_only = bool(os.statvfs(self.path).f_flag & os.ST_RDONLY)
        self._check_log(path)

    def _check_log(self, path: str) -> None:
        """On a read-only medium a log without its index cannot be read, and skipping it would lose the newest rows."""
        log, index = f'{self.path}-wal', f'{self.path}-shm'
        has_log = os.path.exists(log) and os.path.getsize(log) > 0
        if self.read_only and has_log and not os.path.exists(index):
            problem = (
                f'{path} lies on a read-only file system with a write-ahead log ({log}) whose index is gone: the '
                'newest rows cannot be read there; back up from a writable copy of both files'
            )
            raise PreflightError([problem])
        self.immutable = self.read_only and self.uses_log and not has_log


def _header(path: str) -> bytes:
    """The first bytes of a regular file; opened without blocking, so that a FIFO cannot make us wait."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise PreflightError([f'SQLite database {path} is not a regular file'])
        return os.read(descriptor, HEADER)
    finally:
        os.close(descriptor)


def _resolve(path: str) -> str:
    """The real path; every link on the way must belong to root or to the owner of the file it leads to."""
    real = os.path.realpath(path)
    if not os.path.isabs(path):
        raise PreflightError([f'SQLite database path {path!r} is not absolute'])
    with contextlib.suppress(OSError):
        trusted = {0, os.stat(real).st_uid, os.geteuid()}
        parts = path.strip('/').split('/')
        for count in range(1, len(parts) + 1):
            step = os.lstat('/' + '/'.join(parts[:count]))
            if stat.S_ISLNK(step.st_mode) and step.st_uid not in trusted:
                problem = (
                    f'SQLite database {path} is reached through a link that neither root nor the owner of {real} '
                    'made: name the real path'
                )
                raise PreflightError([problem])
    return real


class Inspector:
    """Finds the lines that carry our word; everything else flies by unread."""

    def __init__(self, mark: str):
        self.mark, self.rest, self.complete = f'-- {mark} '.encode(), b'', False
        self.tables: dict[str, int | None] = {}
        self.sums: dict[str, str | None] = {}
        self.objects: dict[str, list[str]] = {}

    def feed(self, block: bytes) -> None:
        if not block:
            return
        self.complete = False  # the end marker is the last thing in a stream or it is none
        text = self.rest + block if self.rest else block
        position = 0
        while (start := text.find(self.mark, position)) >= 0:
            end = text.find(b'\n', start)
            if end < 0:
                break
            self._note(*json.loads(text[start + len(self.mark) : end]))
            position = end + 1
        self.complete = self.complete and position == len(text)
        keep = start if start >= 0 else max(position, len(text) - len(self.mark))
        self.rest = text[keep:] if len(text) - keep < NOTE_LIMIT else b''

    def _note(self, kind: str, name: str, rows: int | None, total: str | None) -> None:
        if kind == 'end':
            self.complete = True
        elif kind == 'table':
            self.tables[name], self.sums[name] = rows, total
        else:
            self.objects.setdefault(kind, []).append(name)

    def found(self) -> dict[str, Any]:
        return {'tables': self.tables, 'objects': {kind: sorted(names) for kind, names in self.objects.items()}}


class Capture:
    """A running dump of one database file, and the census of the same transaction."""

    def __init__(self, child: process.Child, mark: str, answer: dict[str, Any]):
        self.dump, self.inspector, self._census = child, Inspector(mark), answer['census']
        self.snapshot: dict[str, Any] = {'kind': 'transaction', 'journal_mode': answer['settings']['journal_mode']}
        self.remarks: list[str] = answer['remarks']

    def census(self) -> dict[str, Any]:
        return self._census

    def compare(self, census: Mapping[str, Any]) -> list[str]:
        """What the stream lacks. Enters the checksums into `census`: rows are read once, for the dump."""
        census['checksums'].update(self.inspector.sums)
        lines = missing_objects(census, self.inspector.found())
        return lines if self.inspector.complete else [*lines, 'the dump has no end marker']

    def accounts(self) -> bytes:
        """SQLite has neither accounts nor settings outside the file."""
        return b''


@contextlib.contextmanager
def capture(database: Mapping[str, Any]) -> Iterator[Capture]:
    """Open the read transaction and start the dump; raises DumpError, CensusError or PreflightError."""
    mark = f'rawat-{secret_word("sqlite " + database["path"])}'
    child = _start(Place(database['path']), 'dump', mark)
    try:
        try:
            answer = _answer(child)
        except process.CommandFailed as failure:
            raise DumpError(_explain(database['path'], failure)) from failure
        yield Capture(child, mark, answer)
    finally:
        child.kill()


def census_of(database: Mapping[str, Any]) -> dict[str, Any]:
    """The same census of a file that is there, with the checksums of its rows. Raises CensusError, PreflightError."""
    child = _start(Place(database['path']), 'sums', '')
    try:
        answer = _answer(child)
        child.wait()
    except process.CommandFailed as failure:
        raise CensusError(_explain(database['path'], failure)) from failure
    finally:
        child.kill()
    census: dict[str, Any] = answer['census']
    return census


def size_of(database: Mapping[str, Any]) -> int | None:
    """Bytes of the file and its log; None when there is none."""
    path, size = database['path'], 0
    for suffix in ('', '-wal'):
        try:
            size += os.stat(path + suffix).st_size
        except FileNotFoundError:
            if not suffix:
                return None
    return size


def _start(place: Place, action: str, mark: str) -> process.Child:
    user, group = (place.owner, place.group) if os.geteuid() == 0 else (-1, -1)
    program = process.secret_file(inspect.getsource(sqlite_child).encode())
    interpreter = os.path.realpath(sys.executable)
    arguments = [action, place.path, str(user), str(group), '1' if place.immutable else '0', mark]
    try:
        return process.spawn([interpreter, '-I', '-', *arguments], stdin=program.fileno())
    finally:
        program.close()


def _answer(child: process.Child) -> dict[str, Any]:
    """The JSON that comes before the SQL. Raises CommandFailed with the child's words if it does not come."""
    header = _read_exactly(child, 8)
    return json.loads(_read_exactly(child, int.from_bytes(header, 'big')))


def _read_exactly(child: process.Child, size: int) -> bytes:
    data = b''
    while len(data) < size:
        block = os.read(child.stdout.fileno(), size - len(data))
        if not block:
            child.wait()
            raise process.CommandFailed(child.program, 0, child.stderr or 'it ended early')
        data += block
    return data


def _explain(path: str, failure: process.CommandFailed) -> str:
    """SQLite's own words with what to do about them."""
    reason = failure.stderr.strip() or str(failure)
    remedies = {
        'locked': 'another process holds it locked: let the site finish, or put the database into WAL mode',
        'unable to open': 'its owner may not read it, or may not write to its folder: check the permissions of both',
        'malformed': 'the file is damaged: run "PRAGMA integrity_check" and restore it from a good recovery point',
        'not a database': 'the file is damaged or encrypted',
    }
    remedy = next((text for words, text in remedies.items() if words in reason), 'see the message of SQLite')
    return f'SQLite database {path} cannot be dumped: {reason}; {remedy}'
