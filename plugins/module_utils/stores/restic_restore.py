# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restoring a webroot from the restic store. restic before 0.17 restores below the full path only: so it does that in a
folder of ours inside the destination, whose entries are then moved up by renames.

restic follows no link on its way (it makes every entry new, in an empty folder) and verifies every blob.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import time
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed, run
from ansible_collections.rawat.website.plugins.module_utils.stores.archive_restore import require_empty
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_cli import LOCKED, Patience
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_proof import literal
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_read import Stored
from ansible_collections.rawat.website.plugins.module_utils.webroot.choice import Choice, choose
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import Line
from ansible_collections.rawat.website.plugins.module_utils.webroot.metadata import acl_stanza
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import ROOT, from_printable, printable

ARGUMENTS_LIMIT = 1024 * 1024  # bytes of one command line that any Linux takes


def restore_webroot(
    repository: Any, manifest: dict, part: dict, destination: str, paths: list[str] | None, progress: Any
) -> dict[str, Any]:
    """See stores.Repository."""
    started = time.monotonic()
    require_empty(destination)
    stored = Stored(repository, manifest, f'webroot {part["path"]}')
    snapshot, root = stored.snapshot(part['snapshot_part']), from_printable(part['stored_path'])
    choice = choose(repository.read_file_list(manifest, part), paths) if paths is not None else None
    below = os.path.join(os.fsencode(destination), b'.rawat-restic-' + secrets.token_hex(8).encode())
    _restore(stored, [snapshot, b'--target', below, *_included(choice, root)])
    _move_up(stored, below, root, os.fsencode(destination))
    facts = {'files': part['files'], 'bytes': part['bytes']}
    if choice:
        _folders_above(choice, destination)
        facts = {'files': choice.files, 'bytes': choice.bytes}
    if progress:
        progress.add(facts['bytes'])
    return {**facts, 'milliseconds': int((time.monotonic() - started) * 1000), 'remarks': []}


def _included(choice: Choice | None, root: bytes) -> list[bytes]:
    if choice is None or ROOT in choice.roots:
        return []
    base = literal(root.rstrip(b'/'))
    found = [b'--include=' + base + b'/' + literal(path) for path in choice.roots]
    if sum(map(len, found)) > ARGUMENTS_LIMIT:
        raise RepositoryError(f'{len(found)} paths are too many for one call of restic: name their folders instead')
    return found


def _restore(stored: Stored, arguments: list[str | bytes]) -> None:
    restic = stored.repository.restic
    patience = Patience(restic.lock_wait)
    while True:
        child = restic.start(['restore', *arguments])
        try:
            child.stdout.read()
            child.wait()
            return
        except CommandFailed as failure:
            if LOCKED not in failure.stderr:
                raise stored.explain(failure, 'cannot be restored') from failure
            restic.wait_or_raise(failure, f'{stored.name} cannot be restored', patience)
        finally:
            child.kill()


def _move_up(stored: Stored, below: bytes, root: bytes, destination: bytes) -> None:
    """What restic made at `below`/`root` becomes the destination's own; the folders above it go."""
    tree = below + (root.rstrip(b'/') or b'')
    try:
        status, attributes = os.lstat(tree), _attributes(tree)  # before the renames change its mtime
        for name in os.listdir(tree):
            os.rename(os.path.join(tree, name), os.path.join(destination, name))
        while len(tree) >= len(below):
            os.rmdir(tree)
            tree = os.path.dirname(tree)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            raise stored.damaged(f'holds no directory {printable(root)}') from error
        raise RepositoryError(f'{printable(destination)}: the webroot cannot be moved there: {error}') from error
    _give(destination, status, attributes)


def _give(destination: bytes, status: os.stat_result, attributes: dict[str, bytes]) -> None:
    """The webroot's own owner, mode, attributes and times."""
    if os.geteuid() == 0:
        os.chown(destination, status.st_uid, status.st_gid)
    os.chmod(destination, stat.S_IMODE(status.st_mode))
    for name, value in attributes.items():
        os.setxattr(destination, name, value)
    os.utime(destination, ns=(status.st_atime_ns, status.st_mtime_ns))


def _attributes(path: bytes) -> dict[str, bytes]:
    """Extended attributes, ACLs among them; none where the file system has none."""
    try:
        return {name: os.getxattr(path, name) for name in os.listxattr(path)}
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return {}
        raise


def _folders_above(choice: Choice, destination: str) -> None:
    """restic makes the folders above what it was told to include anew: give them what the file list says of them."""
    root = os.open(destination, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for path, line in sorted(choice.folders.items(), reverse=True):
            if not any(path == chosen or path.startswith(chosen + b'/') for chosen in choice.roots):
                with contextlib.suppress(FileNotFoundError):
                    _set(root, path, line)
    finally:
        os.close(root)


def _set(root: int, path: bytes, line: Line) -> None:
    if os.geteuid() == 0:
        os.chown(path, line.uid, line.gid, dir_fd=root, follow_symlinks=False)
    os.chmod(path, line.mode, dir_fd=root)
    if line.acl:
        below = f'/proc/{os.getpid()}/fd/{root}/'.encode() + path
        run(['setfacl', '--set-file=-', '--', below], feed=acl_stanza(line))
    os.utime(path, ns=(line.mtime_ns, line.mtime_ns), dir_fd=root)
