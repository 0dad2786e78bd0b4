# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scenario folder as data: vars.yml says what happens, expect.yml what must come of it (README.md lists the keys)."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
VARIABLES = {'inventory', 'sites', 'engine', 'database', 'second_database', 'stores', 'repository', 'settings', 'without',
             'repository_size', 'earlier', 'between', 'between_sql', 'during', 'together', 'own_server', 'deadline'}
EXPECTATIONS = {'title', 'outcome', 'outcomes', 'error', 'error_any', 'remarks', 'skipped', 'points', 'exists', 'absent',
                'again', 'restored', 'ignore', 'census', 'exit', 'says', 'silent', 'swept', 'gained', 'fails_within'}


@dataclass
class Scenario:
    """One folder and one store; `vars` and `expect` are its two files."""

    folder: Path
    store: str
    vars: dict[str, Any] = field(default_factory=dict)
    expect: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """'zoo_sqlite-archive': the test's name."""
        return f'{self.folder.name}-{self.store}'

    def file(self, name: str) -> Path | None:
        """A file of the folder, or None where it has none."""
        path = self.folder / name
        return path if path.exists() else None


def load_all() -> list[Scenario]:
    """Every folder once for each of its stores, by name."""
    return [scenario for path in sorted(HERE.glob('*/expect.yml')) for scenario in load(path.parent)]


def load(folder: Path) -> list[Scenario]:
    """The scenarios of a folder. AssertionError for a key that nobody reads: a typing error must not pass as a test."""
    variables, expect = (yaml.safe_load((folder / name).read_text()) or {} for name in ('vars.yml', 'expect.yml'))
    unknown = (variables.keys() - VARIABLES) | (expect.keys() - EXPECTATIONS)
    assert not unknown, f'{folder.name}: unknown keys: {sorted(unknown)}'
    assert expect.get('title'), f'{folder.name}: expect.yml needs a title'
    return [Scenario(folder, store, variables, expect) for store in variables.get('stores', ['archive'])]


def fill(value: Any, places: dict[str, Any]) -> Any:
    """`value` with $names replaced in every text; a text that is nothing but one $name becomes its value as it is."""
    if isinstance(value, dict):
        return {fill(key, places): fill(item, places) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, places) for item in value]
    if not isinstance(value, str):
        return value
    if value.startswith('$') and value[1:] in places:
        return places[value[1:]]
    return string.Template(value).safe_substitute(places)
