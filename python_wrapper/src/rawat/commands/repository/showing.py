# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the verbs of `rawat repository` share: one run of the playbook, and its end as a table or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rawat.outcome import GOOD
from rawat.request import Request, find_inventory
from rawat.session import Session, run_playbook, site_entries
from rawat.summary import print_json
from rawat.terminal import console, reader_may_leave, say, styled

Entries = list[dict[str, Any]]


def run(
    variables: Mapping[str, object],
    inventory: Path | None,
    only: list[str] | None,
    extra: list[str] | None,
    as_json: bool,
    verbose: int,
    timeout: int | None,
) -> Session:
    """Run the playbook `repository` with these variables."""
    request = Request(
        find_inventory(inventory), tuple(only or ()), tuple(extra or ()), as_json, verbose, timeout=timeout,
        variables=variables,
    )  # fmt: skip
    return run_playbook('repository', request)


def repositories(entries: Entries) -> Entries:
    """Of sites that share a restic repository, only the first: what is said concerns all of it."""
    seen: set[tuple[str, str]] = set()
    result = []
    for entry in entries:
        key = (str(entry.get('host')), str(entry.get('location')))
        if entry.get('store') != 'restic' or key not in seen:
            result.append(entry)
        seen.add(key)
    return result


def show(
    session: Session, as_json: bool, tabulate: Callable[[Entries], Any], advise: Callable[[Entries], list[str]]
) -> int:
    """Show the end of a run; returns the exit code."""
    entries = site_entries(session.outcome)
    code = session.outcome.exit_code(entries)
    shown, problems = repositories(entries), session.outcome.problems
    with reader_may_leave():
        if as_json:
            print_json({'exit_code': code, 'died': session.outcome.died, 'errors': problems, 'repositories': shown})
            return code
        out = console()
        out.print(tabulate(shown))
        failed = [f'{entry["site"]}: {entry.get("error")}' for entry in shown if entry.get('outcome') not in GOOD]
        for line in [*([say('end.failures')] if failed else []), *failed, *problems, *advise(shown)]:
            out.print(styled(line), soft_wrap=True)
    return code
