# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The receiver of an inbox: what a target's key may do on the backup server, and all that it may do.

sshd starts it as the forced command of one key (role vault), with the area of that key's target in the command line:
`python3 -I /usr/local/lib/rawat/inbox --area /srv/rawat/inbox/web1 --quota 50000000000`. Nothing that the client says
changes the area. The client can add files to its own open point, commit it, add small events, and throw away what it
has not committed. There is no request that reads a data file, and none that changes or removes anything committed.
Python >= 3.9, standard library only: the files of this folder are copied to the server as they stand.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import syslog
from collections.abc import Iterator
from typing import Callable, NoReturn

from ansible_collections.rawat.website.plugins.module_utils.inbox.area import (
    NEW_FILE,
    READ_FILE,
    Area,
    exists,
    folder,
    listed,
    open_point,
    opened,
    parse_sums,
    read_from_disk,
    read_small,
    receipts_in,
    write_all,
)
from ansible_collections.rawat.website.plugins.module_utils.inbox.wire import (
    ACCEPTED,
    ANSWER,
    BLOCK,
    DATA,
    END,
    EVENT,
    EVENTS,
    FILE,
    LOCK,
    MANIFEST,
    OWNER,
    PARTIAL,
    POINT,
    READ_LIMIT,
    RECEIPT,
    REFUSAL,
    REQUEST,
    REQUEST_LIMIT,
    SUMS,
    SUMS_LIMIT,
    TOKEN,
    VERSION,
    WRITING,
    Ended,
    Refused,
    Wire,
    checked,
)  # fmt: skip

QUOTA_STEP = 8 * 1024 * 1024  # bytes of a file after which the area is counted again: other sessions write, too


class Session:
    """One connection: request after request, until the client has no more."""

    def __init__(self, wire: Wire, area: Area):
        self.wire, self.area = wire, area
        self.locked: list[int] = []  # descriptors whose flock(2) lives with this process
        self.hashed: dict[tuple, str] = {}  # what was read from the disk, by the file's identity

    def serve(self) -> None:
        """Answer until the end of the input. A refused request ends nothing, unless its file is on the way."""
        while True:
            kind, payload = self.wire.receive()
            if kind != REQUEST:
                raise Ended('a request was expected')
            try:
                self.wire.say(ANSWER, self._answer(payload))
            except (Refused, OSError) as error:
                self.wire.say(REFUSAL, {'error': cause_of(error)})

    def _answer(self, payload: bytes) -> dict:
        try:
            request = json.loads(payload)
            verb = REQUESTS[request['verb']]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Refused('there is no such request') from None
        return verb(self, request)

    # ------------------------------------------------------------ looking
    def hello(self, _request: dict) -> dict:
        """Who we are, and how much room there is; that the area can be written to is tried."""
        probe = f'{WRITING}{secrets.token_hex(8)}'
        with opened(probe, NEW_FILE, self.area.descriptor) as descriptor:
            os.unlink(probe, dir_fd=self.area.descriptor)
            write_all(descriptor, b'rawat')
        return {'version': VERSION, 'quota': self.area.quota, 'free': self.area.free()}

    def names(self, request: dict) -> dict:
        """Names of the site's points (open, waiting, accepted) and of its waiting events."""
        try:
            with self.area.site(request) as site:
                found = os.listdir(site)
                partials = [name[len(PARTIAL) :] for name in found if name.startswith(PARTIAL)]
                return {
                    'open': [name for name in partials if POINT.fullmatch(name)],
                    'waiting': [name for name in found if POINT.fullmatch(name)],
                    'accepted': sorted(receipts_in(site)),
                    'events': [name for name in listed(EVENTS, site) if EVENT.fullmatch(name)],
                }
        except FileNotFoundError:
            return {'open': [], 'waiting': [], 'accepted': [], 'events': []}

    def accepted(self, request: dict) -> dict:
        """The vault's receipts for the site's points, as the bytes before the answer: JSON by point."""
        found = {}
        try:
            with self.area.site(request) as site, folder(ACCEPTED, site) as receipts:
                for point in receipts_in(site):
                    receipt = document(read_small(f'{point}.json', receipts, REQUEST_LIMIT))
                    if isinstance(receipt, dict):
                        found[point] = {key: receipt.get(key) for key in RECEIPT}
        except FileNotFoundError:
            pass
        return self._give(json.dumps(found).encode())

    def manifest(self, request: dict) -> dict:
        """The manifest of a committed point: no content of the site is in it."""
        point = checked(request, 'point', POINT)
        with self.area.site(request) as site:
            try:
                with folder(point, site) as waiting:
                    return self._give(read_small(MANIFEST, waiting, READ_LIMIT))
            except FileNotFoundError:
                with folder(ACCEPTED, site) as receipts:
                    return self._give(read_small(f'{point}.manifest', receipts, READ_LIMIT))

    def event_text(self, request: dict) -> dict:
        """An event that waits."""
        name = checked(request, 'name', EVENT)
        with self.area.site(request) as site, folder(EVENTS, site) as waiting:
            return self._give(read_small(name, waiting, REQUEST_LIMIT))

    def _give(self, text: bytes) -> dict:
        for start in range(0, len(text), BLOCK):
            self.wire.send(DATA, text[start : start + BLOCK])
        return {'bytes': len(text)}

    # ------------------------------------------------------------ the lock
    def lock(self, request: dict) -> dict:
        """The lock of a site, for as long as this session lives; or the text of the one who holds it."""
        owner, token = checked(request, 'owner', OWNER), checked(request, 'token', TOKEN)
        with self.area.site(request, make=True) as site:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(LOCK, flags, 0o640, dir_fd=site)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.locked.append(descriptor)
        except BlockingIOError:
            held = os.pread(descriptor, 8192, 0).partition(b'\n')[2]
            os.close(descriptor)
            return {'taken': False, 'owner': held.decode('utf-8', 'replace')}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f'{token}\n{owner}'.encode(), 0)
        return {'taken': True}

    def _require_lock(self, request: dict, site: int) -> None:
        """Refused unless a live session holds the site's lock under the request's token."""
        token, owner = checked(request, 'token', TOKEN), ''
        try:
            with opened(LOCK, READ_FILE, site) as descriptor:
                owner = os.pread(descriptor, 100, 0).partition(b'\n')[0].decode('ascii', 'replace')
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            if owner == token:
                return
        except FileNotFoundError:
            pass
        raise Refused('the lock of the site is not held: it was lost, or taken over by another run')

    # ------------------------------------------------------------ writing
    def begin(self, request: dict) -> dict:
        """Open a point whose name is new."""
        point = checked(request, 'point', POINT)
        with self.area.site(request, make=True) as site:
            _require_uncommitted(point, site)
            self._require_lock(request, site)
            waiting = [name for name in os.listdir(site) if POINT.fullmatch(name.replace(PARTIAL, '', 1))]
            if len(waiting) >= self.area.limits.points:
                raise Refused(f'{len(waiting)} points wait already: the vault side must take them in')
            self.area.require_room()
            os.mkdir(PARTIAL + point, 0o770, dir_fd=site)
            os.fsync(site)
        return {}

    @contextlib.contextmanager
    def _opened(self, request: dict, point: str, lock: int) -> Iterator[tuple[int, int]]:
        """(site, open point) under the point's own lock; Refused when it is committed."""
        with self.area.site(request) as site:
            _require_uncommitted(point, site)
            with open_point(point, site, lock, self.area.alive) as partial:
                yield site, partial

    def put(self, request: dict) -> dict:
        """A new file in an open point: it has its name when all of it is there and on the disk, not before."""
        point, name = checked(request, 'point', POINT), checked(request, 'file', FILE, self.area.limits.name)
        with self._opened(request, point, fcntl.LOCK_SH) as (_site, partial):
            if exists(name, partial):
                raise Refused(f'{name} is there already: nothing is overwritten')
            if len(os.listdir(partial)) >= self.area.limits.files:
                raise Refused(f'a point takes no more than {self.area.limits.files} files')
            room = self.area.require_room()
            self.wire.say(ANSWER, {})
            writing = f'{WRITING}{secrets.token_hex(8)}'
            try:
                with opened(writing, NEW_FILE, partial) as descriptor:
                    stored = self._take(descriptor, room)
                os.link(writing, name, src_dir_fd=partial, dst_dir_fd=partial, follow_symlinks=False)
            except (Refused, OSError) as error:
                self._break_off(error)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(writing, dir_fd=partial)
            os.fsync(partial)
            return stored

    def _take(self, descriptor: int, room: int) -> dict:
        """The DATA frames up to END; Refused unless bytes and SHA-256 are those that END says."""
        digest, size, counted = hashlib.sha256(), 0, 0
        while (frame := self.wire.receive())[0] == DATA:
            size += len(frame[1])
            if size - counted >= QUOTA_STEP:  # what this file has taken so far is in the count
                room, counted = self.area.require_room() + len(frame[1]), size
            if size - counted > room:
                raise Refused(f'the quota of this target ({self.area.quota} bytes) does not hold this file')
            digest.update(frame[1])
            write_all(descriptor, frame[1])
        if frame[0] != END:
            raise Ended('a file was expected to go on')
        os.fsync(descriptor)
        stored = {'bytes': size, 'sha256': digest.hexdigest()}
        if document(frame[1]) != stored:
            raise Refused(f'the file did not arrive whole: {size} bytes came')
        return stored

    def _break_off(self, error: Exception) -> NoReturn:
        """The client is in the middle of a file and hears nothing until it is cut off: say why, and end."""
        self.wire.say(REFUSAL, {'error': cause_of(error)})
        raise Ended(f'a file was broken off: {error}') from error

    def sums(self, request: dict) -> dict:
        """Bytes and SHA-256 of a file of an open point, read from the disk. A hash gives no content away."""
        point, name = checked(request, 'point', POINT), checked(request, 'file', FILE, self.area.limits.name)
        with self.area.site(request) as site, folder(PARTIAL + point, site) as partial:
            return self._hash(name, partial, again=True)

    def _hash(self, name: str, parent: int, again: bool = False) -> dict:
        with opened(name, READ_FILE, parent) as descriptor:
            state = os.fstat(descriptor)
            identity = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
            if again or identity not in self.hashed:
                self.hashed[identity] = read_from_disk(descriptor, self.area.alive)
            return {'bytes': state.st_size, 'sha256': self.hashed[identity]}

    def withdraw(self, request: dict) -> dict:
        """Throw away one file of an open point: its dump failed."""
        point, name = checked(request, 'point', POINT), checked(request, 'file', FILE, self.area.limits.name)
        try:
            with self._opened(request, point, fcntl.LOCK_SH) as (_site, partial):
                os.unlink(name, dir_fd=partial)
        except FileNotFoundError:
            pass
        return {}

    def discard(self, request: dict) -> dict:
        """Throw away an open point with all that is in it."""
        point = checked(request, 'point', POINT)
        try:
            with self._opened(request, point, fcntl.LOCK_EX) as (site, partial):
                self._require_lock(request, site)
                for name in os.listdir(partial):
                    os.unlink(name, dir_fd=partial)
                os.rmdir(PARTIAL + point, dir_fd=site)
        except FileNotFoundError:
            pass
        return {}

    def commit(self, request: dict) -> dict:
        """Make an open point a committed one: exactly the files of its SHA256SUMS, each with its sum, on the disk."""
        point = checked(request, 'point', POINT)
        with self._opened(request, point, fcntl.LOCK_EX) as (site, partial):
            self._verify(partial)
            os.fsync(partial)
            _require_uncommitted(point, site)  # rename(2) would replace an empty directory
            self._require_lock(request, site)
            os.rename(PARTIAL + point, point, src_dir_fd=site, dst_dir_fd=site)
            os.fsync(site)
        log(f'{request["site"]}/{point} was committed')
        return {}

    def _verify(self, partial: int) -> None:
        for name in [name for name in os.listdir(partial) if name.startswith(WRITING)]:
            os.unlink(name, dir_fd=partial)  # of a session that died; nobody writes now
        sums = parse_sums(read_small(SUMS, partial, SUMS_LIMIT))
        found = set(os.listdir(partial)) - {SUMS}
        if found != sums.keys() or MANIFEST not in found:
            odd = sorted(found ^ sums.keys()) or [MANIFEST]
            raise Refused(f'the files are not those of {SUMS}: {", ".join(odd[:5])}')
        for name, sha256 in sums.items():
            if self._hash(name, partial)['sha256'] != sha256:
                raise Refused(f'{name} differs from {SUMS}')

    def event(self, request: dict) -> dict:
        """Add a small event; nothing is ever replaced."""
        name, text = checked(request, 'name', EVENT), request.get('text')
        if not isinstance(text, str):
            raise Refused('an event has a text')
        with self.area.site(request, make=True) as site, folder(EVENTS, site, make=True) as events:
            if len(os.listdir(events)) >= self.area.limits.files:
                raise Refused(f'{self.area.limits.files} events wait already: the vault side must take them in')
            if self.area.require_room() < len(text):
                raise Refused(f'the quota of this target ({self.area.quota} bytes) does not hold this event')
            writing = f'{WRITING}{secrets.token_hex(8)}'
            try:
                with opened(writing, NEW_FILE, events) as descriptor:
                    write_all(descriptor, text.encode('utf-8', 'surrogateescape'))
                    os.fsync(descriptor)
                os.link(writing, name, src_dir_fd=events, dst_dir_fd=events, follow_symlinks=False)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(writing, dir_fd=events)
            os.fsync(events)
        return {}


def _require_uncommitted(point: str, site: int) -> None:
    if exists(point, site) or point in receipts_in(site):
        raise Refused(f'{point} is committed already: what is committed is never changed')


REQUESTS: dict[str, Callable[[Session, dict], dict]] = {
    'hello': Session.hello, 'names': Session.names, 'accepted': Session.accepted, 'manifest': Session.manifest,
    'event-text': Session.event_text, 'lock': Session.lock, 'begin': Session.begin, 'put': Session.put,
    'sums': Session.sums, 'withdraw': Session.withdraw, 'discard': Session.discard, 'commit': Session.commit,
    'event': Session.event,
}  # fmt: skip


def cause_of(error: Exception) -> str:
    """What the client is told: of the server's paths, nothing."""
    return (error.strerror if isinstance(error, OSError) else str(error)) or 'refused'


def document(text: bytes) -> object:
    """The JSON in a text; None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def log(text: str) -> None:
    """A line for the server's journal; what a client says has been checked, or stands in repr."""
    syslog.openlog('rawat-inbox', syslog.LOG_PID, syslog.LOG_AUTHPRIV)
    syslog.syslog(syslog.LOG_INFO, text)
