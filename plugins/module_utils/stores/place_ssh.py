# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives on a backup server over SSH. place_local.py has the same functions.

The far side needs OpenSSH, a POSIX shell and coreutils >= 8.24 (`sync FILE`), nothing else. Short commands share one
connection; every stream has its own, so that one can be killed without the others.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import shlex
import threading
from collections.abc import Iterator
from typing import Callable

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError, TestReadError
from ansible_collections.rawat.website.plugins.module_utils.process import Child, CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.stores import common
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import read_block, write_all
from ansible_collections.rawat.website.plugins.module_utils.stores.lock_ssh import RemoteLock
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import (
    Connector,
    RemoteFailed,
    Session,
    parse_location,
    reason,
)
from ansible_collections.rawat.website.plugins.module_utils.stores.throttle import Throttle

TOOLS = 'cat mkdir mv rm sync sha256sum df wc base64 dd'
CHUNK = 48 * 1024  # bytes of a small file that go into one command
STORED = b'rawat-stored '


class SshPlace:
    """The directory of one site below `location` on a backup server. Names are relative to that directory."""

    read_back = 'sha256sum on the backup server, after sync there (page cache dropped where dd can)'

    def __init__(
        self,
        location: str,
        site: str,
        private_key: str | None,
        known_hosts: str | None,
        connect_timeout: int,
        tunnel_port: int | None = None,
        bandwidth_limit: int = 0,
    ):
        address = parse_location(location)
        if '\n' in location:
            raise RepositoryError('website_repository.location holds a line break')
        self.connector = Connector(address, private_key, known_hosts, connect_timeout, tunnel_port)
        self.session = Session(self.connector)
        self.base, self.root = address.path, f'{address.path}/{site}'
        self.site, self.label = site, location
        self.held: RemoteLock | None = None
        self.throttle = Throttle(bandwidth_limit)

    # ---------------------------------------------------------------- asking
    def _run(self, command: str, what: str) -> bytes:
        """What a command on the far side prints; RepositoryError saying `what` when it fails."""
        try:
            if threading.current_thread() is threading.main_thread():
                self.session.open()
            return self.session.run(command)
        except (RemoteFailed, ConnectionError) as failure:
            raise self.error(what, str(failure)) from failure

    def error(self, what: str, cause: str) -> RepositoryError:
        """A RepositoryError that names the place, the cause, the room left and the remedy."""
        return RepositoryError(common.explain(self.label, what, cause, self.free_bytes()))

    def path(self, name: str) -> str:
        """A path on the far side as a shell word."""
        return shlex.quote(f'{self.root}/{name}')

    def check(self, create: bool) -> None:
        """The location is a repository (or is made one) and takes files. RepositoryError otherwise."""
        wanting = f'for tool in {TOOLS}; do command -v $tool >/dev/null || printf "%s " $tool; done'
        missing = self._run(wanting, 'it cannot be reached').decode()
        if missing:
            raise RepositoryError(
                f'repository {self.label}: the backup server lacks {missing.strip()}: install coreutils there'
            )
        if self.missing():
            if not create:
                exists = self._holds(f'[ -d {shlex.quote(self.base)} ]')
                raise RepositoryError(common.missing(self.label, exists))
            self._run(f'mkdir -p -- {shlex.quote(self.base)}', 'it cannot be made')
            self._put(f'{self.base}/{common.MARKER}', common.marker_text(), 'it cannot be made')
        probe = 'probe=$([ -d {root} ] && printf %s {root} || printf %s {base})/.probe-$$'
        probe = probe.format(root=shlex.quote(self.root), base=shlex.quote(self.base))
        self._run(f'{probe}; printf rawat >"$probe" && rm -- "$probe"', 'it cannot be written to')

    def missing(self) -> bool:
        """Is there no repository at the location yet?"""
        return not self._holds(f'[ -f {shlex.quote(self.base + "/" + common.MARKER)} ]')

    def _holds(self, condition: str) -> bool:
        return self._run(f'if {condition}; then printf yes; fi', 'it cannot be reached') == b'yes'

    def free_bytes(self) -> int | None:
        """Bytes that the account may still write there; None where that cannot be learnt."""
        try:
            if threading.current_thread() is threading.main_thread():
                self.session.open()
            return int(self.session.run(f'df -B1 --output=avail -- {shlex.quote(self.base)}').split()[-1])
        except (RemoteFailed, ConnectionError, RepositoryError, ValueError, IndexError):
            return None

    # ---------------------------------------------------------------- looking
    def names(self, folder: str = '') -> list[str]:
        """Names of everything in the site's directory (or a folder in it), sorted; empty where there is none."""
        loop = 'for name in * .[!.]*; do [ -e "$name" ] && printf "%s\\n" "$name"; done; true'
        root = self.path(folder) if folder else shlex.quote(self.root)
        output = self._run(f'if [ -d {root} ]; then (cd {root} && {{ {loop}; }}); fi', 'it cannot be listed')
        return sorted(output.decode('utf-8', 'surrogateescape').split('\n')[:-1])

    def manifests(self, points: list[str]) -> Iterator[tuple[str, bytes]]:
        """(point, text of its manifest) in the order given. RepositoryError when one cannot be read."""
        for point in points:
            command = f'cat -- {self.path(f"{point}/{common.MANIFEST}")}'
            yield point, self._run(command, f'the manifest of {self.site}/{point} cannot be read')

    def text(self, file: str) -> bytes:
        """All of a small file, over the connection that is there. RepositoryError when it cannot be read."""
        return self._run(f'cat -- {self.path(file)}', f'{self.site}/{file} cannot be read')

    def size(self, file: str) -> int | None:
        """Bytes of a file; None when it is gone."""
        path = self.path(file)
        output = self._run(f'if [ -f {path} ]; then wc -c <{path}; fi', f'{self.site}/{file} cannot be looked at')
        return int(output) if output else None

    def read(self, file: str) -> Iterator[bytes]:
        """The blocks of a file. RepositoryError when it cannot be read. Call from the main thread; iterate anywhere."""
        return self._blocks(self.connector.start(f'exec cat -- {self.path(file)}'), file)

    def _blocks(self, child: Child, file: str) -> Iterator[bytes]:
        try:
            child.stdin.close()
            while block := read_block(child.stdout.fileno()):
                self.throttle.wait(len(block))
                yield block
            child.wait()
        except CommandFailed as failure:
            raise self.error(f'{self.site}/{file} cannot be read', failure.stderr.strip() or str(failure)) from failure
        finally:
            child.kill()

    def sums(self, files: list[str], progress: Callable[[int], None]) -> Iterator[tuple[str, int, str]]:
        """(file, bytes, SHA-256) of each file as the backup server reads it. TestReadError when it cannot."""
        for file in files:
            path = self.path(file)
            forget = f'dd if={path} iflag=nocache count=0 2>/dev/null'  # GNU dd's documented way to drop a file's cache
            try:
                output = self._run(
                    f'{forget}; wc -c <{path} && sha256sum <{path}', f'{self.site}/{file} does not read back'
                )
                size, sha256 = output.split()[:2]
            except (RepositoryError, ValueError) as error:
                raise TestReadError(str(error)) from error
            progress(int(size))
            yield file, int(size), sha256.decode()

    # ---------------------------------------------------------------- writing
    def make_directory(self, name: str) -> None:
        """Make a private directory in the site's directory (which is made too)."""
        self._run(
            f'mkdir -p -- {shlex.quote(self.root)} && mkdir -- {self.path(name)}', f'{self.site}/{name} cannot be made'
        )

    def remove(self, name: str) -> None:
        """Remove a file or a directory with all in it; nothing happens when it is gone."""
        # A second time, because a `cat` whose connection was killed may be ending in there.
        remove = f'rm -rf -- {self.path(name)}'
        self._run(f'{remove} || {{ sleep 1; {remove}; }}', f'{self.site}/{name} cannot be removed')

    def rename(self, source: str, target: str) -> None:
        """Give a file that is complete its name."""
        self._run(f'mv -T -- {self.path(source)} {self.path(target)}', f'{self.site}/{target} cannot be written')

    def retire(self, point: str) -> str:
        """Make a committed point invisible in one step, durably; returns the name by which it is to be removed."""
        retired = f'{common.REMOVED}{point}'
        rename = f'mv -T -- {self.path(point)} {self.path(retired)} && sync {shlex.quote(self.root)}'
        self._run(rename, f'{self.site}/{point} cannot be removed')
        return retired

    def sink(self, file: str) -> SshSink:
        """A new file to write to."""
        return SshSink(self, file)

    def _put(self, path: str, text: bytes, what: str) -> None:
        """Write a small file durably, in pieces that fit a command line."""
        quoted = shlex.quote(path)
        self._run(f': >{quoted}', what)
        for start in range(0, len(text), CHUNK):
            piece = base64.b64encode(text[start : start + CHUNK]).decode()
            self._run(f'printf %s {piece} | base64 -d >>{quoted}', what)
        output = self._run(f'sync -- {quoted} && sha256sum <{quoted}', what)
        if output.split()[:1] != [common.sha256(text).encode()]:
            raise self.error(what, f'{path} does not read back as it was written')

    def add(self, folder: str, name: str, text: bytes) -> None:
        """Add a small file to a folder of the site's directory, whole or not at all; nothing is ever replaced."""
        what, target = f'{self.site}/{folder}/{name} cannot be written', self.path(f'{folder}/{name}')
        self._run(f'mkdir -p -- {self.path(folder)}', what)
        writing = f'{self.root}/{folder}/{common.WRITING}{name}'
        self._put(writing, text, what)
        taken = 'printf "a file of that name exists"; false'
        self._run(
            f'if [ -e {target} ]; then {taken}; else mv -T -- {shlex.quote(writing)} {target}; fi'
            f' && sync -- {self.path(folder)}',
            what,
        )

    def commit(self, partial: str, point: str, files: dict[str, bytes]) -> None:
        """Add the last small `files` to `partial`, make all of it durable, and rename it to `point`: the atomic act."""
        what = f'{self.site}/{point} cannot be committed'
        for name, text in files.items():
            self._put(f'{self.root}/{partial}/{name}', text, what)
        source, target = self.path(partial), self.path(point)
        guard = self.held.still_ours() if self.held else 'true'
        unfinished = f'rm -f -- {source}/{common.WRITING}*'
        taken = 'printf "a recovery point of that name exists"; false'
        rename = f'if [ -e {target} ]; then {taken}; else mv -T -- {source} {target}; fi'
        self._run(
            f'{unfinished} && sync -- {source} && {guard} && {rename} && sync -- {shlex.quote(self.root)}',
            what,
        )

    @contextlib.contextmanager
    def lock(self, owner: str, wait: int) -> Iterator[None]:
        """A directory on the far side, kept by a far shell that lives with its connection. See lock_ssh."""
        self._run(f'mkdir -p -- {shlex.quote(self.root)}', f'{self.site} cannot be locked')
        lock = RemoteLock(self.connector, self.root, f'{self.label}: site {self.site}')
        with lock.hold(owner, wait):
            self.held = lock
            try:
                yield
            finally:
                self.held = None


class SshSink:
    """One new file on the backup server, written by a `cat` there.

    A killed connection looks like a finished one to that `cat`, and may end after we have gone on. So it writes under
    another name, and only we, who know that all was sent, rename the file; a commit removes what was never renamed.
    The name is new with each attempt, because the `cat` of an aborted one may not have noticed its end yet.
    """

    attempts = itertools.count()

    def __init__(self, place: SshPlace, file: str):
        self.place, self.file, self.label = place, file, f'{place.label}: {place.site}/{file}'
        folder, _slash, name = file.rpartition('/')
        self.sent, self.writing = 0, f'{folder}/{common.WRITING}{next(self.attempts)}-{name}'
        path = place.path(self.writing)
        script = f'set -C; cat >{path} && sync -- {path} && printf "{STORED.decode()}" && wc -c <{path}'
        self.child = place.connector.start(script)

    def write(self, block: bytes) -> None:
        """Send all of it."""
        for piece in self.place.throttle.pieces(block):
            self.place.throttle.wait(len(piece))
            try:
                write_all(self.child.stdin.fileno(), piece)
            except OSError:
                raise self._failed(reason(self.child)) from None
        self.sent += len(block)

    def finish(self) -> None:
        """Return when the far side has synced exactly what was sent."""
        try:
            self.child.stdin.close()
            answer = self.child.stdout.read(4096)
            self.child.wait()
        except (OSError, CommandFailed):
            raise self._failed(reason(self.child)) from None
        if not answer.startswith(STORED) or int(answer[len(STORED) :]) != self.sent:
            raise self._failed(f'{self.sent} bytes were sent, the server answers {answer!r}')
        self.place.rename(self.writing, self.file)

    def _failed(self, cause: str) -> RepositoryError:
        return self.place.error(f'{self.place.site}/{self.file} cannot be written', cause)

    def stop(self) -> None:
        """Kill ssh."""
        self.child.popen.kill()

    def abort(self) -> None:
        """Kill ssh, then remove the file; where the server is out of reach the next run sweeps it."""
        self.child.kill()
        with contextlib.suppress(RepositoryError):
            self.place.remove(self.writing)
            self.place.remove(self.file)
