# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of a run: one message that says what failed, why, what to do, and what it means for the procedure.

It is made of the filed record, so that it can be made again when it could not be sent. It names sites, hosts, errors
and dates; no secret is in a record.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.formats import moment, printable
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.notifying.causes import kind_of
from ansible_collections.rawat.website.plugins.module_utils.notifying.effects import (
    Now,
    Verified,
    effects,
    sites_text,
)

SCHEMA = 1
GROUPS = 12  # kinds of failures that are told; there are hardly more
SITES = 12  # sites named in one group
REMARKS = 10  # sites of which remarks are told
LONGEST = 1000  # remarks of one site
EVIDENCE = 400  # characters of an error
REPEATED = 3  # sites that a command names; more of them are left to --failed
AGAIN = ('backup', 'verify')  # verbs that know --failed


class Digest(NamedTuple):
    """What is sent."""

    outcome: str  # of the run: 'complete', 'remarks' or 'failed'
    subject: str
    text: str
    document: dict[str, Any]

    def payload(self) -> bytes:
        """The body of the webhook; docs/alarms.md lists its keys."""
        return canonical(self.document)


class Told(NamedTuple):
    """What a digest is made of, beside the record."""

    folder: str
    verified: Verified
    office: dict[str, Any] | None
    recovered: bool  # whether the run of this kind before it failed


def build(record: dict[str, Any], told: Told, language: str | None, now: str) -> Digest:
    """The digest of a record at the moment `now` (UTC); `language` None: that of the report."""
    run = record['run']
    words = Now(now, language or run.get('language') or 'id', run.get('utc_offset_minutes') or 0)
    failures, meaning = _failures(record), effects(record, told.office, told.verified, words)
    outcome = records.outcome(record)
    subject = _subject(record, outcome, told.recovered, words)
    sections = [
        _head(record, subject, told.recovered, words),
        _section('notice.failures', _told_failures(failures, words), words),
        _section('notice.remarks', _told_remarks(record, words), words),
        _section('notice.procedure', [f'- {line}' for line in meaning], words),
        _section('notice.next', _next(record, failures, words), words),
        [words.say('notice.report', folder=printable(told.folder)), words.say('notice.machine')],
    ]
    text = '\n\n'.join('\n'.join(lines) for lines in sections if lines) + '\n'
    document = _document(record, outcome, failures) | {'effects': meaning, 'subject': subject, 'text': text}
    return Digest(outcome, subject, text, document)


def _subject(record: dict[str, Any], outcome: str, recovered: bool, words: Now) -> str:
    run, sites = record['run'], record['sites']
    kind = words.say(f'notice.{run.get("kind") or records.KINDS[0]}')
    shown = words.say('notice.recovered') if recovered and outcome != 'failed' else words.say(f'outcome.{outcome}')
    bad = sum(entry['outcome'] in records.FAILED for entry in sites) if outcome == 'failed' else 0
    count = words.say('notice.count', count=bad, total=len(sites)) if bad else words.say('notice.all', total=len(sites))
    number = (record.get('register') or {}).get('number')
    return printable(f'{kind}: {shown}, {count}' + (f' ({number})' if number else ''))


def _head(record: dict[str, Any], subject: str, recovered: bool, words: Now) -> list[str]:
    run, number = record['run'], (record.get('register') or {}).get('number')
    assignment = (record.get('assignment') or {}).get('number')
    finished = moment(run.get('finished'), words.language, words.offset)
    lines = [subject, words.say('notice.run', run=printable(run['id']), finished=finished)]
    lines += [words.say('notice.number', number=printable(number))] if number else []
    lines += [words.say('notice.assignment', number=printable(assignment))] if assignment else []
    if run.get('died'):
        lines.append(words.say('notice.died', reason=words.say(f'died.{run["died"]}')))
    if recovered and records.outcome(record) != 'failed':
        lines.append(words.say('notice.recovered_text'))
    return lines


def _section(title: str, lines: list[str], words: Now) -> list[str]:
    return [words.say(title), *lines] if lines else []


def _failures(record: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Sites by the kind of their error, the kind with the most sites first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in record['sites']:
        if entry['outcome'] in records.FAILED:
            groups.setdefault(kind_of(entry), []).append(entry)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def _told_failures(failures: list[tuple[str, list[dict[str, Any]]]], words: Now) -> list[str]:
    lines: list[str] = []
    for number, (kind, entries) in enumerate(failures[:GROUPS], 1):
        hosts = ', '.join(dict.fromkeys(printable(entry['host']) for entry in entries[:SITES]))
        first = entries[0]
        lines += [
            f'{number}. {sites_text(entries, words, SITES)} ({hosts})',
            '   ' + words.say('notice.cause', text=words.say(f'cause.{kind}')),
            '   ' + words.say('notice.remedy', text=words.say(f'remedy.{kind}')),
            '   ' + words.say('notice.evidence', site=printable(first['site']), text=clipped(first.get('error'))),
        ]
    left = sum(len(entries) for _kind, entries in failures[GROUPS:])
    return [*lines, *([words.say('notice.more', count=left)] if left else [])]


def _told_remarks(record: dict[str, Any], words: Now) -> list[str]:
    """The first remark of each site that has some; a site that failed has its failure."""
    noted = [entry for entry in record['sites'] if entry['outcome'] == 'remarks']
    lines = []
    for entry in noted[:REMARKS]:
        first, *others = list(all_remarks(entry)) or ['']
        more = f' ({words.say("notice.more", count=len(others))})' if others else ''
        lines.append(f'- {printable(entry["site"])} ({printable(entry["host"])}): {clipped(first)}{more}')
    return [*lines, *([words.say('notice.more', count=len(noted) - REMARKS)] if len(noted) > REMARKS else [])]


def all_remarks(entry: dict[str, Any]) -> list[str]:
    """The first remarks of a site and of its parts, and files that were left out, in words; the report has all."""
    parts = [*(entry.get('databases') or []), *(entry.get('webroots') or [])]
    skipped = [f'{one["path"]}: {one["reason"]}' for part in parts for one in part.get('skipped') or []]
    own = [str(remark) for remark in entry.get('remarks') or []]
    noted = itertools.chain(*(part.get('remarks') or [] for part in parts))
    return list(dict.fromkeys([*own, *noted, *skipped]))[:LONGEST]


def _next(record: dict[str, Any], failures: list[tuple[str, list[dict[str, Any]]]], words: Now) -> list[str]:
    names = [entry['site'] for _kind, entries in failures for entry in entries]
    if not names:
        return []
    verb = record['run'].get('kind') or records.KINDS[0]
    if verb in AGAIN and len(names) > REPEATED:
        command = f'rawat {verb} --failed'
    else:
        command = f'rawat {verb} ' + ' '.join(f'--only {name}' for name in names[:SITES])
    return ['- ' + words.say('notice.repeat', command=printable(command))]


def clipped(text: object) -> str:
    """A recorded error on one line, and not too long."""
    shown = printable(' '.join(str(text or '').split()))
    return shown if len(shown) <= EVIDENCE else shown[: EVIDENCE - 1] + '\u2026'


def _document(record: dict[str, Any], outcome: str, failures: list[tuple[str, list[dict[str, Any]]]]) -> dict[str, Any]:
    run = record['run']
    return {
        'schema': SCHEMA,
        'kind': 'rawat.website digest',
        'run': run['id'],
        'run_kind': run.get('kind') or records.KINDS[0],
        'number': (record.get('register') or {}).get('number'),
        'outcome': outcome,
        'died': run.get('died'),
        'started': run.get('started'),
        'finished': run.get('finished'),
        'counts': dict(sorted(Counter(entry['outcome'] for entry in record['sites']).items())),
        'failures': [
            {'cause': kind, 'sites': [_site(entry) for entry in entries]} for kind, entries in failures
        ],
        'remarks': [
            {key: entry[key] for key in ('site', 'host')} | {'remarks': [clipped(one) for one in all_remarks(entry)]}
            for entry in record['sites'] if entry['outcome'] == 'remarks'
        ],
    }  # fmt: skip


def _site(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: entry[key] for key in ('site', 'host', 'outcome')} | {'error': clipped(entry.get('error'))}
