# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that are attached to a PDF, found with zlib alone, however it was packed, signed or updated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import FILES_LIMIT, RECORD, Row
from ansible_collections.rawat.website.plugins.module_utils.register.checker.pdf_values import (
    Reference,
    inflate,
    pdf_text,
    pdf_value,
    unfiltered,
)

OBJECT = re.compile(rb'[\0\t\n\f\r ]*(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj')
ENTRY = re.compile(rb'(\d{10}) \d{5} ([nf])\s{1,2}')  # of a table of references


def embedded_record(content: bytes) -> bytes:
    """The record.json that is attached to a PDF; ValueError when there is none, or it cannot be read whole."""
    found = embedded_files(content, (RECORD,))
    if RECORD not in found:
        raise ValueError(f'no {RECORD} is attached to it')
    return found[RECORD]


def embedded_files(content: bytes, names: tuple[str, ...]) -> dict[str, bytes]:
    """Those of `names` that are attached to a PDF. ValueError for a PDF that cannot be read."""
    try:
        return Pdf(content).attached(names)
    except (KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f'no PDF that can be read ({type(error).__name__})') from error


class Pdf:
    """As much of ISO 32000 as leads to attached files: tables and streams of references, object streams, updates."""

    def __init__(self, content: bytes):
        self.content = content
        self.places: dict[int, Any] = {}  # object: its offset, or (stream object, place in it)
        self.trailer: Row = {}
        self.unpacked: dict[int, tuple[bytes, list[int]]] = {}
        starts = re.findall(rb'startxref\s+(\d{1,12})', content[-2048:])
        if not starts:
            raise ValueError('it has no end (startxref)')
        self._tables(int(starts[-1]))
        if 'Encrypt' in self.trailer:
            raise ValueError('it is encrypted')

    def attached(self, names: tuple[str, ...]) -> dict[str, bytes]:
        """{name: content} of the attached files of these names."""
        root = self.follow(self.trailer['Root'])
        specifications = [*(self.follow(root.get('AF')) or []), *self._tree(root)]
        found: dict[str, bytes] = {}
        for specification in map(self.follow, specifications):
            name = pdf_text(self.follow(specification.get('UF') or specification.get('F'))).rsplit('/', 1)[-1]
            if name in names and name not in found:
                found[name] = self.stream(self.follow(specification['EF'])['F'])
        return found

    def _tree(self, root: Row) -> Iterator[Any]:
        """The file specifications in the tree of names."""
        waiting, seen = [(self.follow(root.get('Names')) or {}).get('EmbeddedFiles')], 0
        while waiting and seen < FILES_LIMIT:
            node, seen = self.follow(waiting.pop()) or {}, seen + 1
            yield from (self.follow(node.get('Names')) or [])[1::2]
            waiting += self.follow(node.get('Kids')) or []

    def _tables(self, place: Any) -> None:
        """Every table of references from the newest back; what a newer one says of an object counts."""
        seen: set[int] = set()
        while isinstance(place, int) and place not in seen:
            seen.add(place)
            if self.content[place : place + 4] == b'xref':
                trailer = self._table(place)
                hybrid = trailer.get('XRefStm')
                if isinstance(hybrid, int):
                    self._reference_stream(hybrid)
            else:
                trailer = self._reference_stream(place)
            self.trailer = {**trailer, **self.trailer}
            place = trailer.get('Prev')

    def _table(self, place: int) -> Row:
        head, place = re.compile(rb'\s*(\d+) (\d+)\s*'), place + 4
        found = head.match(self.content, place)
        while found:
            first, place = int(found[1]), found.end()
            for number in range(first, first + int(found[2])):
                entry = ENTRY.match(self.content, place)
                if not entry:
                    raise ValueError('its table of references is damaged')
                if entry[2] == b'n':
                    self.places.setdefault(number, int(entry[1]))
                place = entry.end()
            found = head.match(self.content, place)
        return pdf_value(self.content, self.content.index(b'trailer', place) + 7)[0]

    def _reference_stream(self, place: int) -> Row:
        facts, data = self._stream_at(place)
        widths = facts['W']
        ranges = facts.get('Index') or [0, facts['Size']]
        length, place = sum(widths), 0
        for first, count in zip(ranges[::2], ranges[1::2]):
            for number in range(first, first + min(count, len(data) // max(length, 1))):
                row, place = data[place : place + length], place + length
                kind, one, two = self._fields(row, widths)
                if kind == 1:
                    self.places.setdefault(number, one)
                elif kind == 2:
                    self.places.setdefault(number, (one, two))
        return facts

    @staticmethod
    def _fields(row: bytes, widths: list[int]) -> tuple[int, int, int]:
        kind, one = widths[0], widths[0] + widths[1]
        first = int.from_bytes(row[:kind], 'big') if kind else 1
        return first, int.from_bytes(row[kind:one], 'big'), int.from_bytes(row[one:], 'big')

    def follow(self, value: Any) -> Any:
        """What a reference refers to; any other value as it is."""
        for _step in range(20):
            if not isinstance(value, Reference):
                return value
            place = self.places.get(int(value))
            if isinstance(place, tuple):
                value = self._packed(*place)
            else:
                value = None if place is None else self._object(place)[0]
        raise ValueError('its references lead in circles')

    def _object(self, place: int) -> tuple[Any, int]:
        found = OBJECT.match(self.content, place)
        if not found:
            raise ValueError(f'there is no object at byte {place}')
        return pdf_value(self.content, found.end())

    def _packed(self, stream: int, index: int) -> Any:
        if stream not in self.unpacked:
            place = self.places.get(stream)
            if not isinstance(place, int):
                raise ValueError('an object stream is missing')
            facts, data = self._stream_at(place)
            numbers = [int(word) for word in data[: facts['First']].split()]
            self.unpacked[stream] = data, [facts['First'] + offset for offset in numbers[1::2]]
        data, places = self.unpacked[stream]
        return pdf_value(data, places[index])[0]

    def stream(self, reference: Any) -> bytes:
        """The content of the stream that `reference` names."""
        place = self.places.get(int(reference)) if isinstance(reference, Reference) else None
        if not isinstance(place, int):
            raise ValueError('an attached file has no content')
        return self._stream_at(place)[1]

    def _stream_at(self, place: int) -> tuple[Row, bytes]:
        facts, place = self._object(place)
        begun = re.compile(rb'\s*stream\r?\n').match(self.content, place)
        length = self.follow(facts.get('Length'))
        if not begun or not isinstance(length, int):
            raise ValueError('an object that should be a stream is none')
        data = self.content[begun.end() : begun.end() + length]
        filters = self.follow(facts.get('Filter')) or []
        filters = filters if isinstance(filters, list) else [filters]
        if filters not in ([], ['/FlateDecode']):
            raise ValueError(f'a stream is packed with {filters}')
        if not filters:
            return facts, data
        settings = self.follow(facts.get('DecodeParms')) or {}
        settings = self.follow(settings[0]) if isinstance(settings, list) else settings
        return facts, unfiltered(inflate(data), settings or {})
