# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recap, summary, book and destruction list as PDF: pages, orientation, every name whole, also with a hundred sites."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import paper
from ansible_collections.rawat.website.plugins.module_utils.issuing import recap_issue
from ansible_collections.rawat.website.plugins.module_utils.issuing.recap import gather
from ansible_collections.rawat.website.plugins.module_utils.paper.views import book, destruction, recap, summary
from ansible_collections.rawat.website.plugins.module_utils.register import Book, Register, RegisterError
from unit import samples
from unit.filings import OFFSET, Filing, inventory

NOW = '2026-02-02T02:00:00Z'
LONG = 'jaringan-dokumentasi-dan-informasi-hukum-nasional-terpadu-direktorat-jenderal-peraturan-perundang-undangan'
REMARK = 'mariadb-dump: Got error: 2013: "Lost connection to server during query" when retrieving data; ' * 50


class Pages:
    """A PDF as others see it."""

    def __init__(self, document: dict[str, Any], office: dict[str, Any], path: Path):
        path.write_bytes(paper.render(document, 'pdf', {'recap.json': b'{}'}, office))
        told = subprocess.run(['pdfinfo', str(path)], capture_output=True, text=True, check=True).stdout
        self.count = int(re.findall(r'Pages: +(\d+)', told)[0])
        width, height = (float(size) for size in re.findall(r'Page size: +([\d.]+) x ([\d.]+)', told)[0])
        self.landscape = width > height
        command = ['pdftotext', '-bbox', str(path), '-']
        boxes = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        spots = re.findall(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">', boxes)
        edges = [[float(value) for value in spot] for spot in spots]
        self.within = all(x >= 0 and y >= 0 and right <= width and low <= height for x, y, right, low in edges)
        said = subprocess.run(['pdftotext', str(path), '-'], capture_output=True, text=True, check=True).stdout
        self.text = re.sub(r'[\s\u200b\u00ad]+', '', said)


def gathered(filing: Filing, *names: str) -> dict[str, Any]:
    return gather(str(filing.root), '2026-01', inventory(*names), filing.office, OFFSET, NOW)


@pytest.mark.parametrize('language', ['id', 'en'])
def test_a_hundred_sites_are_all_on_the_recap_and_the_summary_stays_one_page(tmp_path: Path, language: str) -> None:
    filing, names = Filing(tmp_path), [f'situs-{number:03d}-{LONG}'[:90] for number in range(100)]
    sites = [samples.failed(name) if number % 7 else samples.remarked(name) for number, name in enumerate(names[:95])]
    filing.run('2026-01-12', *[{**site, 'error': REMARK} for site in sites])
    found = gathered(filing, *names)
    pages = Pages(recap.recap(found, language), filing.office, tmp_path / 'recap.pdf')
    assert (pages.landscape, pages.within) == (True, True)
    assert [name for name in names if name not in pages.text] == []
    assert found['tip']['sha256'] in pages.text
    one = Pages(summary.summary(found, language), filing.office, tmp_path / 'summary.pdf')
    assert (one.count, one.landscape, one.within) == (1, False, True)


@pytest.mark.parametrize('names', [(), ('peraturan',), ('peraturan', 'berita', LONG)])
def test_few_sites_or_none_fit_on_two_pages(tmp_path: Path, names: tuple[str, ...]) -> None:
    filing = Filing(tmp_path)
    filing.run('2026-01-12', *[samples.site(name) for name in names[:2]])
    pages = Pages(recap.recap(gathered(filing, *names), 'id'), filing.office, tmp_path / 'recap.pdf')
    assert (pages.count <= 2, pages.landscape, pages.within) == (True, True, True)
    assert all(name in pages.text for name in names)
    assert 'SubkoordinatorSistemInformasi' in pages.text


def test_book_and_destruction_list_have_every_number(tmp_path: Path) -> None:
    filing = Filing(tmp_path)
    for day in range(1, 29):
        filing.run(f'2026-01-{day:02d}', samples.site(LONG), samples.site('peraturan'), letter=f'DISP-{day}')
    rows = Register(str(tmp_path)).rows()
    for document in (
        book.book(rows, filing.office, 'id', OFFSET),
        destruction.destruction(destruction.proposed(rows, '2030-01-01'), filing.office, 'id'),
    ):
        pages = Pages(document, filing.office, tmp_path / 'pages.pdf')
        assert (pages.landscape, pages.within) == (True, True)
        assert [row['number'] for row in rows if row['number'] not in pages.text] == []


def test_the_same_recap_gives_the_same_bytes(tmp_path: Path) -> None:
    filing = Filing(tmp_path)
    filing.run('2026-01-12', samples.site('peraturan'))
    found = gathered(filing, 'peraturan')
    forms = ('pdf', 'xlsx', 'csv')
    assert recap_issue.draw(found, 'id', forms) == recap_issue.draw(found, 'id', forms)


def test_a_row_that_cannot_be_entered_leaves_no_recap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filing = Filing(tmp_path)

    def full(_book: Book, _fields: dict[str, Any]) -> dict[str, Any]:
        raise RegisterError('the disk is full')

    with monkeypatch.context() as patch:
        patch.setattr(Book, 'append', full)
        with pytest.raises(RegisterError, match='the disk is full'):
            recap_issue.issue(str(tmp_path), '2026-01', inventory('a'), filing.office, OFFSET, 'id', ['csv'], NOW)
    assert list((tmp_path / 'recaps').iterdir()) == []
    issued = recap_issue.issue(str(tmp_path), '2026-01', inventory('a'), filing.office, OFFSET, 'id', ['csv'], NOW)
    assert issued['row']['folder'] == 'recaps/2026-01'
    assert issued['row']['retention_until'] == '2028-01-31'
