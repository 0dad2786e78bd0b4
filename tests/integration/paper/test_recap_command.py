# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat recap` on a prepared filing and inventory: every site in every format, issued once, found again by its row."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ansible_collections.rawat.website.plugins.module_utils.register import Register
from unit import samples
from unit.filings import Filing, steps

PATIENCE = 120  # seconds on a busy machine
VAULTED = '!vault "$ANSIBLE_VAULT;1.1;AES256\\n61363334\\n"'  # nobody here has its password
NAMES = ('peraturan', 'berita', 'ejurnal')


class Office:
    """A folder with inventory and filing, and `rawat` run in it."""

    def __init__(self, folder: Path):
        self.folder, self.inventory = folder, folder / 'hosts.yml'
        self.filing = Filing(folder / 'filing')
        (folder / 'home').mkdir()
        (folder / 'filing').mkdir()
        self.hosts(web1=list(NAMES[:2]), web2=list(NAMES[2:]))

    def hosts(self, office: dict[str, Any] | None = None, **sites: Any) -> None:
        """Write the inventory: host=[site name, …] or what website_sites is to be."""
        hosts = {
            host: {'website_sites': [_site(name) for name in names] if isinstance(names, list) else names}
            for host, names in sites.items()
        }
        common = {'website_filing': str(self.filing.root), 'website_office': office or {'city': 'Bogor'}}
        text = json.dumps({'all': {'hosts': hosts, 'vars': common}})
        self.inventory.write_text(text.replace('"SECRET"', VAULTED), encoding='utf-8')

    def rawat(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        foreign = ('RAWAT_', 'ANSIBLE_', 'LC_', 'LANG')
        kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        own = {'HOME': str(self.folder / 'home'), 'LANG': 'C.UTF-8', 'PYTHONPATH': os.pathsep.join(sys.path)}
        return subprocess.run(
            [sys.executable, '-m', 'rawat', *arguments], cwd=self.folder, env={**kept, **own, **variables}, text=True,
            capture_output=True, check=False, timeout=PATIENCE, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def recap(self, *arguments: str, month: str = '2026-01') -> subprocess.CompletedProcess[str]:
        return self.rawat('recap', month, '-i', str(self.inventory), *arguments)

    def files(self, folder: str = '2026-01') -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.filing.root / 'recaps' / folder).iterdir()}

    def rows(self) -> list[dict[str, Any]]:
        return Register(str(self.filing.root)).rows()


def _site(name: str) -> dict[str, Any]:
    database = {'engine': 'mariadb', 'login_password': 'SECRET', 'login_user': '{{ nobody_knows }}'}
    return {'name': name, 'url': '{{ scheme }}://x/', 'databases': [database]}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path)
    found.filing.accept(found.filing.run('2026-01-12', samples.site('peraturan')))
    hostile = '=HYPERLINK("http://x";"y")'
    found.filing.run('2026-01-26', samples.failed('berita') | {'error': hostile}, letter='=1+1', six=steps({4: None}))
    return found


def text_of(pdf: Path) -> str:
    done = subprocess.run(['pdftotext', '-layout', str(pdf), '-'], capture_output=True, text=True, check=True)
    return done.stdout


def test_pdf_and_xlsx_list_every_site_and_the_numbers_are_gap_free(office: Office) -> None:
    done = office.recap('--format', 'pdf,xlsx')
    assert (done.returncode, done.stderr) == (0, '')
    assert '1 of 3 sites backed up; register numbers: 0001/BKP/2026 to 0002/BKP/2026, 2 reports' in done.stdout
    assert set(office.files()) == {
        'recap.json', 'recap.html', 'recap.pdf', 'recap.xlsx', 'summary.html', 'summary.pdf', 'SHA256SUMS',
    }  # fmt: skip
    text = text_of(office.filing.root / 'recaps/2026-01/recap.pdf')
    assert all(name in text for name in NAMES)
    assert 'TIDAK DILAKSANAKAN' in text
    assert 'tanpa nomor yang terlewat' in text
    assert 'Bogor, ' in text
    sheet = openpyxl.load_workbook(io.BytesIO(office.files()['recap.xlsx'])).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert [row[1] for row in rows] == ['Situs', *NAMES, 'JUMLAH']
    assert (rows[1][6], rows[3][3]) == (1, 'TIDAK DILAKSANAKAN')


def test_nothing_in_sheets_is_a_formula(office: Office) -> None:
    assert office.recap().returncode == 0
    content = office.files()['recap.csv']
    assert content.startswith(b'\xef\xbb\xbfNo.;Situs;Server;')
    rows = list(csv.reader(io.StringIO(content.decode('utf-8-sig')), delimiter=';'))
    assert [row[1] for row in rows] == ['Situs', *NAMES, 'JUMLAH']
    assert rows[2][4] == "'=1+1"
    assert not [cell for row in rows for cell in row if cell.startswith(('=', '+', '-', '@'))]
    sheet = openpyxl.load_workbook(io.BytesIO(office.files()['recap.xlsx'])).active
    types = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert ('f' in types, sheet['E3'].value) == (False, '=1+1')


def test_the_row_of_the_recap_holds_the_tip_that_is_printed_and_the_hashes_of_its_documents(office: Office) -> None:
    tip = Register(str(office.filing.root)).tip()
    assert office.recap().returncode == 0
    row = office.rows()[-1]
    assert (row['kind'], row['number'], row['month'], row['folder']) == ('recap', None, '2026-01', 'recaps/2026-01')
    assert (row['tip'], row['previous']) == (tip, tip)
    files = office.files()
    assert row['documents'] == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != 'SHA256SUMS'
    }
    for name in ('recap', 'summary'):
        assert tip in ''.join(text_of(office.filing.root / f'recaps/2026-01/{name}.pdf').split())
        assert tip in files[f'{name}.html'].decode()
    assert json.loads(files['recap.json'])['tip']['sha256'] == tip


def test_a_recap_is_never_drawn_again_in_its_place(office: Office) -> None:
    assert office.recap().returncode == 0
    before = office.files()
    office.filing.accept(office.rows()[2])
    assert office.recap('--format', 'csv').returncode == 0
    assert office.recap('--format', 'csv').returncode == 0
    assert office.files() == before
    recaps = [(row['folder'], row['replaces']) for row in office.rows() if row['kind'] == 'recap']
    assert recaps == [
        ('recaps/2026-01', None),
        ('recaps/2026-01.2', 'recaps/2026-01'),
        ('recaps/2026-01.3', 'recaps/2026-01.2'),
    ]
    assert 'Menggantikan rekapitulasi recaps/2026-01.' in office.files('2026-01.2')['recap.html'].decode()


def test_what_a_killed_writer_left_is_moved_aside_and_not_taken_for_a_recap(office: Office) -> None:
    left = office.filing.root / 'recaps' / '2026-01'
    left.mkdir(parents=True)
    (left / 'recap.json').write_text('{}')
    (office.filing.root / 'recaps' / '.partial-2026-01').mkdir()
    assert office.recap('--format', 'csv').returncode == 0
    assert json.loads(office.files()['recap.json'])['month'] == '2026-01'
    (aside,) = office.filing.root.glob('recaps/2026-01.unissued-*')
    assert (aside / 'recap.json').read_text() == '{}'
    assert not list(office.filing.root.glob('recaps/.partial-*'))


def test_an_altered_record_is_named_and_ends_with_one(office: Office) -> None:
    path = office.filing.record_of(office.rows()[0])
    path.write_bytes(path.read_bytes().replace(b'peraturan', b'peraturin', 1))
    done = office.recap('--format', 'pdf')
    assert done.returncode == 1
    assert f'{path.relative_to(office.filing.root)} was altered' in done.stderr
    text = text_of(office.filing.root / 'recaps/2026-01/recap.pdf')
    assert 'Tidak dihitung' in text
    assert 'rekaman 0001/BKP/2026 telah berubah' in text


def test_json_has_the_whole_recap(office: Office) -> None:
    done = office.recap('--json', '--format', 'html', '--language', 'en')
    said = json.loads(done.stdout)
    assert (done.returncode, said['exit_code'], said['missing_formats']) == (0, 0, [])
    assert [site['name'] for site in said['recap']['sites']] == list(NAMES)
    assert [site['host'] for site in said['recap']['sites']] == ['web1', 'web1', 'web2']
    assert 'EXECUTIVE SUMMARY' in Path(said['files']['summary.html']).read_text(encoding='utf-8')


def test_sites_that_are_templates_are_found_and_their_secrets_are_not_asked_for(office: Office) -> None:
    office.hosts(web1='{{ [{"name": "peraturan", "key": lookup("env", "NO")}] }}', web2=['berita', 'ejurnal'])
    said = json.loads(office.recap('--json', '--format', 'csv').stdout)
    assert [(site['name'], site['host']) for site in said['recap']['sites']] == [
        ('peraturan', 'web1'), ('berita', 'web2'), ('ejurnal', 'web2'),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ('arguments', 'words'),
    [
        (('2026-13',), '2026-13 is no month: write year and month, as 2026-01'),
        (('januari',), 'januari is no month'),
        (('2990-01',), 'the month 2990-01 has not begun'),
        (('2026-01', '--format', 'docx'), '--format docx is not known: choose from html, pdf, xlsx, csv'),
        (('2026-01', '--language', 'fr'), 'fr'),
        (('2026-01', '--filing', '/nowhere/filing'), 'there is no filing directory /nowhere/filing'),
        (('2026-01', '-i', '/nowhere/hosts.yml'), '/nowhere/hosts.yml'),
    ],
)
def test_what_cannot_be_done_is_one_clear_line_and_nothing_is_filed(
    office: Office, arguments: tuple[str, ...], words: str
) -> None:
    inventory = () if '-i' in arguments else ('-i', str(office.inventory))
    before = office.rows()
    done = office.rawat('recap', *arguments, *inventory)
    assert (done.returncode, done.stdout) == (2, '')
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr
    assert (office.rows(), (office.filing.root / 'recaps').exists()) == (before, False)


@pytest.mark.parametrize(
    ('sites', 'words'),
    [
        ({'web1': ['a'], 'web2': ['a']}, 'has more than one site named a'),
        ({'web1': '{{ undefined_variable }}'}, 'website_sites of web1 is a template'),
        ({'web1': 'peraturan'}, 'website_sites of web1 is not what it must be'),
    ],
)
def test_an_inventory_without_clear_sites_is_refused(office: Office, sites: dict[str, Any], words: str) -> None:
    office.hosts(**sites)
    done = office.recap()
    assert (done.returncode, words in done.stderr) == (2, True)


def test_a_broken_register_gives_no_recap(office: Office) -> None:
    path = office.filing.root / 'register.jsonl'
    path.write_bytes(path.read_bytes().replace(b'complete', b'complele', 1))
    done = office.recap('--format', 'csv')
    assert (done.returncode, 'the recap of 2026-01 was not issued' in done.stderr) == (2, True)
    assert not list(office.filing.root.glob('recaps/*'))


def test_a_broken_template_of_the_office_gives_no_recap_and_a_whole_one_is_used(office: Office) -> None:
    templates = office.folder / 'templates'
    templates.mkdir()
    (templates / 'recap.html.j2').write_text('{% if %}')
    office.hosts(office={'templates': str(templates)}, web1=list(NAMES))
    done = office.recap('--format', 'html')
    assert (done.returncode, 'recap.html.j2' in done.stderr) == (2, True)
    assert (list(office.filing.root.glob('recaps/*')), len(office.rows())) == ([], 3)
    (templates / 'recap.html.j2').write_text('<p>{{ document.title }}</p>')
    assert office.recap('--format', 'html').returncode == 0
    assert office.files()['recap.html'] == b'<p>REKAPITULASI PEMELIHARAAN WEBSITE BULAN JANUARI 2026</p>'
    assert b'RINGKASAN EKSEKUTIF' in office.files()['summary.html']


def test_settings_of_the_office_that_are_none_are_named(office: Office) -> None:
    office.hosts(office={'polcy': {}}, web1=list(NAMES))
    done = office.recap('--format', 'html')
    assert (done.returncode, 'website_office.polcy is no setting' in done.stderr) == (2, True)


def test_a_register_that_cannot_be_written_leaves_no_recap_behind(office: Office) -> None:
    """A directory in the place of the lock: the row cannot be entered, whoever runs this."""
    lock = office.filing.root / 'register.lock'
    lock.unlink(missing_ok=True)
    lock.mkdir()
    done = office.recap('--format', 'csv')
    assert (done.returncode, 'register.lock' in done.stderr) == (2, True)
    assert not list(office.filing.root.glob('recaps/*'))
