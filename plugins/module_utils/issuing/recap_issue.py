# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A recap is issued: its documents are filed under the register's lock, then a row says so.

A recap that was issued is never drawn again in its place: the next one of the same month lies beside it, and its row
says which it replaces. A folder without a row was never issued (its writer died); it is moved aside.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import paper
from ansible_collections.rawat.website.plugins.module_utils.issuing.recap import Recap, gather
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.paper.views import recap as recap_view
from ansible_collections.rawat.website.plugins.module_utils.paper.views import summary as summary_view
from ansible_collections.rawat.website.plugins.module_utils.procedure.office import retention_until
from ansible_collections.rawat.website.plugins.module_utils.record import replace_file
from ansible_collections.rawat.website.plugins.module_utils.register import writing

FOLDER = 'recaps'
FORMATS = ('html', 'pdf', 'xlsx', 'csv')  # HTML always: it needs nothing but Jinja2
SHEETS = ('xlsx', 'csv')


def issue(
    filing: str,
    month: str,
    sites: Sequence[dict[str, Any]],
    office: dict[str, Any],
    utc_offset_minutes: int,
    language: str,
    formats: Sequence[str] = FORMATS,
    now: str | None = None,
) -> dict[str, Any]:
    """Gather, draw and file the recap of `month`; returns {recap, row, folder (absolute), files: {name: path}}.

    Raises what :func:`gather` raises, and OSError when it cannot be filed; then nothing was issued.
    """
    with writing(filing) as book:
        now = now or utc()
        recap = gather(filing, month, sites, office, utc_offset_minutes, now, rows=book.rows)
        former = [row['folder'] for row in book.rows if row['kind'] == 'recap' and row['month'] == month]
        folder = f'{FOLDER}/{month}' + (f'.{len(former) + 1}' if former else '')
        recap['replaces'] = former[-1] if former else None
        documents = _file(os.path.join(filing, folder), draw(recap, language, formats), now)
        try:
            row = book.append(_row(recap, folder, documents, book.tip, language))
        except BaseException:
            shutil.rmtree(os.path.join(filing, folder))  # made a moment ago, by us, and not issued
            raise
    absolute = os.path.abspath(os.path.join(filing, folder))
    return {
        'recap': recap, 'row': row, 'folder': absolute,
        'files': {name: os.path.join(absolute, name) for name in sorted(documents)},
    }  # fmt: skip


def draw(recap: Recap, language: str, formats: Sequence[str]) -> dict[str, bytes]:
    """{file name: content} of the recap's documents; recap.json and HTML are always among them."""
    data = canonical(recap)
    files = {'recap.json': data}
    documents = {'recap': recap_view.recap(recap, language), 'summary': summary_view.summary(recap, language)}
    for name, document in documents.items():
        for form in ['html', *(form for form in formats if form == 'pdf')]:
            files[f'{name}.{form}'] = paper.render(document, form, {'recap.json': data}, recap['office'])
    for form in [form for form in formats if form in SHEETS]:
        files[f'recap.{form}'] = sheet(recap_view.table(recap, language), form)
    return files


def sheet(table: dict[str, Any], form: str) -> bytes:
    """`table` ({title, heads, rows}) as 'csv' or 'xlsx'."""
    from ansible_collections.rawat.website.plugins.module_utils.paper import sheets

    return sheets.csv(table) if form == 'csv' else sheets.xlsx(table, table['title'])


def _file(folder: str, files: dict[str, bytes], now: str) -> dict[str, str]:
    """Put `files` and their SHA256SUMS into a new `folder`, in one step; returns {name: SHA-256}."""
    if os.path.lexists(folder):
        os.rename(folder, f'{folder}.unissued-{now.replace(":", "")}-{os.getpid()}')
    partial = os.path.join(os.path.dirname(folder), f'.partial-{os.path.basename(folder)}')
    if os.path.lexists(partial):
        shutil.rmtree(partial)
    os.makedirs(partial, mode=0o750)
    try:
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        sums = ''.join(f'{digest}  {name}\n' for name, digest in sorted(hashes.items()))
        for name, content in {**files, 'SHA256SUMS': sums.encode()}.items():
            replace_file(os.path.join(partial, name), content)
        os.rename(partial, folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return hashes


def _row(recap: Recap, folder: str, documents: dict[str, str], tip: str, language: str) -> dict[str, Any]:
    office = recap['office']
    return {
        'kind': 'recap', 'number': None, 'month': recap['month'], 'folder': folder, 'replaces': recap['replaces'],
        'documents': documents, 'tip': tip, 'language': language, 'archive_class': office['archive_class'],
        'retention_until': retention_until(recap['last_day'], office['retention_years']['recap']),
        'physical_location': office['physical_location'],
    }  # fmt: skip
