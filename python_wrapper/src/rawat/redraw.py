# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of a filed run, drawn again from its record. What was issued is never drawn again in its place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.record import replace_file, write_sums

from rawat.filing import find_record, read_record
from rawat.request import UsageProblem
from rawat.terminal import say

DOCUMENTS = ('report', 'disposition', 'minutes', 'labels', 'receipt')
FORMATS = ('html', 'pdf', 'docx', 'json')
REGISTER = 'register.jsonl'


@dataclass
class Run:
    """A run: the path of its record, the record, its bytes, and the register's row of it, if it was issued.

    `filed`: it lies in a filing, and is no copy of a folder somewhere else.
    """

    path: Path
    record: dict[str, Any]
    content: bytes
    row: dict[str, Any] | None
    filed: bool

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def root(self) -> Path:
        """The filing directory, as <filing>/<YYYY>/<MM>/<run id>/record.json has it."""
        return self.path.parents[3]

    @property
    def number(self) -> str | None:
        return (self.record.get('register') or {}).get('number')

    @property
    def issued(self) -> bool:
        """Whether its report has left the house: the register says so; a copy only has its number."""
        return self.row is not None or bool(self.number and not self.filed)

    @property
    def unissued(self) -> bool:
        """Whether it is due a number that it did not get: the run was killed, or the register was busy."""
        from ansible_collections.rawat.website.plugins.module_utils.issuing.issue import is_numbered

        return self.filed and not self.issued and is_numbered(self.record)


def find_run(given: str | None, filing: Path) -> Run:
    """The run that `given` names: path, run id, register number or code; the newest for None. Raises UsageProblem."""
    path = _given_path(given)
    by_path = path is not None
    if path is None:
        row = _row(filing, given) if given else None
        path = filing / row['folder'] / 'record.json' if row else find_record(filing, given)
    record = read_record(path)
    root = path.parents[3] if len(path.parents) > 3 else path.parent
    filed = not by_path or (root / REGISTER).exists()
    run = Run(path, record, path.read_bytes(), _row(root, record['run']['id']), filed)
    if run.row and run.row['record_sha256'] != _sha256(run.content):
        raise UsageProblem([say('report.not_issued_so', path=path, number=run.row['number'])])
    return run


def _given_path(given: str | None) -> Path | None:
    """`given` as the path of a record or of its directory; None when it names neither."""
    path = Path(given) / 'record.json' if given and Path(given).is_dir() else Path(given or '.')
    return path.absolute() if path.is_file() else None


def _row(root: Path, what: str) -> dict[str, Any] | None:
    """The register's row of a report; UsageProblem for a name that fits several, or a register that is broken."""
    from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError

    try:
        register = Register(str(root))
        found = register.find(what)
        return register.entry(what)['report'] if found else None
    except RegisterError as error:
        raise UsageProblem([str(error)]) from error


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def chosen_formats(given: str | None, default: list[str]) -> list[str]:
    """--format as a list; UsageProblem for an unknown one."""
    if given is None:
        return default
    asked = [form.strip().lower() for form in given.split(',') if form.strip()]
    if not asked or not set(asked) <= set(FORMATS):
        raise UsageProblem([say('report.bad_format', value=given, known=', '.join(FORMATS))])
    return list(dict.fromkeys(asked))


def draw(run: Run, kind: str, form: str, language: str) -> bytes:
    """One document in one format. UsageProblem when the run has none of this kind, or the format cannot be made."""
    from ansible_collections.rawat.website.plugins.module_utils import paper
    from ansible_collections.rawat.website.plugins.module_utils.issuing import issue

    try:
        if kind == 'receipt':
            return _receipt(run, form, language)
        if form == 'json':
            return run.content
        return issue.draw(run.record, kind, form, content=run.content, language=language)
    except (paper.PaperError, paper.PaperMissing, ValueError) as error:
        raise UsageProblem([say('report.not_drawn', name=f'{kind}.{form}', reason=error)]) from error


def _receipt(run: Run, form: str, language: str) -> bytes:
    from ansible_collections.rawat.website.plugins.module_utils import paper
    from ansible_collections.rawat.website.plugins.module_utils.paper.views.receipt import receipt as view

    try:
        content = (run.folder / 'receipt.json').read_bytes()
    except FileNotFoundError as error:
        raise UsageProblem([say('report.no_receipt', number=run.number or run.record['run']['id'])]) from error
    if form == 'json':
        return content
    receipt = json.loads(content)
    return paper.render(view(receipt, run.record, language), form, {'receipt.json': content}, receipt.get('office'))


def write_beside(run: Run, kind: str, formats: list[str], language: str, output: Path) -> list[Path]:
    """Draw into the directory `output`, under names that tell of which report they are: 0007-BKP-2026-report.pdf."""
    name = re.sub(r'[^A-Za-z0-9._-]+', '-', run.number or run.record['run']['id'])
    drawn = {output / f'{name}-{kind}.{form}': draw(run, kind, form, language) for form in formats}
    _write(drawn)
    return list(drawn)


def write_in_place(run: Run, formats: list[str], language: str) -> list[Path]:
    """Draw the report of a run that was never issued where it lies; SHA256SUMS follows."""
    wanted = [form for form in formats if form != 'json']  # the record is there, and stays as it is
    drawn = {run.folder / f'report.{form}': draw(run, 'report', form, language) for form in wanted}
    sums = run.folder / 'SHA256SUMS'
    lines = sums.read_text(encoding='utf-8').splitlines() if sums.is_file() else []
    known = {name: digest for digest, _space, name in (line.partition('  ') for line in lines)}
    _write(drawn)
    write_sums(str(run.folder), {**known, **{path.name: _sha256(content) for path, content in drawn.items()}})
    return list(drawn)


def _write(drawn: dict[Path, bytes]) -> None:
    for path, content in drawn.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(str(path), content)
        except OSError as error:
            raise UsageProblem([say('usage.cannot_write', path=path, reason=error)]) from error
