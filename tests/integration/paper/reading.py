# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PDFs as strangers read them: poppler, qpdf, a decoder of QR codes."""

from __future__ import annotations

import re
import subprocess
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

# What a process of its own says at its end: CPU seconds and peak MiB. Not ru_maxrss: that of a child starts with the
# peak of whoever started it (the kernel hands it over at exec).
COST = """
import json, re, resource
used = resource.getrusage(resource.RUSAGE_SELF)
with open('/proc/self/status') as status:
    peak = int(re.search('VmHWM:\\s+(\\d+) kB', status.read())[1])
print(json.dumps([used.ru_utime + used.ru_stime, peak / 1024]))
"""
POINTS = 72 / 25.4  # in a millimetre
XHTML = '{http://www.w3.org/1999/xhtml}'
NOT_SHOWN = {'type', 'style', 'align', 'size', 'kind', 'language', 'timestamp', 'orientation', 'qr', 'page_words'}


class Box(NamedTuple):
    """A word and where it stands, in points from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float
    word: str

    def shared(self, other: Box) -> float:
        """How much of the smaller box lies in the other, 0 to 1."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return 0.0 if wide <= 0 or high <= 0 else wide * high / min(self.area, other.area)

    @property
    def area(self) -> float:
        return max(1e-6, (self.right - self.left) * (self.bottom - self.top))


def output(*command: str | Path) -> bytes:
    """stdout of a program that has to succeed."""
    return subprocess.run([str(word) for word in command], capture_output=True, check=True, timeout=120).stdout


def plain(text: str) -> str:
    """Without spaces, line and page breaks, letters in their compatible form (ligatures apart)."""
    return re.sub(r'\s+', '', unicodedata.normalize('NFKC', text))


def text(pdf: Path, *options: str) -> str:
    return output('pdftotext', '-enc', 'UTF-8', *options, pdf, '-').decode('utf-8')


def pages(pdf: Path) -> int:
    return int(output('qpdf', '--show-npages', pdf))


def boxes(pdf: Path) -> list[tuple[float, float, list[Box]]]:
    """Width, height and words of every page."""
    page = ElementTree.fromstring(output('pdftotext', '-bbox-layout', pdf, '-'))  # noqa: S314  made a moment ago
    return [
        (
            float(each.attrib['width']),
            float(each.attrib['height']),
            [Box(*(float(word.attrib[side]) for side in ('xMin', 'yMin', 'xMax', 'yMax')), word.text or '')
             for word in each.iter(f'{XHTML}word')],
        )
        for each in page.iter(f'{XHTML}page')
    ]  # fmt: skip


def overlapping(words: list[Box], share: float = 0.2) -> list[tuple[str, str, float]]:
    """Pairs of words which cover more than `share` of the smaller one."""
    found = []
    downwards = sorted(words, key=lambda box: box.top)
    for index, one in enumerate(downwards):
        for other in takewhile(lambda box, below=one.bottom: box.top < below, downwards[index + 1 :]):
            if (shared := one.shared(other)) > share:
                found.append((one.word, other.word, round(shared, 2)))
    return found


def shown(document: dict[str, Any]) -> Iterator[str]:
    """Every text of a document that a reader has to find."""
    for key, value in document.items():
        if key not in NOT_SHOWN:
            yield from _strings(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from shown(value)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def decoded(pdf: Path, page: int, dpi: int) -> list[str]:
    """The texts of all QR codes on `page`, read from a raster by zxing."""
    import zxingcpp

    raster = output('pdftoppm', '-r', str(dpi), '-gray', '-f', str(page), '-l', str(page), pdf)
    _magic, size, _white, pixels = raster.split(b'\n', 3)
    width, height = map(int, size.split())
    view = memoryview(pixels[: width * height]).cast('B', (height, width))
    return [found.text for found in zxingcpp.read_barcodes(view)]


def unpacked(pdf: Path) -> str:
    """The objects of the file as text, streams uncompressed."""
    return output('qpdf', '--qdf', '--object-streams=disable', pdf, '-').decode('latin-1')
