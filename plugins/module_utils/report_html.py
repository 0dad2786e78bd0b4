# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run as one self-contained HTML page: a view of its record, which is never changed by it.

Runs on the controller only: it needs Jinja2. Everything in a record was written by others (file names, server
messages), so templates escape by themselves and every text goes through `printable`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.filing.handed import here
from ansible_collections.rawat.website.plugins.module_utils.paper import html
from ansible_collections.rawat.website.plugins.module_utils.paper.views import findings
from ansible_collections.rawat.website.plugins.module_utils.paper.views.report import report
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words


def render(record: dict[str, Any], language: str, template: str | Path | None = None) -> str:
    """The report of `record` (schema 1) in `language` ('id' or 'en').

    `template` replaces our own; it sees `record`, `document` (what our own would set), `language`, the function
    `t(key, **values)`, the filters below, and `conclusion`, `problems`, `outcomes`.
    The same record gives the same text on every machine and at any time.
    Raises ValueError for another language and jinja2.TemplateError for a template of the user's that is broken.
    """
    document = report(record, language)
    if not template:
        return html.render(document, (record.get('office') or {}).get('templates'))
    environment = _environment(Words.of(record, language))
    return environment.from_string(here(template).read_text(encoding='utf-8')).render(
        record=record,
        document=document,
        language=language,
        conclusion=findings.conclusion(record, language),
        problems=findings.problems(record, language),
        outcomes=findings.outcomes(record),
    )


def _environment(say: Words) -> Any:
    # Not at the top: module_utils must import without it.
    from jinja2 import Environment, StrictUndefined

    def escaped_in_html(text: object) -> Any:
        """What every `{{ … }}` goes through: nothing invisible reaches the page; None is a dash."""
        return formats.NOTHING if text is None else text if hasattr(text, '__html__') else formats.printable(text)

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=escaped_in_html
    )
    environment.globals['t'] = say
    environment.filters.update(
        number=say.number,
        size=say.size,
        duration=say.duration,
        moment=say.moment,
        date=say.date,
        named=say.named,
        summed=findings.summed,
        census=say.census,
    )
    return environment
