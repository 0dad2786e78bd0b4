# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendars: on which days the office does not work, one YAML file a year, ours or the user's in its place.

The binding source is the yearly joint decree of three ministers (SKB 3 Menteri). A year without a file is refused,
never guessed: weekends alone would give deadlines that no decree knows.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError

SHIPPED = Path(__file__).resolve().parents[3] / 'roles' / 'report' / 'files' / 'calendars'
KINDS = ('national', 'joint_leave')  # hari libur nasional, cuti bersama
STATES = ('decided', 'provisional')
FIELDS = ('year', 'status', 'decree', 'source', 'holidays')
MOST_CHARACTERS = 100_000  # of a calendar file: a year has 366 days


class NoCalendar(RawatError):
    """There is no calendar of `year`: nothing can be said about its working days."""

    def __init__(self, year: int):
        self.year = year
        super().__init__(
            f'there is no calendar of {year}: put {year}.yml into the directory of website_office.calendars '
            'once the decree on its holidays is out'
        )


class CalendarError(NoCalendar):
    """A calendar file that cannot be used, which is as good as none; the message names file, line, field and remedy."""

    def __init__(self, year: int, text: str):
        super().__init__(year)
        self.args = (text,)


class Holiday(NamedTuple):
    date: datetime.date
    name: str
    kind: str  # one of KINDS


class Year(NamedTuple):
    """The days of one year on which the office does not work, beside weekends."""

    year: int
    status: str  # one of STATES; 'provisional' is said on paper
    decree: str | None  # number and date, in the words of the decree
    holidays: dict[datetime.date, Holiday]


# What was handed to a machine that has neither our files nor perhaps PyYAML: (directory, year) -> its calendar.
_received: dict[tuple[str, int], Year] = {}


def collected(directory: str | None) -> dict[str, dict[str, dict]]:
    """All calendars as data, for `receive` on another machine; CalendarError for one that is broken."""
    places = [*([Path(directory)] if directory else []), SHIPPED]
    return {
        _name(place): {
            path.stem: _as_data(read(path, int(path.stem))) for path in sorted(place.glob('[0-9][0-9][0-9][0-9].yml'))
        }
        for place in places
    }


def _name(place: Path) -> str:
    """Of a directory of calendars, the same on every machine: where ours lie differs."""
    return '' if place == SHIPPED else str(place)


def _as_data(year: Year) -> dict:
    holidays = [{**day._asdict(), 'date': day.date.isoformat()} for day in year.holidays.values()]
    return {'status': year.status, 'decree': year.decree, 'holidays': holidays}


def receive(places: dict[str, dict[str, dict]]) -> None:
    """Take what `collected` gave on the controller."""
    for place, years in places.items():
        for name, known in years.items():
            told = [(datetime.date.fromisoformat(day['date']), day['name'], day['kind']) for day in known['holidays']]
            days = {date: Holiday(date, title, kind) for date, title, kind in told}
            _received[place, int(name)] = Year(int(name), known['status'], known['decree'], days)


class Calendar:
    """The calendars of all years, each read once and only when it is asked for."""

    def __init__(self, directory: str | None = None):
        """`directory` (website_office.calendars) holds YYYY.yml files that go before ours, year by year."""
        self._places = [*([Path(directory)] if directory else []), SHIPPED]
        self._years: dict[int, Year] = {}

    def year(self, year: int) -> Year:
        """The calendar of `year`. NoCalendar when there is none; CalendarError when its file is broken."""
        if year not in self._years:
            names = [(_name(place), year) for place in self._places]
            handed = [_received[name] for name in names if name in _received]
            self._years[year] = handed[0] if handed else read(self._file(year), year)
        return self._years[year]

    def _file(self, year: int) -> Path:
        found = [path for place in self._places if os.path.lexists(path := place / f'{year:04d}.yml')]
        if not found:
            raise NoCalendar(year)
        return found[0]

    def holiday(self, day: datetime.date) -> Holiday | None:
        """What `day` is, when it is one; NoCalendar."""
        return self.year(day.year).holidays.get(day)


def read(path: Path, year: int) -> Year:
    """The calendar in the file at `path`, which must be of `year`; CalendarError names the first thing wrong."""
    document, lines = _parse(path, year)
    if not isinstance(document, dict):
        raise CalendarError(year, f'{path}, line 1: a mapping with {", ".join(FIELDS)} is needed')
    for line, problem in _problems(document, lines, year):
        raise CalendarError(year, f'{path}, line {line}: {problem}')
    holidays = [Holiday(day['date'], day['name'].strip(), day['kind']) for day in document['holidays']]
    return Year(year, document['status'], document.get('decree'), {holiday.date: holiday for holiday in holidays})


def _parse(path: Path, year: int) -> tuple[object, dict]:
    """What the file says, and the line of every field, {name: line, ('holidays', index): line}."""
    import yaml  # ansible-core brings it; imported here so that everything else works without

    try:
        text = path.read_text(encoding='utf-8')
        if len(text) > MOST_CHARACTERS:
            raise CalendarError(year, f'{path}: more than {MOST_CHARACTERS} characters are no calendar of a year')
        return yaml.safe_load(text), _lines(yaml.compose(text, Loader=yaml.SafeLoader))
    except (OSError, UnicodeDecodeError) as error:
        raise CalendarError(year, f'{path}: the calendar cannot be read: {error}') from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CalendarError(year, f'{path}, line {line}: this is not YAML: {error.problem}') from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date like 2026-02-30
        raise CalendarError(year, f'{path}: this is not YAML: {error}') from error


def _lines(root) -> dict:  # type: ignore[no-untyped-def] # a node of PyYAML, which is imported late
    found: dict = {}
    for key, value in getattr(root, 'value', []) if getattr(root, 'id', '') == 'mapping' else []:
        found[key.value] = key.start_mark.line + 1
        if key.value == 'holidays' and value.id == 'sequence':
            found |= {('holidays', index): item.start_mark.line + 1 for index, item in enumerate(value.value)}
    return found


def _problems(document: dict, lines: dict, year: int) -> Iterator[tuple[int, str]]:
    """(line, what is wrong there and how to mend it), field by field."""
    for name in document:
        if name not in FIELDS:
            yield lines.get(name, 1), f'{name} is no field of a calendar: use {", ".join(FIELDS)}'
    if document.get('year') != year:
        yield lines.get('year', 1), f'year {document.get("year")!r} is not {year}, which the name of the file says'
    status, decree = document.get('status'), document.get('decree')
    if status not in STATES:
        yield lines.get('status', 1), f'status {status!r} is not usable: one of {", ".join(STATES)}'
    if decree is not None and not isinstance(decree, str):
        yield lines.get('decree', 1), f'decree {decree!r} is not text: number and date of the decree, or null'
    if status == 'decided' and not decree:
        yield lines.get('decree', 1), 'decree is empty: name the decree, or set status to provisional'
    holidays = document.get('holidays')
    if not isinstance(holidays, list) or not holidays:
        yield lines.get('holidays', 1), 'holidays is not a list of {date, name, kind}: a year has holidays'
        return
    yield from _day_problems(holidays, lines, year)


def _day_problems(holidays: list, lines: dict, year: int) -> Iterator[tuple[int, str]]:
    seen = set()
    for index, day in enumerate(holidays):
        line, date = lines.get(('holidays', index), 1), day.get('date') if isinstance(day, dict) else None
        if not isinstance(day, dict) or set(day) != {'date', 'name', 'kind'}:
            yield line, f'{day!r} is not a day: it needs date, name and kind, and nothing else'
        elif not isinstance(date, datetime.date) or isinstance(date, datetime.datetime):
            yield line, f'date {date!r} is not a date: write it without quotes, as {year}-08-17'
        elif date.year != year:
            yield line, f'date {date} is not in {year}: it belongs into {date.year}.yml'
        elif date in seen:
            yield line, f'date {date} is listed twice: remove one'
        elif day['kind'] not in KINDS:
            yield line, f'kind {day["kind"]!r} is not usable: one of {", ".join(KINDS)}'
        elif not isinstance(day['name'], str) or not day['name'].strip():
            yield line, f'name {day["name"]!r} is not usable: the holiday is printed by its name'
        seen.add(date)


def broken(directory: str) -> list[str]:
    """The first thing wrong with each calendar file of a user's directory; what else lies there is his own."""
    found = []
    for path in sorted(Path(directory).glob('[0-9][0-9][0-9][0-9].yml')):
        try:
            read(path, int(path.stem))
        except CalendarError as error:
            found.append(str(error))
    return found
