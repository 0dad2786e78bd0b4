# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PDFs: what strangers' programs find in them, where every word stands, and what they cost."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import paper
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from integration.paper import reading
from unit.paper import letters

RECORD = b'{"schema":1,"run":{"kind":"backup"}}\n'
SIDE = 20 * reading.POINTS
LETTERS_WITHOUT_A_FACE = str.maketrans(
    {letter: f'\\u{ord(letter):04x}' for letter in '中文\ufdfd'} | {'😀': '\\U0001f600'}
)
RENDERING = """
import sys
from ansible_collections.rawat.website.plugins.module_utils import paper
from unit.paper import letters
pdf = paper.render(letters.report(int(sys.argv[1])), 'pdf', {'record.json': bytes(1000 * int(sys.argv[1]))})
with open(sys.argv[2], 'wb') as file:
    file.write(pdf)
"""


def pdf_of(folder: Path, document: dict[str, Any], **settings: Any) -> Path:
    """`document` as a file, with a record embedded."""
    path = folder / 'report.pdf'
    path.write_bytes(paper.render(document, 'pdf', settings.pop('attachments', {'record.json': RECORD}), settings))
    return path


def in_another_process(path: Path, sites: int, **environment: str) -> list[float]:
    """CPU seconds and MiB of a fresh interpreter that writes the report of `sites` to `path`."""
    known = {key: value for key, value in os.environ.items() if key not in ('LANG', 'LC_ALL', 'TZ', 'HOME')}
    command = [sys.executable, '-c', RENDERING + reading.COST, str(sites), str(path)]
    places = os.pathsep.join(place for place in sys.path if place)
    found = subprocess.run(
        command, capture_output=True, check=True, timeout=300, cwd=path.parent,
        env={**known, 'PYTHONPATH': places, **environment},
    )  # fmt: skip
    return [float(number) for number in json.loads(found.stdout)]


@pytest.fixture(scope='module')
def trouble(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pdf_of(tmp_path_factory.mktemp('trouble'), letters.troublesome())


@pytest.fixture(scope='module')
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pdf_of(tmp_path_factory.mktemp('three'), letters.report(3))


@pytest.mark.parametrize(('sites', 'least', 'most'), [(0, 1, 2), (1, 2, 3), (3, 3, 4), (30, 12, 18)])
def test_a_report_has_about_as_many_pages_as_it_needs(tmp_path: Path, sites: int, least: int, most: int) -> None:
    assert least <= reading.pages(pdf_of(tmp_path, letters.report(sites))) <= most


def test_qpdf_finds_nothing_wrong(three: Path, trouble: Path) -> None:
    for pdf in (three, trouble):
        assert b'No syntax or stream encoding errors found' in reading.output('qpdf', '--check', pdf)


def test_what_was_embedded_comes_out_byte_by_byte_under_its_plain_name(tmp_path: Path) -> None:
    others = {'record.json': RECORD, 'events.jsonl': bytes(range(256)) * 9, 'verify.py': b''}
    pdf = pdf_of(tmp_path, letters.report(1), attachments=others)
    for name, content in others.items():
        assert reading.output('qpdf', f'--show-attachment={name}', pdf) == content
    names = re.findall(r'^\d+: (.+)$', reading.output('pdfdetach', '-list', pdf).decode(), re.MULTILINE)
    assert sorted(names) == sorted(others)


def test_the_embedded_record_is_named_as_the_source_of_the_document(tmp_path: Path) -> None:
    objects = reading.unpacked(pdf_of(tmp_path, letters.report(1), attachments={'record.json': RECORD, 'x.bin': b'1'}))
    assert re.findall(r'/AFRelationship /(\w+)', objects) == ['Source', 'Supplement']
    assert '/Subtype /application#2fjson' in objects
    assert '/Subtype /application#2foctet-stream' in objects
    assert re.search(r'/AF \[', objects)


def test_the_file_says_that_it_is_for_the_archive_and_for_everybody(three: Path) -> None:
    objects = reading.unpacked(three)
    for said in ('<pdfaid:part>3<', '<pdfaid:conformance>A<', '<pdfuaid:part>1<'):
        assert said in objects
    assert '/OutputIntents' in objects
    assert '/S /GTS_PDFA1' in objects
    assert re.search(r'/MarkInfo <<[^>]*/Marked true', objects)
    assert '/Lang (id' in objects
    assert '/StructTreeRoot' in objects
    assert '/Outlines' in objects
    assert not re.search(r'/JavaScript|/JS\b|/Launch|/URI\b|/EmbeddedFile /', objects)
    information = reading.output('pdfinfo', three).decode()
    assert re.search(r'Title: +Laporan Hasil Pemeliharaan Website', information)
    assert re.search(r'CreationDate: +Thu Jan 15 02:02:00 2026', information)


def test_every_face_is_embedded(three: Path, trouble: Path) -> None:
    for pdf in (three, trouble):
        rows = reading.output('pdffonts', pdf).decode().splitlines()[2:]
        assert rows
        assert all(re.search(r' yes yes yes +\d+ +0$', row) for row in rows), rows


def test_a_validator_finds_it_conforming_to_both_standards(three: Path, trouble: Path) -> None:
    import page  # its package is page-validation

    for pdf in (three, trouble):
        content = pdf.read_bytes()
        for profile in ('3a', 'ua1'):
            found = page.validate_pdf(pdf, profile=profile)
            assert found.rules.total > 100
            assert [bad.message for bad in found.failures if not ends_in_a_return(bad, content)] == []


def ends_in_a_return(failure: Any, pdf: bytes) -> bool:
    """A mistake of the validator: a stream that ends in 0D, before the line feed which is not of it, seems longer.

    The stream is looked at here: its length as written, then that line feed and the end.
    """
    if failure.rule_id != 'PDFA3A-STREAM-LENGTH-001':
        return False
    stream = re.search(rb'\n%d 0 obj\n.*?/Length (\d+).*?stream\n' % failure.object_id.object_number, pdf, re.DOTALL)
    assert stream is not None
    end = stream.end() + int(stream[1])
    return pdf[end - 1 : end + 10] == b'\r\nendstream'


def test_the_validator_tells_when_something_is_wrong(three: Path, tmp_path: Path) -> None:
    import page

    bad = tmp_path / 'bad.pdf'
    bad.write_bytes(three.read_bytes().replace(b'<pdfaid:part>3<', b'<pdfaid:part>1<'))
    assert not page.validate_pdf(bad, profile='3a').is_compliant


def test_every_text_of_the_document_can_be_taken_out(three: Path, trouble: Path) -> None:
    for pdf, document in ((three, letters.report(3)), (trouble, letters.troublesome())):
        # in the order in which it was written, so that columns do not run into each other
        found = reading.plain(reading.text(pdf, '-raw'))
        texts = {words for words in reading.shown(document) if words and 'العربية' not in words}
        texts.remove(document['title'])
        assert reading.plain(document['title'].upper()) in found
        # what is longer than a page has its foot in between
        parts = {part for words in texts for part in (words.split() if len(words) > 1000 else [words])}
        missing = [part for part in parts if reading.plain(part.translate(LETTERS_WITHOUT_A_FACE)) not in found]
        assert len(parts) > 50
        assert missing == []


def test_a_long_name_is_found_whole_once_line_breaks_are_taken_out(trouble: Path) -> None:
    for options in ((), ('-raw',), ('-layout',)):
        found = reading.text(trouble, *options)
        assert letters.LONG_HOST in re.sub(r'\s', '', found)
        assert not set(found) & set('\u200b\u00ad\u2060\ufeff\u2010'), options


def test_no_word_leaves_the_margins_and_none_covers_another(three: Path, trouble: Path) -> None:
    for pdf in (three, trouble):
        for width, height, words in reading.boxes(pdf):
            assert words
            outside = [box for box in words if box.left < SIDE - 1 or box.right > width - SIDE + 1]
            assert outside == []
            assert [box for box in words if box.top < 15 * reading.POINTS or box.bottom > height - 20] == []
            assert reading.overlapping(words) == []


def test_words_that_cover_each_other_would_be_noticed() -> None:
    one, beside, over = (reading.Box(x, 0, x + 10, 10, str(x)) for x in (0, 10, 17))
    assert reading.overlapping([one, beside]) == []
    assert reading.overlapping([one, beside, over]) == [('10', '17', 0.3)]


@pytest.mark.parametrize('dpi', [100, 150])
def test_the_qr_is_read_from_paper_and_says_where_the_record_is(three: Path, dpi: int) -> None:
    found = [words for page in range(1, reading.pages(three) + 1) for words in reading.decoded(three, page, dpi)]
    assert found == [f'SOPBK1|{letters.NUMBER}|2026-01-15|sha256:{letters.sha("record")}']


def test_every_label_has_its_own_qr(tmp_path: Path) -> None:
    items = [model.label(f'Media {n}', [letters.LONG_HOST], f'SOPBK1|{n}') for n in range(11)]
    pdf = pdf_of(tmp_path, letters.letter([model.labels(items)], letterhead=None, head=[], closing_seal=None))
    assert reading.pages(pdf) == 2
    found = reading.decoded(pdf, 1, 150) + reading.decoded(pdf, 2, 150)
    assert sorted(found) == sorted(f'SOPBK1|{n}' for n in range(11))


def test_the_same_document_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    first, second = tmp_path / 'a.pdf', tmp_path / 'other' / 'b.pdf'
    second.parent.mkdir()
    in_another_process(first, 2, TZ='Asia/Jakarta', LANG='C', HOME=str(tmp_path))
    in_another_process(second, 2, TZ='UTC', LANG='C.UTF-8', HOME='/nonexistent', PYTHONHASHSEED='7')
    here = paper.render(letters.report(2), 'pdf', {'record.json': bytes(2000)})
    assert first.read_bytes() == second.read_bytes() == here


def test_another_time_gives_other_bytes(three: Path) -> None:
    other = {**letters.report(3), 'timestamp': '2026-01-15T02:02:01Z'}
    assert paper.render(other, 'pdf', {'record.json': RECORD}) != three.read_bytes()


def test_a_hundred_sites_cost_three_seconds_and_256_mib_at_most(tmp_path: Path) -> None:
    pdf = tmp_path / 'report.pdf'
    seconds, mib = min(in_another_process(pdf, 100) for _attempt in range(2))  # a busy machine makes CPU dearer
    print(f'100 sites: {reading.pages(pdf)} pages, {pdf.stat().st_size} bytes, {seconds:.2f} s CPU, {mib:.0f} MiB')
    assert 30 <= reading.pages(pdf) <= 60
    assert seconds <= 3
    assert mib <= 256


def test_hostile_texts_are_shown_as_they_are_written(trouble: Path) -> None:
    found = reading.plain(reading.text(trouble, '-raw'))
    for words in letters.HOSTILE[:5]:
        assert reading.plain(words) in found
    assert reading.plain('abc\\u202edef\\u200bghi\\x00\\x1b[31m\\ud800 tab\\x09line\\nend') in found


def test_a_letter_that_no_face_has_is_written_as_its_number(trouble: Path) -> None:
    found = reading.plain(reading.text(trouble, '-raw'))
    assert reading.plain('\\u4e2d\\u6587 \\U0001f600') in found
    assert '\ufffd' not in found


def test_the_head_of_a_table_stands_on_every_page_of_it_and_its_rows_stay_whole(tmp_path: Path) -> None:
    # the end of a row stands on its last line, so that a row in two parts shows
    rows = [[f'Baris{n}', 'baris panjang ' * (10 + n % 17) + f'Akhir{n}', 'x'] for n in range(60)]
    pdf = pdf_of(tmp_path, letters.letter([model.table(['Nama', 'Isi', 'Ujung'], rows, [1, 3, 1])]))
    texts = reading.text(pdf, '-raw').split('\f')[:-1]
    tables = [page for page in texts if 'Baris' in page]
    assert len(tables) > 2
    assert all('Ujung' in page for page in tables)
    for page in tables:
        assert re.findall(r'Baris(\d+)', page) == re.findall(r'Akhir(\d+)', page)


def test_a_row_that_is_taller_than_a_page_goes_on_on_the_next_one(tmp_path: Path) -> None:
    blocks = [model.table(['Uraian', 'Situs'], [[letters.REMARK, 'a'], ['b', 'c']], [1, 9])]
    pdf = pdf_of(tmp_path, letters.letter(blocks))
    found = reading.text(pdf)
    assert all(f'Catatan{n}' in found for n in range(100))
    assert reading.pages(pdf) > 2


@pytest.mark.parametrize('kind', ['table', 'paragraphs', 'bullets', 'facts'])
def test_signatures_never_stand_on_a_page_by_themselves(tmp_path: Path, kind: str) -> None:
    alone = []
    for count in range(12, 40, 2):
        lines = [f'Baris{n}' for n in range(count)]
        blocks = {
            'table': [model.table(['Nama'], [[line] for line in lines], [1])],
            'paragraphs': [model.paragraph(line) for line in lines],
            'bullets': [model.bullets(lines)],
            'facts': [model.facts([(line, 'x') for line in lines])],
        }[kind]
        pdf = pdf_of(tmp_path, letters.letter([*blocks, letters.signing()], closing_seal=None))
        page = next(page for page in reading.text(pdf, '-raw').split('\f') if 'Rina Wulandari' in page)
        assert 'Budi Santoso' in page
        assert 'Mengetahui' in page
        if 'Baris' not in page:
            alone.append(count)
    assert alone == []


def test_a_template_of_the_users_replaces_one_document_and_may_use_ours(tmp_path: Path) -> None:
    templates = tmp_path / 'templates'
    templates.mkdir()
    (templates / 'receipt.typ').write_text(
        '#import "/rawat/document.typ": *\n#show: letter\n#letterhead()\n= MILIK KAMI\n#sections()\n', encoding='utf-8'
    )
    ours = pdf_of(tmp_path, letters.report(1), templates=str(templates))
    assert 'MILIK KAMI' not in reading.text(ours)
    theirs = pdf_of(tmp_path, {**letters.report(1), 'kind': 'receipt'}, templates=str(templates))
    assert 'MILIK KAMI' in reading.text(theirs)
    assert 'Budi Santoso' in reading.text(theirs)
    (templates / 'document.typ').write_text('#set document(title: "x")\nSEMUA', encoding='utf-8')
    assert 'SEMUA' in reading.text(pdf_of(tmp_path, letters.report(1), templates=str(templates)))


def test_a_broken_template_is_named(tmp_path: Path) -> None:
    (tmp_path / 'report.typ').write_text('#nothing-like-that()', encoding='utf-8')
    with pytest.raises(paper.PaperError, match=r'report\.typ: typst: .*unknown variable: nothing-like-that'):
        paper.render(letters.report(1), 'pdf', {}, {'templates': str(tmp_path)})


def test_a_face_that_is_not_there_is_an_error_and_not_another_face(tmp_path: Path) -> None:
    with pytest.raises(paper.PaperError, match=r"website_office\.font: the family 'Bookman Old Style' .*Libertinus"):
        paper.render(letters.report(1), 'pdf', {}, {'font': 'Bookman Old Style'})
    with pytest.raises(paper.PaperError, match=r'website_office\.fonts: .*missing is not a directory'):
        paper.render(letters.report(1), 'pdf', {}, {'fonts': str(tmp_path / 'missing')})


def test_another_face_of_those_there_is_used(tmp_path: Path) -> None:
    pdf = pdf_of(tmp_path, letters.report(1), font='New Computer Modern')
    fonts = reading.output('pdffonts', pdf).decode()
    assert 'NewCM10' in fonts
    assert 'Libertinus' not in fonts


def test_a_logo_stands_beside_the_letterhead(tmp_path: Path) -> None:
    logo = tmp_path / 'logo instansi.svg'
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>')
    head = {'lines': ['KEMENTERIAN HUKUM', letters.LONG_HOST], 'address': 'Jakarta', 'logo': str(logo)}
    pdf = pdf_of(tmp_path, letters.letter([model.paragraph('isi')], letterhead=head))
    assert 'KEMENTERIAN HUKUM' in reading.text(pdf)
    with pytest.raises(paper.PaperError, match=r'website_office\.logo: .*gone\.svg cannot be read'):
        pdf_of(tmp_path, letters.letter([], letterhead={**head, 'logo': str(tmp_path / 'gone.svg')}))


def test_without_typst_the_rest_works_and_pdf_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ('typst', 'segno', 'openpyxl'):
        monkeypatch.setitem(sys.modules, library, None)
    assert paper.available() == {'pdf': False, 'xlsx': False, 'qr': False}
    with pytest.raises(
        paper.PaperMissing, match=r"^PDF needs the Python package typst, .* pip install 'rawat\[paper\]'$"
    ):
        paper.render(letters.report(1), 'pdf')
    page = paper.render(letters.report(1), 'html').decode()
    assert '<svg' not in page
    assert letters.closing()['code'] in page
    assert paper.render(letters.report(1), 'docx').startswith(b'PK')
