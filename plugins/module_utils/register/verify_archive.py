#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check an archive of website backups: paper -> record -> register -> documents -> recovery points. Offline.

This one file needs Python 3.8 or newer and nothing else; a copy of it lies in every archive, which is why it is one
file. The chain of the register is read here and nowhere else: the program that writes the register imports this.
Whatever it reads may have been made to harm: sizes are bounded, paths stay below the filing directory, links are not
followed, and a file that makes no sense is a finding.

Sections: the words; JSON and hashes; the chain; the PDF; one check; the command line.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import stat
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MEBIBYTE = 1024 * 1024
JSON_LIMIT = 64 * MEBIBYTE  # of a record, a receipt, a manifest, a list of sums; also of what a PDF holds
REGISTER_LIMIT = 256 * MEBIBYTE
PDF_LIMIT = 256 * MEBIBYTE
QUICK_LIMIT = 1024 * MEBIBYTE  # bytes of recovery points that are read without --deep
FILES_LIMIT = 20000  # folders of runs and of recaps that are looked through
FAULTS_SHOWN = 5  # of one kind: a ruined register has thousands
CLIMB = 6  # folders above a file in which its register is looked for
FIRST = '0' * 64  # what the first row names as the row before it
NUMBER = re.compile(r'(\d{1,9})/([A-Za-z0-9.-]{1,32})/(\d{4})')
SHORT = re.compile(r'(\d{1,9})(?:/(?:([A-Za-z0-9.-]{1,32})/)?(\d{4}))?')  # 7, 0007, 7/2026, 7/BKP/2026
HASH = re.compile(r'[0-9a-f]{64}')
SEAL = re.compile(r'SOPBK1\|[^|]*\|[^|]*\|sha256:([0-9a-f]{64})')  # the text of the QR code
NUMBERED = re.compile(rb'"register"\s*:\s*\{')  # in a record
SUM_LINE = re.compile(r'([0-9a-f]{64})  ([^/\\\0]{1,255})')
REGISTER, SUMS, RECORD, RECEIPT, RECAP = 'register.jsonl', 'SHA256SUMS', 'record.json', 'receipt.json', 'recap.json'
GOOD, FAILED, USAGE = 0, 1, 2  # exit codes
Row = dict  # a JSON object
Fault = tuple  # (a key of TEXTS, its values)

# ---------------------------------------------------------------------------------------------------- the words

# key: (Indonesian, English)
TEXTS = {
    'row_damaged': (
        'baris {row} register rusak atau diubah: {reason}',
        'row {row} of the register is damaged or was changed: {reason}',
    ),
    'row_removed': (
        'baris {row} register hilang: sesudah baris {before} langsung baris {after}',
        'row {row} of the register was removed: after row {before} comes row {after}',
    ),
    'row_order': (
        'urutan baris register diubah: baris {after} berdiri di tempat baris {row}',
        'rows of the register were reordered: row {after} stands where row {row} belongs',
    ),
    'row_twice': (
        'baris {row} register ada dua kali',
        'row {row} stands in the register twice',
    ),
    'row_chain': (
        'rantai putus pada baris {row}: baris {before} ditulis ulang sesudah baris {row} dicatat',
        'the chain breaks at row {row}: row {before} was rewritten after row {row} had been entered',
    ),
    'number_gap': (
        'nomor {number} tidak ada di register: baris {row} sudah memuat {after}',
        'number {number} is missing from the register: row {row} already holds {after}',
    ),
    'number_twice': (
        'nomor {number} dipakai dua kali: baris {before} dan baris {row}',
        'number {number} is claimed twice: by row {before} and by row {row}',
    ),
    'number_unknown': (
        'baris {row} merujuk nomor {number} yang tidak ada di register',
        'row {row} speaks of number {number}, which the register does not hold',
    ),
    'register_whole': (
        '{rows} baris, rantai utuh, nomor tanpa celah; ujung rantai {tip}',
        'the chain of rows 1 to {rows} is whole, no number is missing; tip {tip}',
    ),
    'register_torn': (
        'berakhir dengan {bytes} bita yang bukan baris utuh: penulisnya terhenti, atau berkas diubah',
        'ends in {bytes} bytes that are no whole row: its writer was killed, or the file was changed',
    ),
    'register_none': (
        'tidak ada {path} di sini: rekaman tidak dapat dicocokkan dengan register',
        'there is no {path} here: nothing could be compared with the register',
    ),
    'register_cut': (
        'register terpotong atau ditulis ulang: {path} menyebut ujung rantai {tip} yang tidak ada lagi',
        'the register was cut off or rewritten: {path} names the tip {tip}, which is not in it any more',
    ),
    'register_lacks': (
        'register terpotong atau ditulis ulang: {path} bernomor {number}, yang tidak ada lagi di register',
        'the register was cut off or rewritten: {path} has the number {number}, which is not in it any more',
    ),
    'register_unissued': (
        '{path} bernomor {number} yang tidak ada di register: belum terdaftar (rawat report), atau register terpotong',
        '{path} has the number {number}, not in the register: never entered (rawat report does), or it was cut off',
    ),
    'recap_tip': (
        'baris {row} (rekapitulasi {month}) menyebut ujung rantai lain daripada baris sebelumnya',
        'row {row} (recap of {month}) names another tip than that of the row before it',
    ),
    'entry_found': ('register baris {row}: nomor {number}', 'row {row} of the register: number {number}'),
    'entry_none': ('bukan berkas, dan tidak ada di register', 'is no file, and is not in the register'),
    'entry_many': (
        '{what} dapat berarti {numbers}: tulis nomor lengkap',
        '{what} may mean {numbers}: write the whole number',
    ),
    'record_same': (
        'sama dengan yang terdaftar; kode {code} (cocokkan dengan kertas)',
        'is the one that was registered; code {code} (compare it with the paper)',
    ),
    'record_changed': (
        'bukan rekaman yang terdaftar sebagai {number}: SHA-256 {found}, seharusnya {expected}',
        'is not the record that was registered as {number}: its SHA-256 is {found} instead of {expected}',
    ),
    'record_claims': (
        'nomor {number} diaku dua rekaman: register memuat pelaksanaan {registered}, rekaman ini {run}',
        'two records claim the number {number}: the register holds run {registered}, this record is of run {run}',
    ),
    'record_unregistered': (
        'rekaman bernomor {number} tidak ada di register, yang berakhir pada {last}',
        'the record with the number {number} is not in the register, which ends at {last}',
    ),
    'record_plain': (
        'rekaman tanpa nomor (pelaksanaan tanpa disposisi tersendiri); kode {code}',
        'a record without a number (a run without an assignment of its own); code {code}',
    ),
    'record_alone': (
        'nomor {number}, kode {code}: cocokkan dengan kertas',
        'number {number}, code {code}: compare both with the paper',
    ),
    'record_number': (
        'menyebut nomor {found}, register {expected}',
        'says number {found}, the register {expected}',
    ),
    'row_code': (
        'kode {found} di register bukan kode rekaman',
        'the code {found} in the register is not the code of the record',
    ),
    'file_same': ('sama dengan yang terdaftar', 'is the one that was registered'),
    'file_changed': (
        'diubah: SHA-256 {found}, seharusnya {expected} ({where})',
        'was changed: its SHA-256 is {found} instead of {expected} ({where})',
    ),
    'file_gone': ('tidak ada ({reason})', 'is not there ({reason})'),
    'file_unsafe': (
        'nama atau letaknya keluar dari arsip: tidak dibaca',
        'its name or place leads out of the archive: not read',
    ),
    'file_unknown': (
        'tidak dikenal: bukan rekaman dan tidak ada di register',
        'is unknown: no record, and not in the register',
    ),
    'file_broken': ('rusak: {reason}', 'is damaged: {reason}'),
    'file_unregistered': (
        'tidak tercatat di register: penulisnya terhenti (ulangi), atau register terpotong',
        'is not in the register: its writer was killed (do it again), or the register was cut off',
    ),
    'embedded_broken': (
        'rekaman yang tertanam rusak atau diubah: {reason}',
        'the record embedded in it is damaged or was changed: {reason}',
    ),
    'embedded_differs': (
        'rekaman yang tertanam bukan record.json di sampingnya',
        'the record embedded in it is not the record.json beside it',
    ),
    'receipt_differs': (
        'tanda terima menyebut {what} lain daripada register',
        'the receipt names another {what} than the register',
    ),
    'sums_hold': ('{count} berkas cocok', '{count} files match'),
    'sums_none': ('tidak ada, maka tidak diperiksa', 'is not there, so it was not checked'),
    'sums_line': ('baris {line} bukan jumlah periksa', 'line {line} is no checksum'),
    'sums_lacks': ('tidak memuat {name}', 'does not name {name}'),
    'point_whole': ('{count} berkas titik pulih cocok', '{count} files of the recovery point match'),
    'point_present': (
        'ada, manifes cocok; {bytes} bita tidak dibaca (--deep membacanya)',
        'is there, its manifest matches; {bytes} bytes were not read (--deep does)',
    ),
    'point_elsewhere': (
        'repositori {location} tidak ada di mesin ini',
        'the repository {location} is not on this machine',
    ),
    'point_restic': (
        'repositori restic {location}: periksa dengan rawat verify atau restic check',
        'restic repository {location}: check it with rawat verify or restic check',
    ),
    'point_denied': (
        'repositori {location} tidak dapat dibaca di sini: {reason}',
        'the repository {location} cannot be read here: {reason}',
    ),
    'point_gone': (
        'titik pulih tidak ada lagi di {location}: dipangkas atau hilang',
        'the recovery point is not in {location} any more: pruned or lost',
    ),
    'part_differs': (
        '{file}: register memuat SHA-256 lain daripada SHA256SUMS titik pulih',
        '{file}: the register holds another SHA-256 than SHA256SUMS of the recovery point',
    ),
    'all_good': ('BENAR: {count} butir diperiksa dan cocok{rest}', 'GOOD: {count} items were checked and hold{rest}'),
    'some_bad': ('SALAH: {item}: {text}', 'FAILED: {item}: {text}'),
    'unchecked': ('; {count} butir tidak dapat diperiksa di sini', '; {count} items could not be checked here'),
    'word_true': ('benar', 'good'),
    'word_false': ('SALAH', 'FAILED'),
    'word_none': ('tidak diperiksa', 'not checked'),
    'needs_filing': (
        '{what} bukan berkas, dan tidak ada register.jsonl di sini: sebutkan berkas, atau --filing DIREKTORI',
        '{what} is no file, and there is no register.jsonl here: name a file, or give --filing DIRECTORY',
    ),
    'needs_what': (
        'sebutkan berkas, kode pada kertas, atau nomor register',
        'name a file, the code on the paper, or a register number',
    ),
    'usage': ('Memeriksa arsip cadangan situs web, luring.', 'Check an archive of website backups, offline.'),
    'usage_what': (
        'berkas (PDF, JSON, apa pun yang terdaftar), direktori, kode pada kertas, teks QR, atau nomor register',
        'a file (PDF, JSON, anything registered), a folder, the code on the paper, the QR text, or a register number',
    ),
    'usage_filing': ('direktori arsip yang memuat register.jsonl', 'the filing directory, which holds register.jsonl'),
    'usage_deep': (
        'baca semua berkas titik pulih, betapapun besarnya',
        'read every file of the recovery points, however large',
    ),
    'usage_json': ('hasil sebagai JSON', 'the result as JSON'),
    'usage_language': ('bahasa', 'language'),
}


def text(key: str, language: str, **values: Any) -> str:
    """A text of this file in 'id' or 'en', with nothing in it that a terminal could be fooled by."""
    return printable(TEXTS[key][language != 'id'].format(**values))


def printable(value: Any) -> str:
    """`value` with everything invisible written out."""
    return ''.join(
        letter if letter.isprintable() else letter.encode('unicode_escape').decode() for letter in str(value)
    )


# --------------------------------------------------------------------------------------------- JSON and hashes


def canonical(document: Any) -> bytes:
    """Canonical JSON without the newline: sorted keys, no spaces, ASCII; equal content gives equal bytes."""
    return json.dumps(document, sort_keys=True, separators=(',', ':'), ensure_ascii=True, allow_nan=False).encode()


def sha256(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def parse(content: bytes) -> Row:
    """A JSON object; ValueError for anything else: floats, a key twice, nesting without end."""
    try:
        document = json.loads(
            content.decode('utf-8'), object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float
        )
    except RecursionError:
        raise ValueError('nested too deeply') from None
    if not isinstance(document, dict):
        raise ValueError('not a JSON object')
    return document


def _object(pairs: list[tuple[str, Any]]) -> Row:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError('a key stands twice in one object')
    return result


def _no_float(text: str) -> None:
    raise ValueError(f'{text[:40]}: only whole numbers have a place here')


# ---------------------------------------------------------------------------------------------------- the chain


def read_chain(content: bytes) -> tuple[list[Row], list[Fault], bytes]:
    """The rows of a register, what is wrong with it (first fault first), and what follows its last line break.

    Rows are those that read, in the order of the file, even where the chain does not hold.
    """
    *lines, tail = content.split(b'\n')
    rows: list[Row] = []
    faults: list[Fault] = []
    for place, line in enumerate(lines, 1):
        try:
            rows.append(_row(line))
        except (ValueError, RecursionError) as error:
            faults.append(('row_damaged', {'row': place, 'reason': str(error)[:200]}))
    return rows, faults or _links(rows) or _numbers(rows), tail


def _row(line: bytes) -> Row:
    """One row, proved by its own hash; ValueError where it is not."""
    row = parse(line)
    if canonical(row) != line:
        raise ValueError('it is not in the one spelling that rows have')
    own = canonical({key: value for key, value in row.items() if key != 'sha256'})
    if row.get('sha256') != sha256(own):
        raise ValueError('its own hash does not match')
    if not isinstance(row.get('row'), int) or not isinstance(row.get('number'), (str, type(None))):
        raise ValueError('row or number is missing')
    if not isinstance(row.get('kind'), str):
        raise ValueError('its kind is missing')
    return row


def _links(rows: list[Row]) -> list[Fault]:
    """The first place where a row does not follow the one before it."""
    previous, everywhere = FIRST, [row['row'] for row in rows]
    for place, row in enumerate(rows, 1):
        values = {'row': place, 'before': place - 1, 'after': row['row']}
        if row['row'] != place:
            if row['row'] in everywhere[: place - 1]:
                return [('row_twice', {'row': row['row']})]
            return [('row_order' if place in everywhere else 'row_removed', values)]
        if row.get('previous') != previous:
            return [('row_chain', values)]
        previous = sha256(canonical(row))
    return []


def _numbers(rows: list[Row]) -> list[Fault]:
    """Every number once and without a gap in its year and code; every other row about a number that there is."""
    taken: dict[str, int] = {}
    counted: dict[tuple[str, str], int] = {}
    faults: list[Fault] = []
    for row in rows:
        number, place = row['number'], row['row']
        if row.get('kind') != 'report':
            if number is not None and number not in taken:
                faults.append(('number_unknown', {'row': place, 'number': number}))
            continue
        found = NUMBER.fullmatch(number or '')
        if not found or number != number_text(int(found[1]), found[2], found[3]):
            faults.append(('row_damaged', {'row': place, 'reason': f'{number!r} is no number'[:200]}))
        elif number in taken:
            faults.append(('number_twice', {'row': place, 'before': taken[number], 'number': number}))
        else:
            ordinal, series = int(found[1]), (found[2], found[3])
            wanted = counted.get(series, 0) + 1
            if ordinal != wanted:
                missing = number_text(wanted, *series)
                faults.append(('number_gap', {'row': place, 'number': missing, 'after': number}))
            taken[number], counted[series] = place, ordinal
    return faults


def number_text(ordinal: int, code: str, year: Any) -> str:
    """A number as it is printed: 0007/BKP/2026."""
    return f'{ordinal:04d}/{code}/{year}'


def plain_code(text: str) -> str | None:
    """A code on paper as 20 letters, however it was typed (spaces, hyphens, 0 for O, 1 for I); None when it is none."""
    letters = re.sub(r'[\s-]', '', text).upper().translate(str.maketrans('018', 'OIB'))
    return letters if re.fullmatch(r'[A-Z2-7]{20}', letters) else None


def code_of(content: bytes) -> str:
    """The code that stands on paper for a record with these bytes: QS3AV-77YFG-YXZA2-ZUNYT."""
    letters = base64.b32encode(hashlib.sha256(content).digest()).decode()[:20]
    return '-'.join(letters[place : place + 5] for place in range(0, 20, 5))


# ------------------------------------------------------------------------------------------------------ the PDF


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


ESCAPES = {b'n': b'\n', b'r': b'\r', b't': b'\t', b'b': b'\b', b'f': b'\f'}  # in a PDF's strings


class Reference(int):
    """The number of a PDF object that stands somewhere else."""


class Pdf:
    """As much of ISO 32000 as leads to attached files: tables and streams of references, object streams, updates."""

    SPACE = re.compile(rb'(?:[\0\t\n\f\r ]|%[^\r\n]*)*')
    PLAIN = re.compile(rb'[^\0\t\n\f\r ()<>\[\]{}/%]+')
    REFERENCE = re.compile(rb'(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>\[\]{}/%])')
    OBJECT = re.compile(rb'[\0\t\n\f\r ]*(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj')
    ENTRY = re.compile(rb'(\d{10}) \d{5} ([nf])\s{1,2}')

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
            name = _pdf_text(self.follow(specification.get('UF') or specification.get('F'))).rsplit('/', 1)[-1]
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
                entry = self.ENTRY.match(self.content, place)
                if not entry:
                    raise ValueError('its table of references is damaged')
                if entry[2] == b'n':
                    self.places.setdefault(number, int(entry[1]))
                place = entry.end()
            found = head.match(self.content, place)
        return self.value(self.content, self.content.index(b'trailer', place) + 7)[0]

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
        found = self.OBJECT.match(self.content, place)
        if not found:
            raise ValueError(f'there is no object at byte {place}')
        return self.value(self.content, found.end())

    def _packed(self, stream: int, index: int) -> Any:
        if stream not in self.unpacked:
            place = self.places.get(stream)
            if not isinstance(place, int):
                raise ValueError('an object stream is missing')
            facts, data = self._stream_at(place)
            numbers = [int(word) for word in data[: facts['First']].split()]
            self.unpacked[stream] = data, [facts['First'] + offset for offset in numbers[1::2]]
        data, places = self.unpacked[stream]
        return self.value(data, places[index])[0]

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
        return facts, _unfiltered(inflate(data), settings or {})

    def value(self, data: bytes, place: int) -> tuple[Any, int]:
        """The value that begins at `place`, and where it ends."""
        place = self.SPACE.match(data, place).end()  # type: ignore[union-attr]  # it matches nothing, too
        sign = data[place : place + 1]
        if data[place : place + 2] == b'<<':
            return self._dictionary(data, place + 2)
        if sign == b'[':
            return self._array(data, place + 1)
        if sign == b'(':
            return self._string(data, place + 1)
        if sign == b'<':
            end = data.index(b'>', place)
            digits = re.sub(rb'\s', b'', data[place + 1 : end]).decode('ascii')
            return bytes.fromhex(digits + '0' * (len(digits) % 2)), end + 1
        if sign == b'/':
            return self._name(data, place + 1)
        return self._plain(data, place)

    def _plain(self, data: bytes, place: int) -> tuple[Any, int]:
        reference = self.REFERENCE.match(data, place)
        if reference:
            return Reference(reference[1]), reference.end()
        word = self.PLAIN.match(data, place)
        if not word:
            raise ValueError(f'there is no value at byte {place}')
        known = {b'true': True, b'false': False, b'null': None}
        if word[0] in known:
            return known[word[0]], word.end()
        return (int(word[0]) if re.fullmatch(rb'[+-]?\d{1,12}', word[0]) else word[0].decode('latin-1')), word.end()

    def _name(self, data: bytes, place: int) -> tuple[str, int]:
        word = self.PLAIN.match(data, place)
        raw, end = (word[0], word.end()) if word else (b'', place)
        return '/' + re.sub(rb'#([0-9A-Fa-f]{2})', lambda m: bytes([int(m[1], 16)]), raw).decode('latin-1'), end

    def _array(self, data: bytes, place: int) -> tuple[list[Any], int]:
        result: list[Any] = []
        while True:
            place = self.SPACE.match(data, place).end()  # type: ignore[union-attr]
            if data[place : place + 1] == b']':
                return result, place + 1
            value, place = self.value(data, place)
            result.append(value)

    def _dictionary(self, data: bytes, place: int) -> tuple[Row, int]:
        result: Row = {}
        while True:
            place = self.SPACE.match(data, place).end()  # type: ignore[union-attr]
            if data[place : place + 2] == b'>>':
                return result, place + 2
            key, place = self.value(data, place)
            result[str(key)[1:]], place = self.value(data, place)

    def _string(self, data: bytes, place: int) -> tuple[bytes, int]:
        result, depth = b'', 1
        for part in re.compile(rb'\\([0-7]{1,3}|\r\n|.)|[()]|[^\\()]+', re.DOTALL).finditer(data, place):
            if part[1] is not None:
                result += self._escape(part[1])
                continue
            depth += {b'(': 1, b')': -1}.get(part[0], 0)
            if depth == 0:
                return result, part.end()
            result += part[0]
        raise ValueError('a string has no end')

    def _escape(self, sign: bytes) -> bytes:
        if sign.isdigit():
            return bytes([int(sign, 8) & 255])
        return b'' if sign in (b'\n', b'\r', b'\r\n') else ESCAPES.get(sign, sign)


def _pdf_text(value: Any) -> str:
    raw = value if isinstance(value, bytes) else b''
    return raw[2:].decode('utf-16-be', 'replace') if raw.startswith(b'\xfe\xff') else raw.decode('utf-8', 'replace')


def inflate(data: bytes) -> bytes:
    """What deflate packed; ValueError when it is damaged, cut off, or larger than anything of ours."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(data, JSON_LIMIT)
    except zlib.error as error:
        raise ValueError(f'what is packed in it is damaged ({error})') from error
    if not unpacking.eof:
        raise ValueError('what is packed in it has no end, or is too large')
    return content


def _unfiltered(data: bytes, settings: Row) -> bytes:
    """Undo the PNG predictors "none", "sub" and "up", which writers of reference streams use."""
    if settings.get('Predictor', 1) == 1:
        return data
    columns, result = settings.get('Columns', 1), b''
    before = bytes(columns)
    for place in range(0, len(data), columns + 1):
        kind, row = data[place], bytearray(data[place + 1 : place + 1 + columns])
        if kind not in (0, 1, 2):
            raise ValueError(f'a stream has the predictor {kind}')
        for index in range(len(row) if kind else 0):
            beside = row[index - 1] if kind == 1 and index else 0
            row[index] = (row[index] + (before[index] if kind == 2 else beside)) & 255
        before = bytes(row)
        result += before
    return result


# -------------------------------------------------------------------------------------------------------- files


def read_file(path: str, limit: int, follow: bool = False) -> bytes:
    """All of a regular file of at most `limit` bytes; OSError otherwise. Links are followed only for the user."""
    with open_file(path, follow) as handle:
        content = handle.read(limit + 1)
    if len(content) > limit:
        raise OSError(0, f'larger than {limit} bytes')
    return content


def open_file(path: str, follow: bool = False) -> Any:
    """A regular file, open for reading; OSError for anything else (a pipe would make us wait for ever)."""
    flags = os.O_RDONLY | getattr(os, 'O_NONBLOCK', 0) | getattr(os, 'O_BINARY', 0)
    descriptor = os.open(path, flags | (0 if follow else getattr(os, 'O_NOFOLLOW', 0)))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, 'no regular file')
    return os.fdopen(descriptor, 'rb')


def hash_file(path: str) -> str:
    """SHA-256 of a regular file of any size; OSError."""
    digest = hashlib.sha256()
    with open_file(path) as handle:
        for block in iter(lambda: handle.read(MEBIBYTE), b''):
            digest.update(block)
    return digest.hexdigest()


def below(root: str, *names: str) -> str:
    """The path of `names` below `root`; ValueError where a name or a link leads out of it."""
    parts = [part for name in names for part in name.split('/')]
    if any(part in ('', '.', '..') or '\0' in part or '\\' in part for part in parts):
        raise ValueError('/'.join(names))
    path = os.path.join(os.path.realpath(root), *parts)
    if os.path.realpath(os.path.dirname(path)) != os.path.dirname(path):
        raise ValueError('/'.join(names))
    return path


def read_sums(content: bytes) -> dict[str, str]:
    """{name: SHA-256} of a SHA256SUMS; ValueError names the line that is none."""
    sums: dict[str, str] = {}
    *lines, tail = content.decode('utf-8', 'surrogateescape').split('\n')
    for number, line in enumerate([*lines, tail] if tail else lines, 1):
        found = SUM_LINE.fullmatch(line)
        if not found or found[2] in sums or (tail and number > len(lines)):
            raise ValueError(str(number))
        sums[found[2]] = found[1]
    return sums


def mapping(value: Any) -> Row:
    """`value` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Row]:
    """The objects in a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: Any) -> dict[str, str]:
    """What of an object maps text to text."""
    return {key: item for key, item in mapping(value).items() if isinstance(item, str)}


def cause(error: Exception) -> str:
    """The reason in an error, short."""
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error))[:200]


# ---------------------------------------------------------------------------------------------------- one check


@dataclass
class Finding:
    """What was found about `item`: `ok` True, False, or None where it could not be checked here."""

    item: str
    ok: bool | None
    text_key: str
    values: Row

    def text(self, language: str = 'en') -> str:
        """In words."""
        return text(self.text_key, language, **self.values)

    def as_dict(self, language: str = 'en') -> Row:
        """For machines."""
        return {'item': self.item, 'ok': self.ok, 'text_key': self.text_key, 'text': self.text(language)}


class Problem(ValueError):
    """What was asked for names nothing that could be checked."""

    def __init__(self, key: str, **values: Any):
        self.key, self.values = key, values
        super().__init__(text(key, 'en', **values))


def check(what: str, filing: str | None = None, deep: bool = False) -> list[Finding]:
    """Everything that can be said of `what`: a file, a folder, a code on paper, the text of a QR code, a number.

    `filing`: the directory that holds register.jsonl; looked for above the file (or here) when None. `deep`: read the
    recovery points to the last byte whatever their size. Problem (a ValueError) where `what` names nothing.
    """
    return Check(filing, deep).of(what)


class Check:
    """One check: findings in the order in which one would look."""

    def __init__(self, filing: str | None, deep: bool):
        self.filing, self.deep, self.budget = filing, deep, QUICK_LIMIT
        self.findings: list[Finding] = []
        self.rows: list[Row] = []
        self.tips: set[str] = {FIRST}
        self.register: list[Finding] = []

    def add(self, item: str, ok: bool | None, key: str, **values: Any) -> None:
        """Note a finding."""
        self.findings.append(Finding(printable(item), ok, key, values))

    def of(self, what: str) -> list[Finding]:
        """See check."""
        path = os.path.join(what, RECORD) if os.path.isfile(os.path.join(what, RECORD)) else what
        is_file = os.path.isfile(path)
        self._find_filing(os.path.dirname(os.path.realpath(path)) if is_file else os.getcwd())
        if not is_file and self.filing is None:
            raise Problem('needs_filing', what=what)
        self._read_register()
        if any(finding.ok is False for finding in self.register):
            # Nothing can be said by a register that is broken, so this comes first.
            self.findings, self.register = self.register, []
        row = self._given(path) if is_file else self._named(what)
        if row:
            self._row(row)
        elif is_file:
            self._sums(os.path.dirname(os.path.abspath(path)), {})
        self.findings += self.register
        self._others(row)
        self._points(mapping(row or self._content_of(path)))
        return self.findings

    # What was given

    def _find_filing(self, start: str) -> None:
        if self.filing is not None:
            return
        folder = start
        for _step in range(CLIMB):
            if os.path.isfile(os.path.join(folder, REGISTER)):
                self.filing = folder
                return
            folder = os.path.dirname(folder)

    def _read_register(self) -> None:
        """The rows; the findings about the register itself come later, in their place."""
        before, self.findings = self.findings, []
        self._check_register()
        self.register, self.findings = self.findings, before

    def _check_register(self) -> None:
        path = os.path.join(self.filing or '.', REGISTER)
        try:
            content = read_file(path, REGISTER_LIMIT)
            if not content.endswith(b'\n'):
                time.sleep(0.3)  # somebody may just be writing
                content = read_file(path, REGISTER_LIMIT)
        except OSError as error:
            if self.filing is None:
                return self.add(REGISTER, None, 'register_none', path=REGISTER)
            return self.add(path, False, 'file_gone', reason=cause(error))
        self.rows, faults, tail = read_chain(content)
        self.tips |= {sha256(canonical(row)) for row in self.rows}
        for key, values in faults[:FAULTS_SHOWN]:
            self.add(REGISTER, False, key, **values)
        if tail:
            self.add(REGISTER, False, 'register_torn', bytes=len(tail))
        if not faults and not tail:
            tip = sha256(canonical(self.rows[-1])) if self.rows else FIRST
            self.add(path, True, 'register_whole', rows=len(self.rows), tip=tip)
        return None

    def _named(self, what: str) -> Row | None:
        """The row of a number, a code, a QR text, a run or a hash."""
        seal = SEAL.fullmatch(what.strip())
        found = named(self.reports(), seal[1] if seal else what)
        if len({row['number'] for row in found}) > 1:
            raise Problem('entry_many', what=what, numbers=', '.join(row['number'] for row in found[-FAULTS_SHOWN:]))
        if not found:
            self.add(what, False, 'entry_none')
            return None
        self.add(what, True, 'entry_found', row=found[0]['row'], number=found[0]['number'])
        return found[0]

    def reports(self) -> list[Row]:
        """The rows of kind report."""
        return [row for row in self.rows if row['kind'] == 'report' and row['number']]

    def _content_of(self, path: str) -> Row | None:
        """The record in the file that was given, for what no register tells."""
        try:
            content = read_file(path, PDF_LIMIT, follow=True)
            return parse(embedded_record(content) if content.startswith(b'%PDF') else content)
        except (OSError, ValueError):
            return None

    def _given(self, path: str) -> Row | None:
        """Look at the file that was given; returns the row (report or recap) to which it belongs."""
        label = os.path.basename(path)
        try:
            content = read_file(path, PDF_LIMIT, follow=True)
        except OSError as error:
            self.add(label, False, 'file_broken', reason=cause(error))
            return None
        digest = sha256(content)
        row = self._row_of_file(digest) or self._row_of_folder(path)
        inner, broken = self._inside(label, content)
        for name, document in inner.items():
            item = label if document is content else f'{label}: {name}'
            row = self._document(item, name, document, row) or row
        if row:
            self._given_file(label, digest, row)
        elif RECORD not in inner and not broken:
            self.add(label, False if self.filing else None, 'file_unknown')
        self._beside(path, label, inner.get(RECORD))
        return row

    def _inside(self, label: str, content: bytes) -> tuple[dict[str, bytes], bool]:
        """({name: bytes} of record, receipt or recap that the file is or holds, whether it should but does not)."""
        if content.startswith(b'%PDF'):
            try:
                return embedded_files(content, (RECORD, RECEIPT, RECAP)), False
            except ValueError as error:
                self.add(label, False, 'embedded_broken', reason=str(error)[:200])
                return {}, True
        if content.lstrip()[:1] != b'{':
            return {}, False
        try:
            document = parse(content)
        except ValueError as error:
            self.add(label, False, 'file_broken', reason=str(error)[:200])
            return {}, True
        if document.get('kind') == 'receipt':
            return {RECEIPT: content}, False
        is_record = isinstance(mapping(document.get('run')).get('id'), str) and isinstance(document.get('sites'), list)
        return ({RECORD: content} if is_record else {}), False

    def _document(self, item: str, name: str, content: bytes, row: Row | None) -> Row | None:
        """A record or receipt, wherever it was found, against the register."""
        try:
            document = parse(content)
        except ValueError as error:
            self.add(item, False, 'embedded_broken', reason=str(error)[:200])
            return row
        if name == RECEIPT:
            number = document.get('number')
            return row or next((known for known in self.reports() if known['number'] == number), None)
        return self._record(item, document, content) if name == RECORD else row

    def _record(self, item: str, document: Row, content: bytes) -> Row | None:
        """The row of a record, by its hash; else by its run or its number, which makes it a changed or a false one."""
        number, run = mapping(document.get('register')).get('number'), mapping(document.get('run')).get('id')
        code, digest, reports = code_of(content), sha256(content), self.reports()
        same = [row for row in reports if row.get('record_sha256') == digest]
        if same:
            self.add(item, True, 'record_same', code=code)
            return same[0]
        by_number = [row for row in reports if row['number'] == number]
        by_run = [row for row in reports if run is not None and row.get('run') == run]
        if by_run:
            expected = by_run[0]
            values = {'number': expected['number'], 'found': digest, 'expected': expected.get('record_sha256')}
            self.add(item, False, 'record_changed', **values)
            return expected
        if by_number:
            self.add(item, False, 'record_claims', number=number, run=run, registered=by_number[0].get('run'))
            return None
        if number is None:
            self.add(item, None, 'record_plain', code=code)
        elif self.filing is None:
            self.add(item, None, 'record_alone', number=number, code=code)
        else:
            last = reports[-1]['number'] if reports else '-'
            self.add(item, False, 'record_unregistered', number=number, last=last)
        return None

    def _row_of_file(self, digest: str) -> Row | None:
        """The report or recap to which a registered file belongs."""
        for row in self.rows:
            if digest in [*texts(row.get('documents')).values(), row.get('file_sha256'), row.get('record_sha256')]:
                return row if row['kind'] == 'recap' else self._report(row['number'])
        return None

    def _row_of_folder(self, path: str) -> Row | None:
        if self.filing is None:
            return None
        folder = os.path.relpath(os.path.dirname(os.path.realpath(path)), os.path.realpath(self.filing))
        folder = folder[: -len('/attachments')] if folder.endswith('/attachments') else folder
        return next((row for row in self.rows if row.get('folder') == folder.replace(os.sep, '/')), None)

    def _report(self, number: Any) -> Row | None:
        return next((row for row in self.reports() if row['number'] == number), None)

    def _given_file(self, label: str, digest: str, row: Row) -> None:
        """The file itself against what the register says of one of its name (a copy may have another name)."""
        registered = self._registered(row)
        if digest == row.get('record_sha256'):
            return  # said already
        if digest in registered.values():
            self.add(label, True, 'file_same')
        else:
            expected = registered.get(label) or registered.get(f'attachments/{label}')
            expected = expected or (row.get('record_sha256') if label == RECORD else None)
            if expected:
                self.add(label, False, 'file_changed', found=digest, expected=expected, where=REGISTER)
            elif label not in (SUMS, 'events.jsonl', 'ansible.log'):
                self.add(label, False, 'file_unknown')

    def _beside(self, path: str, label: str, record: bytes | None) -> None:
        """Without a register the record beside a PDF is all there is to compare."""
        other = os.path.join(os.path.dirname(path), RECORD)
        if record is None or self.filing is not None or not os.path.isfile(other) or label == RECORD:
            return
        try:
            if read_file(other, JSON_LIMIT) != record:
                self.add(label, False, 'embedded_differs')
        except OSError as error:
            self.add(other, False, 'file_broken', reason=cause(error))

    # What the register says is there

    def _registered(self, row: Row) -> dict[str, str]:
        """{file in the folder: SHA-256} of everything that rows say of a report, or of a recap."""
        result = dict(texts(row.get('documents')))
        for other in self.rows if row['kind'] == 'report' else []:
            if other['number'] == row['number'] and other['kind'] == 'receipt':
                result.update(texts(other.get('documents')))
            if other['number'] == row['number'] and other['kind'] == 'attachment':
                result[f'attachments/{other.get("file")}'] = str(other.get('file_sha256'))
        return result

    def _row(self, row: Row) -> None:
        """Record, documents and sums of a report or a recap in its folder."""
        folder = row.get('folder')
        try:
            path = below(str(self.filing), str(folder))
            if os.path.islink(path):
                raise ValueError(path)
        except ValueError:
            return self.add(str(folder), False, 'file_unsafe')
        registered = self._registered(row)
        if row['kind'] == 'report':
            self._recorded(row, os.path.join(path, RECORD), f'{folder}/{RECORD}')
        for name, expected in sorted(registered.items()):
            self._file(path, f'{folder}/{name}', name, expected)
        if row['kind'] == 'report':
            self._unregistered(path, str(folder), registered)
        if RECEIPT in registered:
            self._receipt(row, os.path.join(path, RECEIPT), f'{folder}/{RECEIPT}')
        named_files = [*registered, *([RECORD] if row['kind'] == 'report' else [])]
        return self._sums(path, {name: '' for name in named_files if '/' not in name})

    def _unregistered(self, path: str, shown: str, registered: dict[str, str]) -> None:
        """A receipt or an attachment that lies there, of which no row speaks: rows may have been cut off."""
        receipts = [name for name in _names(path) if name == RECEIPT]
        for name in [*receipts, *(f'attachments/{name}' for name in _names(os.path.join(path, 'attachments')))]:
            if name not in registered:
                self.add(f'{shown}/{name}', False, 'file_unregistered')

    def _recorded(self, row: Row, path: str, item: str) -> None:
        """record.json against its row, its code and its number."""
        try:
            content = read_file(path, JSON_LIMIT)
        except OSError as error:
            return self.add(item, False, 'file_gone', reason=cause(error))
        found, expected = sha256(content), str(row.get('record_sha256'))
        if found != expected:
            return self.add(item, False, 'record_changed', number=row['number'], found=found, expected=expected)
        if plain_code(str(row.get('code'))) != plain_code(code_of(content)):
            self.add(REGISTER, False, 'row_code', found=row.get('code'))
        try:
            record = parse(content)
        except ValueError as error:
            return self.add(item, False, 'file_broken', reason=str(error)[:200])
        number = mapping(record.get('register')).get('number')
        if number != row['number']:
            return self.add(item, False, 'record_number', found=number, expected=row['number'])
        self.add(item, True, 'record_same', code=code_of(content))
        return self._period(objects(mapping(record.get('period')).get('runs')), item)

    def _period(self, runs: list[Row], where: str) -> None:
        """The records of the runs that a report of a period sums up; their folders are named by their start."""
        for run in runs:
            name, expected = str(run.get('run')), run.get('record_sha256')
            if isinstance(expected, str):
                path = f'{name[:4]}/{name[4:6]}/{name}/{RECORD}'
                self._file(str(self.filing), path, path, expected, where)

    def _file(self, folder: str, item: str, name: str, expected: str, where: str = REGISTER) -> None:
        """A file in a folder against the hash that `where` gives."""
        try:
            found = hash_file(below(folder, name))
        except OSError as error:
            return self.add(item, False, 'file_gone', reason=cause(error))
        except ValueError:
            return self.add(item, False, 'file_unsafe')
        if found != expected:
            return self.add(item, False, 'file_changed', found=found, expected=expected, where=where)
        return self.add(item, True, 'file_same')

    def _receipt(self, row: Row, path: str, item: str) -> None:
        """The receipt speaks of this report."""
        try:
            receipt = parse(read_file(path, JSON_LIMIT))
        except (OSError, ValueError) as error:
            return self.add(item, False, 'file_broken', reason=cause(error))
        expected = {key: row.get(key) for key in ('number', 'record_sha256', 'run')}
        expected.update(report_row=row['row'], report_row_sha256=row['sha256'])
        for key in [key for key in expected if key in receipt and receipt[key] != expected[key]]:
            self.add(item, False, 'receipt_differs', what=key)
        return None

    def _sums(self, folder: str, needed: Row) -> None:
        """SHA256SUMS of a folder: every line holds, and it names what it should."""
        item = os.path.join(os.path.basename(folder), SUMS)
        try:
            sums = read_sums(read_file(os.path.join(folder, SUMS), JSON_LIMIT))
        except FileNotFoundError:
            return self.add(item, False if needed else None, 'sums_none')
        except OSError as error:
            return self.add(item, False, 'file_broken', reason=cause(error))
        except ValueError as error:
            return self.add(item, False, 'sums_line', line=str(error)[:20])
        before = len(self.findings)
        for name, expected in sorted(sums.items()):
            self._file(folder, f'{item}: {name}', name, expected, SUMS)
        failed = [finding for finding in self.findings[before:] if not finding.ok]
        self.findings[before:] = failed  # what holds is one finding, not one a file
        lacking = [name for name in needed if name not in sums and name not in (RECEIPT, 'receipt.html', 'receipt.pdf')]
        for name in lacking:
            self.add(item, False, 'sums_lacks', name=name)
        if not failed and not lacking:
            self.add(item, True, 'sums_hold', count=len(sums))
        return None

    # What else lies in the filing directory

    def _others(self, row: Row | None) -> None:
        """What recaps, receipts and other records prove about the end of the register, and who claims our number."""
        for known in self.rows:
            if known['kind'] == 'recap' and known.get('tip') not in (None, known['previous']):
                self.add(REGISTER, False, 'recap_tip', row=known['row'], month=known.get('month'))
        if self.filing is None:
            return
        recaps = {str(known.get('folder')) for known in self.rows if known['kind'] == 'recap'}
        for path, document in self._documents('recaps', RECAP):
            tip = mapping(document.get('tip')).get('sha256')
            if isinstance(tip, str) and tip not in self.tips:
                self.add(REGISTER, False, 'register_cut', path=path, tip=tip)
            elif os.path.dirname(path).replace(os.sep, '/') not in recaps:
                self.add(path, None, 'file_unregistered')
        numbers = {known['number'] for known in self.reports()}
        # The record of a registered folder is looked at when that report is checked.
        for path, document in self._documents('', RECORD, {str(known.get('folder')) for known in self.reports()}):
            self._other_record(path, document, numbers, row)

    def _other_record(self, path: str, document: Row, numbers: set[str], row: Row | None) -> None:
        number = mapping(document.get('register')).get('number')
        folder = os.path.dirname(path)
        if number is None:
            return
        if number not in numbers:
            accepted = os.path.exists(os.path.join(str(self.filing), folder, RECEIPT))
            key = 'register_lacks' if accepted else 'register_unissued'
            self.add(REGISTER, False if accepted else None, key, path=path, number=number)
        elif row and number == row['number'] and folder != row.get('folder'):
            run = mapping(document.get('run')).get('id')
            self.add(path, False, 'record_claims', number=number, run=run, registered=row.get('run'))

    def _documents(self, folder: str, name: str, but: frozenset[str] | set[str] = frozenset()) -> Iterator[Any]:
        """(path below the filing directory, content) of the documents of a name, `but` those in these folders.

        What does not read is skipped, and of records those without a number, which are most of them.
        """
        root, pattern = str(self.filing), re.compile(r'\d{4}-\d\d(\.\d+)?' if folder else r'\d{4}')
        for first in [entry for entry in _names(os.path.join(root, folder)) if pattern.fullmatch(entry)]:
            base = os.path.join(folder, first)
            paths = [base] if folder else [
                os.path.join(base, month, run)
                for month in _names(os.path.join(root, base)) for run in _names(os.path.join(root, base, month))
            ]  # fmt: skip
            for path in [path for path in paths[:FILES_LIMIT] if path.replace(os.sep, '/') not in but]:
                try:
                    content = read_file(below(root, path, name), JSON_LIMIT)
                    if name != RECORD or NUMBERED.search(content):
                        yield os.path.join(path, name), parse(content)
                except (OSError, ValueError):
                    continue

    # Recovery points

    def _points(self, row: Row) -> None:
        for site in objects(row.get('sites')):
            point, name = site.get('recovery_point'), site.get('site')
            if isinstance(point, str) and isinstance(name, str):
                self._point(site, name, point)

    def _point(self, site: Row, name: str, point: str) -> None:
        repository, item = mapping(site.get('repository')), f'{name}/{point}'
        location = str(repository.get('location'))
        if repository.get('store') == 'restic':
            return self.add(item, None, 'point_restic', location=location)
        if not os.path.isabs(location) or not os.path.isfile(os.path.join(location, '.rawat-repository')):
            return self.add(item, None, 'point_elsewhere', location=location)
        try:
            folder = below(location, name, point)
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                raise ValueError(folder)
            return self._stored(site, item, folder)
        except ValueError:
            return self.add(item, False, 'file_unsafe')
        except FileNotFoundError:
            return self.add(item, False, 'point_gone', location=location)
        except OSError as error:
            return self.add(item, None, 'point_denied', location=location, reason=cause(error))

    def _stored(self, site: Row, item: str, folder: str) -> None:
        """Manifest, sums and files of one recovery point in a directory of this machine."""
        try:
            sums = read_sums(read_file(os.path.join(folder, SUMS), JSON_LIMIT))
        except FileNotFoundError as error:
            return self.add(f'{item}/{SUMS}', False, 'file_gone', reason=cause(error))
        except ValueError as error:
            return self.add(f'{item}/{SUMS}', False, 'sums_line', line=str(error)[:20])
        for part in [*objects(site.get('databases')), *objects(site.get('webroots'))]:
            expected, file = part.get('stored_sha256') or part.get('sha256'), part.get('file')
            if file and expected and sums.get(str(file)) != expected:
                self.add(item, False, 'part_differs', file=file)
        if 'manifest.json' not in sums:
            return self.add(f'{item}/{SUMS}', False, 'sums_lacks', name='manifest.json')
        files = [(folder, name, expected) for name, expected in sorted(sums.items())]
        files += self._bases(folder, item)
        total = sum(os.lstat(os.path.join(where, name)).st_size for where, name, _expected in files)
        whole = self.deep or total <= self.budget
        self.budget -= total if whole else 0
        before = len(self.findings)
        for where, name, expected in files if whole else [(folder, 'manifest.json', sums['manifest.json'])]:
            self._file(where, f'{site.get("site")}/{os.path.basename(where)}/{SUMS}: {name}', name, expected, SUMS)
        failed = [finding for finding in self.findings[before:] if not finding.ok]
        self.findings[before:] = failed
        if failed:
            return None
        key, values = ('point_whole', {'count': len(files)}) if whole else ('point_present', {'bytes': total})
        return self.add(item, True if whole else None, key, **values)

    def _bases(self, folder: str, item: str) -> list[tuple[str, str, str]]:
        """(folder, file, SHA-256) of the fulls in other points on which this one's differences rest."""
        try:
            manifest = parse(read_file(os.path.join(folder, 'manifest.json'), JSON_LIMIT))
        except ValueError as error:
            self.add(f'{item}/manifest.json', False, 'file_broken', reason=str(error)[:200])
            return []
        result = []
        for part in objects(manifest.get('webroots')):
            base = mapping(part.get('base'))
            if base:
                other = below(os.path.dirname(folder), str(base.get('point')))
                sums = read_sums(read_file(os.path.join(other, SUMS), JSON_LIMIT))
                result.append((other, str(base.get('file')), sums.get(str(base.get('file')), '')))
        return result


def _names(folder: str) -> list[str]:
    """What lies in a folder, sorted; nothing where there is none."""
    try:
        return sorted(os.listdir(folder))[:FILES_LIMIT]
    except OSError:
        return []


def named(reports: list[Row], what: str) -> list[Row]:
    """The report rows that `what` names: a number in any spelling, a code on paper, a run id, a record's SHA-256."""
    what = what.strip()
    short = SHORT.fullmatch(what)
    if short:
        return [row for row in reports if _is_number(row['number'], *short.groups())]
    code = plain_code(what)
    return [
        row
        for row in reports
        if what in (row.get('run'), row.get('record_sha256'))
        or (code and code == plain_code(str(row.get('code'))))
    ]


def _is_number(number: str, ordinal: str, code: str | None, year: str | None) -> bool:
    found = NUMBER.fullmatch(number)
    return bool(
        found
        and int(found[1]) == int(ordinal)
        and (code is None or found[2].upper() == code.upper())
        and year in (None, found[3])
    )


# -------------------------------------------------------------------------------------------- the command line


def exit_code(findings: list[Finding]) -> int:
    """1 where anything failed, else 0."""
    return FAILED if any(finding.ok is False for finding in findings) else GOOD


def conclusion(findings: list[Finding], language: str) -> str:
    """One line: the first thing that fails, or that all is good and how much could not be checked."""
    for finding in findings:
        if finding.ok is False:
            return text('some_bad', language, item=finding.item, text=finding.text(language))
    unchecked = sum(finding.ok is None for finding in findings)
    rest = text('unchecked', language, count=unchecked) if unchecked else ''
    return text('all_good', language, count=len(findings) - unchecked, rest=rest)


def lines(findings: list[Finding], language: str) -> list[str]:
    """What people read: the conclusion, then every finding in its order."""
    words = {True: 'word_true', False: 'word_false', None: 'word_none'}
    width = max(len(text(key, language)) for key in words.values())
    shown = [
        f'{text(words[finding.ok], language):{width}}  {finding.item}: {finding.text(language)}' for finding in findings
    ]
    return [conclusion(findings, language), *shown]


def as_document(findings: list[Finding], language: str) -> Row:
    """What machines read."""
    items = [finding.as_dict(language) for finding in findings]
    return {'exit_code': exit_code(findings), 'conclusion': conclusion(findings, language), 'findings': items}


def our_language() -> str:
    """'id' or 'en' by RAWAT_LANG or the locale; Indonesian where nothing is said."""
    said = [os.environ.get(key) for key in ('RAWAT_LANG', 'LC_ALL', 'LC_MESSAGES', 'LANG')]
    chosen = next((value for value in said if value), '')
    return 'en' if chosen.lower().startswith('en') else 'id'


def _arguments(given: list[str], language: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=text('usage', language))
    parser.add_argument('what', nargs='?', help=text('usage_what', language))
    parser.add_argument('--filing', metavar='DIR', help=text('usage_filing', language))
    parser.add_argument('--deep', action='store_true', help=text('usage_deep', language))
    parser.add_argument('--json', action='store_true', help=text('usage_json', language))
    parser.add_argument('--language', choices=('id', 'en'), default=language, help=text('usage_language', language))
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """The command; without an argument it checks the archive in which this file lies. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, 'reconfigure', lambda **_options: None)(errors='backslashreplace')
    chosen = _arguments(sys.argv[1:] if given is None else given, our_language())
    here = os.path.dirname(os.path.abspath(__file__))
    what = chosen.what or (here if os.path.isfile(os.path.join(here, RECORD)) else None)
    try:
        if what is None:
            raise Problem('needs_what')
        findings = check(what, chosen.filing, chosen.deep)
    except Problem as problem:
        print(text(problem.key, chosen.language, **problem.values), file=sys.stderr)
        return USAGE
    if chosen.json:
        print(json.dumps(as_document(findings, chosen.language), sort_keys=True))
    else:
        print('\n'.join(lines(findings, chosen.language)))
    return exit_code(findings)


if __name__ == '__main__':
    sys.exit(main())
