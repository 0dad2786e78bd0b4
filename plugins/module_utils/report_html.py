# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run as one self-contained HTML page: a view of its record, which is never changed by it.

Runs on the controller only: it needs Jinja2. Everything in a record was written by others (file names, server
messages), so the template escapes by itself and every text goes through `printable`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES, message

TEMPLATE = Path(__file__).resolve().parents[2] / 'roles' / 'report' / 'templates' / 'report.html.j2'
OUTCOMES = ('complete', 'remarks', 'failed', 'unreachable')
COUNTED = ('tables', 'rows')  # of a census: named in its first sentence
Problem = dict[str, str]


def render(record: dict[str, Any], language: str, template: str | Path | None = None) -> str:
    """The report of `record` (schema 1) in `language` ('id' or 'en').

    `template` replaces our own; it sees `record`, `language`, the function `t(key, **values)`, the filters below, and
    `conclusion`, `problems`, `outcomes`. The same record gives the same text on every machine and at any time.
    Raises ValueError for another language and jinja2.TemplateError for a template that is broken.
    """
    if language not in LANGUAGES:
        raise ValueError(f'language {language!r} is not one of {", ".join(LANGUAGES)}')
    source = Path(template or TEMPLATE).read_text(encoding='utf-8')
    environment = _environment(language, record['run'].get('utc_offset_minutes') or 0)
    return environment.from_string(source).render(
        record=record,
        language=language,
        conclusion=conclusion(record, language),
        problems=problems(record, language),
        outcomes=[outcome for outcome in OUTCOMES if any(site['outcome'] == outcome for site in record['sites'])],
    )


def _environment(language: str, offset_minutes: int) -> Any:
    # Not at the top: module_utils must import without it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    def escaped_in_html(text: object) -> Any:
        """What every `{{ … }}` goes through: nothing invisible reaches the page; None is a dash."""
        return formats.NOTHING if text is None else text if hasattr(text, '__html__') else formats.printable(text)

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=escaped_in_html,
        loader=FileSystemLoader(TEMPLATE.parent),  # our macros serve a template of the user's, too
    )
    environment.globals['t'] = lambda key, **values: message(key, language, **_safe(values))
    environment.filters.update(
        number=lambda value: formats.number(value, language),
        size=lambda value: formats.size(value, language),
        duration=lambda value: formats.duration(value, language),
        moment=lambda value: formats.moment(value, language, offset_minutes),
        date=lambda value: formats.date(value, language),
        named=lambda value, group: named(value, group, language),
        summed=summed,
        census=lambda value: census(value, language),
    )
    return environment


def _safe(values: dict[str, Any]) -> dict[str, str]:
    return {key: formats.printable(value) for key, value in values.items()}


def named(value: str | None, group: str, language: str) -> str:
    """The catalogue's word for a value of the record ('failed' of the group 'outcome'); one without a word as it is."""
    try:
        return message(f'{group}.{value}', language)
    except KeyError:
        return formats.printable(value) if value is not None else formats.NOTHING


def summed(parts: list[dict[str, Any]], key: str) -> int | None:
    """The sum of `key` over parts; 'rows' are those of their census. None when no part has it."""
    values = [(part.get('census') or {}).get(key) if key == 'rows' else part.get(key) for part in parts]
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def census(counts: dict[str, int] | None, language: str) -> str:
    """A census in words: '12 tables, 3,456 rows; view 2, trigger 1'; objects keep the engines' own English names."""
    if counts is None:
        return formats.NOTHING
    numbers = {key: formats.number(counts.get(key), language) for key in COUNTED}
    others = [
        f'{kind.replace("_", " ")} {formats.number(count, language)}'
        for kind, count in sorted(counts.items())
        if kind not in COUNTED and count
    ]
    return '; '.join([message('report.census_text', language, **numbers), *([', '.join(others)] if others else [])])


def conclusion(record: dict[str, Any], language: str) -> str:
    """The outcome of all sites in one sentence."""
    found = [site['outcome'] for site in record['sites']]
    if not found:
        return message('report.no_sites', language)
    if set(found) == {'complete'}:
        return message('report.all_good', language, total=len(found))
    parts = [
        f'{found.count(outcome)} {message(f"outcome.{outcome}", language)}' for outcome in OUTCOMES if outcome in found
    ]
    return message('report.counts', language, total=len(found), parts=', '.join(parts))


def problems(record: dict[str, Any], language: str) -> list[Problem]:
    """Everything that is not as it should be, worst first: {site, host, kind, text}."""
    say: Callable[[str], str] = lambda key: message(key, language)  # noqa: E731
    found = [
        {'site': site['site'], 'host': site['host'], 'kind': say(f'kind.{kind}'), 'text': text, 'rank': kind}
        for site in record['sites']
        for kind, text in _site_problems(site, language)
    ]
    return sorted(found, key=lambda problem: problem['rank'] != 'problem')


def _site_problems(site: dict[str, Any], language: str) -> list[tuple[str, str]]:
    parts = [
        (part.get('label') or part.get('path') or part.get('name'), part)
        for part in site['databases'] + site['webroots']
    ]
    causes = [('problem', f'{name}: {part["error"]}') for name, part in parts if part.get('error')]
    drill = site.get('drill') or {}
    if not causes and site.get('error'):
        causes = [('problem', site['error'])]
    elif causes and drill.get('grade') == 'F':
        causes.append(('problem', f'drill: {drill["reason"]}'))
    remarks = [('remark', remark) for remark in site.get('remarks') or []]
    for name, part in parts:
        remarks += [('remark', f'{name}: {remark}') for remark in part.get('remarks') or []]
        if part.get('skipped'):
            count = formats.number(len(part['skipped']), language)
            remarks.append(('remark', f'{name}: {message("report.skipped_lines", language, count=count)}'))
    return causes + remarks
