# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the board in one language, out of templates that escape by themselves.

Names and errors come from strangers: they are never markup (autoescape), never invisible or reversed (`printable`), an
address is a link only when it is one of the web, and the pages' own policy forbids every script and address but ours.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.formats import MONTHS, NOTHING, printable
from ansible_collections.rawat.website.plugins.module_utils.paper.views import report_copies
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words
from ansible_collections.rawat.website.plugins.module_utils.point_history import Row
from ansible_collections.rawat.website.plugins.module_utils.version import VERSION
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from rawat.board import drawing, series, wording
from rawat.board.series import Point
from rawat.board.states import LEVELS, Bounds, Facts, Site

TEMPLATES = Path(__file__).parent / 'templates'
LETTERS = 'crfn'
PLAIN = re.compile(r'[A-Za-z0-9 ._:/+-]*')
DECIMALS: dict[str, dict[int, int]] = {'en': {}, 'id': str.maketrans(',.', '.,')}  # as formats writes numbers
ADDRESSES = ('http://', 'https://')
DAYS_TOLD = 24  # stretches of bad days that are listed below the calendar


class Drawn(NamedTuple):
    """What every language draws alike for a site; `page` is the name of its file."""

    page: str
    strip: dict[str, str]
    spark: str
    calendar: dict[str, str]
    months: list[Any]
    sizes: drawing.Plot | None
    times: drawing.Plot | None
    bad: list[tuple[date, date]]  # stretches of days without a good point, newest first
    cells: list[tuple[str, str, str]]  # see _cells


def draw(site: Site, page: str, bounds: Bounds) -> Drawn:
    """The drawings of one site."""
    paths, months = drawing.calendar(site.letters, bounds.today)
    sizes = times = None
    if site.newest:
        sizes = drawing.plot(site.points, 'bytes', bounds.today, drawing.BINARY, site.trend.ahead)
        times = drawing.plot(site.points, 'milliseconds', bounds.today, drawing.MILLISECONDS)
    cells = [_cells(point) for point in site.points]
    bad = series.runs(site.letters, series.FAILED + series.NOTHING, bounds.today)
    return Drawn(page, drawing.strip(site.letters), drawing.spark(site.points), paths, months, sizes, times, bad, cells)


def _cells(point: Point) -> tuple[str, str, str]:
    """A row of the table as HTML, but for its outcome (after the first) and its duration (before the last)."""
    row = point.row
    return (
        f'<tr class={point.letter}><td>{point.when.isoformat(" ", "minutes")}<td>',
        f'<td>{formats.size(row.bytes, "en")}<td>{formats.size(row.stored, "en")}<td>',
        f'<td>{safe(row.grade) if row.grade else ""}<th scope=row>{safe(row.id)}\n',
    )


class Pages:
    """All pages in one language. `prefix`: the folder of this language below the board's own, '' for the first one."""

    def __init__(self, language: str, prefix: str, others: dict[str, str], facts: Facts, office: Facts, bounds: Bounds):
        self.say, self.prefix, self.bounds = Words(language, bounds.offset), prefix, bounds
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True, finalize=shown,
        )  # fmt: skip
        self.environment.globals.update(
            t=self.say, language=language, others=others, office=office, version=VERSION, sop=office['sop'], link=link,
            months=MONTHS[language], sentence=self.sentence, due=self.due, growth=self.growth, day=self.say.date,
            policy=office['policy'], moment=self.say.moment(facts.get('gathered')), nothing=NOTHING, levels=LEVELS,
        )  # fmt: skip
        self.index_page = self.environment.get_template('index.html.j2')
        self.site_page = self.environment.get_template('site.html.j2')

    def index(self, sites: list[Site], drawn: list[Drawn], filing: Facts, facts: Facts) -> str:
        pages = {id(site): one.page for site, one in zip(sites, drawn)}
        return self.index_page.render(
            top='../' if self.prefix else '', switch='index.html', rows=list(zip(sites, drawn)),
            figures=wording.figures(sites, filing, self.bounds, self.say), page_of=lambda site: pages[id(site)],
            following=wording.following(sites, filing, facts, self.say), problems=facts.get('problems') or [],
            deadlines=[one for one in filing['deadlines'] if one['kind'] != 'overdue'], rule=self.rule,
        )  # fmt: skip

    def site(self, site: Site, drawn: Drawn) -> str:
        return self.site_page.render(
            top='../../' if self.prefix else '../', switch=f'sites/{drawn.page}.html', site=site, drawn=drawn,
            rows=self.rows(site, drawn), bad=self.bad_days(drawn), counts=self.counts(site), rule=self.rule,
            rule_texts=report_copies.rule_texts(site.rule, self.say) if site.rule else [],
        )  # fmt: skip

    def rows(self, site: Site, drawn: Drawn) -> Markup:
        """The rows of the table of points: by far most of a board, so not a template's loop (a fifth of its time)."""
        say = self.say
        decimals = DECIMALS[say.language]
        words = {outcome: say(f'outcome.{outcome}') for outcome in ('complete', 'remarks', 'failed')}
        lines = []
        for (head, sizes, tail), point in zip(drawn.cells, site.points):
            row = point.row
            outcome = words.get(row.outcome) or safe(row.outcome)
            if row.error or not row.whole:
                outcome = self.flawed(row, outcome)
            if decimals:
                sizes = sizes.translate(decimals)
            lines.append(f'{head}{outcome}{sizes}{_duration(row.milliseconds, say.language)}{tail}')
        return Markup(''.join(lines))  # noqa: S704  every text of strangers went through safe(), the rest is ours

    def flawed(self, row: Row, outcome: str) -> str:
        """The outcome of a point that is none, or not of the whole site."""
        part = '' if row.whole else f' ({self.say("board.partial")})'
        return f'{outcome}{part}<span class="evidence">{safe(row.error)}</span>' if row.error else outcome + part

    def counts(self, site: Site) -> dict[str, int]:
        """{letter: days of the year}, of the days since the first point."""
        return {letter: site.letters.count(letter) for letter in LETTERS}

    def bad_days(self, drawn: Drawn) -> tuple[list[str], int]:
        """The days without a good point in words, and how many stretches are not listed."""
        told = [
            self.say.date(first.isoformat())
            if first == last
            else self.say('report.until', start=self.say.date(first.isoformat()), end=self.say.date(last.isoformat()))
            for first, last in drawn.bad[:DAYS_TOLD]
        ]
        return told, max(0, len(drawn.bad) - DAYS_TOLD)

    def sentence(self, found: Facts) -> str:
        return wording.sentence(found, self.say)

    def due(self, deadline: Facts) -> str:
        return wording.due(deadline, self.say)

    def growth(self, site: Site) -> str:
        return wording.growth(site, self.say)

    def rule(self, site: Site) -> str:
        """3-2-1-1-0 in one word."""
        return self.say('board.rule_kept' if site.rule and site.rule.kept else 'board.rule_not_kept')


@lru_cache(maxsize=50_000)
def _seconds(seconds: int, language: str) -> str:
    return formats.duration(seconds * 1000, language)


def _duration(milliseconds: int | None, language: str) -> str:
    """Whole seconds: durations of a table repeat, so they are worth remembering."""
    return NOTHING if milliseconds is None else _seconds(milliseconds // 1000, language)


def safe(text: object) -> str:
    """Text of strangers as HTML; almost all of it is plain."""
    plain = str(text)
    return plain if PLAIN.fullmatch(plain) else str(escape(printable(plain)))


def shown(value: Any) -> Any:
    """What a template puts out: text of strangers made visible, a dash for what is not there."""
    if value is None:
        return NOTHING
    if isinstance(value, str) and not isinstance(value, Markup) and not (value.isascii() and value.isprintable()):
        return printable(value)
    return value


def link(address: str | None) -> str | None:
    """An address that may be a link."""
    return address if address and address.lower().startswith(ADDRESSES) else None


def asset(name: str) -> str:
    """A file of ours that travels along."""
    return (Path(__file__).parent / 'assets' / name).read_text(encoding='utf-8')
