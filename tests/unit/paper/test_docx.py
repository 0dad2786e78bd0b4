# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document as DOCX, looked at as the zip of XML that it is; python-docx reads it in the integration tests."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import pytest
from ansible_collections.rawat.website.plugins.module_utils.paper import docx, model
from unit.paper import letters

W = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def text(content: bytes) -> str:
    root = ElementTree.fromstring(parts(content)['word/document.xml'])  # noqa: S314  written a moment ago
    return '\n'.join(''.join(node.text or '' for node in line.iter(f'{W}t')) for line in root.iter(f'{W}p'))


def test_every_part_is_xml_and_every_relationship_leads_to_a_part() -> None:
    found = parts(docx.render(letters.troublesome()))
    trees = {name: ElementTree.fromstring(xml) for name, xml in found.items() if not name.endswith('.png')}  # noqa: S314
    for relation in trees['word/_rels/document.xml.rels']:
        assert f'word/{relation.attrib["Target"]}' in found
    for override in trees['[Content_Types].xml']:
        if 'PartName' in override.attrib:
            assert override.attrib['PartName'].lstrip('/') in found


def test_every_text_is_there_as_it_was_written() -> None:
    found = text(docx.render(letters.troublesome()))
    for words in (letters.LONG_HOST, letters.NO_BREAK, letters.REMARK, *letters.HOSTILE[:5], 'Tegak lagi.'):
        assert words in found
    assert 'abc\\u202edef' in found


def test_annexes_lie_on_their_side() -> None:
    root = ElementTree.fromstring(parts(docx.render(letters.report(1)))['word/document.xml'])  # noqa: S314
    pages = [page.attrib for page in root.iter(f'{W}pgSz')]
    assert [page.get(f'{W}orient') for page in pages] == [None, 'landscape']
    assert pages[0][f'{W}w'] == pages[1][f'{W}h']


def test_heads_of_tables_are_repeated_and_short_rows_stay_whole() -> None:
    document = letters.letter([model.table(['a', 'b'], [['c', 'd'], [letters.REMARK * 2, 'e']], [1, 2])], head=[])
    root = ElementTree.fromstring(parts(docx.render({**document, 'seal': None}))['word/document.xml'])  # noqa: S314
    rows = list(root.iter(f'{W}tr'))
    assert [row.find(f'.//{W}tblHeader') is not None for row in rows] == [True, False, False]
    assert [row.find(f'.//{W}cantSplit') is not None for row in rows] == [True, True, False]


def test_equal_documents_give_equal_bytes() -> None:
    assert docx.render(letters.troublesome()) == docx.render(letters.troublesome())


def test_a_cell_always_has_a_paragraph() -> None:
    """Word calls a file with an empty cell damaged."""
    root = ElementTree.fromstring(parts(docx.render(letters.troublesome()))['word/document.xml'])  # noqa: S314
    cells = list(root.iter(f'{W}tc'))
    assert len(cells) > 50
    assert all(cell[-1].tag == f'{W}p' for cell in cells)


@pytest.mark.parametrize('blocks', [[], [model.landscape()], [model.landscape(), model.paragraph('x')]])
def test_a_document_without_much_in_it_is_one_too(blocks: list[model.Block]) -> None:
    found = text(docx.render(letters.letter(blocks, letterhead=None, head=[], closing_seal=None, recipient=[])))
    assert 'Laporan Hasil Pemeliharaan Website' in found
