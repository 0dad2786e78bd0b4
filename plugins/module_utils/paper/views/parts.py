# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces that several documents share: letterhead, letter head, seal, signatures, details that may be absent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import BLANK, Words, local_date
from ansible_collections.rawat.website.plugins.module_utils.register.checker import code_of_hash

ROOM_TO_SIGN = 27  # mm: the visual of a certified electronic signature takes 26
Facts = list[tuple[str, model.Cell]]


def in_procedure(record: dict[str, Any]) -> bool:
    """Whether the run stood under the SOP: it has an assignment and the settings of the office that gave it."""
    return bool(record.get('assignment') and record.get('office'))


def register_number(record: dict[str, Any]) -> str:
    """The number in the register; empty for a run that has none."""
    return (record.get('register') or {}).get('number') or ''


def sha256_of(record: dict[str, Any]) -> str:
    """The hash of record.json, which is what every document about the record is anchored to."""
    return hashlib.sha256(canonical(record)).hexdigest()


def letterhead(office: dict[str, Any] | None) -> dict[str, Any] | None:
    """Lines, address and logo of the office; None where there is no office."""
    if not office:
        return None
    return {'lines': office.get('letterhead') or [], 'address': office.get('address') or '', 'logo': office.get('logo')}


def sop_line(record: dict[str, Any], say: Words) -> str:
    """The procedure with its revision, as the settings had it on the day of the run."""
    sop = (record.get('office') or {}).get('sop')
    if not sop:
        return say('report.sop')
    return say('document.sop_line', number=sop['number'], revision=say.date(sop.get('revision')))


def dated(office: dict[str, Any] | None, moment: str | None, say: Words) -> str:
    """'Jakarta, 15 Januari 2026'."""
    city = (office or {}).get('city')
    return f'{city}, {say.day(moment)}' if city else say.day(moment)


def seal(record: dict[str, Any], say: Words) -> dict[str, Any]:
    """The box with the code of the record and the way to check it; it says itself that it is no signature."""
    from ansible_collections.rawat.website.plugins.module_utils.paper import seal as codes

    digest, number = sha256_of(record), register_number(record)
    code = code_of_hash(digest)
    run = record['run']
    day = local_date(run.get('finished'), say.offset)
    check = say('document.check_number', code=code, number=number) if number else say('report.foot')
    made = say('document.made_by', version=run['collection_version'], run=run['id'], operator=operator(run, say))
    lines = [say('document.no_signature'), check, made]
    return model.seal(number, digest, code, codes.qr_text(number, day, digest), lines)


def operator(run: dict[str, Any], say: Words) -> str:
    """Who started the run, as far as the machines know."""
    someone = run.get('operator') or {}
    awx = say('document.awx', user=someone['awx_user'], job=someone.get('awx_job')) if someone.get('awx_user') else ''
    return ', '.join(part for part in (someone.get('os_user'), awx) if part) or str(run.get('controller'))


def foot(record: dict[str, Any], say: Words, code: str) -> str:
    """The line at the end of every page: what finds the record again."""
    number = register_number(record)
    if number:
        return say('document.foot', number=number, code=code)
    return f'{record["run"]["id"]} · {code}'


def page_words(say: Words) -> tuple[str, str]:
    return say('report.page'), say('report.page_of')


def signer(person: dict[str, Any] | None, say: Words, place: str, role: str, lines: Sequence[str] = ()) -> dict:
    """Room for one signature, with the name below it where the assignment names one."""
    person = person or {}
    identity = f'{say("report.identity")} {person.get("id") or BLANK}'
    return model.signature(role, person.get('name') or BLANK, identity, place, lines, room=ROOM_TO_SIGN)


def listed(label: str, texts: Sequence[str] | None) -> Facts:
    """One fact with a line for each text; nothing when there are none."""
    return [(label, [str(text) for text in texts])] if texts else []


def given(label: str, value: object, shown: model.Cell | None = None) -> Facts:
    """One fact, left out when the record does not have it."""
    return [] if value is None or value == '' else [(label, str(value) if shown is None else shown)]


def across(facts: Facts, widths: Sequence[int]) -> model.Block:
    """Facts beside each other in a table of one row: pages on their side have more width than height."""
    return model.table([label for label, _value in facts], [[value for _label, value in facts]], widths, size='small')


def paths(value: object) -> model.Span:
    """A path, as such."""
    return model.text(value, mono=True, small=True)
