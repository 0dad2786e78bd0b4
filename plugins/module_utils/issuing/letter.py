# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about a filed run to those who are not there: an e-mail for people, a JSON for machines.

Both tell number, sites and outcomes. The JSON names no path, no error text, no repository and no row's content.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import formatdate
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.formats import moment, printable
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.messages import message
from ansible_collections.rawat.website.plugins.module_utils.register.checker import code_of

ATTACHED = {'report.pdf': ('application', 'pdf'), 'report.html': ('text', 'html')}  # the first that is there
KINDS = {
    'backup': 'letter.backup',
    'verify': 'letter.verify',
    'restore': 'letter.restore',
    'export': 'letter.export',
    'copy': 'letter.copy',
    'period': 'letter.period',
}
LISTED = 100  # sites that are named one by one in an e-mail; the report has them all


class Filed:
    """A run as it lies in its folder. Raises OSError or ValueError when its record cannot be read."""

    def __init__(self, folder: str):
        self.folder = folder
        with open(os.path.join(folder, 'record.json'), 'rb') as handle:
            content = handle.read()
        self.record: dict[str, Any] = json.loads(content)
        self.run: dict[str, Any] = self.record['run']
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.number: str | None = (self.record.get('register') or {}).get('number')
        self.code: str = code_of(content)

    @property
    def language(self) -> str:
        return str(self.run.get('language') or 'id')


def mail(filed: Filed, smtp: dict[str, Any]) -> EmailMessage:
    """The e-mail with the report. Its Message-ID is the run's: who gets it twice, sees it once."""
    letter = _envelope(smtp, _subject(filed), filed.run['id'])
    name = next((name for name in ATTACHED if os.path.isfile(os.path.join(filed.folder, name))), None)
    letter.set_content(_body(filed, name))
    if name:
        with open(os.path.join(filed.folder, name), 'rb') as handle:
            main, sub = ATTACHED[name]
            shown = _plain(filed.number or filed.run['id']) + os.path.splitext(name)[1]
            letter.add_attachment(handle.read(), maintype=main, subtype=sub, filename=shown)
    return letter


def plain(smtp: dict[str, Any], subject: str, text: str, name: str) -> EmailMessage:
    """An e-mail of text alone; `name` is what its Message-ID follows from."""
    letter = _envelope(smtp, subject, name)
    letter.set_content(text)
    return letter


def _envelope(smtp: dict[str, Any], subject: str, name: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP_POLICY)
    letter['From'], letter['To'] = smtp['sender'], ', '.join(smtp['recipients'])
    letter['Subject'] = subject
    letter['Date'] = formatdate(usegmt=True)
    letter['Message-ID'] = f'<{_plain(name)}@rawat.{smtp["sender"].rpartition("@")[2]}>'
    letter['Auto-Submitted'] = 'auto-generated'  # RFC 3834: nobody's holiday note answers it
    return letter


def _plain(name: str) -> str:
    """A number or a run id as part of a file name or a Message-ID: '0007-BKP-2026'."""
    return re.sub(r'[^A-Za-z0-9._-]+', '-', name)


def _subject(filed: Filed) -> str:
    kind = message(KINDS[filed.run.get('kind') or records.KINDS[0]], filed.language)
    outcome = message(f'outcome.{records.outcome(filed.record)}', filed.language)
    return printable(f'{kind} {filed.number or filed.run["id"]}: {outcome}')


def _body(filed: Filed, attached: str | None) -> str:
    words, run, sites = filed.language, filed.run, filed.record['sites']
    finished = moment(run.get('finished'), words, run.get('utc_offset_minutes') or 0)
    lines = [_subject(filed), '']
    if filed.number:
        lines.append(message('letter.number', words, number=filed.number))
    lines += [message('letter.run', words, run=run['id'], finished=finished), '', *_sites(sites, words), '']
    if attached:
        lines.append(message('letter.attached', words, name=attached))
    else:
        lines.append(message('letter.not_attached', words))
    lines += [message('letter.check', words, code=filed.code, sha256=filed.sha256), '']
    return '\n'.join([*(printable(line) for line in lines), message('letter.machine', words), ''])


def _sites(sites: list[dict[str, Any]], words: str) -> list[str]:
    named = [f'- {site["site"]} ({site["host"]}): {message("outcome." + site["outcome"], words)}' for site in sites]
    left = len(named) - LISTED
    return [
        message('letter.sites', words, count=len(named)), *named[:LISTED],
        *([message('letter.more', words, count=left)] if left > 0 else []),
    ]  # fmt: skip


def payload(filed: Filed) -> bytes:
    """The body of the webhook: {schema, number, run, kind, code, record_sha256, outcome, started, finished, sites}."""
    run = filed.run
    return canonical(
        {
            'schema': 1,
            'number': filed.number,
            'run': run['id'],
            'kind': run.get('kind') or records.KINDS[0],
            'code': filed.code,
            'record_sha256': filed.sha256,
            'outcome': records.outcome(filed.record),
            'started': run.get('started'),
            'finished': run.get('finished'),
            'sites': [_site(entry) for entry in filed.record['sites']],
        }
    )


def _site(entry: dict[str, Any]) -> dict[str, Any]:
    drill = entry.get('drill') or {}
    return {
        'site': entry['site'],
        'host': entry['host'],
        'outcome': entry['outcome'],
        'recovery_point': entry.get('recovery_point'),
        'databases': len(entry.get('databases') or []),
        'webroots': len(entry.get('webroots') or []),
        'drill': drill.get('grade'),
        'rto_milliseconds': drill.get('rto_milliseconds'),
    }
