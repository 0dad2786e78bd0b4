# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record inside a PDF: taken out with zlib alone, however the PDF was packed since; a changed byte is found."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
import typst
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.register import checker, writing
from ansible_collections.rawat.website.plugins.module_utils.register.checker import pdf_values
from unit import samples
from unit.register import archives

SOURCE = """#set document(title: "Laporan", date: datetime(year: 2026, month: 1, day: 2))
#set text(lang: "id")
#pdf.attach("record.json", relationship: "source", mime-type: "application/json", description: "Rekaman")
= Laporan
"""


@pytest.fixture(scope='module')
def record() -> bytes:
    return canonical(samples.record(*(samples.site(f'site-{number}') for number in range(20)), id=archives.run_id(1)))


@pytest.fixture(scope='module')
def report(tmp_path_factory: pytest.TempPathFactory, record: bytes) -> bytes:
    """A PDF/A-3a with the record in it, as typst makes it."""
    folder = tmp_path_factory.mktemp('typst')
    (folder / 'record.json').write_bytes(record)
    (folder / 'main.typ').write_text(SOURCE, encoding='utf-8')
    made = typst.compile(str(folder / 'main.typ'), pdf_standards=['a-3a', 'ua-1'], ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def test_the_record_comes_out_of_a_pdf_as_it_went_in(report: bytes, record: bytes) -> None:
    assert checker.embedded_record(report) == record


@pytest.mark.parametrize(
    'options',
    [
        ['--object-streams=generate'],
        ['--object-streams=disable', '--stream-data=uncompress'],
        ['--linearize', '--object-streams=generate'],
        ['--recompress-flate', '--compression-level=9'],
        ['--qdf'],
    ],
)
def test_it_comes_out_of_one_that_another_program_packed(
    report: bytes, record: bytes, tmp_path: Path, options: list[str]
) -> None:
    (tmp_path / 'in.pdf').write_bytes(report)
    subprocess.run(['qpdf', *options, 'in.pdf', 'out.pdf'], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert checker.embedded_record((tmp_path / 'out.pdf').read_bytes()) == record


def test_it_comes_out_of_one_that_was_signed(report: bytes, record: bytes) -> None:
    """A signature is an update at the end, with a table of references of its own that names the one before it."""
    before = int(re.findall(rb'startxref\s+(\d+)', report)[-1])
    trailer = re.findall(rb'trailer\s*<<(.*)>>\s*startxref', report, re.DOTALL)[-1]
    place = len(report)
    signed = report + b'\n999 0 obj\n<</Type/Sig>>\nendobj\n'
    table = len(signed)
    entry = b'xref\n999 1\n%010d 00000 n \n' % (place + 1)
    signed += entry + b'trailer\n<<' + trailer + b'/Prev %d>>\nstartxref\n%d\n%%%%EOF\n' % (before, table)
    assert checker.embedded_record(signed) == record


def test_an_encrypted_pdf_is_refused_in_words(report: bytes, tmp_path: Path) -> None:
    (tmp_path / 'in.pdf').write_bytes(report)
    command = ['qpdf', '--encrypt', 'u', 'o', '256', '--', 'in.pdf', 'out.pdf']
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    with pytest.raises(ValueError, match='encrypted'):
        checker.embedded_record((tmp_path / 'out.pdf').read_bytes())


def test_a_packed_giant_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_values, 'JSON_LIMIT', 1000)
    with pytest.raises(ValueError, match='too large'):
        checker.inflate(zlib.compress(bytes(10**6)))


def test_a_pdf_with_changed_bytes_is_read_or_refused_never_a_traceback(report: bytes) -> None:
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    for _round in range(300):
        changed = bytearray(report)
        for _byte in range(chance.choice((1, 1, 5, 50))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        try:
            found = checker.embedded_record(bytes(changed))
        except ValueError:
            continue
        assert isinstance(found, bytes), seed


@pytest.fixture
def filing(tmp_path: Path, report: bytes, record: bytes) -> Path:
    """An archive with one issued report.pdf."""
    root = tmp_path / 'filing'
    repository = archives.recovery_point(tmp_path / 'repository')
    with writing(str(root)) as book:
        number = book.next_number(2026, 'BKP')
        folder = root / '2026' / '11' / archives.run_id(1)
        folder.mkdir(parents=True)
        document = {**checker.parse(record), 'register': number}
        content = canonical(document)
        pdf = repacked(report, record, content)
        files = {'record.json': content, 'report.pdf': pdf}
        for name, data in files.items():
            (folder / name).write_bytes(data)
        sums = ''.join(f'{archives.sha256(data)}  {name}\n' for name, data in files.items())
        (folder / 'SHA256SUMS').write_text(sums, encoding='ascii')
        hashes = {'report.pdf': archives.sha256(pdf)}
        book.append(archives.report_row(number['number'], archives.run_id(1), content, hashes, repository))
    return root


def repacked(report: bytes, old: bytes, new: bytes) -> bytes:
    """The PDF with another record in it, as an update at its end: what a forger with tools makes."""
    reference = re.search(rb'/UF\(record\.json\)/EF<</F (\d+) 0 R', report)
    assert reference
    assert checker.embedded_record(report) == old
    number, data, place = int(reference[1]), zlib.compress(new), len(report) + 1
    stream = b'\n%d 0 obj\n<</Length %d/Type/EmbeddedFile/Filter/FlateDecode>>\nstream\n' % (number, len(data))
    made = report + stream + data + b'\nendstream\nendobj\n'
    before = int(re.findall(rb'startxref\s+(\d+)', report)[-1])
    trailer = re.findall(rb'trailer\s*<<(.*?)>>\s*startxref', report, re.DOTALL)[-1]
    trailer = re.sub(rb'/Prev \d+', b'', trailer)
    table = b'xref\n%d 1\n%010d 00000 n \ntrailer\n<<' % (number, place)
    return made + table + trailer + b'/Prev %d>>\nstartxref\n%d\n%%%%EOF\n' % (before, len(made))


def test_a_report_in_paper_form_leads_to_everything_behind_it(filing: Path, tmp_path: Path) -> None:
    [path] = filing.rglob('report.pdf')
    copy = tmp_path / 'from-the-mail.pdf'
    shutil.copy(path, copy)
    for given in (path, copy):
        found = checker.check(str(given), str(filing))
        assert [finding.text() for finding in found if finding.ok is not True] == []
        assert found[0].text_key == 'record_same'


def test_one_byte_of_the_embedded_record_changed_is_found_and_named(filing: Path, tmp_path: Path) -> None:
    [path] = filing.rglob('report.pdf')
    content = path.read_bytes()
    record = checker.embedded_record(content)
    place = record.index(b'complete')
    forged = tmp_path / 'report.pdf'
    forged.write_bytes(repacked(content, record, record[:place] + b'C' + record[place + 1 :]))
    found = checker.check(str(forged), str(filing))
    assert checker.exit_code(found) == 1
    first = next(finding for finding in found if finding.ok is False)
    assert (first.item, first.text_key) == ('report.pdf: record.json', 'record_changed')
    broken = bytearray(content)
    broken[content.index(zlib.compress(record)) + 200] ^= 1
    forged.write_bytes(bytes(broken))
    found = checker.check(str(forged), str(filing))
    first = next(finding for finding in found if finding.ok is False)
    assert (first.item, first.text_key) == ('report.pdf', 'embedded_broken')


def test_any_changed_byte_of_an_issued_pdf_is_found(filing: Path) -> None:
    [path] = filing.rglob('report.pdf')
    content, chance = path.read_bytes(), random.Random(7)
    for _round in range(40):
        place = chance.randrange(len(content))
        path.write_bytes(content[:place] + bytes([content[place] ^ chance.randrange(1, 256)]) + content[place + 1 :])
        for what in ('1', str(path)):
            found = checker.check(what, str(filing))
            first = next(finding for finding in found if finding.ok is False)
            assert 'report.pdf' in first.item
