# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a run: its record and documents are filed, and, under the procedure, issued.

Issued is what has a row in the register; it is never drawn again in its place. Number, record, documents and row come
to be under the register's lock, the row last. A run that is killed before its row takes no number: MARKER names its
folder, and whoever issues next takes the number out of its record again. `rawat report RUN` issues such a record then.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import paper, record, register
from ansible_collections.rawat.website.plugins.module_utils.issuing.rows import report_row
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.messages import message
from ansible_collections.rawat.website.plugins.module_utils.paper.views import VIEWS
from ansible_collections.rawat.website.plugins.module_utils.procedure import steps as procedure
from ansible_collections.rawat.website.plugins.module_utils.procedure.calendars import CalendarError
from ansible_collections.rawat.website.plugins.module_utils.register.checker import standalone

LISTED = 'destruction'  # begins the names of a prune's destruction list, which is filed before the record
MARKER = '.issuing'  # in the filing, while a record has a number and no row yet: its folder
VERIFIER = 'verify.py'  # in every archive, so that a third party needs nothing of ours
FORMATS = {'report': ('html', 'pdf', 'docx'), 'disposition': ('html', 'pdf'), 'minutes': ('html', 'pdf')}
WITH_STEPS = ('backup', record.PERIOD)  # kinds of runs that are the procedure; drills and restores are policy
Record = dict[str, Any]


def file_run(plan: Mapping[str, Any], document: Record, template: str | None = None) -> dict[str, Any]:
    """File what a run came to; returns {record, report, outcome, number, code, record_sha256, documents, problems}.

    `document` is what `record.build` made of `plan`; `template` replaces ours for report.html. Raises OSError when the
    record cannot be written. What else goes wrong (a document that cannot be drawn, a register that is busy or broken)
    is a sentence in `problems`: the record comes first.
    """
    reasons = {int(step): text for step, text in (plan.get('late_reasons') or {}).items()}
    return Folder(document, plan['filing'], plan['root'], reasons, template).file()


def issue_again(path: str, root: str) -> dict[str, Any]:
    """Issue a record that was filed without a row (its run was killed, the register was busy); as file_run.

    The caller has seen that no row names it. The reasons for late steps that it holds are kept.
    """
    with open(path, 'rb') as handle:
        document = json.loads(handle.read())
    reasons = {step['number']: step['reason'] for step in document['steps'] if step.get('reason')}
    return Folder(document, os.path.dirname(path), root, reasons).file()


def is_numbered(document: Record) -> bool:
    """Whether the record gets a number: it happened under an assignment, and is no single run of a standing one."""
    assignment = document.get('assignment')
    if not assignment:
        return False
    return not (document['run']['kind'] == 'backup' and assignment.get('mode') == 'standing')


def local_date(moment: str, offset_minutes: int) -> date:
    """The day of a UTC time in a zone so many minutes east."""
    return (datetime.strptime(moment, '%Y-%m-%dT%H:%M:%SZ') + timedelta(minutes=offset_minutes)).date()


class AlreadyIssued(register.RegisterError):
    """The run has a row in the register: what was issued is never drawn again in its place."""


class Folder:
    """A record on its way into its folder of the filing `root`."""

    def __init__(
        self, document: Record, folder: str, root: str, reasons: Mapping[int, str] | None = None,
        template: str | None = None,
    ):  # fmt: skip
        self.document, self.folder, self.root = document, folder, root
        self.reasons, self.template = dict(reasons or {}), template
        self.problems: list[str] = []

    def file(self) -> dict[str, Any]:
        """Write everything; under the procedure the record is issued."""
        measured = self.document['steps']
        try:
            if is_numbered(self.document):
                return self._issue()
            self._add_steps()
        except AlreadyIssued:
            raise
        except (register.RegisterError, CalendarError) as error:
            self.document.update(register=None, steps=measured)
            self.problems.append(f'{error}; the record is filed without a number: rawat report issues it')
        return self.write()

    def _issue(self) -> dict[str, Any]:
        run, office = self.document['run'], self.document['office']
        with register.writing(self.root) as book:
            _settle_interrupted(book, self.root)
            self._refuse_second(book)
            run['finished'] = utc()  # waiting for the lock is part of making the report
            self._add_steps()
            today = local_date(run['finished'], run['utc_offset_minutes'])
            self.document['register'] = book.next_number(today.year, office['register_code'])
            place = os.path.relpath(self.folder, self.root)
            record.replace_file(os.path.join(self.root, MARKER), f'{place}\n'.encode())
            filed = self.write()
            book.append(report_row(self.document, filed, place, today))
            os.unlink(os.path.join(self.root, MARKER))
        return filed

    def _refuse_second(self, book: register.Book) -> None:
        for entry in book.entries():
            if entry['report']['run'] == self.document['run']['id']:
                raise AlreadyIssued(
                    f'run {self.document["run"]["id"]} is filed as {entry["number"]}: nothing was changed; a run under '
                    'another website_run_id is another report'
                )

    def _add_steps(self) -> None:
        """The six steps of the procedure with their deadlines in place of what the run did."""
        document, run = self.document, self.document['run']
        if not document.get('assignment') or run['kind'] not in WITH_STEPS:
            return
        for step in [step for step in document['steps'] if step['name'] == 'report']:
            step['finished'] = run['finished']
        document['steps'], document['time_rule'] = procedure.steps(
            document['assignment'], document['steps'], document['office'], run['utc_offset_minutes'], self.reasons,
            run['kind'],
        )  # fmt: skip

    def write(self) -> dict[str, Any]:
        """Record first, then each document that can be drawn, then the sums of all."""
        content = canonical(self.document)
        documents = record.write(self.document, self.folder, self._drawn(content))
        digest = documents.pop('record.json')
        return {
            'folder': self.folder,
            'record': self._path('record.json'),
            'report': self._path('report.html'),
            'pdf': self._path('report.pdf') if 'report.pdf' in documents else None,
            'outcome': record.outcome(self.document),
            'number': (self.document.get('register') or {}).get('number'),
            'record_sha256': digest,
            'code': register.code_of(content),
            'documents': documents,
            'problems': self.problems,
        }

    def _drawn(self, content: bytes) -> Iterator[tuple[str, bytes]]:
        """(file name, its bytes) of every document that belongs to the record and can be drawn here."""
        lacking: dict[str, list[str]] = {}
        for kind in kinds_of(self.document):
            for form in [form for form in FORMATS[kind] if paper.available().get(form, True)]:
                try:
                    yield f'{kind}.{form}', draw(self.document, kind, form, content=content, template=self.template)
                except ImportError as error:
                    lacking.setdefault(error.name or str(error), []).append(f'{kind}.{form}')
                except Exception as error:  # a template may be the user's own, and raise anything
                    cause = f'{type(error).__name__}: {error}'
                    self.problems.append(f'{kind}.{form} was not drawn ({cause}); the record is filed')
        for library, names in lacking.items():
            values = {'documents': ', '.join(names), 'host': os.uname().nodename, 'library': library}
            self.problems.append(message('evidence.no_library', self.document['run']['language'], **values))
        if self.document.get('assignment'):
            if not paper.available()['pdf']:
                self.problems.append(message('issue.no_pdf', self.document['run']['language']))
            yield VERIFIER, standalone.script()
        if self.document['run']['kind'] == 'prune':
            yield from self._listed()

    def _listed(self) -> Iterator[tuple[str, bytes]]:
        """The destruction list as it was filed before the removal: it belongs to what the sums vouch for."""
        for form in ('json', 'html', 'pdf'):
            with contextlib.suppress(FileNotFoundError), open(self._path(f'{LISTED}.{form}'), 'rb') as handle:
                yield f'{LISTED}.{form}', handle.read()

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)


def _settle_interrupted(book: register.Book, root: str) -> None:
    """A run died while it was issued: without a row its record has no number. The caller holds the lock."""
    marker = os.path.join(root, MARKER)
    try:
        with open(marker, encoding='utf-8') as handle:
            folder = os.path.join(root, handle.read().strip())
        with open(os.path.join(folder, 'record.json'), 'rb') as handle:
            document = json.loads(handle.read())
        number, run = document.get('register'), document['run']['id']
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, AttributeError):
        number = run = None  # nobody died, or before the record was there; one that was changed since is the checker's
    known = {entry['report']['run'] for entry in book.entries()}
    if number and run not in known:
        document['register'] = None
        Folder(document, folder, root).write()
    with contextlib.suppress(FileNotFoundError):
        os.unlink(marker)


def kinds_of(document: Record) -> list[str]:
    """The documents of a record, by name."""
    kinds = ['report']
    if document.get('assignment') and document['run']['kind'] in WITH_STEPS:
        kinds.append('disposition')
    if any(site.get('drill') or site.get('drills') for site in document['sites']):
        kinds.append('minutes')
    return kinds


def draw(
    document: Record, kind: str, form: str, *, content: bytes, language: str | None = None, template: str | None = None
) -> bytes:
    """The document `kind` of a record in the format `form`; the record's own bytes (`content`) go into a PDF."""
    words = language or document['run']['language']
    if template and (kind, form) == ('report', 'html'):
        from ansible_collections.rawat.website.plugins.module_utils import report_html

        return report_html.render(document, words, template).encode('utf-8', 'backslashreplace')
    return paper.render(VIEWS[kind](document, words), form, {'record.json': content}, document.get('office') or {})
