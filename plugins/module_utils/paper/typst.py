# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document as PDF/A-3a and PDF/UA-1 through typst: tagged, with its files embedded, the same bytes every time.

The document travels as JSON, so that nothing in it can be markup. typst writes no file and reads none but those laid
out in a directory of its own: our templates under /rawat, the user's beside /data.json, the embedded files.
Facts about typst 0.15: docs/paper.md.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.filing.handed import here
from ansible_collections.rawat.website.plugins.module_utils.paper import layout, seal
from ansible_collections.rawat.website.plugins.module_utils.paper.layout import PaperError, PaperMissing

STANDARDS = ['a-3a', 'ua-1']
MIMES = {'.json': 'application/json', '.jsonl': 'application/jsonl', '.pdf': 'application/pdf', '.py': 'text/x-python'}
SOURCE = 'record.json'  # what the document was made from; other files only supplement it
UNSHOWABLE = re.compile(r'the text `"(.+?)"` could not be displayed')
PROBE = """#set document(title: "t")
#set text(font: ({font}, "Libertinus Serif"))
#let words = json(bytes({words}))
#words #text(font: "DejaVu Sans Mono", words) #strong(words)
"""
USUAL = re.compile(r'[\x20-\x7e\xa0-\u017f\u2010-\u2026]*')  # what every face of ours has


def render(
    document: dict[str, Any],
    attachments: dict[str, bytes] | None = None,
    template_directory: str | Path | None = None,
    font: str = '',
    fonts: str | Path | None = None,
) -> bytes:
    """The PDF of `document` with `attachments` (name to bytes) embedded; equal input gives equal bytes.

    `font` is a family that is set instead of Libertinus Serif, out of the directory `fonts`; fonts of the system are
    never used. A letter that no face has is written as its number (\\u4e2d), as everything invisible is.
    Raises PaperMissing without typst, PaperError naming the template when it does not compile.
    """
    chosen = layout.template(document['kind'], '.typ', template_directory)
    fonts = here(fonts) if fonts else None
    _check_font(font, str(fonts or ''))
    data = _escaped(_data(document, attachments or {}, font), font, str(fonts or ''))
    with tempfile.TemporaryDirectory(prefix='rawat-paper-') as folder:
        main = _lay_out(Path(folder), chosen, data, document, attachments or {})
        return _compile(main, Path(folder), str(chosen), fonts, document['timestamp'])


def _typst() -> Any:
    try:
        import typst
    except ImportError:
        message = "PDF needs the Python package typst, which is not installed here: pip install 'rawat[paper]'"
        raise PaperMissing(message) from None
    return typst


def _compile(main: Path, root: Path, template: str, fonts: str | Path | None, timestamp: str) -> bytes:
    typst = _typst()
    when = datetime.strptime(timestamp, '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=timezone.utc)
    try:
        found = typst.compile(
            str(main), root=str(root), format='pdf', pdf_standards=STANDARDS, timestamp=when,
            ignore_system_fonts=True, font_paths=[str(fonts)] if fonts else [],
        )  # fmt: skip
    except typst.TypstError as error:
        raise PaperError(f'{template}: typst: {error.diagnostic.strip()}') from None
    return bytes(found)


def _check_font(font: str, fonts: str) -> None:
    """A family that is not there would be replaced by another without a word. Raises PaperError."""
    if fonts and not Path(fonts).is_dir():
        raise PaperError(f'website_office.fonts: {fonts} is not a directory; correct it or leave it out')
    if font and font not in (families := _families(fonts)):
        raise PaperError(
            f'website_office.font: the family {font!r} is neither among the fonts of typst nor in website_office.fonts '
            f'({fonts or "not set"}); there are: {", ".join(families)}'
        )


@lru_cache(maxsize=8)
def _families(fonts: str) -> tuple[str, ...]:
    found = _typst().Fonts(include_system_fonts=False, font_paths=[fonts] if fonts else [])
    return tuple(sorted(found.families()))


def _data(document: dict[str, Any], attachments: dict[str, bytes], font: str) -> dict[str, Any]:
    """What the template reads as /data.json: the document, in sections, with pictures of its QR codes."""
    head = document['letterhead']
    logo = (head or {}).get('logo')
    level = 0
    parts = []
    for section in layout.sections(document):
        blocks = []
        for block, following in zip(section['blocks'], [*section['blocks'][1:], None]):
            drawn = _block(block)
            if block['type'] == 'heading':  # PDF/UA: a level is never left out
                level = drawn['level'] = min(block['level'], level + 1)
            drawn['sticky'] = bool(following) and following['type'] == 'signatures'
            blocks.append(drawn)
        parts.append({'orientation': section['orientation'], 'blocks': blocks})
    return {
        **document,
        'letterhead': head and {**head, 'logo': f'/logo{Path(logo).suffix.lower()}' if logo else None},
        'blocks': [],
        'sections': parts,
        'foot': layout.foot(document),
        'author': (head or {}).get('lines', [])[:1],
        'font': font,
        'attachments': [_attachment(index, name) for index, name in enumerate(attachments)],
    }


def _block(block: dict[str, Any]) -> dict[str, Any]:
    if block['type'] == 'labels':
        return {**block, 'items': [{**item, 'image': seal.qr_svg(item['qr'])} for item in block['items']]}
    if block['type'] == 'seal':
        return {**block, 'image': seal.qr_svg(block['qr'])}
    return dict(block)


def _attachment(index: int, name: str) -> dict[str, str]:
    return {
        'name': name,
        'path': str(index),
        'mime': MIMES.get(Path(name).suffix, 'application/octet-stream'),
        'relationship': 'source' if name == SOURCE else 'supplement',
        'description': name,
    }


def _lay_out(
    root: Path, chosen: Path, data: dict[str, Any], document: dict[str, Any], attachments: dict[str, bytes]
) -> Path:
    """Everything that typst may read; returns the file to start from."""
    own = chosen.parent == layout.own_templates()
    if not own:
        shutil.copytree(chosen.parent, root, dirs_exist_ok=True)
    ours = root / 'rawat'
    ours.mkdir(exist_ok=True)
    for source in layout.own_templates().glob('*.typ'):
        shutil.copyfile(source, ours / source.name)
    (root / 'data.json').write_text(json.dumps(data, ensure_ascii=False), encoding='utf-8')
    logo = (document['letterhead'] or {}).get('logo')
    if logo:
        (root / data['letterhead']['logo'].lstrip('/')).write_bytes(layout.logo_bytes(logo))
    (root / 'attachments').mkdir(exist_ok=True)
    for index, content in enumerate(attachments.values()):
        (root / 'attachments' / str(index)).write_bytes(content)
    return (ours if own else root) / chosen.name


def _escaped(value: Any, font: str, fonts: str) -> Any:
    """`value` with every letter that no face can show written as its number; a PDF/A may not hold a missing glyph."""
    unusual = {letter for words in _texts(value) if not USUAL.fullmatch(words) for letter in words}
    unusual = {letter for letter in unusual if not USUAL.fullmatch(letter)}
    missing = {ord(letter): _number(letter) for letter in _missing(''.join(sorted(unusual)), font, fonts)}
    return _translated(value, missing) if missing else value


def _number(letter: str) -> str:
    return f'\\u{ord(letter):04x}' if ord(letter) < 0x10000 else f'\\U{ord(letter):08x}'


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _translated(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, dict):
        return {key: _translated(item, table) for key, item in value.items()}
    return [_translated(item, table) for item in value] if isinstance(value, list) else value


@lru_cache(maxsize=64)
def _missing(letters: str, font: str, fonts: str) -> frozenset[str]:
    """Those of `letters` that no face has: typst is asked, since it alone knows what it would fall back on."""
    typst, missing = _typst(), set()
    rest = [letter for letter in letters if letter.isprintable()]
    while rest:
        # Apart, so that no letter combines with its neighbour; each in both faces.
        words = json.dumps(' '.join(rest), ensure_ascii=False)
        source = PROBE.format(font=json.dumps(font or 'Libertinus Serif'), words=json.dumps(words, ensure_ascii=False))
        try:
            typst.compile(
                source.encode(), format='pdf', pdf_standards=STANDARDS, timestamp=0,
                ignore_system_fonts=True, font_paths=[fonts] if fonts else [],
            )  # fmt: skip
        except typst.TypstError as error:
            found = {letter for cluster in UNSHOWABLE.findall(error.diagnostic) for letter in cluster}
            if not found & set(rest):
                raise PaperError(f'typst: {error.diagnostic.strip()}') from None
            missing |= found
            rest = [letter for letter in rest if letter not in missing]
        else:
            rest = []
    return frozenset(missing)
