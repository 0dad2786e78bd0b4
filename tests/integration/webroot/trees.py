# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the webroot tests share: a capture into files, its restore by stock tools, every property of a tree."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.webroot import open_webroot

# no-timestamp: some trees here are older than 1970, of which tar would warn.
TAR = ['tar', '--xattrs', '--xattrs-include=*', '--acls', '--numeric-owner', '--warning=no-timestamp', '-xpf']


class Stored(NamedTuple):
    """A capture in files: `.tar`, `.files`, `.removed`, `.metadata` beside each other."""

    stem: Path
    facts: dict[str, Any]

    def part(self, name: str) -> Path:
        return self.stem.with_name(f'{self.stem.name}.{name}')

    def lines(self) -> list[bytes]:
        return self.part('files').read_bytes().splitlines()


def store(
    root: Path | str,
    stem: Path,
    *,
    base: Stored | None = None,
    previous: Stored | None = None,
    progress: Any = None,
    **webroot: Any,
) -> Stored:
    """A full, or with `base` the difference to it."""
    result = Stored(stem, {})
    with (
        result.part('tar').open('wb') as tar,
        result.part('files').open('wb') as files,
        result.part('removed').open('wb') as removed,
        result.part('metadata').open('wb') as metadata,
        open_webroot({'path': str(root), **webroot}, [str(root)]) as capture,
    ):
        older = previous.lines() if previous else None
        if base:
            origin = older if base == previous else base.lines()
            facts = capture.record(
                files.write,
                previous=older,
                base=origin,
                write_tar=tar.write,
                write_removed=removed.write,
                write_metadata=metadata.write,
                progress=progress,
            )
        else:
            facts = capture.record(files.write, previous=older, write_tar=tar.write, progress=progress)
    return Stored(stem, facts)


def restore(place: Path, full: Stored, difference: Stored | None = None, extract: list[str] | None = None) -> None:
    """Restore into `place` by stock tools, in the order that the package's documentation gives."""
    place.mkdir(exist_ok=True)
    run([*(extract or TAR), str(full.part('tar'))], place)
    if difference is None:
        return
    run(['xargs', '-0', '-r', '-a', str(difference.part('removed')), 'rm', '-rf', '--'], place)
    run([*(extract or TAR), str(difference.part('tar'))], place)
    if difference.facts['metadata_paths']:
        run(['setfacl', f'--restore={difference.part("metadata")}'], place)


def run(command: list[str], place: Path) -> None:
    """Run without a word on stderr: a warning of a stock tool would frighten whoever restores."""
    done = subprocess.run(command, cwd=place, capture_output=True, check=False, env={**os.environ, 'LC_ALL': 'C.UTF-8'})
    assert (done.returncode, done.stderr) == (0, b''), (command, done.stderr.decode(errors='replace'))


def look(root: Path) -> dict[bytes, tuple]:
    """Every property that a restore must bring back, by path; `linked` holds all names of the same inode."""
    top = os.fsencode(root)
    found: dict[bytes, tuple] = {}
    names: dict[int, set[bytes]] = {}
    paths = [top]
    while paths:
        path = paths.pop()
        status = os.lstat(path)
        relative = os.path.relpath(path, top)
        if stat.S_ISDIR(status.st_mode):
            paths += [os.path.join(path, name) for name in os.listdir(path)]
        else:
            names.setdefault(status.st_ino, set()).add(relative)
        found[relative] = _properties(path, status)
    return {path: (*found[path], frozenset(names.get(os.lstat(os.path.join(top, path)).st_ino, ()))) for path in found}


def _properties(path: bytes, status: os.stat_result) -> tuple:
    content: Any = None
    attributes: dict[str, bytes] = {}
    if stat.S_ISREG(status.st_mode):
        with open(path, 'rb') as handle:
            content = hashlib.file_digest(handle, 'sha256').hexdigest()
    if stat.S_ISLNK(status.st_mode):
        content = os.readlink(path)
    else:
        attributes = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    return status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns, content, attributes


def differences(expected: dict[bytes, tuple], found: dict[bytes, tuple]) -> list[str]:
    """One line for each path that differs."""
    paths = sorted(expected.keys() | found.keys())
    return [f'{p!r}: {expected.get(p)} != {found.get(p)}' for p in paths if expected.get(p) != found.get(p)]
