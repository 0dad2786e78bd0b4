# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The webroot of the generated site: real PHP programs, edited copies of them, pictures; and what a day changes."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import NamedTuple

CODE = frozenset(('.php', '.js', '.css', '.json', '.html', '.svg', '.png', '.po', '.mo', '.txt', '.inc'))
LARGEST_CODE = 600_000  # bytes
FIRST_DATE = 1_600_000_000
PICTURE_MARK = b'\xff\xd8\xff\xe0'


class Shape(NamedTuple):
    """How many files of which kind."""

    code: int
    pictures: int
    thumbnails: int
    picture_bytes: tuple[int, int]  # smallest and largest, evenly spread over the orders of magnitude
    programs: tuple[str, ...]


def build(site: Path, shape: Shape, packages: list[Path], generator: random.Random) -> None:
    site.mkdir(parents=True)
    _write_code(site, shape, packages, generator)
    for number in range(shape.pictures + shape.thumbnails):
        folder = site / 'wp-content' / 'uploads' / str(2019 + number % 7) / f'{number % 12 + 1:02d}'
        folder.mkdir(parents=True, exist_ok=True)
        size = _picture_size(shape, generator) if number < shape.pictures else generator.randint(20_000, 80_000)
        picture = PICTURE_MARK + generator.randbytes(size - len(PICTURE_MARK))
        (folder / f'img-{number:06d}.jpg').write_bytes(picture)


def _picture_size(shape: Shape, generator: random.Random) -> int:
    smallest, largest = shape.picture_bytes
    return int(smallest * (largest / smallest) ** (generator.random() ** 1.05))


def _write_code(site: Path, shape: Shape, packages: list[Path], generator: random.Random) -> None:
    files = [(package, path) for package in packages for path in _code_files(package)]
    generator.shuffle(files)
    for number in range(shape.code):
        package, source = files[number % len(files)]
        round_number = number // len(files)
        folder = site / 'wp-content' / f'copy{round_number}' if round_number else site
        target = folder / package.name / source.relative_to(package / 'usr' / 'share')
        target.parent.mkdir(parents=True, exist_ok=True)
        content = source.read_bytes()
        if round_number and len(content) > 200:  # a copy that somebody has edited at one place
            content = _edited(content, b'/*%x*/', generator)
        target.write_bytes(content)
        os.utime(target, (FIRST_DATE + number, FIRST_DATE + number))


def _code_files(package: Path) -> list[Path]:
    return [
        path
        for path in sorted((package / 'usr' / 'share').rglob('*'))
        if path.suffix in CODE and path.is_file() and not path.is_symlink()
        and path.stat().st_size < LARGEST_CODE and 'doc' not in path.parts
    ]


def _edited(content: bytes, mark: bytes, generator: random.Random) -> bytes:
    place = generator.randrange(len(content) + 1)
    return content[:place] + mark % generator.getrandbits(64) + content[place:]


def change(site: Path, generator: random.Random) -> int:
    """Edit one file in 200 and add as many new pictures; returns how many files changed: 1 %."""
    files = sorted(path for path in site.rglob('*') if path.is_file())
    count = len(files) // 100
    for path in generator.sample(files, count // 2):
        path.write_bytes(_edited(path.read_bytes(), b'<!-- edited %x -->', generator))
    folder = site / 'wp-content' / 'uploads' / '2026' / '11'
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count - count // 2):
        picture = generator.randbytes(generator.randint(20_000, 400_000))
        (folder / f'new-{generator.getrandbits(32):08x}-{number:05d}.jpg').write_bytes(picture)
    return count
