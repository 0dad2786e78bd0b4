# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people answer in a form (an AWX survey, a command line), which is all text, in the shapes of the procedure.

A survey asks one text for each field: `website_assignment_number`, `website_assignment_officer` and so on. Lists are
lines or commas, a person is `name; personnel number; position`. An answer that was left empty is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

STEPS = ('1', '2', '3', '4', '5', '6')


def merged(given: object, answers: Mapping[str, object]) -> object:
    """`given` (website_assignment, whatever it is) with the answers of the form that were not left empty.

    An answer wins: it was typed for this very run. What is given and no mapping stays as it is; checking names it.
    """
    said = {name: value for name, value in answers.items() if _said(value)}
    if isinstance(given, dict):
        return {**given, **said} or None
    return given or said or None


def person(text: str) -> dict | None:
    """'Sari Dewi; 198001012005012001; Subkoordinator' (one a line will do, too) as {name, id, position}."""
    parts = [part.strip() for part in re.split(r'[;\n]', text)]
    name, identity, position = (*parts, '', '', '')[:3]
    if not any(parts):
        return None
    rest = '; '.join(part for part in (position, *parts[3:]) if part)
    return {'name': name or None, 'id': identity or None, 'position': rest or None}


def names(text: str) -> list[str]:
    """'peraturan, arsip' or one a line as a list."""
    return [part.strip() for part in re.split(r'[,\n]', text) if part.strip()]


def remarks(given: object) -> list[str]:
    """The officer's remarks: a list, or a text with one a line."""
    return [text for text in (' '.join(line.split()) for line in _lines(given)) if text]


def late_reasons(given: object) -> tuple[dict[str, str], list[str]]:
    """Reasons for late steps as {'4': 'text'}, and what of them cannot be used.

    `given` is a mapping of step -> text, or STEP=TEXT as a list or as lines of a text.
    """
    found: dict[str, str] = {}
    wrong = []
    for step, text in _pairs(given):
        if step in STEPS and text:
            found[step] = text
        else:
            wrong.append(f'{step}={text}')
    return found, wrong


def _pairs(given: object) -> Iterator[tuple[str, str]]:
    if isinstance(given, Mapping):
        yield from ((str(step).strip(), ' '.join(str(text or '').split())) for step, text in given.items())
        return
    for line in _lines(given):
        step, _equals, text = line.partition('=')
        if line.strip():
            yield step.strip(), ' '.join(text.split())


def _lines(given: object) -> list[str]:
    if isinstance(given, (list, tuple)):
        return [str(line) for line in given]
    return given.splitlines() if isinstance(given, str) else []


def _said(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], {})
