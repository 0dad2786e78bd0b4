# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document as DOCX for people who must edit it: WordprocessingML (ECMA-376 part 1) written with the standard library.

It is a copy to work on, never the issued paper: it carries no embedded record. Lengths are twips (1/20 pt) unless said.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ansible_collections.rawat.website.plugins.module_utils.formats import printable
from ansible_collections.rawat.website.plugins.module_utils.paper import docx_package as package
from ansible_collections.rawat.website.plugins.module_utils.paper import layout, seal

MM = 56.6929  # twips
EMU = 36000  # a millimetre in English metric units, which pictures are measured in
CELL_MARGINS = '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
A4 = (210, 297)
SIDE = 20  # mm between text and edge
QR = 26  # mm
PICTURES = {'.png': 'png', '.jpg': 'jpg', '.jpeg': 'jpeg'}  # Word shows no SVG without a fallback
JUSTIFIED = {'l': 'left', 'r': 'right', 'c': 'center'}


def render(document: dict[str, Any]) -> bytes:
    """The DOCX of `document`; equal documents give equal bytes."""
    writer = _Writer(document)
    body = writer.body()
    parts = {
        'document': f'{package.HEAD}<w:document {package.NAMESPACES}><w:body>{body}</w:body></w:document>',
        'styles': package.styles(),
        'numbering': package.numbering(writer.lists),
        'footer': _footer(document),
    }
    properties = package.core(document['title'], document['language'], document['timestamp'])
    return package.assembled(parts, properties, writer.pictures)


def run(piece: dict[str, Any] | str, extra: str = '') -> str:
    """A text (or what `model.text` makes) with its dress."""
    span = {'text': piece} if isinstance(piece, str) else piece
    dress = extra
    if span.get('mono'):
        dress += '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
    if span.get('strong'):
        dress += '<w:b/>'
    if span.get('mono') or span.get('small'):
        dress += '<w:sz w:val="15"/>'
    return f'<w:r><w:rPr>{dress}</w:rPr><w:t xml:space="preserve">{escape(printable(span["text"]))}</w:t></w:r>'


def paragraph(runs: str, style: str = '', properties: str = '') -> str:
    """A paragraph; `properties` in the order of the schema: keepNext, numPr, pBdr, spacing, jc."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ''
    return f'<w:p><w:pPr>{named}{properties}</w:pPr>{runs}</w:p>'


def _lines(spans: list[dict[str, Any]], style: str, properties: str = '') -> str:
    return ''.join(paragraph(run(span), style, properties) for span in spans) or paragraph('', style, properties)


def _grid(
    rows: list[list[str]],
    widths: Sequence[float],
    total: float,
    *,
    ruled: bool = True,
    heads: int = 0,
    keep: bool = False,
) -> str:
    """A table out of cells that are paragraphs; `widths` are relative, `total` is in twips."""
    shares = [round(total * width / sum(widths)) for width in widths]
    edges = ''.join(
        f'<w:{side} w:val="{"single" if ruled else "nil"}" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ('top', 'left', 'bottom', 'right', 'insideH', 'insideV')
    )
    drawn = []
    for index, row in enumerate(rows):
        head = index < heads
        repeated = '<w:tblHeader/>' if head else ''
        fill = '<w:shd w:val="clear" w:color="auto" w:fill="EBEBEB"/>' if head else ''
        cells = ''.join(
            f'<w:tc><w:tcPr><w:tcW w:w="{share}" w:type="dxa"/>{fill}</w:tcPr>{cell}</w:tc>'
            for share, cell in zip(shares, row)
        )
        # Word keeps a row that is taller than a page from splitting, too: only short ones may ask for it.
        whole = '<w:cantSplit/>' if keep or len(''.join(row)) < 6000 else ''
        drawn.append(f'<w:tr><w:trPr>{whole}{repeated}</w:trPr>{cells}</w:tr>')
    columns = ''.join(f'<w:gridCol w:w="{share}"/>' for share in shares)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(shares)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/>{CELL_MARGINS}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{"".join(drawn)}</w:tbl>'
    )


def _footer(document: dict[str, Any]) -> str:
    def field(code: str) -> str:
        return f'<w:fldSimple w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'

    page, of = document['page_words']
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{round((A4[0] - 2 * SIDE) * MM)}"/></w:tabs>'
    words = run(layout.foot(document)) + '<w:r><w:tab/></w:r>' + run(f'{page} ') + field('PAGE')
    words += run(f' {of} ') + field('NUMPAGES')
    return f'{package.HEAD}<w:ftr {package.NAMESPACES}>{paragraph(words, "Small", tab)}</w:ftr>'


class _Writer:
    """Turns blocks into XML and gathers what stands outside the text: pictures and lists."""

    def __init__(self, document: dict[str, Any]):
        self.document = document
        self.pictures: list[tuple[str, bytes]] = []
        self.lists: list[bool] = []
        self.width = 0.0

    def body(self) -> str:
        found = []
        sections = layout.sections(self.document)
        for index, section in enumerate(sections):
            side = A4[1] if section['orientation'] == 'landscape' else A4[0]
            self.width = (side - 2 * SIDE) * MM
            if index == 0:
                found.append(self._letterhead() + self._opening())
            found += [getattr(self, f'_{block["type"]}')(block) for block in section['blocks']]
            last = index == len(sections) - 1
            page = self._page(section['orientation'])
            found.append(page if last else f'<w:p><w:pPr>{page}</w:pPr></w:p>')
        return ''.join(found)

    @staticmethod
    def _page(orientation: str) -> str:
        turned = orientation == 'landscape'
        wide, high = (round(mm * MM) for mm in (reversed(A4) if turned else A4))
        side = round(SIDE * MM)
        return (
            '<w:sectPr><w:footerReference w:type="default" r:id="rId_footer"/><w:type w:val="nextPage"/>'
            f'<w:pgSz w:w="{wide}" w:h="{high}"{" w:orient=" + quoteattr(orientation) if turned else ""}/>'
            f'<w:pgMar w:top="{side}" w:right="{side}" w:bottom="{side}" w:left="{side}" w:header="500" w:footer="600" '
            'w:gutter="0"/></w:sectPr>'
        )

    def _picture(self, content: bytes, extension: str, words: str, mm: int) -> str:
        self.pictures.append((f'picture{len(self.pictures) + 1}.{extension}', content))
        number, size = len(self.pictures), mm * EMU
        named = f'id="{number}" name="picture{number}" descr={quoteattr(printable(words))}'
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{size}" cy="{size}"/>'
            f'<wp:docPr {named}/><a:graphic><a:graphicData uri="{package.DRAWING}/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="rIdP{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{size}" cy="{size}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
            '</wp:inline></w:drawing></w:r>'
        )

    def _qr(self, words: str) -> str:
        content = seal.qr_png(words)
        return self._picture(content, 'png', words, QR) if content else ''

    def _letterhead(self) -> str:
        head = self.document['letterhead']
        if not head:
            return ''
        found = ''
        extension = PICTURES.get(Path(head.get('logo') or '').suffix.lower())
        if extension:
            picture = self._picture(layout.logo_bytes(head['logo']), extension, ', '.join(head['lines']), 24)
            found += paragraph(picture, 'Letterhead')
        found += ''.join(paragraph(run(line), 'Letterhead') for line in head['lines'])
        double = '<w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="18" w:space="4" w:color="000000"/></w:pBdr>'
        address = run(head['address']) if head.get('address') else ''
        return found + paragraph(address, 'Small', f'{double}<w:spacing w:after="200"/><w:jc w:val="center"/>')

    def _opening(self) -> str:
        document = self.document
        found = ''
        if document['date_line']:
            found += paragraph(run(document['date_line']), 'Plain', '<w:jc w:val="right"/>')
        if document['head']:
            found += self._facts({'rows': document['head']}, 14)
        found += ''.join(paragraph(run(line), 'Plain') for line in document['recipient'])
        found += paragraph(run(document['title']), 'Title')
        return found + ''.join(paragraph(run(line), 'Subtitle') for line in document['subtitle'])

    def _heading(self, block: dict[str, Any]) -> str:
        return paragraph(run(block['text']), f'Heading{block["level"]}')

    def _paragraph(self, block: dict[str, Any]) -> str:
        style = {'normal': ''}.get(block['style'], block['style'].capitalize())
        return paragraph(''.join(run(span) for span in block['spans']), style)

    def _facts(self, block: dict[str, Any], label: int = 27) -> str:
        rows = [
            [paragraph(run(name), 'Plain'), paragraph(run(':'), 'Plain'), _lines(value, 'Plain')]
            for name, value in block['rows']
        ]
        return _grid(rows, [label, 3, 97 - label], self.width, ruled=False) + paragraph('', 'Plain') if rows else ''

    def _table(self, block: dict[str, Any]) -> str:
        style = 'CellSmall' if block['size'] == 'small' else 'Cell'
        sides = [f'<w:jc w:val="{JUSTIFIED[letter]}"/>' for letter in block['align']]
        heads = [
            paragraph(run({'text': head, 'strong': True}), style, side) for head, side in zip(block['heads'], sides)
        ]
        rows = [[_lines(value, style, side) for value, side in zip(row, sides)] for row in block['rows']]
        return _grid([heads, *rows], block['widths'], self.width, heads=1) + paragraph('', 'Plain')

    def _bullets(self, block: dict[str, Any]) -> str:
        self.lists.append(block['ordered'])
        numbered = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{len(self.lists)}"/></w:numPr>'
        items = (''.join(run(span) for span in spans) for spans in block['items'])
        return ''.join(paragraph(item, 'Plain', numbered) for item in items)

    def _bars(self, block: dict[str, Any]) -> str:
        rows = []
        for name, percent, words in block['rows']:
            share = '█' * round(percent / 5) + '░' * (20 - round(percent / 5))
            rows.append([paragraph(run(text), 'Cell') for text in (name, share, words)])
        return _grid(rows, [34, 46, 20], self.width, ruled=False) + paragraph('', 'Plain')

    def _figures(self, block: dict[str, Any]) -> str:
        centred = '<w:jc w:val="center"/>'
        cells = [
            paragraph(run(figure, '<w:b/><w:sz w:val="40"/>'), 'Plain', centred)
            + paragraph(run(name), 'Small', centred)
            for figure, name in block['items']
        ]
        return _grid([cells], [1] * len(cells), self.width) + paragraph('', 'Plain')

    def _signatures(self, block: dict[str, Any]) -> str:
        people = [self._signer(person) for person in block['people']]
        if len(people) == 1:
            people.insert(0, paragraph('', 'Plain'))
        drawn = _grid([people], [1] * len(people), self.width, ruled=False, keep=True)
        return paragraph('', 'Plain', '<w:keepNext/>') + drawn + paragraph('', 'Plain')

    @staticmethod
    def _signer(person: dict[str, Any]) -> str:
        room = f'<w:keepNext/><w:spacing w:before="{round(person["room"] * MM)}" w:after="0"/>'
        name = run({'text': person['name'], 'strong': True}) if person['name'] else run('…' * 18)
        rest = [line for line in (person['identity'], *person['lines']) if line]
        upper = (paragraph(run(line), 'Plain', '<w:keepNext/>') for line in (person['place'], person['role']))
        lower = (paragraph(run(line), 'Plain') for line in rest)
        return ''.join(upper) + paragraph(name, 'Plain', room) + ''.join(lower)

    def _labels(self, block: dict[str, Any]) -> str:
        cells = [
            paragraph(run({'text': item['title'], 'strong': True}), 'Plain')
            + ''.join(paragraph(run(line), 'Small', '<w:spacing w:after="0"/>') for line in item['lines'])
            + paragraph(self._qr(item['qr']), 'Plain')
            for item in block['items']
        ]
        if len(cells) % 2:
            cells.append(paragraph('', 'Plain'))
        pairs = [cells[start : start + 2] for start in range(0, len(cells), 2)]
        return _grid(pairs, [1, 1], self.width, keep=True) + paragraph('', 'Plain') if pairs else ''

    def _seal(self, block: dict[str, Any]) -> str:
        words = paragraph(run({'text': block['code'], 'strong': True}), 'Plain')
        words += paragraph(run({'text': f'SHA-256 {block["sha256"]}', 'mono': True}), 'Plain')
        words += ''.join(paragraph(run(line), 'Small', '<w:spacing w:after="0"/>') for line in block['lines'])
        picture = self._qr(block['qr'])
        cells, widths = ([paragraph(picture, 'Plain'), words], [30, 140]) if picture else ([words], [1])
        return _grid([cells], widths, self.width, keep=True) + paragraph('', 'Plain')

    @staticmethod
    def _page_break(_block: dict[str, Any]) -> str:
        return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
