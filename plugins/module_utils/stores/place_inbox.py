# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives handed to a backup server's inbox: a target adds files to its own open point and nothing else.

The far side is inbox/receiver.py behind the forced command of the target's key (role vault). Manifests and the vault's
receipts can be read; what a site holds can not, so whatever needs earlier data is a clear error here. Short questions
share one connection; the lock and every stream have their own, so that one can be killed without the others.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import threading
import time
from collections.abc import Iterator
from typing import Callable

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError, TestReadError
from ansible_collections.rawat.website.plugins.module_utils.inbox import wire
from ansible_collections.rawat.website.plugins.module_utils.stores import common, events
from ansible_collections.rawat.website.plugins.module_utils.stores.inbox_line import Line, NotGranted
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import Address, Connector
from ansible_collections.rawat.website.plugins.module_utils.stores.throttle import Throttle

LOCATION = re.compile(r'inbox://(?P<user>[^@/]+)@(?P<host>\[[^]]+\]|[^:/@]+)(?::(?P<port>[0-9]+))?/?')
POLL = 0.5  # seconds between two tries for a lock


class InboxPlace:
    """One site's inbox on a backup server. place_local.py has the same functions."""

    read_back = 'SHA-256 by the backup server from its disk (page cache dropped first), compared with what was sent'
    write_only = True

    def __init__(self, repository: dict, site: str, options: dict):
        location = repository['location']
        key, hosts = repository.get('ssh_private_key'), repository.get('ssh_known_hosts')
        self.connector = Connector(
            parse_location(location), key, hosts, options['connect_timeout'], repository.get('tunnel_port')
        )
        self.site, self.label = site, location
        self.throttle = Throttle(options['bandwidth_limit'])
        self.line: Line | None = None
        self.held: tuple[Line, str] | None = None  # the lock's own connection, and its token

    # ---------------------------------------------------------------- asking
    def new_line(self) -> Line:
        """A connection of one's own. Main thread only."""
        try:
            return Line(self.connector)
        except FileNotFoundError as error:
            raise RepositoryError('ssh is not installed here; install the package "openssh-client"') from error

    def request(self, verb: str, what: str, **fields: object) -> tuple[dict, bytes]:
        """The receiver's answer, and the bytes before it; RepositoryError saying `what` when there is none."""
        try:
            return self.try_request(verb, **fields)
        except (NotGranted, ConnectionError) as failure:
            raise self.error(what, str(failure)) from failure

    def try_request(self, verb: str, **fields: object) -> tuple[dict, bytes]:
        """The same with its own errors: NotGranted when it is refused, ConnectionError."""
        return self._connected().ask(verb, site=self.site, **fields)

    def _connected(self) -> Line:
        """The connection for short questions; a new one where the last one ended."""
        if threading.current_thread() is threading.main_thread() and (not self.line or self.line.is_over()):
            self.line = self.new_line()
        if not self.line:
            raise ConnectionError('not connected')
        return self.line

    def disconnect(self) -> None:
        """End the connection for short questions; the next question makes a new one."""
        if self.line:
            self.line.close()

    def error(self, what: str, cause: str) -> RepositoryError:
        """A RepositoryError that names the place, the cause, the room left and the remedy."""
        return RepositoryError(common.explain(self.label, what, cause, self.free_bytes()))

    def check(self, create: bool) -> None:  # noqa: ARG002 - only the role vault makes an inbox
        """The inbox answers, speaks our protocol and takes files. RepositoryError otherwise."""
        answer, _data = self.request('hello', 'it cannot be used')
        if answer.get('version') != wire.VERSION:
            raise RepositoryError(
                f'repository {self.label}: the inbox there speaks version {answer.get("version")} of the protocol, '
                f'we speak {wire.VERSION}: set up the backup server anew (playbook vault.yml) with this version'
            )

    def missing(self) -> bool:
        """Is there no inbox? There is one where a receiver answers, and where none does that is an error."""
        self.check(False)
        return False

    def free_bytes(self) -> int | None:
        """Bytes that the quota and the disk there still take; None where that cannot be learnt."""
        try:
            return max(0, int(self.try_request('hello')[0]['free']))
        except (NotGranted, ConnectionError, RepositoryError, KeyError, ValueError, TypeError):
            return None

    # ---------------------------------------------------------------- looking
    def names(self, folder: str = '') -> list[str]:
        """Names of the site's points, open ones as .partial-…; of its waiting events. Sorted."""
        found, _data = self.request('names', 'it cannot be listed')
        if folder == events.FOLDER:
            return sorted(found['events'])
        if folder:
            raise self.closed(f'{self.site}/{folder}')
        return sorted({*found['waiting'], *found['accepted'], *(common.PARTIAL + name for name in found['open'])})

    def accepted(self) -> dict[str, dict]:
        """{point: {'verified': UTC, 'manifest_sha256': hex}} of the points that the vault side has taken in."""
        _answer, receipts = self.request('accepted', 'its receipts cannot be read')
        return dict(json.loads(receipts))

    def manifests(self, points: list[str]) -> Iterator[tuple[str, bytes]]:
        """(point, text of its manifest) in the order given. RepositoryError when one cannot be read."""
        for point in points:
            what = f'the manifest of {self.site}/{point} cannot be read'
            yield point, self.request('manifest', what, point=point)[1]

    def text(self, file: str) -> bytes:
        """A manifest or an event; nothing else comes back."""
        folder, _slash, name = file.partition('/')
        what = f'{self.site}/{file} cannot be read'
        if folder == events.FOLDER:
            return self.request('event-text', what, name=name)[1]
        if name == common.MANIFEST:
            return self.request('manifest', what, point=folder)[1]
        raise self.closed(f'{self.site}/{file}')

    def closed(self, what: str) -> RepositoryError:
        """The error of everything that these credentials cannot do."""
        return RepositoryError(
            f'repository {self.label}: {what} cannot be read: an inbox gives nothing back. '
            'Read it from the vault side (website_vault.repository, website_drill_repository)'
        )

    def size(self, file: str) -> int | None:
        """Data files cannot be looked at."""
        raise self.closed(f'{self.site}/{file}')

    def read(self, file: str) -> Iterator[bytes]:
        """Data files cannot be read."""
        raise self.closed(f'{self.site}/{file}')

    def sums(self, files: list[str], progress: Callable[[int], None]) -> Iterator[tuple[str, int, str]]:
        """(file, bytes, SHA-256) of each file of the open point, as the backup server reads it. TestReadError."""
        for file in files:
            point, _slash, name = file.removeprefix(common.PARTIAL).partition('/')
            if not file.startswith(common.PARTIAL):
                raise self.closed(f'{self.site}/{file}')
            try:
                answer, _data = self.request('sums', f'{self.site}/{file} does not read back', point=point, file=name)
            except RepositoryError as error:
                raise TestReadError(str(error)) from error
            progress(answer['bytes'])
            yield file, answer['bytes'], answer['sha256']

    # ---------------------------------------------------------------- writing
    def make_directory(self, name: str) -> None:
        """Open the point .partial-<point>."""
        point = name.removeprefix(common.PARTIAL)
        self.request('begin', f'{self.site}/{name} cannot be made', point=point, token=self._token())

    def remove(self, name: str) -> None:
        """Throw away an open point, or a file of it; what is committed stays, whatever is asked."""
        point, _slash, file = name.removeprefix(common.PARTIAL).partition('/')
        what = f'{self.site}/{name} cannot be removed'
        if not name.startswith(common.PARTIAL):
            raise self.error(what, 'an inbox lets nothing go that is committed; prune on the vault side')
        if file:
            self.request('withdraw', what, point=point, file=file)
        else:
            self.request('discard', what, point=point, token=self._token())

    def _token(self) -> str:
        """The token of the lock. RepositoryError when its connection is known to be gone."""
        if not self.held:
            raise RepositoryError(f'repository {self.label}: the lock of {self.site} is not held')
        return self.held[1]

    def sink(self, file: str) -> InboxSink:
        """A new file to write to."""
        return InboxSink(self, file, self.new_line())

    def add(self, folder: str, name: str, text: bytes) -> None:
        """Add an event, whole or not at all; nothing is ever replaced."""
        what = f'{self.site}/{folder}/{name} cannot be written'
        if folder != events.FOLDER:
            raise self.error(what, 'an inbox takes points and events')
        self.request('event', what, name=name, text=text.decode('utf-8', 'surrogateescape'))

    def commit(self, partial: str, point: str, files: dict[str, bytes]) -> None:
        """Add the last small `files` to `partial`; the receiver verifies all sums and renames it: the atomic act."""
        for name, text in files.items():
            self._put(f'{partial}/{name}', text)
        self.request('commit', f'{self.site}/{point} cannot be committed', point=point, token=self._token())

    def _put(self, file: str, text: bytes) -> None:
        """A small file over the connection that is there."""
        sink = InboxSink(self, file, self._connected())
        sink.write(text)
        sink.finish()

    @contextlib.contextmanager
    def lock(self, owner: str, wait: int) -> Iterator[None]:
        """flock(2) in the inbox, held by a session of its own: it goes with that connection, whatever it dies of."""
        line, token = self.new_line(), secrets.token_hex(16)
        text = json.dumps(json.loads(common.owner_text(owner)), sort_keys=True)
        try:
            self._acquire(line, text, token, wait)
            self.held = line, token
            yield
        finally:
            self.held = None
            line.close()

    def _acquire(self, line: Line, owner: str, token: str, wait: int) -> None:
        until = time.monotonic() + wait
        while True:
            try:
                answer, _data = line.ask('lock', site=self.site, owner=owner, token=token)
            except (NotGranted, ConnectionError) as failure:
                raise self.error(f'{self.site} cannot be locked', str(failure)) from failure
            if answer['taken']:
                return
            if time.monotonic() >= until:
                raise common.busy(f'{self.label}: site {self.site}', str(answer['owner']).encode(), wait)
            time.sleep(POLL)


class InboxSink:
    """One new file of the open point. The receiver gives it its name when all of it is there."""

    def __init__(self, place: InboxPlace, file: str, line: Line):
        self.place, self.file, self.line, self.own = place, file, line, line is not place.line
        self.label = f'{place.label}: {place.site}/{file}'
        self.child = line.child
        point, _slash, name = file.removeprefix(common.PARTIAL).partition('/')
        try:
            line.ask('put', site=place.site, point=point, file=name)
        except (NotGranted, ConnectionError) as failure:
            raise self._failed(failure) from failure

    def _failed(self, failure: Exception) -> RepositoryError:
        self.line.close()
        return self.place.error(f'{self.place.site}/{self.file} cannot be written', str(failure))

    def write(self, block: bytes) -> None:
        """Send all of it."""
        try:
            for piece in self.place.throttle.pieces(block):
                self.place.throttle.wait(len(piece))
                self.line.write(piece)
        except (NotGranted, ConnectionError) as failure:
            raise self._failed(failure) from None

    def finish(self) -> None:
        """Return when the inbox has all of it on its disk."""
        try:
            self.line.finish()
        except (NotGranted, ConnectionError) as failure:
            raise self._failed(failure) from None
        if self.own:
            self.line.close()

    def stop(self) -> None:
        """Kill ssh."""
        self.child.popen.kill()

    def abort(self) -> None:
        """Kill ssh, then have the file thrown away; where the inbox is out of reach the next run sweeps it."""
        self.line.close()
        with contextlib.suppress(RepositoryError):
            self.place.remove(self.file)


def parse_location(location: str) -> Address:
    """inbox://account@host[:port]/; which folder it is says the server. RepositoryError otherwise."""
    found = LOCATION.fullmatch(location)
    if not found or found['user'].startswith('-') or found['host'].startswith('-'):
        raise RepositoryError(f'website_repository.location "{location}" must look like inbox://account@host[:port]/')
    return Address(found['user'], found['host'].strip('[]'), int(found['port']) if found['port'] else None, '/')
