# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speaking to people: language, safe text, consoles."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from ansible_collections.rawat.website.plugins.module_utils.formats import printable
from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES, message

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

PLAIN_WIDTH = 160  # columns of a table that goes to no terminal: a log wraps by itself
STYLES = {
    'complete': 'green',
    'ready': 'green',
    'remarks': 'yellow',
    'failed': 'bold red',
    'not_ready': 'bold red',
    'unreachable': 'bold red',
}


@lru_cache(maxsize=1)
def language() -> str:
    """'id' or 'en': RAWAT_LANG decides, else the locale of messages, else English."""
    chosen = os.environ.get('RAWAT_LANG', '').lower()
    if chosen in LANGUAGES:
        return chosen
    locale = os.environ.get('LC_ALL') or os.environ.get('LC_MESSAGES') or os.environ.get('LANG') or ''
    return 'id' if locale.lower().startswith('id') else 'en'


def say(key: str, **values: object) -> str:
    """The text of `key` in the user's language."""
    return message(key, language(), **values)


def outcome_text(outcome: str) -> str:
    """An outcome in the words of the procedure; one that we do not know is shown as it is."""
    try:
        return say(f'outcome.{outcome}')
    except KeyError:
        return printable(outcome)


def complain(lines: list[str]) -> None:
    """Errors go to stderr, one line each."""
    for line in lines:
        print(printable(line), file=sys.stderr)


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """What happened is worth its exit code even if nobody reads the rest (`rawat backup | head`)."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console() -> Console:
    """Rich's console on stdout: no markup, no highlighting, as what we print was partly written by strangers."""
    from rich.console import Console

    class OurConsole(Console):
        """Rich would end the process when nobody reads any more."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    # Without a terminal Rich would fold tables at 80 columns.
    width = None if sys.stdout.isatty() else PLAIN_WIDTH
    return OurConsole(width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def table(*heads: str, numbers: tuple[int, ...] = ()) -> Table:
    """An empty table; heads are the catalogue's `column.<head>`, `numbers` are set to the right."""
    from rich import box
    from rich.table import Table

    result = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, head in enumerate(heads):
        result.add_column(say(f'column.{head}'), justify='right' if index in numbers else 'left', overflow='fold')
    return result


def styled(text: str, outcome: str = '') -> Text:
    """`text` as Rich text in the colour of `outcome`, made safe to show."""
    from rich.text import Text

    return Text(printable(text), style=STYLES.get(outcome, ''))
