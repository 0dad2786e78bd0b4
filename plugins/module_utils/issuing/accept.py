# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of the procedure (SOP, steps 5 and 6): a report is accepted, or given back for correction.

A report cannot hold its own acceptance: the receipt is a document of its own, which names the hash of the report. The
report's files are never touched. Files first, the row of the register last: what a crash leaves is done over by the
next try.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import paper, register
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.issuing import outbox
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.messages import message
from ansible_collections.rawat.website.plugins.module_utils.procedure import steps as procedure
from ansible_collections.rawat.website.plugins.module_utils.record import replace_file
from ansible_collections.rawat.website.plugins.module_utils.version import VERSION

SCHEMA = 1
RECORD, SUMS, RECEIPT = 'record.json', 'SHA256SUMS', 'receipt'
FORMATS = ('html', 'pdf')
Person = Mapping[str, Any]  # {name, id, position}


class Refused(RawatError):
    """What was asked may not be done; `text(language)` says why and what to do."""

    def __init__(self, key: str, **values: object):
        self.key, self.values = key, values
        super().__init__(self.text('en'))

    def text(self, language: str) -> str:
        """The reason in the words of the reader."""
        return message(self.key, language, **self.values)


def accept(
    filing: str,
    number: str,
    by: Person,
    *,
    at: str | None = None,
    delivered: str | None = None,
    remark: str | None = None,
    late_reasons: Mapping[int, str] | None = None,
    operator: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Close a report with a receipt; returns {receipt, folder, documents, row, problems}.

    `number` is anything by which the register finds one report. `at` is when it was accepted (UTC, now by default),
    `delivered` when it was handed over (by default the first e-mail that was taken). Raises Refused, RegisterError (for
    a register that is busy, broken or full, and for a number that it has not), OSError. `problems` are formats that
    could not be drawn.
    """
    _refuse_nobody(by)
    with register.writing(filing) as book:
        report = Report(filing, book.entry(number))
        report.refuse_unless_open()
        report.refuse_officer(by)
        report.refuse_altered()
        accepted = {'at': at or utc(), 'by': _person(by), 'remark': remark or None}
        receipt = report.receipt(accepted, delivered or report.handed_over(), late_reasons or {}, operator)
        drawn, problems = _drawn(receipt, report.record)
        with report.filed(drawn):
            row = book.append(_row(receipt, report.record, drawn))
    return {
        'receipt': receipt, 'folder': report.folder, 'documents': row['documents'], 'row': row, 'problems': problems,
    }  # fmt: skip


def give_back(
    filing: str, number: str, reason: str, by: Person, operator: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a report to its officer for correction; returns the register's row. Raises as `accept` does."""
    _refuse_nobody(by)
    if not reason.strip():
        raise Refused('accept.no_reason')
    with register.writing(filing) as book:
        report = Report(filing, book.entry(number))
        report.refuse_unless_open()
        report.refuse_officer(by)
        report.refuse_altered()
        return book.append(
            {
                'kind': 'returned',
                'number': report.number,
                'reason': reason.strip(),
                'by': _person(by),
                'record_sha256': report.row['record_sha256'],
                'operator': operator and dict(operator),
            }
        )


class Report:
    """An issued report: what the register says of it (`row`), its folder, its record."""

    def __init__(self, filing: str, entry: Mapping[str, Any]):
        self.entry, self.row, self.number = entry, entry['report'], entry['number']
        self.folder = os.path.join(filing, self.row['folder'])
        self._content = self._read(RECORD)
        self._refuse_hash(RECORD, self._content, self.row['record_sha256'])  # before it is believed in anything
        self.record: dict[str, Any] = json.loads(self._content)

    def _read(self, name: str) -> bytes:
        try:
            with open(os.path.join(self.folder, name), 'rb') as handle:
                return handle.read()
        except OSError as error:
            path = os.path.join(self.folder, name)
            raise Refused('accept.missing', number=self.number, path=path, reason=error.strerror) from error

    def _refuse_hash(self, name: str, content: bytes, expected: str) -> None:
        if hashlib.sha256(content).hexdigest() != expected:
            raise Refused('accept.altered', number=self.number, path=os.path.join(self.folder, name))

    def refuse_unless_open(self) -> None:
        """Once accepted is for ever."""
        if self.entry['state'] == 'accepted':
            receipt = self.entry['receipt']
            name = (receipt.get('accepted_by') or {}).get('name')
            raise Refused('accept.twice', number=self.number, name=name, row=receipt['row'])

    def refuse_officer(self, by: Person) -> None:
        """Who did the work does not accept it: neither under his name, nor under his number beside another name."""
        officer = (self.record.get('assignment') or {}).get('officer') or {}
        names = [_folded(person.get('name')) for person in (by, officer)]
        identities = [_folded(person.get('id')).replace(' ', '') for person in (by, officer)]
        if any(first and first == second for first, second in (names, identities)):
            raise Refused('accept.officer', number=self.number, name=by['name'], officer=officer.get('name'))

    def refuse_altered(self) -> None:
        """Only what is, byte for byte, as it was issued can be accepted."""
        for name, expected in sorted(self.row['documents'].items()):
            self._refuse_hash(name, self._read(name), expected)

    def handed_over(self) -> str | None:
        """When the first e-mail with the report was taken, if one was."""
        sent = [one for one in outbox.events(self.folder) if one.get('ok') is True and one.get('channel') == 'email']
        return sent[0].get('time') if sent else None

    def receipt(
        self, accepted: dict[str, Any], delivered: str | None, reasons: Mapping[int, str], operator: Any
    ) -> dict[str, Any]:
        """The receipt as data (docs/schema/receipt.schema.json)."""
        record, row = self.record, self.row
        steps, rule = self._closing(accepted['at'], delivered, reasons)
        completed = (self.entry.get('assignment') or {}).get('assignment') or {}
        return {
            'schema': SCHEMA,
            'kind': RECEIPT,
            'number': self.number,
            'run': row['run'],
            'record_sha256': row['record_sha256'],
            'code': row['code'],
            'documents': row['documents'],
            'report_row': row['row'],
            'report_row_sha256': row['sha256'],
            'steps': steps,
            'time_rule': rule,
            'office': record.get('office'),
            'assignment': {**(record.get('assignment') or {}), **completed},
            'accepted': accepted,
            'delivered': delivered,
            'utc_offset_minutes': record['run']['utc_offset_minutes'],
            'operator': operator and dict(operator),
            'collection_version': VERSION,
        }

    def _closing(self, accepted: str, delivered: str | None, reasons: Mapping[int, str]) -> tuple[list[dict], Any]:
        """Steps 5 and 6; a drill or a restore under an assignment has none of the procedure's steps."""
        if [step['number'] for step in self.record['steps']] != sorted(procedure.STEPS):
            return [], self.record.get('time_rule')
        return procedure.closing(self.record, delivered, accepted, dict(reasons))

    @contextlib.contextmanager
    def filed(self, drawn: Mapping[str, bytes]) -> Iterator[None]:
        """The receipt's files and their sums are there while the row is entered; they go when it is not."""
        self._sweep()
        try:
            for name, content in drawn.items():
                replace_file(os.path.join(self.folder, name), content)
            self._sum({name: hashlib.sha256(content).hexdigest() for name, content in drawn.items()})
            yield
        except BaseException:
            with contextlib.suppress(OSError):  # why it came to this says more
                self._sweep()
            raise

    def _sweep(self) -> None:
        """Remove what a try left that did not come to its row: the sums first, so that they never name what is gone."""
        self._sum({})
        for name in os.listdir(self.folder):
            if name.partition('.')[0] == RECEIPT:
                os.unlink(os.path.join(self.folder, name))

    def _sum(self, hashes: Mapping[str, str]) -> None:
        """SHA256SUMS as it is, with `hashes` in place of what it says of a receipt."""
        path = os.path.join(self.folder, SUMS)
        before = self._read(SUMS).decode('utf-8', 'surrogateescape').splitlines()
        kept = [line for line in before if not line.partition('  ')[2].startswith(f'{RECEIPT}.')]
        lines = kept + [f'{digest}  {name}' for name, digest in hashes.items()]
        lines.sort(key=lambda line: line.partition('  ')[2])
        if lines != before:
            replace_file(path, ''.join(f'{line}\n' for line in lines).encode('utf-8', 'surrogateescape'))


def _drawn(receipt: dict[str, Any], record: dict[str, Any]) -> tuple[dict[str, bytes], list[str]]:
    """The receipt in every format that can be drawn here, and what went wrong: the JSON comes first."""
    from ansible_collections.rawat.website.plugins.module_utils.paper.views.receipt import receipt as view

    content = canonical(receipt)
    drawn, problems = {f'{RECEIPT}.json': content}, []
    language, office = record['run'].get('language') or 'id', record.get('office') or {}
    for form in [form for form in FORMATS if paper.available().get(form, True)]:
        name = f'{RECEIPT}.{form}'
        try:
            drawn[name] = paper.render(view(receipt, record, language), form, {f'{RECEIPT}.json': content}, office)
        except Exception as error:  # a template may be the user's own, and raise anything
            problems.append(message('accept.not_drawn', language, name=name, reason=f'{type(error).__name__}: {error}'))
    return drawn, problems


def _row(receipt: dict[str, Any], record: dict[str, Any], drawn: Mapping[str, bytes]) -> dict[str, Any]:
    earlier = [step for step in record['steps'] if step['number'] not in (5, 6)]
    return {
        'kind': 'receipt',
        'number': receipt['number'],
        'record_sha256': receipt['record_sha256'],
        'documents': {name: hashlib.sha256(content).hexdigest() for name, content in drawn.items()},
        'accepted_by': receipt['accepted']['by'],
        'operator': receipt['operator'],
        'deadlines': procedure.tally([step for step in [*earlier, *receipt['steps']] if 'met' in step]),
    }


def _refuse_nobody(by: Person) -> None:
    if not _folded(by.get('name')):
        raise Refused('accept.nobody')


def _person(by: Person) -> dict[str, Any]:
    return {key: ' '.join(str(by.get(key) or '').split()) or None for key in ('name', 'id', 'position')}


def _folded(text: object) -> str:
    return ' '.join(str(text or '').split()).casefold()


def assigner(filing: str, number: str, by: Person) -> dict[str, Any]:
    """Who gave the assignment of a report: by the procedure it is he who accepts. Raises Refused, RegisterError.

    The record says it; what `by` says beside a name counts.
    """
    report = Report(filing, register.state_of(filing, number))
    known = (report.record.get('assignment') or {}).get('assigner') or {}
    return {**known, **{key: value for key, value in by.items() if value}}
