# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of one document: catalogue, numbers, sizes and times in its language and its zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES, message
from ansible_collections.rawat.website.plugins.module_utils.paper import model

BLANK = '………………'  # to be filled in by hand
COUNTED = ('tables', 'rows')  # of a census: named in its first sentence
COUNT_WORDS = (
    'nol', 'satu', 'dua', 'tiga', 'empat', 'lima', 'enam', 'tujuh', 'delapan', 'sembilan', 'sepuluh',
)  # fmt: skip
# What an office's settings hold until somebody writes his own: the same office in the other language.
OFFICE_WORDS = ('report.sub_coordinator', 'office.coordinator', 'office.archive', 'nature.ordinary', 'office.sop_name')


class Words:
    """`say(key, **values)` is a text of the catalogue; the methods write values. `offset` is minutes east of UTC."""

    def __init__(self, language: str, offset: int = 0) -> None:
        if language not in LANGUAGES:
            raise ValueError(f'language {language!r} is not one of {", ".join(LANGUAGES)}')
        self.language, self.offset = language, offset

    @classmethod
    def of(cls, record: dict[str, Any], language: str) -> Words:
        """The words for a document on `record`, in the zone that the record names."""
        return cls(language, record['run'].get('utc_offset_minutes') or 0)

    def __call__(self, key: str, **values: object) -> str:
        return message(key, self.language, **{name: formats.printable(value) for name, value in values.items()})

    def named(self, value: object, group: str) -> str:
        """The catalogue's word for a value of the record ('failed' of 'outcome'); one without a word as it is."""
        try:
            return message(f'{group}.{value}', self.language)
        except KeyError:
            return formats.NOTHING if value is None else formats.printable(value)

    def number(self, value: int | None) -> str:
        return formats.number(value, self.language)

    def size(self, value: int | None) -> str:
        return formats.size(value, self.language)

    def duration(self, value: int | None) -> str:
        return formats.duration(value, self.language)

    def moment(self, value: str | None) -> str:
        return formats.moment(value, self.language, self.offset)

    def date(self, value: str | None) -> str:
        return formats.date(value, self.language)

    def day(self, value: str | None) -> str:
        """The local day of a moment: '2026-01-12T02:12:00Z' as '12 Januari 2026'."""
        return self.date(local_date(value, self.offset))

    def short(self, value: str | None) -> str:
        """A moment for a narrow column, without its zone: '12-01-2026 09.12' (id), '12 Jan 2026 09:12' (en)."""
        when = _local(value, self.offset)
        if when is None:
            return formats.NOTHING if not value else formats.printable(value)
        if self.language == 'id':
            return when.strftime('%d-%m-%Y %H.%M')
        return f'{when.day} {formats.MONTHS["en"][when.month - 1][:3]} {when.year} {when:%H:%M}'

    def between(self, start: str | None, end: str | None) -> str:
        """'… to …' of two moments."""
        return self('report.until', start=self.moment(start), end=self.moment(end))

    def counted(self, count: int) -> str:
        """A number as letters write it: '3 (tiga)' in Indonesian, '3' in English."""
        in_words = self.language == 'id' and count < len(COUNT_WORDS)
        return f'{self.number(count)} ({COUNT_WORDS[count]})' if in_words else self.number(count)

    def office(self, setting: str) -> str:
        """A setting of the office; its shipped Indonesian defaults have their English in the catalogue."""
        known = {message(key, 'id'): key for key in OFFICE_WORDS}
        return self(known[setting]) if setting in known else formats.printable(setting)

    def person(self, someone: dict[str, Any] | None) -> str:
        """Name, identity and position in one line."""
        if not someone:
            return BLANK
        identity = f'{self("report.identity")} {someone["id"]}' if someone.get('id') else ''
        return ', '.join(part for part in (someone.get('name') or BLANK, identity, someone.get('position')) if part)

    def census(self, counts: dict[str, int] | None) -> str:
        """A census: '12 tables, 3,456 rows; trigger 1, view 2'; objects keep the engines' own English names."""
        if counts is None:
            return formats.NOTHING
        numbers = {key: self.number(counts.get(key)) for key in COUNTED}
        others = [
            f'{kind.replace("_", " ")} {self.number(count)}'
            for kind, count in sorted(counts.items())
            if kind not in COUNTED and count
        ]
        return '; '.join([self('report.census_text', **numbers), *([', '.join(others)] if others else [])])

    def status(self, outcome: str | None, group: str = 'outcome') -> model.Span:
        """An outcome as it stands in a table: words in capitals, so that no colour is needed."""
        return model.text(self.named(outcome, group), strong=True)


def local_date(moment: str | None, offset_minutes: int) -> str:
    """The day of a UTC moment in a zone, '2026-01-12'; empty when it cannot be told."""
    when = _local(moment, offset_minutes)
    return when.strftime('%Y-%m-%d') if when else ''


def _local(moment: str | None, offset_minutes: int) -> datetime | None:
    try:
        return datetime.strptime(moment or '', '%Y-%m-%dT%H:%M:%SZ') + timedelta(minutes=offset_minutes)
    except ValueError:
        return None
