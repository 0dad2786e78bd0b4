# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/backends.md, generated from what the last run of test_faults.py found. `table.py` writes it anew."""

from __future__ import annotations

import json
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
FOUND = CHECKOUT / 'tests' / 'output' / 'backends.json'
PAGE = CHECKOUT / 'docs' / 'backends.md'
HEAD = """<!--
SPDX-FileCopyrightText: 2026 The rawat.website authors
SPDX-License-Identifier: GPL-3.0-or-later
-->
# What every kind of repository does when something goes wrong

Written by `python tests/integration/stores/table.py` from what `tests/integration/stores/test_faults.py` found: real
servers, a real line, a real disk. A test compares this page with each run.

- *clear error*: the run fails with a message that names the place, nothing of its point is visible, all earlier points
  are as they were, and the next run is good and sweeps what was left. *clear error or deadline*: the server does not
  tell what is wrong, so it is asked again and again, and it may be the setting `deadline` that ends the run.
- *survives or clear error*: which of the two (or the deadline) depends on what is hit; the rest holds in either case.
- *interrupted write*: the process is killed (SIGKILL) at 30 % and 70 % of the time that a run takes. A kill after the
  commit leaves the point.
- *packet loss*: 30 % of the packets in each direction; a run that gets no further is ended by its deadline.
- *as it must be*: a dump that was given up is in no point; events are listed and disturb nothing.
- *refused; the vault side may*: the target's own credentials could not remove a point, those of the vault side could.
  *gone: one account for both*: here both use the same account, which may.
- S3 is OpenStack Swift, for `archive` through rclone.

"""


def write_found(rows: list[dict]) -> None:
    """Keep what a run found; of kinds that it left out the earlier findings stay."""
    known = {(row['kind'], row['fault']): row for row in (found() if FOUND.exists() else [])}
    known.update({(row['kind'], row['fault']): row for row in rows})
    FOUND.parent.mkdir(parents=True, exist_ok=True)
    FOUND.write_text(json.dumps(list(known.values()), indent=1) + '\n')


def found() -> list[dict]:
    """What the last run found."""
    rows: list[dict] = json.loads(FOUND.read_text())
    return rows


def page(rows: list[dict]) -> str:
    """The page: one table for each store, a row for each fault."""
    cells = {(row['fault'], row['kind']): row['words'] for row in rows}
    faults = list(dict.fromkeys(row['fault'] for row in rows))
    text = HEAD
    for store in ('archive', 'restic'):
        kinds = list(dict.fromkeys(row['kind'] for row in rows if row['kind'].startswith(store)))
        lines = [f'| `{store}` | ' + ' | '.join(kind.partition('-')[2] for kind in kinds) + ' |']
        lines.append('|---' * (len(kinds) + 1) + '|')
        lines += [f'| {fault} | ' + ' | '.join(cells[fault, kind] for kind in kinds) + ' |' for fault in faults]
        text += f'## {store}\n\n' + '\n'.join(lines) + '\n\n'
    return text.rstrip() + '\n'


def documented() -> dict[str, dict[str, str]]:
    """{fault: {kind: words}} as the page has it."""
    known: dict[str, dict[str, str]] = {}
    kinds: list[str] = []
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip('|').split('|')]
        if line.startswith('| `'):
            kinds = [f'{cells[0].strip("`")}-{name}' for name in cells[1:]]
        elif line.startswith('| '):
            known.setdefault(cells[0], {}).update(zip(kinds, cells[1:]))
    return known


if __name__ == '__main__':
    rows = found()
    if bad := [row for row in rows if row['words'] == 'FAILED']:
        sys.exit(f'not written: {len(bad)} findings are failures, for instance {bad[0]["kind"]}, {bad[0]["fault"]}')
    PAGE.write_text(page(rows))
