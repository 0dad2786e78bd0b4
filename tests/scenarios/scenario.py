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
# The keys of the two files, with what they mean; README.md shows these texts.
VARIABLES = {
    'sites': "the inventory's `website_sites`; `$site`, `$database`, `$socket`, … are this run's places",
    'inventory': 'instead of sites: a whole inventory, run by ansible-playbook',
    'engine': 'whose client loads `prepare.sql`: `sqlite`, `mariadb` or `postgresql`',
    'database_name': 'the name of the database, where it matters',
    'own_server': 'a database server for this scenario alone, because it gets killed',
    'stores': 'the scenario is run once with each; `[archive]` if not said',
    'repository': 'what differs from a good `website_repository` in the run under test',
    'repository_size': 'the repository lies on a file system of this size',
    'settings': 'options of the module',
    'without': 'capabilities that root does not have',
    'earlier': 'so many good backups come first',
    'between': 'bash, after them and before the run under test',
    'together': 'so many runs begin at once',
    'during': 'harm at a named moment of the run under test: see moments.py',
}
EXPECTATIONS = {
    'title': 'what the scenario proves',
    'outcome': 'of the run under test',
    'outcomes': 'of the runs that were begun together, in any order',
    'other': 'outcome and error of the run that was begun during the first one',
    'dies': 'the run under test has no answer: the module was killed',
    'error': 'words that the error has',
    'remarks': 'words that some remark has',
    'skipped': 'exactly these files are listed, with these words as their reason',
    'census': 'numbers of the census; what is not said is not compared',
    'points': 'outcomes of all committed points after it, oldest first',
    'leftovers': 'patterns of what lies in the repository beside points; nothing if not said',
    'damaged': 'what is in the repository is damaged, and its own checker says so',
    'exists': 'patterns that match a file of the newest point',
    'absent': 'patterns that match no file of the newest point',
    'restored': 'whether the newest point is restored by its RESTORE.md and compared; if not said: when it is good',
    'ignore': 'paths of the webroot that cannot be compared',
    'again': 'the run after it: `before` (bash), `before_sql`, `restart_server`, `outcome`, `error`, `points`',
    'exit': 'exit code of ansible-playbook',
    'says': 'words of the output',
    'silent': 'words that the output must not have',
    'missing': 'patterns of files below the working directory that must not be there',
    'restic': 'what of all this is different with the restic store',
}


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
    stores = variables.get('stores', ['archive'])
    return [Scenario(folder, store, variables, {**expect, **expect.get(store, {})}) for store in stores]


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
