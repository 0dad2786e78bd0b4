# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stores and places share: names of files, wording of errors, the text in a lock."""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import json
import os
import pwd
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryBusy, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.manifest import SCHEMA, utc
from ansible_collections.rawat.website.plugins.module_utils.options import defaults

MANIFEST, SUMS, GUIDE = 'manifest.json', 'SHA256SUMS', 'RESTORE.md'
PARTIAL = '.partial-'  # begins the name of a point that is not committed
REMOVED = '.removed-'  # begins the name of a point that is being deleted
WRITING = '.writing-'  # begins the name of a file whose end has not come
# Stands in every archive location. Without it an unmounted disk would look like an empty repository, and the backup
# would go on the root file system and be hidden by the next mount.
MARKER = '.rawat-repository'


class ListUnusable(RepositoryError):
    """A stored file list is gone or damaged; what was made with its help is void."""


class DamagedList(ListUnusable, DamagedError):
    """A file list that is gone or damaged for certain."""


def list_unusable(error: Exception) -> ListUnusable:
    """The ListUnusable for what went wrong in reading a list."""
    return (DamagedList if isinstance(error, DamagedError) else ListUnusable)(str(error))


REMEDIES = {
    errno.ENOSPC: 'free some space there, or prune old recovery points',
    errno.EDQUOT: 'raise the quota there, or prune old recovery points',
    errno.EROFS: 'mount it read-write (a file system that met an error turns read-only: look at the kernel log)',
    errno.EACCES: 'give the backup account the right to write there',
    errno.EPERM: 'give the backup account the right to write there',
    errno.ENOENT: 'is the disk mounted?',
    errno.EIO: 'the disk or the network mount fails: look at the kernel log',
    errno.ESTALE: 'the network mount is gone: mount it again',
}


def marker_text() -> bytes:
    """What a new archive location says about itself."""
    text = {'schema': 1, 'store': 'archive', 'created': utc()}
    return json.dumps(text, sort_keys=True).encode() + b'\n'


def missing(label: str, exists: bool) -> str:
    """The message for a location that is not a repository."""
    why = f'it is no repository (it lacks {MARKER})' if exists else 'it does not exist'
    return (
        f'repository {label}: {why}. Is its disk mounted? '
        'If it is to be made there, set website_repository.create to true for one run'
    )


def explain(label: str, what: str, cause: str, free: int | None) -> str:
    """One line: the place, what failed, the cause, the room left, the remedy (found by the words of strerror(3))."""
    room = '' if free is None else f' ({free} bytes free)'
    remedy = next((text for number, text in REMEDIES.items() if os.strerror(number) in cause), None)
    return f'repository {label}: {what}: {cause}{room}' + (f'; {remedy}' if remedy else '')


def owner_text(owner: str) -> bytes:
    """Who holds a lock, for the eyes of the one who has to wait: one line of JSON."""
    text = {'owner': owner, 'host': socket.gethostname(), 'pid': os.getpid(), 'since': utc()}
    return json.dumps(text, sort_keys=True).encode() + b'\n'


def busy(what: str, text: bytes, waited: int) -> RepositoryBusy:
    """RepositoryBusy that names the owner found in the lock."""
    try:
        holder = json.loads(text)
        who = f'{holder["owner"]} (host {holder["host"]}, pid {holder["pid"]}) since {holder["since"]}'
    except (ValueError, KeyError, TypeError):
        who = 'a run that has not written its name yet'
    return RepositoryBusy(
        f'{what} is being backed up by {who}; waited {waited} s. Let that run end, or raise the setting lock_wait'
    )


def parse_utc(text: object) -> float | None:
    """Seconds since the epoch of an ISO 8601 time (a missing zone means UTC); None when it is none."""
    try:
        moment = datetime.datetime.fromisoformat(str(text).replace('Z', '+00:00'))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return moment.timestamp()


def sha256(text: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(text).hexdigest()


def webroot_label(path: str) -> str:
    """A webroot's name within file names: '/var/www/blog' is 'var-www-blog'. Different paths have different labels.

    '/' becomes '-' and '-' within a name '--' (at its beginning '%2D'); everything but a-z 0-9 . _ is percent-encoded,
    for disks that know no upper case. A very long path ends in a hash.
    """
    names = [_safe(name) for name in path.split('/') if name]
    label = '-'.join(names) or '%2F'
    if len(label) > 120:
        label = f'{label[:100]}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}'
    return label


def _safe(name: str) -> str:
    encoded = re.sub(rb'[^a-z0-9._-]', lambda found: b'%%%02X' % found.group()[0], os.fsencode(name)).decode()
    head = '%2D' if encoded.startswith('-') else encoded[:1]
    return head + encoded[1:].replace('-', '--')


def parse_manifest(name: str, text: bytes, site: str) -> dict:
    """The manifest of point `name`. A damaged one gives a failed point that says so: it must neither hide nor block."""
    try:
        manifest = json.loads(text)
        if manifest['id'] == name and manifest['site'] == site and manifest['schema'] == SCHEMA:
            return manifest
        cause = f'it describes {manifest["site"]}/{manifest["id"]} with schema {manifest["schema"]}'
    except (ValueError, KeyError, TypeError) as error:
        cause = f'it is no manifest ({error!r})'
    message = f'the manifest of {site}/{name} is damaged: {cause}'
    return {
        'schema': SCHEMA, 'id': name, 'site': site, 'outcome': 'failed', 'error': message, 'started': None,
        'damaged': True, 'finished': None, 'databases': [], 'webroots': [], 'remarks': [],
    }  # fmt: skip


def state_directory(options: dict) -> Path:
    """Where this account keeps state on this machine; not made yet."""
    configured = str(options['state_directory'])
    if os.geteuid() == 0 or configured != defaults()['state_directory']:
        return Path(configured)
    return Path(pwd.getpwuid(os.geteuid()).pw_dir) / '.local/state/rawat'


def lock_file(path: Path, label: str) -> int:
    """A descriptor of a private file to lock. RepositoryError where it cannot be made."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise RepositoryError(
            f'repository {label}: the lock {path} cannot be made: {error.strerror}; correct the setting state_directory'
        ) from error


@contextlib.contextmanager
def small_files(folder: Path, files: dict[str, bytes]) -> Iterator[None]:
    """A private folder with these (not secret) files, for the time of one command."""
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed
    folder.mkdir(mode=0o700, parents=True)
    try:
        for name, text in files.items():
            (folder / name).write_bytes(text)
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
