# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Known configuration files of a restored tree: found, changed, and put in place with owner, mode and attributes kept.

The tree is a site owner's: no link is followed, every folder and file is opened below the one before it, sizes and
numbers are bounded. `prepare` reads and says everything that is wrong; only `write` touches a file, by a rename.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.discovery import reading
from ansible_collections.rawat.website.plugins.module_utils.site_settings import known_files, php_assignments
from ansible_collections.rawat.website.plugins.module_utils.staging import settings_text
from ansible_collections.rawat.website.plugins.module_utils.staging.needles import Needles
from ansible_collections.rawat.website.plugins.module_utils.staging.settings_text import Logins, Outcome

DEPTH = 4  # folders below the webroot in which a site may be installed
FOLDERS = 20_000  # that are looked into
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Edit(NamedTuple):
    """A file that becomes another: where, what it was (to be certain that it still is) and what it will be."""

    tree: str
    path: str  # relative
    before: bytes
    outcome: Outcome


def prepare(tree: str, needles: Needles, logins: Logins) -> tuple[list[Edit], list[str], list[str]]:
    """(edits, problems, remarks), the latter with the file's path; nothing is written."""
    edits: list[Edit] = []
    problems: list[str] = []
    remarks: list[str] = []
    for folder, name, descriptor in _candidates(tree, remarks):
        path = f'{folder}/{name}'.lstrip('/')
        where = f'{tree}/{path}'
        try:
            data = _read(descriptor, name)
            outcome = _outcome(folder, name, data, needles, logins)
        except php_assignments.Unreadable as error:
            problems.append(f'{where} cannot be changed: {error}')
            continue
        except OSError as error:
            remarks.append(f'{where} was not looked at: {error.strerror}')
            continue
        if outcome:
            problems += [f'{where}: {line}' for line in outcome.problems]
            remarks += [f'{where}: {line}' for line in outcome.remarks]
            if outcome.data != data:
                edits.append(Edit(tree, path, data, outcome))
    return edits, problems, remarks


def _outcome(folder: str, name: str, data: bytes, needles: Needles, logins: Logins) -> Outcome | None:
    if known_files.is_environment(name):
        return settings_text.environment_file(data, needles, logins)
    known = known_files.known(folder, name, data)
    return settings_text.php_file(known, data, needles, logins) if known else None


def _candidates(tree: str, remarks: list[str]) -> Iterator[tuple[str, str, int]]:
    """(folder, name, descriptor of the folder) of files with a known name, breadth first."""
    waiting, seen = [''], 0
    while waiting:
        folder = waiting.pop(0)
        seen += 1
        if seen > FOLDERS:
            remarks.append(f'{tree}: only {FOLDERS} folders were searched for configuration files')
            return
        with contextlib.suppress(OSError), _opened(tree, folder) as descriptor:
            with os.scandir(descriptor) as entries:
                found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
            for name, is_folder in found:
                if is_folder and folder.count('/') < DEPTH:
                    waiting.append(f'{folder}/{name}')
                elif not is_folder and (name in known_files.FILE_NAMES or known_files.is_environment(name)):
                    yield folder, name, descriptor


@contextlib.contextmanager
def _opened(tree: str, folder: str) -> Iterator[int]:
    """A descriptor of a folder below `tree`, reached without following any link."""
    descriptor = os.open(tree, _FOLDER)
    try:
        for name in folder.strip('/').split('/') if folder.strip('/') else []:
            inner = os.open(name, _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _read(folder: int, name: str) -> bytes:
    """Raises OSError for a link, Unreadable for what is too large or no file."""
    descriptor = os.open(name, _FILE, dir_fd=folder)
    with os.fdopen(descriptor, 'rb'):
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise php_assignments.Unreadable('it is not a regular file')
        try:
            return reading.bounded(descriptor, php_assignments.FILE_LIMIT)
        except ValueError as error:
            raise php_assignments.Unreadable(str(error)) from error


def write(edit: Edit) -> None:
    """Put the new file into the place of the old one, all at once. Raises OSError when that changed meanwhile."""
    folder, _slash, name = edit.path.rpartition('/')
    with _opened(edit.tree, folder) as place:
        if _read(place, name) != edit.before:
            raise OSError(f'{edit.tree}/{edit.path} changed while it was read')
        old = os.open(name, _FILE, dir_fd=place)
        temporary = f'.rawat-{secrets.token_hex(8)}'
        try:
            new = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=place)
            with os.fdopen(new, 'wb') as handle:
                handle.write(edit.outcome.data)
                handle.flush()
                _copy_attributes(old, new)
                os.fsync(new)
            os.rename(temporary, name, src_dir_fd=place, dst_dir_fd=place)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=place)
            raise
        finally:
            os.close(old)


def _copy_attributes(old: int, new: int) -> None:
    """Owner first: a change of owner takes special bits away. ACLs are extended attributes."""
    status = os.fstat(old)
    if os.geteuid() == 0:
        os.fchown(new, status.st_uid, status.st_gid)
    for name in os.listxattr(old):
        if os.geteuid() == 0 or name.startswith('user.'):
            os.setxattr(new, name, os.getxattr(old, name))
    os.fchmod(new, stat.S_IMODE(status.st_mode))
