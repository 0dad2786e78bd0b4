# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The board: a static site of every site's safety, out of what the repositories and the filing say.

    series   points over time: days, growth           drawing  paths of SVG
    states   facts to judgements, without a language  wording  judgements in words
    pages    templates                                writing  sites' pages, by several processes
    folder   exchanged at once or not at all          reading  what the filing says
    gathering  what the repositories say
"""

from __future__ import annotations

import contextlib
import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES

from rawat.board import folder, pages, series, states, writing
from rawat.board.states import LEVELS, Bounds, Facts

ASSETS = ('board.css', 'board.js')


def build(facts: Facts, filing: Facts, office: Facts, now: str, output: Path) -> dict[str, Any]:
    """Write the board to the folder `output`; returns {folder, index, pages, levels: {level: sites}}.

    `facts`: see docs/board.md; `filing`: what `reading.read` returns; `office`: settled; `now`: UTC. Equal facts give
    equal pages. FolderError where `output` holds something else, OSError where it cannot be written.
    """
    moment = series.moment(now)
    if moment is None:
        raise ValueError(f'{now!r} is no moment in UTC')
    bounds = Bounds(office['policy'], moment, facts['utc_offset_minutes'])
    with _without_collector():
        return _build(facts, filing, office, bounds, now, output)


def _build(facts: Facts, filing: Facts, office: Facts, bounds: Bounds, now: str, output: Path) -> dict[str, Any]:
    found = states.sites(facts, filing, bounds)
    names = folder.file_names([(site.name, site.host) for site in found])
    first = facts.get('language') or LANGUAGES[0]
    prefixes = {language: '' if language == first else f'{language}/' for language in LANGUAGES}
    drawers = {prefix: _drawer(language, prefixes, facts, office, bounds) for language, prefix in prefixes.items()}
    with folder.replacing(output) as made:
        drawn = writing.write_sites(writing.Work(made, found, names, drawers, bounds))
        for prefix, drawer in drawers.items():
            text = drawer.index(found, drawn, filing, facts)
            (made / prefix / 'index.html').write_text(text, encoding='utf-8')
        (made / 'assets').mkdir()
        for name in ASSETS:
            (made / 'assets' / name).write_text(pages.asset(name), encoding='utf-8')
        levels = {level: sum(1 for site in found if site.level == level) for level in LEVELS}
        told = {'schema': 1, 'made': now, 'gathered': facts.get('gathered'), 'levels': levels}
        (made / folder.MARK).write_text(json.dumps(told, sort_keys=True) + '\n', encoding='utf-8')
    return {
        'folder': str(output), 'index': str(output / 'index.html'), 'levels': levels,
        'pages': len(LANGUAGES) * (len(found) + 1),
    }  # fmt: skip


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Some hundred thousand points make no cycles, but the collector would look for them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _drawer(language: str, prefixes: dict[str, str], facts: Facts, office: Facts, bounds: Bounds) -> pages.Pages:
    others = {other: path for other, path in prefixes.items() if other != language}
    return pages.Pages(language, prefixes[language], others, facts, office, bounds)
