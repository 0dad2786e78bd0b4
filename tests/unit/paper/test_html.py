# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document as HTML: all of it is there, nothing in it is markup, nothing is fetched, templates can be replaced."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import paper
from ansible_collections.rawat.website.plugins.module_utils.paper import html, model
from unit.paper import letters

VOID = {'meta', 'br', 'col', 'img', 'path'}


class Reader(HTMLParser):
    """Text, tags with attributes, and what was opened and never closed."""

    def __init__(self, page: str):
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if 'style' not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return ' '.join(' '.join(self.texts).split())


def test_every_text_is_there_as_it_was_written() -> None:
    page = Reader(html.render(letters.troublesome()))
    for words in (letters.LONG_HOST, letters.NO_BREAK, letters.REMARK, *letters.HOSTILE[:5], 'Tegak lagi.'):
        assert ' '.join(words.split()) in page.text
    assert page.open == []
    assert letters.closing()['code'] in page.text


def test_nothing_hostile_becomes_markup() -> None:
    document = letters.troublesome()
    for key in ('title', 'date_line', 'foot'):
        document[key] = letters.HOSTILE[1]
    document['letterhead'] = {'lines': [letters.HOSTILE[1]], 'address': letters.HOSTILE[1], 'logo': None}
    document['page_words'] = [letters.HOSTILE[1], letters.HOSTILE[3]]
    page = Reader(html.render(document))
    assert not {tag for tag, _attributes in page.tags} & {'script', 'img', 'link', 'iframe', 'object', 'form', 'a'}
    assert sum(tag == 'style' for tag, _attributes in page.tags) == 1
    assert not [name for _tag, attributes in page.tags for name in attributes if name.startswith('on')]


def test_nothing_is_fetched_and_nothing_may_run() -> None:
    source = html.render(letters.report(2))
    page = Reader(source)
    policies = [attributes.get('content') for _tag, attributes in page.tags if 'http-equiv' in attributes]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert not re.search(r'url\(|@import|@font-face', source)
    assert not [name for _tag, attributes in page.tags for name in attributes if name in ('src', 'href', 'srcset')]


def test_annexes_stand_on_pages_on_their_side_and_the_seal_before_them() -> None:
    source = html.render(letters.report(1))
    upright, turned = source.index('<section class="portrait">'), source.index('<section class="landscape">')
    assert upright < source.index('class="seal"') < turned
    assert '@page landscape { size: A4 landscape; }' in source
    assert 'section.landscape { page: landscape' in source


def test_the_foot_of_printed_pages_cannot_end_its_css_string() -> None:
    assert html.css_text('Reg. "</style>\\') == (
        'Reg\\00002e\\000020\\000022\\00003c\\00002fstyle\\00003e\\00005c'
    )  # fmt: skip


def test_the_code_and_the_number_are_at_the_foot_even_when_the_view_forgot_them() -> None:
    document = {**letters.report(1), 'foot': 'kaki'}
    page = Reader(html.render(document))
    assert page.text.endswith(f'kaki · {letters.NUMBER} · {letters.closing()["code"]}')
    twice = {**document, 'foot': f'Reg. {letters.NUMBER}'}
    assert Reader(html.render(twice)).text.endswith(f'Reg. {letters.NUMBER} · {letters.closing()["code"]}')


def test_equal_documents_give_equal_pages() -> None:
    assert html.render(letters.troublesome()) == html.render(letters.troublesome())


def test_without_segno_the_code_alone_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'segno', None)
    page = Reader(html.render(letters.report(1)))
    assert 'svg' not in {tag for tag, _attributes in page.tags}
    assert letters.closing()['code'] in page.text


def test_a_logo_travels_inside_the_page(tmp_path: Path) -> None:
    logo = tmp_path / 'logo.png'
    logo.write_bytes(b'\x89PNG')
    head = {'lines': ['KEMENTERIAN', '"HUKUM"'], 'address': '', 'logo': str(logo)}
    page = Reader(html.render(letters.letter([], letterhead=head)))
    pictures = [attributes for tag, attributes in page.tags if tag == 'img']
    assert pictures == [{'src': 'data:image/png;base64,iVBORw==', 'alt': 'KEMENTERIAN, "HUKUM"'}]
    with pytest.raises(paper.PaperError, match=r'website_office\.logo: .*gone\.png cannot be read'):
        html.render(letters.letter([], letterhead={**head, 'logo': str(tmp_path / 'gone.png')}))
    with pytest.raises(paper.PaperError, match=r'logo\.exe is none of \.svg'):
        html.render(letters.letter([], letterhead={**head, 'logo': str(tmp_path / 'logo.exe')}))


def test_a_template_of_the_users_replaces_one_document_and_may_extend_ours(tmp_path: Path) -> None:
    (tmp_path / 'receipt.html.j2').write_text(
        "{% extends 'document.html.j2' %}{% block ending %}<p>MILIK KAMI {{ foot }}</p>{% endblock %}", encoding='utf-8'
    )
    office = {'templates': str(tmp_path)}
    document: dict[str, Any] = {**letters.report(1), 'foot': '<b>'}
    assert b'MILIK KAMI' not in paper.render(document, 'html', office=office)
    theirs = paper.render({**document, 'kind': 'receipt'}, 'html', office=office).decode()
    assert '<p>MILIK KAMI &lt;b&gt;' in theirs
    assert 'Budi Santoso' in theirs
    (tmp_path / 'document.html.j2').write_text('SEMUA {{ document.title }}', encoding='utf-8')
    assert paper.render(document, 'html', office=office) == b'SEMUA Laporan Hasil Pemeliharaan Website'
    assert 'MILIK KAMI' in paper.render({**document, 'kind': 'receipt'}, 'html', office=office).decode()


def test_a_broken_template_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / 'report.html.j2').write_text('a\n{% if %}', encoding='utf-8')
    with pytest.raises(paper.PaperError, match=r'report\.html\.j2, line 2: '):
        paper.render(letters.report(1), 'html', office={'templates': str(tmp_path)})
    with pytest.raises(paper.PaperError, match=r'website_office\.templates: .*nowhere is not a directory'):
        paper.render(letters.report(1), 'html', office={'templates': str(tmp_path / 'nowhere')})


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 'odt' is not one of html, pdf, docx"):
        paper.render(letters.report(1), 'odt')


@pytest.mark.parametrize(('widths', 'row'), [([1], ['a', 'b']), ([1, 0], ['a', 'b']), ([1, 1], ['a'])])
def test_a_table_that_does_not_fit_together_is_refused(widths: list[int], row: list[str]) -> None:
    with pytest.raises(ValueError, match='table'):
        model.table(['x', 'y'], [row], widths)
