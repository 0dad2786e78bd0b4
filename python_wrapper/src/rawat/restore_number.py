# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a number on paper to the recovery points behind it: recovery points know their run, the register its number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError
from ansible_collections.rawat.website.plugins.module_utils.register.checker import SHORT, plain_code

from rawat.filing import filing_directory
from rawat.outcome import GOOD
from rawat.request import UsageProblem
from rawat.terminal import say


def resolve(given: str, only: list[str] | None, inventory: Path | None) -> dict[str, str]:
    """What stands for `--register given` in a restore of the sites `only` (None: all): {'register': run} or {'point'}.

    A register number (7, 0007, 0007/BKP/2026) or the code on a paper must be in the register: UsageProblem otherwise.
    Run ids and assignment numbers are left as they are.
    """
    if not SHORT.fullmatch(given.strip()) and not plain_code(given):
        return {'register': given}
    filing = filing_directory(None, inventory)
    try:
        report = Register(str(filing)).entry(given)['report']
    except RegisterError as error:
        raise UsageProblem([f'--register {error}']) from error
    found = _found(report, filing, only)
    if found is None:
        sites = ', '.join(only or [str(site.get('site')) for site in report['sites']])
        values = {'number': report['number'], 'run': report['run'], 'kind': report['run_kind'], 'sites': sites}
        raise UsageProblem([say('register.restore_none', **values)])
    return found


def _found(report: dict[str, Any], filing: Path, only: list[str] | None) -> dict[str, str] | None:
    """A backup is its run; a period the newest good one of its runs; a drill or a restore the point that it used."""
    sites = {str(site['site']): site for site in report['sites']}
    wanted = only or list(sites)
    if report['run_kind'] == 'period':
        run = _newest(filing / report['folder'] / 'record.json', wanted)
        return {'register': run} if run else None
    if any(not (sites.get(name) or {}).get('recovery_point') for name in wanted):
        return None
    if report['run_kind'] == 'backup':
        return {'register': str(report['run'])}
    points = {str(sites[name]['recovery_point']) for name in wanted}
    return {'point': points.pop()} if len(points) == 1 else None


def _newest(path: Path, wanted: list[str]) -> str | None:
    """The newest run of a period in which all of `wanted` came out well."""
    try:
        runs = json.loads(path.read_bytes())['period']['runs']
        good = [
            run for run in runs if all((run['sites'].get(name) or 'failed') in GOOD for name in wanted)
        ]
        return str(max(good, key=lambda run: run['started'])['run']) if good else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageProblem([say('report.broken', path=path, reason=error)]) from error
