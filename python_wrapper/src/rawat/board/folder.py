# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of the board: built beside its place and exchanged with it in one step, so that whoever looks sees the old
board or the new one, and an interrupted build changes nothing. What a dead build left is swept by the next."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils import owned_folder
from ansible_collections.rawat.website.plugins.module_utils.restoring import exchange

MARK = 'board.json'  # a folder without it is none of ours, and nothing in it is replaced
LONGEST = 80
RESERVED = re.compile(r'(con|prn|aux|nul|com\d|lpt\d)')  # what Windows keeps for itself; boards travel on sticks


class FolderError(Exception):
    """The thing, the cause and the remedy."""


@contextlib.contextmanager
def replacing(output: Path) -> Iterator[Path]:
    """A new folder that takes the place of `output` when the block ends well. FolderError, OSError."""
    place = Path(os.path.realpath(output))
    if place.exists() and not is_ours(place):
        raise FolderError(
            f'{output} holds something that is no board; nothing was written: name a folder that is new, empty or '
            'holds a board'
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    prefix = f'.{place.name}.new-'
    owned_folder.sweep(str(place.parent), prefix, shutil.rmtree)
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=place.parent))
    lock = owned_folder.take(str(made))
    try:
        yield made
        made.chmod(place.stat().st_mode & 0o7777 if place.exists() else 0o777 & ~_umask())
        _exchange(made, place)
        (place / owned_folder.LOCK).unlink()
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def is_ours(place: Path) -> bool:
    """A board, or an empty folder."""
    return place.is_dir() and ((place / MARK).is_file() or not any(place.iterdir()))


def _exchange(made: Path, place: Path) -> None:
    """Afterwards the new board is at `place`, and `made` is the old one, or gone."""
    if not place.exists():
        made.rename(place)
        return
    try:
        exchange.exchange(str(made), str(place))
    except OSError as error:
        if error.errno not in exchange.UNKNOWN:
            raise
        old = made.with_name(f'{made.name}.old')  # a file system that cannot exchange: for a moment there is no board
        place.rename(old)
        made.rename(place)
        shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def file_names(keys: list[tuple[str, str]]) -> list[str]:
    """A file name (without its ending) for each (site, host), safe on every file system; each one once."""
    plain = [_plain(name) for name, _host in keys]
    names: dict[str, None] = {}
    for text, key in zip(plain, keys):
        name = text if text and plain.count(text) == 1 else f'{text or "site"}-{_digest(key)}'
        while name in names:
            name += 'x'
        names[name] = None
    return list(names)


def _plain(name: str) -> str:
    """The name where it is safe as it is, else what is left of it, of which file_names makes sure that it is unique."""
    text = re.sub(r'[^a-z0-9-]+', '-', name.lower())[:LONGEST].strip('-')
    return '' if RESERVED.fullmatch(text) else text


def _digest(key: tuple[str, str]) -> str:
    return hashlib.sha256('\0'.join(key).encode('utf-8', 'surrogatepass')).hexdigest()[:8]
