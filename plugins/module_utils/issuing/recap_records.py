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

RUN_DAY = re.compile(r'(\d{4})(\d\d)(\d\d)T')  # how a run id begins unless somebody named the run
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
        """The runs that began in `month` ('YYYY-MM', local), oldest first; `unfit` grows by what could not be used."""
        found: list[tuple[str, str, Row | None]] = [
            (row['date'], row['folder'], row) for row in self.reports if row['date'].startswith(month)
        ]
        found += [(day, folder, None) for day, folder in self._unregistered(month)]
        for _day, folder, row in sorted(found, key=lambda item: (item[0], item[1])):
            filed = self._filed(folder, row)
            if filed and filed.date.startswith(month):
                yield filed

    def _unregistered(self, month: str) -> Iterator[tuple[str, str]]:
        """(UTC day or month, folder) of runs without a row that may have begun in `month` by local time."""
        first = datetime.strptime(month, '%Y-%m')
        days = [first - timedelta(days=1), (first + timedelta(days=31)).replace(day=1)]
        for year_month in sorted({month, *(day.strftime('%Y-%m') for day in days)}):
            for path in sorted(self.filing.glob(f'{year_month[:4]}/{year_month[5:]}/*/record.json')):
                folder = path.parent.relative_to(self.filing).as_posix()
                known = RUN_DAY.match(path.parent.name)
                day = '-'.join(known.groups()) if known else year_month
                near = not known or day.startswith(month) or day in {one.strftime('%Y-%m-%d') for one in days}
                if near and folder not in self._folders:
                    yield day, folder

    def _filed(self, folder: str, row: Row | None) -> Filed | None:
        path = f'{folder}/record.json'
        record = self._document(path, row, (row or {}).get('record_sha256') or self._known_hash(folder))
        if record is None:
            return None
        date = row['date'] if row else local_date(record['run']['started'], record['run'].get('utc_offset_minutes'))
        return Filed(record, row, self._receipt(folder, row), date)

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
            if row.get('run_kind') == 'period':
                filed = self._filed(row['folder'], row)
                for run in ((filed.record.get('period') or {}).get('runs') or []) if filed else []:
                    hashes[run['run']] = run['record_sha256']
        return hashes


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
