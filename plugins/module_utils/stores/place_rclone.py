# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives on a remote of rclone's: object stores and whatever else it knows. place_local.py has the same functions.

Such places have no rename that is atomic and no fsync. So a point is written under its own name and exists exactly when
its manifest.json is there, one small object that is written last and deleted first. Without one it is called
.partial-<point> here, as in the other places, and the next run removes it. What rclone reports as stored is not
believed: everything is read back and hashed before the manifest is written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError, TestReadError
from ansible_collections.rawat.website.plugins.module_utils.process import Child, CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.stores import common
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import read_block, write_all
from ansible_collections.rawat.website.plugins.module_utils.stores.lock_rclone import RcloneLock
from ansible_collections.rawat.website.plugins.module_utils.stores.rclone_cli import Rclone, cause, parse_location

POINT = re.compile(r'\d{4}-\d\d-\d\dT\d{6}Z[A-Za-z0-9_.-]*')
LAST_WORDS = 5  # seconds that rclone gets to say why it ends


class RclonePlace:
    """The folder of one site below REMOTE:path. Names given to its functions are relative to that folder."""

    read_back = 'read back through rclone, SHA-256 compared'
    write_only = False

    def __init__(self, repository: dict, site: str, options: dict):
        remote, path = parse_location(repository)
        self.rclone, self.options = Rclone(repository, options), options
        self.base = f'{remote}:{path}'
        self.root = f'{self.base}/{site}' if path else f'{self.base}{site}'
        self.site, self.label = site, repository['location']
        self.held: RcloneLock | None = None

    # ---------------------------------------------------------------- asking
    def path(self, name: str) -> str:
        """REMOTE:path of a name; a point that is being written lies under its own name already."""
        name = name.removeprefix(common.PARTIAL)
        return f'{self.root}/{name}' if name else self.root

    def error(self, what: str, failure: CommandFailed | str) -> RepositoryError:
        """A RepositoryError that names the place, the cause, the room left and the remedy."""
        text = cause(failure) if isinstance(failure, CommandFailed) else failure
        return RepositoryError(common.explain(self.label, what, text, self.free_bytes()))

    def _run(self, what: str, *words: str, feed: bytes = b'') -> bytes:
        try:
            return self.rclone.run(*words, feed=feed)
        except CommandFailed as failure:
            raise self.error(what, failure) from failure

    def _find(self, what: str, *words: str) -> bytes | None:
        try:
            return self.rclone.find(*words)
        except CommandFailed as failure:
            raise self.error(what, failure) from failure

    def check(self, create: bool) -> None:
        """The location is a repository (or is made one) and takes files. RepositoryError otherwise."""
        if self.missing():
            if not create:
                raise RepositoryError(common.missing(self.label, False))
            self._put(self._marker(), common.marker_text(), 'it cannot be made')
        if not self.rclone.feature('PutStream', self.base, unknown=True):
            raise self.error(
                'it cannot be used', 'this kind of remote takes no streams, so rclone would first keep a copy here'
            )
        probe = f'{self.base}/.probe-{common.sha256(self.root.encode())[:16]}'
        self._put(probe, b'rawat', 'it cannot be written to')
        with contextlib.suppress(CommandFailed):  # whoever must not delete may still back up
            self.rclone.find('deletefile', probe)

    def _marker(self) -> str:
        return f'{self.base}{"" if self.base.endswith(":") else "/"}{common.MARKER}'

    def missing(self) -> bool:
        """Is there no repository at the location yet?"""
        return self._size(self._marker(), 'it cannot be reached') is None

    def free_bytes(self) -> int | None:
        """Bytes that may still be written, where the remote tells (object stores do not)."""
        if threading.current_thread() is not threading.main_thread():
            return None
        try:
            return int(json.loads(self.rclone.run('about', '--json', self.base))['free'])
        except (CommandFailed, RepositoryError, ValueError, KeyError, TypeError):
            return None

    # ---------------------------------------------------------------- looking
    def names(self, folder: str = '') -> list[str]:
        """Names of everything in the site's folder (or a folder in it), sorted; empty where there is none."""
        if folder:
            output = self._find('it cannot be listed', 'lsf', self.path(folder)) or b''
            return sorted(name.rstrip('/') for name in _lines(output))
        names = _lines(self._find('it cannot be listed', 'lsf', '--recursive', self.root) or b'')
        if not names and self.missing():  # a store in trouble may say that nothing is there
            raise RepositoryError(common.missing(self.label, False))
        found, committed = {name.split('/')[0] for name in names}, set(names)
        hidden = {name for name in found if POINT.fullmatch(name) and f'{name}/{common.MANIFEST}' not in committed}
        return sorted(common.PARTIAL + name if name in hidden else name for name in found)

    def manifests(self, points: list[str]) -> Iterator[tuple[str, bytes]]:
        """(point, text of its manifest) in the order given, fetched in one call. RepositoryError when one is gone."""
        if not points:
            return
        wanted = '\n'.join(f'{point}/{common.MANIFEST}' for point in points).encode()
        together = self._run('the manifests cannot be read', 'cat', '--files-from', '-', self.root, feed=wanted)
        known = dict(_documents(together))
        for point in points:
            yield point, known.get(point) or self.text(f'{point}/{common.MANIFEST}')

    def text(self, file: str) -> bytes:
        """All of a small file. RepositoryError when it cannot be read."""
        return self._run(f'{self.site}/{file} cannot be read', 'cat', self.path(file))

    def size(self, file: str) -> int | None:
        """Bytes of a file; None when it is gone."""
        return self._size(self.path(file), f'{self.site}/{file} cannot be looked at')

    def _size(self, path: str, what: str) -> int | None:
        output = self._find(what, 'lsf', '--files-only', '--format', 's', path)
        return int(output) if output and output.strip() else None

    def read(self, file: str) -> Iterator[bytes]:
        """The blocks of a file. RepositoryError when it cannot be read. Call from the main thread; iterate anywhere."""
        return self._blocks(self.rclone.start('cat', self.path(file)), file)

    def _blocks(self, child: Child, file: str) -> Iterator[bytes]:
        try:
            child.stdin.close()
            while block := read_block(child.stdout.fileno()):
                yield block
            child.wait()
        except CommandFailed as failure:
            raise self.error(f'{self.site}/{file} cannot be read', failure) from failure
        finally:
            child.kill()

    def sums(self, files: list[str], progress: Callable[[int], None]) -> Iterator[tuple[str, int, str]]:
        """(file, bytes, SHA-256) of each file, fetched and hashed here. TestReadError if unreadable."""
        for file in files:
            digest, size = hashlib.sha256(), 0
            try:
                for block in self.read(file):
                    digest.update(block)
                    size += len(block)
                    progress(len(block))
            except RepositoryError as error:
                raise TestReadError(f'{self.site}/{file} does not read back: {error}') from error
            yield file, size, digest.hexdigest()

    # ---------------------------------------------------------------- writing
    def make_directory(self, name: str) -> None:
        """Begin a point: nothing may lie under its name. Folders come by themselves with their first file."""
        if self.names(name):
            raise self.error(f'{self.site}/{name} cannot be made', 'something of that name exists')

    def remove(self, name: str) -> None:
        """Remove a folder and all in it, its manifest first; nothing happens when it is gone."""
        what = f'{self.site}/{name} cannot be removed'
        if self._size(f'{self.path(name)}/{common.MANIFEST}', what) is not None:
            self._find(what, 'deletefile', f'{self.path(name)}/{common.MANIFEST}')
        self._find(what, 'purge', self.path(name))

    def remove_file(self, file: str) -> None:
        """Remove one file; nothing happens when it is gone."""
        try:
            self.rclone.find('deletefile', self.path(file))
        except CommandFailed as failure:
            if self.size(file) is not None:
                raise self.error(f'{self.site}/{file} cannot be removed', failure) from failure

    def sink(self, file: str) -> RcloneSink:
        """A new file to write to."""
        return RcloneSink(self, file)

    def put(self, file: str, text: bytes) -> None:
        """Write a small file."""
        self._put(self.path(file), text, f'{self.site}/{file} cannot be written')

    def _put(self, path: str, text: bytes, what: str) -> None:
        """One object, whole or not at all: where the remote can rename it is written under another name first."""
        folder, _slash, name = path.rpartition('/')
        renames = self.rclone.feature('Move', self.base, unknown=False)
        writing = f'{folder}/{common.WRITING}{name}' if renames else path
        self._run(what, 'rcat', writing, feed=text)
        if renames:
            self._run(what, 'moveto', writing, path)

    def add(self, folder: str, name: str, text: bytes) -> None:
        """Add a small file to a folder of the site's, whole or not at all; nothing is ever replaced."""
        if self.size(f'{folder}/{name}') is not None:
            raise self.error(f'{self.site}/{folder}/{name} cannot be written', 'a file of that name exists')
        self.put(f'{folder}/{name}', text)

    def commit(self, partial: str, point: str, files: dict[str, bytes]) -> None:
        """Add the last small `files` to the point, the manifest at the very end: that makes it exist."""
        what, manifest = f'{self.site}/{point} cannot be committed', f'{point}/{common.MANIFEST}'
        for name, text in files.items():
            if name != common.MANIFEST:
                self._put(self.path(f'{partial}/{name}'), text, what)
        if self.held:
            self.held.still_ours()
        if self.size(manifest) is not None:
            raise self.error(what, 'a recovery point of that name exists')
        self._put(self.path(manifest), files[common.MANIFEST], what)
        if self.text(manifest) != files[common.MANIFEST]:
            self.remove_file(manifest)
            raise self.error(what, 'its manifest does not read back as it was written')

    @contextlib.contextmanager
    def lock(self, owner: str, wait: int) -> Iterator[None]:
        """See lock_rclone for what it protects from."""
        lock = RcloneLock(self, self.options)
        with lock.hold(owner, wait):
            self.held = lock
            try:
                yield
            finally:
                self.held = None


class RcloneSink:
    """One new file, written by `rclone rcat`. Some remotes keep what came before a cut: it never counts as written."""

    def __init__(self, place: RclonePlace, file: str):
        self.place, self.file, self.label = place, file, f'{place.label}: {place.site}/{file}'
        self.child = place.rclone.start('rcat', place.path(file))

    def write(self, block: bytes) -> None:
        """Send all of it."""
        try:
            write_all(self.child.stdin.fileno(), block)
        except OSError:
            raise self._failed() from None

    def finish(self) -> None:
        """Return when rclone says that all is stored."""
        try:
            self.child.stdin.close()
            self.child.wait()
        except (OSError, CommandFailed):
            raise self._failed() from None

    def _failed(self) -> RepositoryError:
        what = f'{self.place.site}/{self.file} cannot be written'
        with contextlib.suppress(Exception):
            self.child.popen.wait(LAST_WORDS)
        self.child.kill()
        code = self.child.popen.returncode
        return self.place.error(what, CommandFailed('rclone', code, self.child.stderr))

    def stop(self) -> None:
        """Kill rclone before its input ends."""
        self.child.popen.kill()

    def abort(self) -> None:
        """Kill rclone, then remove the file; where the remote is out of reach the next run sweeps it."""
        self.child.kill()
        with contextlib.suppress(RepositoryError):
            self.place.remove_file(self.file)


def _lines(output: bytes) -> list[str]:
    return output.decode('utf-8', 'surrogateescape').split('\n')[:-1]


def _documents(text: bytes) -> Iterator[tuple[str, bytes]]:
    """(id, text) of the JSON documents that stand one after the other, up to the first that is none."""
    decoder, rest = json.JSONDecoder(), text.decode('utf-8', 'replace')
    while rest := rest.lstrip():
        try:
            document: Any = decoder.raw_decode(rest)
            yield str(document[0]['id']), rest[: document[1]].encode()
        except (ValueError, KeyError, TypeError):
            return
        rest = rest[document[1] :]
