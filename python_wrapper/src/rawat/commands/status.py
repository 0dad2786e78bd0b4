# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat status`: the newest good recovery point of each site and its age, as the repositories themselves tell.

Below the table it warns of what is due: reports to be accepted, assignments to be carried out, sites to be backed up,
prunes, copies and drills that are wanting, and repositories that run full.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, duration, size
from ansible_collections.rawat.website.plugins.module_utils.notifying import openmetrics as metrics

from rawat import discover_view, discovering
from rawat.monitoring import alarms, deadlines, figures, findings, nagios
from rawat.options import AsJson, Extra, Forks, Inventory, Only, Timeout, Verbose
from rawat.outcome import Outcome
from rawat.proof import STYLES
from rawat.request import INTERRUPTED, OK, SITE_FAILED, Request, UsageProblem, find_inventory
from rawat.session import run_playbook
from rawat.summary import print_json
from rawat.terminal import console, language, outcome_text, reader_may_leave, say, styled, table

Plugin = Annotated[bool, typer.Option('--check', help=say('help.status_check'))]
Metrics = Annotated[
    Path | None,
    typer.Option('--openmetrics', metavar='FILE', help=say('help.openmetrics'), show_default=False),
]


def status(
    inventory: Inventory = None,
    only: Only = None,
    extra: Extra = None,
    as_json: AsJson = False,
    check: Plugin = False,
    openmetrics: Metrics = None,
    verbose: Verbose = 0,
    timeout: Timeout = None,
    forks: Forks = None,
) -> None:
    """Look once; show it as a table, as JSON, or as a plugin of a monitoring system."""
    if check and as_json:
        raise UsageProblem([say('finding.one_output')])

    def look() -> findings.Seen:
        names, more = tuple(only or ()), tuple(extra or ())
        # A plugin says one thing on its output, and a bar on a terminal would stand before it.
        quiet = as_json or check
        request = Request(find_inventory(inventory), names, more, quiet, verbose, timeout=timeout, forks=forks)
        return gather(request)

    if check:
        raise typer.Exit(_plugin(look, openmetrics))
    seen = look()
    if openmetrics:
        write_metrics(openmetrics, seen, findings.judge(seen))
    outcome, sites = seen.outcome, seen.sites
    code = _exit_code(outcome, sites)
    missed = discovering.newest_unprotected(outcome.plan) if outcome.plan else []
    with reader_may_leave():
        if as_json:
            errors = outcome.problems
            facts = {'errors': errors, 'sites': sites, 'deadlines': seen.deadlines, 'alarms': seen.alarms}
            facts['unprotected'] = missed
            print_json({'exit_code': code, 'died': outcome.died, **facts})
        else:
            due = [*deadlines.warnings(seen.deadlines), *(alarm['text'] for alarm in seen.alarms)]
            _show(outcome, sites, [*due, *discover_view.warnings(missed)])
    raise typer.Exit(code)


def gather(request: Request) -> findings.Seen:
    """Ask every repository, and look at what is due."""
    outcome = run_playbook('status', request).outcome
    sites = site_points(outcome)
    due = open_deadlines(outcome, sites)
    return findings.Seen(outcome, sites, due, alarms.gather(outcome.plan, sites) if outcome.plan else [])


def _plugin(look: Callable[[], findings.Seen], openmetrics: Path | None) -> int:
    """Say it as a monitoring system wants it; whatever keeps the check from being made is UNKNOWN."""
    try:
        seen = look()
    except UsageProblem as problem:
        typer.echo(nagios.unknown(problem.lines))
        return findings.UNKNOWN
    found = findings.judge(seen)
    if openmetrics and not write_metrics(openmetrics, seen, found):
        found = findings.judge(seen)
    text, state = nagios.output(seen, found)
    typer.echo(text)
    return state


def write_metrics(path: Path, seen: findings.Seen, found: list[findings.Finding]) -> bool:
    """Write the file for Prometheus; whether that went well: if not, it is a problem of this run."""
    try:
        metrics.write(str(path), figures.samples(seen, found))
    except OSError as error:
        seen.outcome.problems.append(say('finding.not_written', path=path, reason=error.strerror or error))
        return False
    return True


def open_deadlines(outcome: Outcome, sites: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is due (see `rawat.monitoring.deadlines`); a register that cannot be read is a problem of this run."""
    if outcome.plan is None:
        return []
    found, problems = deadlines.gather(outcome.plan, sites)
    outcome.problems += problems
    return found


def site_points(outcome: Outcome) -> list[dict[str, Any]]:
    """Every planned site with its points, and those of hosts that told nothing with the reason."""
    told = {(entry['host'], entry['site']): entry for entry in outcome.points}
    missing = [key for key in outcome.planned() if key not in told]
    return outcome.points + [
        {'host': host, 'site': site, 'points': [], 'newest_good': None, 'error': _reason(outcome, host)}
        for host, site in missing
    ]


def _reason(outcome: Outcome, host: str) -> str:
    result = outcome.results.get(host)
    if outcome.died:
        return say(f'died.{outcome.died}')
    return outcome.unreachable.get(host) or (result if isinstance(result, str) else 'the target reported nothing')


def _exit_code(outcome: Outcome, sites: list[dict[str, Any]]) -> int:
    """1 when a site has no good recovery point or could not be asked."""
    if outcome.died == 'cancelled':
        return INTERRUPTED
    good = all(entry.get('newest_good') and not entry.get('error') for entry in sites)
    return OK if good and not outcome.died and not outcome.problems else SITE_FAILED


def _show(outcome: Outcome, sites: list[dict[str, Any]], warnings: list[str]) -> None:
    result = table('site', 'host', 'newest', 'age', 'outcome', 'drill', 'size', 'points', 'store', numbers=(3, 6, 7))
    for entry in sites:
        result.add_row(*_cells(entry))
    out = console()
    out.print(result)
    for line in [*unproved(sites), *warnings, *outcome.problems]:
        out.print(styled(line), soft_wrap=True)


def unproved(sites: list[dict[str, Any]]) -> list[str]:
    """A warning for every site of which the newest good recovery point was never drilled."""
    return [
        say('status.unproved', site=entry.get('site'))
        for entry in sites
        if not entry.get('error') and (newest := newest_good(entry)) and not newest.get('drill')
    ]


def newest_good(entry: dict[str, Any]) -> dict[str, Any]:
    """What is listed of the newest good point of a site; empty when there is none."""
    points = entry.get('points') or []
    return next((point for point in points if point.get('id') == entry.get('newest_good')), {})


def _cells(entry: dict[str, Any]) -> list[Any]:
    words, points = language(), entry.get('points') or []
    newest = newest_good(entry)
    site, host, error = str(entry.get('site')), str(entry.get('host')), entry.get('error')
    if error or not newest:
        text = say('status.unknown', reason=error) if error else say('status.none')
        return [
            styled(site),
            styled(host),
            styled(text, 'failed'),
            *[styled(NOTHING)] * 4,
            styled(str(len(points))),
            styled(NOTHING),
        ]
    age, outcome = entry.get('age_seconds'), str(newest.get('outcome'))
    return [
        styled(site),
        styled(host),
        styled(str(newest['id'])),
        styled(duration(None if age is None else max(10_000, age * 1000), words)),
        styled(outcome_text(outcome), outcome),
        _drill_cell(newest.get('drill')),
        styled(size(newest.get('bytes'), words)),
        styled(str(len(points))),
        styled(f'{newest.get("store")}: {newest.get("location")}'),
    ]


def _drill_cell(drill: dict[str, Any] | None) -> Any:
    """The last drill of a point: grade and how long ago."""
    if not drill:
        return styled(say('status.never'), 'remarks')
    grade = str(drill.get('grade'))
    age = duration(max(10_000, (drill.get('age_seconds') or 0) * 1000), language())
    return styled(say('status.drilled', grade=grade, age=age), STYLES.get(grade, 'failed'))
