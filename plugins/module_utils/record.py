# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record: the canonical JSON of one run, built from what the targets' manifests say; reports are views of it."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterable, Mapping

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc

SCHEMA = 1
STEPS = ((2, 'database_backup', 'databases'), (3, 'webroot_backup', 'webroots'))
KINDS = ('backup', 'verify', 'restore', 'copy', 'prune', 'export')  # of a run; a record without one is of a backup
PERIOD = 'period'  # the kind of a report on all runs under a standing assignment
TEMPLATE_VERSION = 1  # of our templates: goes into every record, so that a document can be set again as it was
FAILED = ('failed', 'unreachable')
DONE = ('complete', 'remarks', 'ready')  # 'ready' is check mode's


def not_done(host: str, site: dict, outcome: str, error: str) -> dict:
    """The entry of a site that has no manifest of this run: unreachable, or the run died before it."""
    return {
        'site': site['name'],
        'url': site.get('url'),
        'host': host,
        'outcome': outcome,
        'error': error,
        'recovery_point': None,
        'repository': None,
        'databases': [],
        'webroots': [],
        'copies': [],
        'drill': None,
        'remarks': [],
        'test_read': None,
        'started': None,
        'finished': None,
        'milliseconds': None,
        'skew_milliseconds': None,
    }


def build(plan: dict, results: dict[str, list[dict] | dict | str | None], died: str | None = None) -> dict:
    """The record of a run.

    `plan` is what run_plan planned ({run_id, started, hosts: {host: [{name, url}]}, …}). `results` holds for each host
    the list of site entries, or a text (why there is none), or {'unreachable': reason}, or None (nothing was heard).
    `died` says how the run ended when it did not end by itself: 'timeout', 'cancelled' or 'killed'.
    """
    sites = []
    for host, planned in plan['hosts'].items():
        result = results.get(host)
        entries = {entry['site']: entry for entry in result} if isinstance(result, list) else {}
        sites += [entries.get(site['name']) or _missing(host, site, result, died) for site in planned]
    return {
        'schema': SCHEMA,
        'run': {
            'id': plan['run_id'],
            'started': plan['started'],
            'finished': utc(),
            'collection_version': plan['collection_version'],
            'controller': plan['controller'],
            'language': plan['language'],
            'utc_offset_minutes': plan['utc_offset_minutes'],
            'died': died,
            'kind': plan.get('kind', KINDS[0]),
            'template_version': TEMPLATE_VERSION,
            'operator': plan.get('operator'),
        },
        'assignment': plan.get('assignment'),
        'office': plan.get('office') if plan.get('assignment') else None,
        'officer_remarks': plan.get('officer_remarks') or [],
        'steps': _steps(plan, sites),
        'sites': sites,
    }


def _missing(host: str, site: dict, result: list | dict | str | None, died: str | None) -> dict:
    if isinstance(result, str):
        return not_done(host, site, 'failed', result)
    if isinstance(result, dict):
        reason = str(result['unreachable']).strip()
        return not_done(
            host, site, 'unreachable', f'{host} did not answer: {reason}; check network, SSH and the account'
        )
    if died:
        return not_done(
            host,
            site,
            'failed',
            f'the run ended ({died}) before this site reported; the next run sweeps up what it left',
        )
    if result is None:
        return not_done(host, site, 'unreachable', f'{host} did not answer: check network, SSH and the account')
    return not_done(host, site, 'failed', 'the target reported nothing for this site')


def _steps(plan: dict, sites: list[dict]) -> list[dict]:
    """Steps 2 to 4 of the procedure, with the times that the targets measured and the worst outcome of their parts.

    Drills and restores are no steps of it: they get one line of their own.
    """
    kind = plan.get('kind', KINDS[0])
    if kind != KINDS[0]:
        outcomes = [entry['outcome'] for entry in sites]
        return [{'number': 1, 'name': kind, 'outcome': _worst(outcomes), **_times(sites, plan)}]
    steps = []
    for number, name, kind in STEPS:
        parts = [part for entry in sites for part in entry[kind]]
        done = [part['outcome'] for part in parts] + [
            entry['outcome'] for entry in sites if entry['outcome'] in FAILED and not entry[kind]
        ]
        steps.append({'number': number, 'name': name, 'outcome': _worst(done), **_times(parts, plan)})
    now = utc()
    return [*steps, {'number': 4, 'name': 'report', 'outcome': 'complete', 'started': now, 'finished': now}]


def _times(parts: list[dict], plan: dict) -> dict:
    started = [part['started'] for part in parts if part.get('started')]
    finished = [part['finished'] for part in parts if part.get('finished')]
    return {'started': min(started, default=plan['started']), 'finished': max(finished, default=None)}


def _worst(outcomes: list[str]) -> str:
    order = ('complete', 'remarks', 'failed')
    named = ['failed' if outcome in FAILED else outcome for outcome in outcomes]
    return max(named, key=order.index, default='complete')


def with_drills(backed_up: list[dict], drilled: list[dict]) -> list[dict]:
    """The entries of a run that drilled after the backup. A site that was not drilled (not due) stays as it is."""
    drills = {entry['site']: entry for entry in drilled}
    return [_with_drill(entry, drills[entry['site']]) if entry['site'] in drills else entry for entry in backed_up]


def _with_drill(entry: dict, drill: dict) -> dict:
    """The outcome is the worse of both, and both causes are told. A drill that was due and not done is a failure."""
    cause = drill.get('error')
    if cause and not drill.get('drill'):
        cause = f'the drill was not done: {cause}'
    return entry | {
        'outcome': _worst([entry['outcome'], drill['outcome']]),
        'drill': drill.get('drill'),
        'remarks': [*entry['remarks'], *drill['remarks']],
        'error': '; '.join(text for text in (entry.get('error'), cause) if text) or None,
    }


def with_copies(backed_up: list[dict], vaulted: list[dict]) -> list[dict]:
    """The entries of a run after which the vault side did its part (vaulting/protocol.py)."""
    found = {entry['site']: entry for entry in vaulted}
    return [_with_copies(entry, found[entry['site']]) if entry['site'] in found else entry for entry in backed_up]


def _with_copies(entry: dict, vault: dict) -> dict:
    """A point without its required copies is *complete with remarks*: it is there, but one misfortune away from gone.

    What the vault side could not do never makes a backup fail. A site whose backup failed has no point to copy.
    """
    copies = vault['copies'] if entry.get('recovery_point') and entry['outcome'] in DONE else []
    remarks = [
        f'copy {copy["name"]} ({copy["location"]}) is {copy["status"]}: {copy["error"]}'
        for copy in copies
        if copy['required'] and copy['status'] != 'verified'
    ]
    cause = vault.get('error')
    if cause and not any(cause in (copy['error'] or '') or f'copy {copy["name"]}: ' in cause for copy in copies):
        remarks.insert(0, f'the vault side: {cause}')
    remarks += vault['remarks']
    more = {key: vault[key] for key in ('intake', 'copied_later', 'immutability') if vault.get(key)}
    return {
        **entry,
        **more,
        'outcome': _worst([entry['outcome'], 'remarks']) if remarks and entry['outcome'] in DONE else entry['outcome'],
        'copies': copies,
        'swept': [*(entry.get('swept') or []), *(vault.get('swept') or [])],
        'remarks': [*entry['remarks'], *remarks],
    }


def outcome(record: dict) -> str:
    """The run in one word: 'failed' when any site failed or was not reached, 'remarks', or 'complete'."""
    return _worst([entry['outcome'] for entry in record['sites']])


def write(record: dict, directory: str, documents: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Write record.json, then each document (name, bytes) as it comes, then SHA256SUMS; each whole or not at all.

    Returns {name: SHA-256} of record and documents.
    """
    os.makedirs(directory, mode=0o750, exist_ok=True)
    hashes = {}
    for name, content in itertools.chain([('record.json', canonical(record))], documents):
        replace_file(os.path.join(directory, name), content)
        hashes[name] = hashlib.sha256(content).hexdigest()
    write_sums(directory, hashes)
    return hashes


def write_sums(directory: str, hashes: Mapping[str, str]) -> None:
    """SHA256SUMS as `sha256sum -c` reads it."""
    lines = ''.join(f'{digest}  {name}\n' for name, digest in sorted(hashes.items()))
    replace_file(os.path.join(directory, 'SHA256SUMS'), lines.encode())


def replace_file(path: str, content: bytes) -> None:
    """Put `content` at `path` in one step, on disk before it counts (fsync, rename)."""
    temporary = f'{path}.new'
    with open(temporary, 'wb') as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, path)
