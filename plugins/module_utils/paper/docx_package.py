# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file around the text of a DOCX: an Open Packaging zip (ECMA-376 part 2), the same bytes every time.

What is fixed stands here: styles, lists, the parts and their relationships. What a document says: `docx`.
"""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NAMESPACES = (
    f'xmlns:w="{WORD}" xmlns:r="{OFFICE}" xmlns:a="{DRAWING}/main" '
    f'xmlns:wp="{DRAWING}/wordprocessingDrawing" xmlns:pic="{DRAWING}/picture"'
)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can write: an entry's time says nothing here
MAIN = 'application/vnd.openxmlformats-officedocument.wordprocessingml'
PARTS = {
    'document': ('document.main+xml', None),
    'styles': ('styles+xml', 'styles'),
    'numbering': ('numbering+xml', 'numbering'),
    'footer': ('footer+xml', 'footer'),
}
BOX = ''.join(
    f'<w:{side} w:val="single" w:sz="8" w:space="4" w:color="000000"/>' for side in ('top', 'left', 'bottom', 'right')
)
# name, how it is called in Word, base, paragraph properties, run properties (sizes are half points)
STYLES = (
    ('Title', 'Title', '<w:keepNext/><w:spacing w:before="240" w:after="60"/><w:jc w:val="center"/>',
     '<w:b/><w:caps/><w:sz w:val="28"/>'),
    ('Subtitle', 'Subtitle', '<w:jc w:val="center"/>', ''),
    ('Heading1', 'heading 1', '<w:keepNext/><w:spacing w:before="280" w:after="100"/><w:outlineLvl w:val="0"/>',
     '<w:b/><w:sz w:val="24"/>'),
    ('Heading2', 'heading 2', '<w:keepNext/><w:spacing w:before="220" w:after="80"/><w:outlineLvl w:val="1"/>',
     '<w:b/><w:sz w:val="22"/>'),
    ('Heading3', 'heading 3', '<w:keepNext/><w:spacing w:before="200" w:after="60"/><w:outlineLvl w:val="2"/>',
     '<w:b/>'),
    ('Letterhead', 'Letterhead', '<w:spacing w:after="0"/><w:jc w:val="center"/>', '<w:b/><w:sz w:val="24"/>'),
    ('Lead', 'Lead', f'<w:pBdr>{BOX}</w:pBdr><w:spacing w:before="160" w:after="160"/>', ''),
    ('Cause', 'Cause', '', '<w:b/>'),
    ('Note', 'Note', '', '<w:sz w:val="17"/>'),
    ('Small', 'Small', '', '<w:sz w:val="17"/>'),
    ('Cell', 'Cell', '<w:spacing w:after="0"/>', '<w:sz w:val="17"/>'),
    ('CellSmall', 'Cell small', '<w:spacing w:after="0"/>', '<w:sz w:val="15"/>'),
    ('Plain', 'Plain', '<w:spacing w:after="0"/>', ''),
)  # fmt: skip


def styles() -> str:
    """styles.xml: Times New Roman 11 pt, which every word processor has or replaces by one as wide."""
    font = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
    own = ''.join(
        f'<w:style w:type="paragraph" w:styleId="{identity}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f'<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
        for identity, name, paragraph, run in STYLES
    )
    return (
        f'{HEAD}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{font}<w:sz w:val="22"/></w:rPr>'
        '</w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="100"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        f'{own}</w:styles>'
    )


def numbering(lists: list[bool]) -> str:
    """numbering.xml: one list each (so that every ordered one starts at 1), ordered or with bullets."""
    abstract, found = [], []
    for index, ordered in enumerate(lists):
        form, mark = ('decimal', '%1.') if ordered else ('bullet', '•')
        abstract.append(
            f'<w:abstractNum w:abstractNumId="{index}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            f'<w:numFmt w:val="{form}"/><w:lvlText w:val="{mark}"/><w:lvlJc w:val="left"/>'
            '<w:pPr><w:ind w:left="400" w:hanging="300"/></w:pPr></w:lvl></w:abstractNum>'
        )
        found.append(f'<w:num w:numId="{index + 1}"><w:abstractNumId w:val="{index}"/></w:num>')
    return f'{HEAD}<w:numbering {NAMESPACES}>{"".join(abstract)}{"".join(found)}</w:numbering>'


def core(title: str, language: str, timestamp: str) -> str:
    """docProps/core.xml: title, language and the document's own time."""
    time = f'xsi:type="dcterms:W3CDTF">{timestamp}</dcterms:'
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<dc:title>{escape(title)}</dc:title><dc:language>{escape(language)}</dc:language>'
        f'<dcterms:created {time}created><dcterms:modified {time}modified></cp:coreProperties>'
    )


def assembled(parts: dict[str, str], core_properties: str, pictures: list[tuple[str, bytes]]) -> bytes:
    """The zip: `parts` is XML by the names in PARTS; `pictures` (name, bytes) get the relationships rIdP1, rIdP2 …"""
    files: list[tuple[str, bytes]] = [
        ('[Content_Types].xml', _content_types().encode()),
        ('_rels/.rels', _top_relationships().encode()),
        ('docProps/core.xml', core_properties.encode('utf-8')),
        ('word/_rels/document.xml.rels', _relationships([name for name, _content in pictures]).encode()),
    ]
    files += [(f'word/{name}.xml', parts[name].encode('utf-8')) for name in PARTS]
    files += [(f'word/media/{name}', content) for name, content in pictures]
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the same on every system
            archive.writestr(entry, content)
    return out.getvalue()


def _content_types() -> str:
    overrides = ''.join(
        f'<Override PartName="/word/{name}.xml" ContentType="{MAIN}.{kind}"/>'
        for name, (kind, _relation) in PARTS.items()
    )
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="jpg" ContentType="image/jpeg"/><Default Extension="jpeg" ContentType="image/jpeg"/>'
        '<Override PartName="/docProps/core.xml" '
        f'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{overrides}</Types>'
    )


def _top_relationships() -> str:
    return (
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        '</Relationships>'
    )


def _relationships(pictures: list[str]) -> str:
    own = ''.join(
        f'<Relationship Id="rId_{relation}" Type="{OFFICE}/{relation}" Target="{name}.xml"/>'
        for name, (_kind, relation) in PARTS.items()
        if relation
    )
    drawn = ''.join(
        f'<Relationship Id="rIdP{index}" Type="{OFFICE}/image" Target="media/{name}"/>'
        for index, name in enumerate(pictures, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{own}{drawn}</Relationships>'
