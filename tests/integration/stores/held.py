# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A repository with a full and a difference of a webroot, dumps and accounts; and how tests harm it for a while."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from integration.stores.support import SITE, Case, make_site

BIG, SMALL, ACCOUNTS = os.urandom(9_000_000), b'a small dump\n', b"CREATE USER 'x';\n"
GONE = 'pages/deep/with space\nand newline'


class Held(NamedTuple):
    """A repository, the manifests of its full and of its difference, and copies of the webroot as it was at each."""

    case: Case
    full: dict
    difference: dict
    sites: tuple[Path, Path]

    def restore(self, manifest: dict, destination: Path, **how: Any) -> dict:
        destination.mkdir()
        found: dict = self.case.open().restore_webroot(manifest, manifest['webroots'][0], str(destination), **how)
        return found

    def stream(self, label: str, prefix: str = '') -> bytes:
        (part,) = [part for part in self.full['databases'] if part['label'] == label]
        return b''.join(self.case.open().read_stream(self.full, part, prefix))


def make_rich_site(folder: Path) -> Path:
    """The small webroot with an ACL, an attribute, owners and a time of its own."""
    make_site(folder)
    (folder / 'gone' / 'deeper').mkdir(parents=True)
    (folder / 'gone' / 'deeper' / 'file').write_text('gone soon')
    (folder / 'owned').write_text('owned')
    subprocess.run(['setfacl', '-m', 'u:1234:r,d:u:1234:rwx', str(folder / 'pages')], check=True)
    os.setxattr(folder / 'index.php', 'user.colour', b'red')
    os.chown(folder / 'pages' / 'deep', 33, 34)
    os.utime(folder / 'pages', ns=(5, 1_600_000_000_123_456_789))
    folder.chmod(0o751)
    return folder


def change(site: Path) -> None:
    (site / 'pages' / 'deep' / 'with space\nand newline').unlink()
    (site / 'pages' / 'deep').rmdir()
    (site / 'pages' / 'deep').write_text('a file where a folder was')
    shutil.rmtree(site / 'gone')
    (site / 'pages' / 'big.bin').rename(site / 'renamed.bin')
    (site / '-rf').write_text('a name like an option')
    os.chown(site / 'link', 123, 456, follow_symlinks=False)
    os.chown(site / 'owned', 7, 8)
    os.utime(site / 'pages', ns=(5, 1_600_000_001_123_456_789))


@contextlib.contextmanager
def harmed(path: Path, how: str) -> Iterator[None]:
    """A file that is flipped, short or gone for a while."""
    content = path.read_bytes()
    mode = path.stat().st_mode
    path.chmod(0o600)
    middle = len(content) // 2
    if how == 'gone':
        path.unlink()
    else:
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        path.write_bytes(flipped if how == 'flipped' else content[: -max(1, len(content) // 10)])
    try:
        yield
    finally:
        path.write_bytes(content)
        path.chmod(mode)


def stored_at(held: Held, manifest: dict, file: str, size: int = 0) -> Path:
    """Where something is stored: the file itself, or the restic pack that is just large enough for it."""
    if held.case.store == 'archive':
        return held.case.folder / SITE / manifest['id'] / file
    packs = [path for path in (held.case.folder / 'data').rglob('*') if path.is_file() and path.stat().st_size >= size]
    return min(packs, key=lambda path: path.stat().st_size)
