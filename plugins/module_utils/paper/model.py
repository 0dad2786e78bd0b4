# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document as data: what it says, in which order, in one language; every format is set from this alone.

Everything is plain JSON (dict, list, str, int, bool, None), so that a renderer in another language (typst) reads it as
it is. The constructors below are the only way to make it: they take every text through `formats.printable`, so that
nothing that a stranger wrote into a record can hide or move anything on paper. Breaking long names is for renderers.

A cell is a text, a list of texts (one line each), or what :func:`text` makes (or a list of these).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

from ansible_collections.rawat.website.plugins.module_utils.formats import printable

Block = dict[str, Any]
Span = dict[str, Any]
Cell = Union[str, Span, Sequence[Union[str, Span]]]

PARAGRAPHS = ('normal', 'small', 'lead', 'cause', 'note')
SIGNATURE_ROOM = 30  # mm of height for ink, a stamp or the visual of a certified electronic signature (26 by 26 mm)
ALIGNMENTS = frozenset('lrc')


def text(value: object, *, strong: bool = False, mono: bool = False, small: bool = False) -> Span:
    """A piece of text with its dress; `mono` is for hashes and paths."""
    return {'text': printable(value), 'strong': strong, 'mono': mono, 'small': small}


def cell(value: Cell) -> list[Span]:
    """Any cell as a list of lines, each a span."""
    if isinstance(value, (str, dict)):
        return [_span(value)]
    return [_span(item) for item in value]


def _span(value: str | Span) -> Span:
    return text(value) if isinstance(value, str) else value


def heading(words: str, level: int = 1) -> Block:
    """A heading of level 1 to 3."""
    return {'type': 'heading', 'text': printable(words), 'level': level}


def paragraph(words: Cell, style: str = 'normal') -> Block:
    """A paragraph out of one or more spans, which follow each other on the line; `style` is one of PARAGRAPHS."""
    if style not in PARAGRAPHS:
        raise ValueError(f'paragraph style {style!r} is not one of {", ".join(PARAGRAPHS)}')
    return {'type': 'paragraph', 'spans': cell(words), 'style': style}


def facts(rows: Sequence[tuple[str, Cell]]) -> Block:
    """Labels and what belongs to them, without lines."""
    return {'type': 'facts', 'rows': [[printable(label), cell(value)] for label, value in rows]}


def table(
    heads: Sequence[str], rows: Sequence[Sequence[Cell]], widths: Sequence[int], size: str = 'normal', align: str = ''
) -> Block:
    """A ruled table; `widths` are relative, one a column; `align` has a letter (l, r, c) for each column.

    Raises ValueError when rows, widths and heads do not fit: a renderer would overlap them silently.
    """
    align = align or 'l' * len(heads)
    if not len(heads) == len(widths) == len(align) or not set(align) <= ALIGNMENTS or min(widths) <= 0:
        raise ValueError(f'table {heads}: {len(widths)} widths and the alignment {align!r} for {len(heads)} columns')
    if wrong := [row for row in rows if len(row) != len(heads)]:
        raise ValueError(f'table {heads}: a row of {len(wrong[0])} cells')
    return {
        'type': 'table',
        'heads': [printable(head) for head in heads],
        'rows': [[cell(value) for value in row] for row in rows],
        'widths': list(widths),
        'align': list(align),
        'size': size,
    }


def bullets(items: Sequence[Cell], ordered: bool = False) -> Block:
    """A list; an item's spans follow each other on the line."""
    return {'type': 'bullets', 'items': [cell(item) for item in items], 'ordered': ordered}


def bars(rows: Sequence[tuple[str, int, str]]) -> Block:
    """(label, whole percent, what is written behind the bar) each."""
    found = [[printable(label), max(0, min(100, percent)), printable(words)] for label, percent, words in rows]
    return {'type': 'bars', 'rows': found}


def figures(items: Sequence[tuple[str, str]]) -> Block:
    """Large figures with a label below each, side by side."""
    return {'type': 'figures', 'items': [[printable(figure), printable(label)] for figure, label in items]}


def signature(
    role: str,
    name: str = '',
    identity: str = '',
    place: str = '',
    lines: Sequence[str] = (),
    room: int = SIGNATURE_ROOM,
) -> dict[str, Any]:
    """Who signs: `place` (and date) above, `role`, room in mm, name, identity (NIP), further lines."""
    texts = {'role': role, 'name': name, 'identity': identity, 'place': place}
    known = {key: printable(value) for key, value in texts.items()}
    return {**known, 'lines': [printable(line) for line in lines], 'room': room}


def signatures(people: Sequence[dict[str, Any]]) -> Block:
    """One to three :func:`signature` side by side, never torn from each other by a page."""
    return {'type': 'signatures', 'people': list(people)}


def label(title: str, lines: Sequence[str], qr: str) -> dict[str, Any]:
    """One label of :func:`labels`."""
    return {'title': printable(title), 'lines': [printable(line) for line in lines], 'qr': qr}


def labels(items: Sequence[dict[str, Any]]) -> Block:
    """Labels for media, two beside each other, to be cut out."""
    return {'type': 'labels', 'items': list(items)}


def landscape() -> Block:
    """What follows stands on pages on their side."""
    return {'type': 'landscape'}


def portrait() -> Block:
    """What follows stands on upright pages again."""
    return {'type': 'portrait'}


def page_break() -> Block:
    """What follows starts on a new page."""
    return {'type': 'page_break'}


def seal_here() -> Block:
    """Where the seal of the document stands; without this before the annexes (the first turn of the page), or last."""
    return {'type': 'seal'}


def seal(number: str, sha256: str, code: str, qr: str, lines: Sequence[str]) -> dict[str, Any]:
    """The box with the code of the record: what is scanned or typed to find it again."""
    return {
        'number': printable(number), 'sha256': sha256, 'code': code, 'qr': qr,
        'lines': [printable(line) for line in lines],
    }  # fmt: skip


def document(
    kind: str,
    language: str,
    title: str,
    blocks: Sequence[Block],
    *,
    timestamp: str,
    subtitle: Sequence[str] = (),
    letterhead: dict[str, Any] | None = None,
    head: Sequence[tuple[str, Cell]] = (),
    date_line: str = '',
    recipient: Sequence[str] = (),
    foot: str = '',
    page_words: tuple[str, str] = ('Halaman', 'dari'),
    closing_seal: dict[str, Any] | None = None,
    orientation: str = 'portrait',
) -> dict[str, Any]:
    """The whole. `kind` names its template ('report'); `timestamp` (UTC) is the only time that a format may write.

    `letterhead`: {'lines': [str], 'address': str, 'logo': path or None}; `head`: Nomor, Sifat, Lampiran, Hal.
    """
    return {
        'kind': kind,
        'language': language,
        'title': printable(title),
        'subtitle': [printable(line) for line in subtitle],
        'letterhead': letterhead and {**letterhead, 'lines': [printable(line) for line in letterhead['lines']]},
        'head': [[printable(name), cell(value)] for name, value in head],
        'date_line': printable(date_line),
        'recipient': [printable(line) for line in recipient],
        'blocks': list(blocks),
        'foot': printable(foot),
        'page_words': list(page_words),
        'seal': closing_seal,
        'timestamp': timestamp,
        'orientation': orientation,
    }
