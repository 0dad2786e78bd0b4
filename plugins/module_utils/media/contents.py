# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies on a medium: the points of all sites, the hashes of their files, and the files at its top.

A medium is an archive repository, so its points are read by the store. At its top lie RESTORE.md, verify.py and a
SHA256SUMS over everything, so that one command checks the whole medium.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import stores
from ansible_collections.rawat.website.plugins.module_utils.arguments import SITE_NAME
from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError
from ansible_collections.rawat.website.plugins.module_utils.record import replace_file
from ansible_collections.rawat.website.plugins.module_utils.stores import common
from ansible_collections.rawat.website.plugins.module_utils.stores.place_local import BLOCK, hash_file

VERIFIER = 'verify.py'
Manifest = dict[str, Any]


def repository(
    root: Path, site: str, recipients: list[str] | None = None, options: dict | None = None
) -> stores.Repository:
    """The medium as a repository of one site; it is made where it is none yet."""
    settings = {'store': 'archive', 'location': str(root), 'create': True, 'recipients': recipients or []}
    return stores.open_repository(settings, site, options)


def sites(root: Path) -> list[str]:
    """The names of the sites that have a folder on a medium; on one that is no repository yet, none is ours."""
    if not (root / common.MARKER).exists():
        return []
    return sorted(entry.name for entry in root.iterdir() if entry.is_dir() and SITE_NAME.fullmatch(entry.name))


def points(root: Path) -> list[Manifest]:
    """The manifests of all points on a medium, site after site, the newest of each first."""
    return [manifest for name in sites(root) for manifest in repository(root, name).points()]


def sweep(root: Path, owner: str, options: dict[str, Any]) -> list[str]:
    """Remove what dead exports left, of whatever site; one line for each thing removed."""
    lines = []
    for name in sites(root):
        place = repository(root, name, options=options)
        with place.lock(f'export {owner}'):
            lines += place.sweep()
    return lines


def sums(root: Path, site: str, point: str) -> dict[str, str]:
    """{path below root: SHA-256} of every file of a point, its own SHA256SUMS included. DamagedError."""
    folder = root / site / point
    try:
        text = (folder / common.SUMS).read_bytes()
        lines = [line.split('  ', 1) for line in text.decode('ascii').splitlines()]
        found = {f'{site}/{point}/{name}': digest for digest, name in lines}
    except (OSError, ValueError) as error:
        raise DamagedError(f'{root}: {site}/{point}/{common.SUMS} cannot be read: {error}') from error
    return {**found, f'{site}/{point}/{common.SUMS}': common.sha256(text)}


def write_top(root: Path, guide: str, verifier: bytes) -> dict[str, str]:
    """RESTORE.md, verify.py and SHA256SUMS, each replaced in one step; returns {name: SHA-256} of the three."""
    texts = {common.GUIDE: guide.encode(), VERIFIER: verifier}
    listed = {name: common.sha256(text) for name, text in texts.items()}
    for manifest in points(root):
        if not manifest.get('damaged'):
            listed |= sums(root, manifest['site'], manifest['id'])
    texts[common.SUMS] = ''.join(f'{listed[name]}  {name}\n' for name in sorted(listed)).encode()
    for name, text in texts.items():
        replace_file(str(root / name), text)
    sync(root)
    return {name: common.sha256(text) for name, text in texts.items()}


def sync(folder: Path) -> None:
    """Make what a directory says of its files durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def compare(root: Path, expected: dict[str, str], progress: Any) -> tuple[int, list[str]]:
    """Read every file of `expected` from the disk: (bytes read, a sentence for each that is not what was written)."""
    buffer, total, wrong = bytearray(BLOCK), 0, []
    for name, digest in sorted(expected.items()):
        try:
            size, found = hash_file(root / name, buffer, progress.add)
        except OSError as error:
            wrong.append(f'{name} cannot be read back: {error.strerror}')
            continue
        total += size
        if found != digest:
            wrong.append(f'{name} reads back differently from what was written')
    return total, wrong


def withdraw(root: Path, site: str, point: str) -> None:
    """A point that does not read back must not be taken for one: it gets the name of a half-done one. OSError."""
    (root / site / point).rename(root / site / f'{common.PARTIAL}{point}')
    sync(root / site)
