# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SQLite the other way: a dump becomes a file again, and a file takes the place of the live one under its readers."""

from __future__ import annotations

import contextlib
import inspect
import os
import pwd
import re
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from subprocess import PIPE
from types import ModuleType
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import safe_label, sqlite_writer
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress

BESIDE = ('-wal', '-shm', '-journal')  # files that SQLite makes beside a database
OURS = re.compile(r'(?:__rawat_(?:new|old)_|\.rawat-(?:new|old)-)[^/]*$')
NOBODY = 'nobody'  # what a drill loads is a stranger's SQL
REMEDIES = {
    'locked': 'let the site finish (or stop it) and try again; nothing was changed',
    'unable to open': 'its owner may not write to the folder: check the permissions',
    'not empty': 'remove it, or choose another place',
    'disk is full': 'make room',
}


class Server:
    """Not a server: a folder of files, with the face that the drill knows."""

    version, pid, socket = '', 0, ''

    def __init__(self, directory: str):
        self.directory = self.dsn_socket_directory = directory

    def database(self, name: str) -> dict[str, Any]:
        return {'engine': 'sqlite', 'path': f'{self.directory}/{safe_label("copy", name)}.db'}

    def prove_ours(self, database: Mapping[str, Any]) -> None:
        """Raises RestoreError unless the file lies in our folder."""
        real = os.path.realpath(database['path'])
        if os.path.dirname(real) != os.path.realpath(self.directory) or real != database['path']:
            raise RestoreError(f'{database["path"]} is not a file of the drill in {self.directory}')

    def stop(self) -> None:
        """Nothing runs."""


@contextlib.contextmanager
def private_server(
    directory: str, _options: Mapping[str, Any], _part: Mapping[str, Any] | None = None
) -> Iterator[Server]:
    """The folder for the copies; whoever loads them is nobody where we are root and the folder can be reached."""
    directory = os.path.realpath(directory)
    if os.geteuid() == 0:
        with contextlib.suppress(KeyError):
            entry, before = pwd.getpwnam(NOBODY), os.stat(directory)
            os.chown(directory, entry.pw_uid, entry.pw_gid)
            try:
                process.run(['test', '-w', directory], account=NOBODY)
            except process.CommandFailed:
                os.chown(directory, before.st_uid, before.st_gid)
    yield Server(directory)


def load(
    database: Mapping[str, Any],
    part: Mapping[str, Any],
    dump: Iterator[bytes],
    _accounts: Iterator[bytes] | None = None,
    *,
    into: str | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Make the file `into` (else the one of `database`) out of `dump`, as the owner of its folder.

    Returns {'milliseconds', 'statements'}; raises RestoreError with SQLite's words and the statement.
    """
    del part, threads  # one writer at a time is how SQLite works
    clock = time.monotonic()
    statements = load_file(into or str(database['path']), dump, progress)
    return {'milliseconds': round((time.monotonic() - clock) * 1000), 'statements': statements}


def load_file(path: str, dump: Iterator[bytes], progress: Progress | None, *table: str) -> int:
    """Make the file out of `dump`, with the rows of one `table` only where one is given; the number of statements."""
    folder = os.stat(os.path.dirname(path))
    with start(['load', path, *table], folder, stdin=PIPE) as child:
        try:
            _feed(child, dump, progress)
            return int(answer(child))
        except process.CommandFailed as failure:
            raise explained(path, 'could not be loaded', failure) from failure


def _feed(child: process.Child, dump: Iterator[bytes], progress: Progress | None) -> None:
    """All blocks to the child; when it is gone early, its own words say why."""
    for block in dump:
        if progress:
            progress.add(len(block))
        view = memoryview(block)
        try:
            while view:
                view = view[os.write(child.stdin.fileno(), view) :]
        except BrokenPipeError:
            child.wait()
            raise process.CommandFailed(child.program, 0, child.stderr or 'it ended early') from None
    child.stdin.close()


def answer(child: process.Child) -> bytes:
    """What the child prints; CommandFailed with its words unless it ended well."""
    output = child.stdout.read()
    child.wait()
    return output


@contextlib.contextmanager
def start(
    arguments: list[str], owner: os.stat_result, stdin: int | None = None, source: ModuleType = sqlite_writer
) -> Iterator[process.Child]:
    """The program `source` as the owner of a file or folder."""
    user, group = (owner.st_uid, owner.st_gid) if os.geteuid() == 0 else (-1, -1)
    program = process.secret_file(inspect.getsource(source).encode())
    argv = [os.path.realpath(sys.executable), '-I', process.path_of(program), *arguments, str(user), str(group)]
    child = process.spawn(argv, stdin=stdin)
    try:
        yield child
    finally:
        child.kill()
        program.close()


def explained(path: str, what: str, failure: process.CommandFailed) -> RestoreError:
    """SQLite's words, and what to do about them."""
    reason = failure.stderr.strip() or str(failure)
    remedy = next((text for words, text in REMEDIES.items() if words in reason), 'see the message of SQLite')
    return RestoreError(f'SQLite database {path} {what}: {reason}; {remedy}')


# ---------------------------------------------------------------- exchange
def swap_state(_database: Mapping[str, Any], live: str, new: str, old: str) -> str:
    """'before', 'after', or 'between': the former content is kept already and `new` still there; swap() finishes."""
    if os.path.lexists(new):
        return 'between' if os.path.lexists(live) and os.path.lexists(old) else 'before'
    return 'after' if os.path.lexists(live) else 'between'


def swap(_database: Mapping[str, Any], live: str, new: str, old: str) -> None:
    """`live` is kept as `old`, then gets the content of `new`, in one transaction of its own and as its owner.

    Whoever reads meanwhile goes on with what he sees, a crash leaves the old content or the new. A second call
    finishes; an `old` that is there is never written again. Without a live file, `new` is renamed. Raises RestoreError.
    """
    state = swap_state(_database, live, new, old)
    if state == 'after':
        return
    if not os.path.lexists(new):
        raise RestoreError(f'{live} cannot be exchanged: neither it nor {new} is there')
    if not os.path.lexists(live):
        _fold_log(new)
        for suffix in BESIDE:  # what a lost database left would be taken for this one's
            with contextlib.suppress(FileNotFoundError):
                os.unlink(live + suffix)
        os.rename(new, live)
    else:
        owner = regular(live)
        hand_over(new, owner)
        if not os.path.lexists(old):
            partial = f'{old}.partial'
            remove_files(partial)
            _copy(live, partial, owner)
            os.rename(partial, old)
            _sync_folder(os.path.dirname(old))  # before the only other copy of it is written over
        _copy(new, live, owner)
        remove_files(new)
    _sync_folder(os.path.dirname(live))


def _copy(source: str, target: str, owner: os.stat_result) -> None:
    try:
        with start(['copy', source, target], owner) as child:
            answer(child)
    except process.CommandFailed as failure:
        raise explained(target, f'could not get the content of {source}', failure) from failure


def _fold_log(path: str) -> None:
    """What stands in a write-ahead log goes into the file, which then can be renamed alone."""
    if os.path.exists(f'{path}-wal'):
        owner = regular(path)
        twin = f'{path}.partial'
        remove_files(twin)
        _copy(path, twin, owner)
        os.rename(twin, path)
        for suffix in BESIDE:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path + suffix)


def regular(path: str) -> os.stat_result:
    """What a regular file is like; RestoreError for a link and anything else."""
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode):
        raise RestoreError(f'{path} is not a regular file: name the real path')
    return found


def hand_over(path: str, owner: os.stat_result) -> None:
    """The owner of the live file must be able to read what it shall become."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.geteuid() == 0:
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
    finally:
        os.close(descriptor)


def _sync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def drop(_database: Mapping[str, Any], name: str, *, force: bool = False) -> None:
    """Remove the file `name` (a copy of ours, or with `force` any) and what SQLite made beside it."""
    if not force and not OURS.search(name):
        raise RestoreError(f'{name} is no copy of ours (…__rawat_new_…, …__rawat_old_…): it is not removed')
    remove_files(name)


def remove_files(path: str) -> None:
    """The database last: what lies beside without it would be taken for another one's."""
    for suffix in (*BESIDE, ''):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + suffix)
