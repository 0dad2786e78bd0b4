# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records of a month, each checked before it counts: what differs from its register row is a named problem."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.record import PERIOD

RUN_DAY = re.compile(r'\d{8}T')  # how a run id begins unless somebody named the run
TIME = '%Y-%m-%dT%H:%M:%SZ'
SUMS = 'SHA256SUMS'
Row = dict[str, Any]


class Filed(NamedTuple):
    """One run whose record is what it was when it was filed."""

    record: dict[str, Any]
    row: Row | None  # its row of kind 'report'; None for a run that is not under the procedure
    receipt: dict[str, Any] | None  # receipt.json, where there is one and it is unchanged
    date: str  # local, 'YYYY-MM-DD'


class Unfit(NamedTuple):
    """A document that cannot be counted. `what`: 'altered', 'missing' or 'unreadable'; `reason` is evidence."""

    what: str
    run: str
    number: str | None
    path: str  # relative to the filing
    sites: list[str]
    reason: str


class Months:
    """Reads the runs of one month after the other. `rows`: the register's, with its chain checked."""

    def __init__(self, filing: str, rows: list[Row], offset_minutes: int):
        self.filing, self.offset = Path(filing), offset_minutes
        self.reports = [row for row in rows if row['kind'] == 'report']
        self.receipts = {row['number']: row for row in rows if row['kind'] == 'receipt' and row.get('number')}
        self.unfit: list[Unfit] = []
        self._folders = {os.path.normpath(row['folder']) for row in self.reports}
        self._expected: dict[str, str] = {}
        self._expected.update(self._hashes_from_period_reports())

    def read(self, month: str) -> Iterator[Filed]:
        """The runs that began in `month` ('YYYY-MM', local) and the reports on a period that were issued in it.

        `unfit` grows by what could not be used.
        """
        for folder, row in sorted(self._candidates(month), key=lambda found: found[0]):
            filed = self._filed(folder, row)
            if filed and filed.date.startswith(month):
                yield filed

    def _candidates(self, month: str) -> Iterator[tuple[str, Row | None]]:
        """(folder, row) of whatever may belong to `month`: the day of a run id is UTC, the month is local."""
        first = datetime.strptime(month, '%Y-%m')
        edges = [first - timedelta(days=1), (first + timedelta(days=31)).replace(day=1)]
        days = tuple(day.strftime('%Y%m%dT') for day in edges)
        months = sorted({first.strftime('%Y/%m'), *(day.strftime('%Y/%m') for day in edges)})

        def is_near(folder: str) -> bool:
            run = folder.split('/')[-1]
            return folder[:7] in months and (
                not RUN_DAY.match(run) or run.startswith((first.strftime('%Y%m'), *days))
            )

        for row in self.reports:
            if row['date'].startswith(month) if _on_period(row) else is_near(row['folder']):
                yield row['folder'], row
        for path in [path for part in months for path in self.filing.glob(f'{part}/*/record.json')]:
            folder = path.parent.relative_to(self.filing).as_posix()
            if is_near(folder) and folder not in self._folders:
                yield folder, None

    def _filed(self, folder: str, row: Row | None) -> Filed | None:
        path = f'{folder}/record.json'
        record = self._document(path, row, (row or {}).get('record_sha256') or self._known_hash(folder))
        if record is None:
            return None
        date = local_date(record['run']['started'], record['run'].get('utc_offset_minutes'))
        return Filed(record, row, self._receipt(folder, row), row['date'] if row and _on_period(row) else date)

    def _receipt(self, folder: str, row: Row | None) -> dict[str, Any] | None:
        receipt = self.receipts.get((row or {}).get('number'))
        if receipt is None or row is None:
            return None
        return self._document(f'{folder}/receipt.json', row, receipt['documents'].get('receipt.json'))

    def _document(self, path: str, row: Row | None, expected: str | None) -> dict[str, Any] | None:
        """The JSON at `path` when its hash is `expected`; else None, and `unfit` says why."""
        try:
            return _checked(self.filing / path, expected)
        except _Unusable as problem:
            sites = [site['site'] for site in (row or {}).get('sites') or []]
            number = row.get('number') if row else None
            unfit = Unfit(problem.what, path.split('/')[-2], number, path, sites, str(problem))
            if unfit not in self.unfit:
                self.unfit.append(unfit)
            return None

    def _known_hash(self, folder: str) -> str | None:
        """What the record of an unregistered run must hash to: the period report that counts it, else SHA256SUMS."""
        run = folder.split('/')[-1]
        return self._expected.get(run) or _listed(self.filing / folder / SUMS, 'record.json')

    def _hashes_from_period_reports(self) -> dict[str, str]:
        """{run: SHA-256 of its record}: runs under a standing assignment are in the register through these reports."""
        hashes: dict[str, str] = {}
        for row in self.reports:
            if _on_period(row):
                filed = self._filed(row['folder'], row)
                for run in ((filed.record.get('period') or {}).get('runs') or []) if filed else []:
                    hashes[run['run']] = run['record_sha256']
        return hashes


def _on_period(row: Row) -> bool:
    """Whether a report sums up the runs of a standing assignment; it belongs to the month in which it was issued."""
    return row.get('run_kind') == PERIOD


class _Unusable(Exception):
    """A document that cannot be counted: `what` as in Unfit, and the reason."""

    def __init__(self, what: str, reason: object):
        self.what = what
        super().__init__(str(reason))


def _checked(path: Path, expected: str | None) -> dict[str, Any]:
    """The document at `path`, whose SHA-256 must be `expected`; _Unusable."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _Unusable('missing', 'no such file') from None
    except OSError as error:
        raise _Unusable('unreadable', error) from error
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        wanted = f'expected {expected}' if expected else f'no hash of it in the register nor in {SUMS}'
        raise _Unusable('altered', f'SHA-256 {found}; {wanted}')
    try:
        document: dict[str, Any] = json.loads(content)
        if path.name == 'record.json':
            document['run']['id'], document['run']['started'], document['sites']
    except (ValueError, KeyError, TypeError) as error:
        raise _Unusable('unreadable', f'{type(error).__name__}: {error}') from error
    return document


def local_date(utc: str, offset_minutes: int | None) -> str:
    """The calendar day of a moment: '2026-01-31T18:00:00Z' is '2026-02-01' 420 minutes east. ValueError for no time."""
    return (datetime.strptime(utc, TIME) + timedelta(minutes=offset_minutes or 0)).strftime('%Y-%m-%d')


def _listed(sums: Path, name: str) -> str | None:
    try:
        lines = sums.read_text(encoding='utf-8', errors='replace').splitlines()
    except OSError:
        return None
    return next((line.split()[0] for line in lines if line.endswith(f'  {name}')), None)
