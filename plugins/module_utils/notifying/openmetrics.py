# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures for Prometheus: a file for node_exporter's textfile collector, valid in the text format and in OpenMetrics.

What is not known has no sample; what is known not to exist is 0, so that an age counted from it is an alarm. Times are
given instead of ages: a file that nobody renews must not keep looking young.
(https://prometheus.io/docs/instrumenting/exposition_formats/, https://prometheus.io/docs/specs/om/open_metrics_spec/)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.procedure import office as offices
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc
from ansible_collections.rawat.website.plugins.module_utils.version import VERSION

SUFFIX = '.prom'  # of the files that node_exporter reads
MODE = 0o644  # node_exporter runs as somebody else; there are names and figures in it only
HOUR, DAY = 3600, 86400
PROVEN = ('A', 'B')


class Family(NamedTuple):
    """A metric; `key` is what the facts of a site call it, '' where it is no site's."""

    name: str
    unit: str
    key: str
    help: str


# docs/alarms.md has the same table; tests/unit/notifying compares them.
FAMILIES = (
    Family('rawat_build_info', '', '', 'Version of rawat.website that wrote this file; always 1.'),
    Family('rawat_written_timestamp_seconds', 'seconds', '', 'When this file was written.'),
    Family('rawat_check_state', '', '', 'State of the last check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.'),
    Family('rawat_findings', '', '', 'What the last check found, by its state.'),
    Family('rawat_deadlines', '', '', 'Open deadlines of the procedure, by their state.'),
    Family('rawat_policy_drill_seconds', 'seconds', '', 'Age at which a drill is due again (policy).'),
    Family('rawat_site_readable', '', 'readable', 'Whether the repository of the site could be read: 1 or 0.'),
    Family('rawat_site_newest_good_timestamp_seconds', 'seconds', 'newest_good',
           'When the newest good recovery point came to be; 0 when there is none.'),
    Family('rawat_site_rpo_seconds', 'seconds', 'rpo', 'Age that the newest good recovery point may have (policy).'),
    Family('rawat_site_last_proof_timestamp_seconds', 'seconds', 'last_proof',
           'When a drill last proved a recovery point; 0 when none did.'),
    Family('rawat_site_last_run_timestamp_seconds', 'seconds', 'last_run', 'When the last backup of the site ended.'),
    Family('rawat_site_last_run_success', '', 'last_run_success', 'Whether that backup succeeded: 1 or 0.'),
    Family('rawat_site_newest_good_bytes', 'bytes', 'bytes', 'Bytes that the newest good recovery point takes.'),
    Family('rawat_site_copies_wanting', '', 'copies_wanting',
           'Copies of the newest good recovery point that are not verified.'),
    Family('rawat_site_points_expired', '', 'expired', 'Recovery points that a prune would remove.'),
    Family('rawat_site_free_bytes', 'bytes', 'free', 'Free bytes where the repository of the site lies.'),
)  # fmt: skip
BY_KEY = {family.key: family for family in FAMILIES if family.key}
Facts = dict[str, Any]  # {site, host} and keys of the families
Samples = dict[str, 'list[tuple[dict[str, str], float]]']  # name of a family -> [(labels, value)]


def collect(sites: list[Facts], office: dict[str, Any] | None, now: float) -> Samples:
    """Samples of sites, of the policy and of the file itself; more may be added under the names of families."""
    policy = offices.settle(office)['policy']
    found: Samples = {
        'rawat_build_info': [({'version': VERSION}, 1)],
        'rawat_written_timestamp_seconds': [({}, int(now))],
        'rawat_policy_drill_seconds': [({}, policy['drill_days'] * DAY)],
    }
    for facts in sites:
        labels = {'site': str(facts['site']), 'host': str(facts['host'])}
        for key, family in BY_KEY.items():
            value = facts.get(key, policy['rpo_hours'] * HOUR if key == 'rpo' else None)
            if value is not None:
                found.setdefault(family.name, []).append((labels, value))
    return found


def of_feed(feed: dict[str, Any], office: dict[str, Any] | None, now: float) -> Samples:
    """What the filing's feed knows after a run. Raises ValueError for a feed that is none."""
    try:
        return collect([_of_site(site) for site in feed['sites']], office, now)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f'the feed cannot be read: {type(error).__name__}: {error}') from None


def _of_site(site: dict[str, Any]) -> Facts:
    drilled, last = site.get('drilled') or {}, site.get('last_run') or {}
    facts = {
        'site': site['site'],
        'host': site['host'],
        'newest_good': parse_utc((site.get('verified') or {}).get('taken')) or 0,
        'last_run': parse_utc(last.get('finished')),
        'last_run_success': int(last['outcome'] in ('complete', 'remarks')) if last else None,
    }
    # The feed knows the newest drill only: one that failed says nothing of an earlier one that did not.
    if not drilled or drilled.get('grade') in PROVEN:
        facts['last_proof'] = parse_utc(drilled.get('finished')) or 0
    return facts


def render(samples: Samples) -> str:
    """The text of the file; families without samples are left out."""
    unknown = set(samples) - {family.name for family in FAMILIES}
    if unknown:
        raise KeyError(f'no family is called {", ".join(sorted(unknown))}')
    lines = [line for family in FAMILIES if samples.get(family.name) for line in _family(family, samples[family.name])]
    return '\n'.join([*lines, '# EOF', ''])


def _family(family: Family, samples: list[tuple[dict[str, str], float]]) -> Iterator[str]:
    yield f'# HELP {family.name} {family.help}'
    yield f'# TYPE {family.name} gauge'
    if family.unit:
        yield f'# UNIT {family.name} {family.unit}'
    for labels, value in samples:
        named = ','.join(f'{name}="{escaped(text)}"' for name, text in labels.items())
        yield f'{family.name}{{{named}}} {int(value)}' if named else f'{family.name} {int(value)}'


def escaped(text: str) -> str:
    """A label's value: backslash, quote and line break are escaped; a byte that is no text is replaced."""
    clean = text.encode('utf-8', 'replace').decode()
    return clean.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n')


def write(path: str, samples: Samples) -> None:
    """Put the file into its place in one step, readable for all. Raises OSError."""
    temporary = f'{path}.new'  # not collected: it does not end as SUFFIX
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, MODE)
    with os.fdopen(descriptor, 'wb') as handle:
        handle.write(render(samples).encode())
        os.fchmod(handle.fileno(), MODE)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, path)
