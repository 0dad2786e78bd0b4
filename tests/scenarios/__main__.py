# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`PYTHONPATH=tests python -m scenarios` writes README.md anew; a test compares it with the folders."""

from __future__ import annotations

from pathlib import Path

from .scenario import EXPECTATIONS, HERE, VARIABLES, load

README = HERE / 'README.md'
TEXT = """<!--
SPDX-FileCopyrightText: 2026 The rawat.website authors
SPDX-License-Identifier: GPL-3.0-or-later
-->
# Scenarios: what happens to a backup, as data

A folder is a test. [test_scenarios.py](../integration/test_scenarios.py) runs each one with each of its stores
through the real module `site_backup`, as a target does, with real databases on private servers. A new bug becomes a
folder:

| file | is |
|---|---|
| `vars.yml` | what is backed up, and what happens meanwhile |
| `expect.yml` | what must come of it |
| `prepare.sql` | fills the database; optional |
| `prepare.sh` | makes the files (bash, in the working directory; the webroot is `site/`); optional |
| `site/` | files of the webroot; optional |

Whatever `expect.yml` says, this holds: nothing half is left in the repository, every committed point has its right
hashes, no process outlives the module, no password stands in the output; and a point that is good is restored by the
very commands of its RESTORE.md into a fresh place, and compared with queries and hashes of the tests' own.

This page is written by `PYTHONPATH=tests python -m scenarios`; a test compares it with the folders.

## The scenarios

| folder | stores | proves |
|---|---|---|
{scenarios}

## Keys of vars.yml

{variables}

`during` names a moment and a deed; the module stands still (SIGSTOP) while it is done, so that no clock decides the
test. Its keys are in [moments.py](moments.py).

## Keys of expect.yml

{expectations}
"""


def readme() -> str:
    """The text of README.md as the folders and the tables of keys have it."""
    return TEXT.format(
        scenarios='\n'.join(_row(path.parent) for path in sorted(HERE.glob('*/expect.yml'))),
        variables=_keys(VARIABLES), expectations=_keys(EXPECTATIONS),
    )


def _row(folder: Path) -> str:
    scenarios = load(folder)
    stores = '-' if 'inventory' in scenarios[0].vars else ', '.join(scenario.store for scenario in scenarios)
    return f'| {folder.name} | {stores} | {scenarios[0].expect["title"]} |'


def _keys(keys: dict[str, str]) -> str:
    return '\n'.join(['| key | says |', '|---|---|', *(f'| `{key}` | {meaning} |' for key, meaning in keys.items())])


if __name__ == '__main__':
    README.write_text(readme(), encoding='utf-8')
