# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The assignment (disposisi) under which work is done: its rules. Files of assignments: `assignment_file`.

An assignment is plain data with the fields of `arguments.ASSIGNMENT`; dates are 'YYYY-MM-DD', times UTC. Step 1 of the
procedure rests on it, so everything here is found before the first connection, and every complaint is a sentence in the
language of the reader that names field, value and remedy.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator

from ansible_collections.rawat.website.plugins.module_utils.arguments import ASSIGNMENT, PERSON, SCAN
from ansible_collections.rawat.website.plugins.module_utils.formats import printable
from ansible_collections.rawat.website.plugins.module_utils.messages import message
from ansible_collections.rawat.website.plugins.module_utils.procedure import answers

Problem = tuple  # (key of the catalogue, its values)
FIELD = 'website_assignment'
MODES = tuple(ASSIGNMENT['mode']['choices'])
PEOPLE = ('assigner', 'officer')
LIMITS = {'number': 100, 'instruction': 2000, 'reason': 2000}  # characters
NAME_LIMIT = 200  # characters of a name, a personnel number, a position
DAY, MOMENT = '%Y-%m-%d', '%Y-%m-%dT%H:%M:%SZ'
SHA256 = re.compile(r'[0-9a-f]{64}')


def settle(given: dict) -> dict:
    """`given` with every field of the spec: texts trimmed, empty ones None, people and lists out of a form's texts.

    What does not fit, and what nobody knows, stays as it is: :func:`problems` names it.
    """
    settled: dict = {name: _settled(name, given.get(name)) for name in ASSIGNMENT}
    settled['mode'] = settled['mode'] or ASSIGNMENT['mode']['default']
    return {**settled, **{str(name): value for name, value in given.items() if name not in ASSIGNMENT}}


def problems(
    assignment: object,
    *,
    required: bool,
    sites: Iterable[str] | None,
    today: datetime.date | None,
    office: dict,
    language: str,
) -> list[str]:
    """Everything that is wrong with `assignment` for a run of `sites` on the day `today`, as sentences in `language`.

    `required`: whether a run without one is refused, and one that does not name its people. `sites` None: not of a run,
    so that coverage is nobody's question; `today` None: nor is validity. `office`: settled settings.
    """
    if not assignment:
        return [message('assignment.missing', language)] if required else []
    if not isinstance(assignment, dict):
        return [message('assignment.shape', language, value=str(assignment)[:NAME_LIMIT])]
    found = list(_found(settle(assignment), required, sites, today, office))
    return [message(key, language, **_hinted(values, language)) for key, values in found]


def timed(assignment: dict, started: str, answered: bool) -> dict:
    """A settled assignment with the times of step 1 that follow from the start (UTC) of the run under it.

    A letter that came in by a form (`answered`) is recorded by that. An officer who begins has the letter, so step 1
    has ended by then. Nothing else is made up: where nobody knows when the letter was recorded, its time is not judged,
    and a standing letter is not received anew at every run.
    """
    recorded, received = assignment['recorded'], assignment['received']
    if assignment['mode'] != 'standing' and received is None:
        recorded = recorded or (started if answered else None)
        received = max(recorded, started) if recorded else None
    return {**assignment, 'recorded': recorded, 'received': received}


def same_person(first: dict | None, second: dict | None) -> bool:
    """Whether both are one person: the same personnel number; where one has none, the same name."""
    if not first or not second:
        return False
    identities = [re.sub(r'\s', '', str(person.get('id') or '')) for person in (first, second)]
    names = [_folded(person.get('name')) for person in (first, second)]
    if all(identities):
        return identities[0] == identities[1]
    return names[0] == names[1] != ''


def covered(assignment: dict, site: str) -> bool:
    """Whether the assignment is of `site`; one without a list is of all."""
    return not assignment.get('sites') or site in assignment['sites']


def _found(
    assignment: dict, required: bool, sites: Iterable[str] | None, today: datetime.date | None, office: dict
) -> Iterator[Problem]:
    yield from _form(assignment)
    yield from _missing(assignment, required)
    if same_person(*(_mapping(assignment[role]) for role in PEOPLE)):
        yield 'assignment.same', {'officer': assignment['officer'].get('name')}
    if assignment['mode'] == 'standing' and not office.get('standing_allowed', True):
        yield 'assignment.standing', {}
    yield from _order(assignment)
    if today is not None:
        yield from _validity(assignment, today.isoformat())
    if isinstance(assignment['sites'], list):
        for site in sorted(site for site in sites or () if not covered(assignment, site)):
            yield 'assignment.uncovered', {'site': site, 'covered': ', '.join(map(str, assignment['sites']))}


# --- form: each field by itself


def _form(assignment: dict) -> Iterator[Problem]:
    for name, value in assignment.items():
        field = f'{FIELD}.{name}'
        if name not in ASSIGNMENT:
            yield 'assignment.unknown', {'field': printable(field), 'known': ', '.join(ASSIGNMENT)}
        elif value is not None:
            yield from CHECKS[name](field, value)


def _text(field: str, value: object, limit: int = 0) -> Iterator[Problem]:
    limit = limit or LIMITS.get(field.rpartition('.')[2], NAME_LIMIT)
    if not isinstance(value, str):
        yield 'assignment.text', {'field': field, 'value': value}
    elif printable(value) != value:
        yield 'assignment.unprintable', {'field': field, 'value': value}
    elif len(value) > limit:
        yield 'assignment.long', {'field': field, 'length': len(value), 'limit': limit}


def _date(field: str, value: object) -> Iterator[Problem]:
    if not _is_time(value, DAY):
        yield 'assignment.date', {'field': field, 'value': value}


def _moment(field: str, value: object) -> Iterator[Problem]:
    if not _is_time(value, MOMENT):
        yield 'assignment.moment', {'field': field, 'value': value}


def _mode(field: str, value: object) -> Iterator[Problem]:
    if value not in MODES:
        yield 'assignment.mode', {'field': field, 'value': value}


def _person(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield 'assignment.person', {'field': field, 'value': value}
        return
    yield from _members(field, value, PERSON)
    if not value.get('name'):
        yield 'assignment.empty', {'field': f'{field}.name', 'hint': 'hint.name'}


def _members(field: str, value: dict, known: dict) -> Iterator[Problem]:
    for name, text in value.items():
        if name not in known:
            yield 'assignment.unknown', {'field': printable(f'{field}.{name}'), 'known': ', '.join(known)}
        elif text is not None:
            yield from _text(f'{field}.{name}', text)


def _sites(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, list) or not all(isinstance(site, str) for site in value):
        yield 'assignment.sites', {'field': field, 'value': value}


def _scan(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield 'assignment.scan', {'field': field, 'value': value}
        return
    yield from _members(field, value, SCAN)
    name, digest = str(value.get('name') or ''), str(value.get('sha256') or '')
    if name in ('', '.', '..') or '/' in name or not SHA256.fullmatch(digest):
        yield 'assignment.scan', {'field': field, 'value': value}


CHECKS = {
    'number': _text,
    'date': _date,
    'mode': _mode,
    'assigner': _person,
    'officer': _person,
    'valid_from': _date,
    'valid_until': _date,
    'sites': _sites,
    'instruction': _text,
    'reason': _text,
    'recorded': _moment,
    'received': _moment,
    'scan': _scan,
}


# --- rules: what fields owe each other


def _missing(assignment: dict, required: bool) -> Iterator[Problem]:
    """Fields that must be there. The letter of an emergency follows, and with it its number, date and author."""
    mode = assignment['mode']
    needed = ['reason'] if mode == 'emergency' else ['number', 'date']
    if mode == 'emergency' and (assignment['number'] or assignment['date']):
        needed += ['number', 'date']  # half a letter is none
    if mode == 'standing':
        needed.append('valid_until')
    if required or mode == 'standing':
        needed += ['officer'] if mode == 'emergency' else PEOPLE
    for name in needed:
        if assignment[name] is None:
            yield 'assignment.empty', {'field': f'{FIELD}.{name}', 'hint': f'hint.{name}'}


def _order(assignment: dict) -> Iterator[Problem]:
    for first, second, form in (('valid_from', 'valid_until', DAY), ('recorded', 'received', MOMENT)):
        early, late = assignment[first], assignment[second]
        if _is_time(early, form) and _is_time(late, form) and early > late:
            yield (
                'assignment.reversed',
                {'first': f'{FIELD}.{first}', 'value': early, 'second': f'{FIELD}.{second}', 'other': late},
            )


def _validity(assignment: dict, today: str) -> Iterator[Problem]:
    dates = {name: _day(assignment[name]) for name in ('date', 'valid_from', 'valid_until', 'recorded', 'received')}
    for name in ('date', 'recorded', 'received'):
        # A day in UTC is never later than the same day in Indonesia, which lies east of it.
        if dates[name] > today:
            yield 'assignment.future', {'field': f'{FIELD}.{name}', 'value': dates[name], 'today': today}
    if dates['valid_from'] > today:
        yield 'assignment.early', {'value': dates['valid_from'], 'today': today}
    if dates['valid_until'] and dates['valid_until'] < today:
        yield 'assignment.expired', {'value': dates['valid_until'], 'today': today}


def _day(value: object) -> str:
    """The day of a date or of a time; '' where there is none that could be compared."""
    return str(value)[:10] if _is_time(value, DAY) or _is_time(value, MOMENT) else ''


# --- shapes


def _settled(name: str, value: object) -> object:
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        return value.astimezone(datetime.timezone.utc).strftime(MOMENT)  # YAML reads an unquoted time as one
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if name in PEOPLE:
        value = answers.person(value) if isinstance(value, str) else value
        return _members_of(value, PERSON) if isinstance(value, dict) else value
    if name == 'sites':
        listed = answers.names(value) if isinstance(value, str) else value
        return [_trimmed(site) for site in listed] if isinstance(listed, (list, tuple)) else listed or []
    return _members_of(value, SCAN) if isinstance(value, dict) else _trimmed(value)


def _members_of(value: dict, known: dict) -> dict | None:
    """A person or a scan with every member, its texts trimmed; None where a form left all of it empty."""
    members = {**dict.fromkeys(known), **{str(name): _trimmed(text) for name, text in value.items()}}
    return members if any(text is not None for text in members.values()) else None


def _trimmed(value: object) -> object:
    """A text on one line, None for an empty one; anything else as it is. Copied letters bring line breaks along."""
    return (' '.join(str(value).split()) or None) if isinstance(value, str) else value


def _is_time(value: object, form: str) -> bool:
    try:
        return isinstance(value, str) and datetime.datetime.strptime(value, form).strftime(form) == value
    except ValueError:
        return False


def _mapping(value: object) -> dict | None:
    return value if isinstance(value, dict) else None


def _folded(name: object) -> str:
    return ' '.join(str(name or '').split()).casefold()


def _hinted(values: dict, language: str) -> dict:
    return {**values, 'hint': message(values['hint'], language)} if 'hint' in values else values
