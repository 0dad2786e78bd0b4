# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes what a board is built from: facts of many sites with a year of daily points, and a filing with as many records.

Usage: ``board_archive.py DIRECTORY [SITES [DAYS]]`` writes DIRECTORY/facts.json and DIRECTORY/filing. The same numbers
give the same files. One site in fifty has a trouble of its own, so that a board of it has something to say.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 23, 4, 0)  # UTC
FORMAT = '%Y-%m-%dT%H:%M:%SZ'
WRITTEN = 60  # records that are files of their own; older ones are links to one, for nobody opens them
TOPICS = ('peraturan', 'jurnal', 'arsip', 'berita', 'layanan', 'pustaka', 'perancang', 'paten', 'jdih', 'litigasi')
MIB = 1 << 20
PROOF = {'refused': True, 'method': 'inbox', 'answer': 'refused', 'locked_until': None, 'at': NOW.strftime(FORMAT)}
Facts = dict[str, Any]


def facts(sites: int, days: int, seed: int = 1) -> Facts:
    """The facts of so many sites (docs/board.md), and what discovery found beside them."""
    chance = random.Random(seed)
    entries = [_site(number, days, random.Random(seed * 10_000 + number)) for number in range(sites)]
    _troubles(entries, chance)
    return {
        'schema': 1, 'gathered': NOW.strftime(FORMAT), 'utc_offset_minutes': 420, 'language': 'id', 'sites': entries,
        'problems': [], 'office': {}, 'assignment': None, 'rotation': 'weekly',
        'media': [{'label': f'USB-{letter}', 'uuid': f'{number}111-2222', 'set': letter, 'max_age_years': 5,
                   'inventory_number': f'INV-{number}', 'in_use_since': '2025-01-06', 'serial': None, 'note': None}
                  for number, letter in enumerate('AB', 1)],
        'discovered': [
            {'host': 'web07.example.go.id', 'name': 'lomba-2024', 'url': 'https://lomba-2024.example.go.id/',
             'application': 'WordPress', 'version': '6.1', 'server': 'nginx', 'file': '/etc/nginx/sites-enabled/lomba',
             'webroots': [{'path': '/var/www/lomba-2024'}], 'databases': [{'engine': 'mariadb', 'name': 'lomba'}],
             'protected': False, 'protected_by': None, 'remarks': []},
            {'host': 'web12.example.go.id', 'name': 'survei', 'url': 'https://survei.example.go.id/',
             'application': 'Laravel', 'version': None, 'server': 'apache', 'file': '/etc/apache2/sites-enabled/survei',
             'webroots': [{'path': '/srv/survei'}], 'databases': [], 'protected': False, 'protected_by': None,
             'remarks': []},
        ],
        'unclaimed_databases': [{'host': 'web12.example.go.id', 'engine': 'mariadb', 'name': 'tes_lama', 'bytes': 9}],
    }  # fmt: skip


def _site(number: int, days: int, chance: random.Random) -> Facts:
    name = f'{TOPICS[number % len(TOPICS)]}-{number // len(TOPICS) + 1:02d}'
    size, daily = chance.randrange(30, 9000) * MIB, chance.randrange(0, 6) * MIB // 2
    history = [_point(back, days, size, daily, chance) for back in range(days)]
    newest = history[0]
    begun = datetime.strptime(newest[1], FORMAT)
    location = f'/srv/backups/{number % 4}'
    copy = {'name': 'pusdatin', 'store': 'archive', 'location': 'ssh://backup@pusdatin.example.go.id/srv/copies',
            'status': 'verified', 'verified': newest[1], 'required': True, 'error': None}  # fmt: skip
    return {
        'host': f'web{number % 40:02d}.example.go.id', 'site': name, 'url': f'https://{name}.example.go.id/',
        'error': None, 'newest_good': newest[0], 'age_seconds': int((NOW - begun).total_seconds()), 'store': 'archive',
        'location': location, 'copies': [copy, {**copy, 'name': 'nas', 'location': 'sftp:nas.example.go.id:/volume1'}],
        'retention': {'expired': 0, 'oldest': history[-1][1], 'free_bytes': 900_000 * MIB, 'full_on': None},
        'last_proof': newest[1], 'holds': [], 'history': history, 'asked': NOW.strftime(FORMAT),
    }  # fmt: skip


def _point(back: int, days: int, size: int, daily: int, chance: random.Random) -> list[Any]:
    """One row of module_utils/point_history.py; drills every sixty days."""
    started = NOW - timedelta(days=back, hours=10, minutes=chance.randrange(50), seconds=chance.randrange(60))
    roll = chance.random()
    outcome = 'failed' if roll < 0.006 else 'remarks' if roll < 0.02 else 'complete'
    if back == 0:
        outcome = 'complete'
    whole, full = size + daily * (days - back), back % 7 == 0
    drill = [None, None, None, None]
    if back % 60 == 5:
        done = (started + timedelta(hours=2)).strftime(FORMAT)
        drill = ['A', done, 40_000 + whole // 4000 + chance.randrange(60_000), None]
    error = 'mariadb-dump: Got error: 2013: Lost connection to server during query' if outcome == 'failed' else None
    spent, stored = 9_000 + whole // 20_000 + chance.randrange(30_000), whole // 3 if full else whole // 40 + 1
    name, begun = f'{started:%Y-%m-%dT%H%M%SZ}', started.strftime(FORMAT)
    return [name, begun, outcome, 1, int(full), spent, whole, stored, error, *drill]


def _troubles(entries: list[Facts], chance: random.Random) -> None:
    """What a board is for: one site in fifty, each with another trouble."""
    kinds = [
        *(_silent, _undrilled, _failing_drill, _failed_today, _pending_copy),
        *(_full, _unreadable, _held, _slow, _empty),
    ]  # fmt: skip
    for number, entry in enumerate(chance.sample(entries, max(len(entries) // 50, min(10, len(entries) // 4)))):
        kinds[number % len(kinds)](entry)


def _silent(entry: Facts) -> None:
    entry['history'] = entry['history'][11:]
    entry['newest_good'] = entry['history'][0][0]
    entry['age_seconds'] = int((NOW - datetime.strptime(entry['history'][0][1], FORMAT)).total_seconds())


def _undrilled(entry: Facts) -> None:
    entry['history'] = [[*row[:9], None, None, None, None] for row in entry['history']]


def _failing_drill(entry: Facts) -> None:
    drilled = next(row for row in entry['history'] if row[9])
    drilled[9:] = ['F', drilled[10], drilled[11], 'table berita: 1204 rows came back, 1210 were captured']


def _failed_today(entry: Facts) -> None:
    entry['history'][0][2], entry['history'][0][8] = 'failed', '/var/lib: No space left on device'
    entry['newest_good'] = entry['history'][1][0]


def _pending_copy(entry: Facts) -> None:
    entry['copies'][0].update(status='pending', verified=None, error='pusdatin.example.go.id: Connection timed out')


def _full(entry: Facts) -> None:
    entry['retention'].update(full_on='2026-12-09', free_bytes=4100 * MIB)


def _unreadable(entry: Facts) -> None:
    entry.update(error='web09.example.go.id did not answer: Connection refused; check network, SSH and the account',
                 history=[], newest_good=None, age_seconds=None, copies=[], retention=None)  # fmt: skip


def _held(entry: Facts) -> None:
    entry['holds'] = [{'scope': 'site', 'point': None, 'reason': 'peretasan 19 November', 'at': NOW.strftime(FORMAT)}]


def _slow(entry: Facts) -> None:
    for row in entry['history']:
        row[11] = row[11] and 5 * 3_600_000


def _empty(entry: Facts) -> None:
    entry.update(history=[], newest_good=None, age_seconds=None, copies=[])


def filing(root: Path, known: Facts, days: int) -> None:
    """A filing with a record of every day, as large as real ones are, a report and an export each month."""
    from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
    from ansible_collections.rawat.website.plugins.module_utils.media import custody
    from ansible_collections.rawat.website.plugins.module_utils.register import writing

    sample = json.loads((CHECKOUT / 'docs' / 'samples' / 'three.json').read_bytes())
    root.mkdir(parents=True)
    one = None
    for back in range(days):
        begun = NOW - timedelta(days=back, hours=10)
        run = {**sample['run'], 'id': f'{begun:%Y%m%dT%H%M%SZ}-{back:04x}', 'started': begun.strftime(FORMAT)}
        path = root / f'{begun:%Y/%m}' / run['id'] / 'record.json'
        path.parent.mkdir(parents=True)
        if one is not None and back >= WRITTEN:
            os.link(one, path)
            continue
        entries = [
            {**sample['sites'][0], 'site': entry['site'], 'host': entry['host'], 'immutability': PROOF}
            for entry in known['sites']
        ]
        path.write_bytes(canonical({**sample, 'run': run, 'sites': entries}))
        one = path
    with writing(str(root)) as book:
        exported = [{'site': entry['site'], 'recovery_point': entry['newest_good']} for entry in known['sites']]
        medium = known['media'][0]
        told = {'kind': custody.KIND, 'number': None, 'action': custody.EXPORT, 'run': 'x', 'host': 'backup'}
        there = {'medium': medium['label'], 'uuid': medium['uuid'], 'directory': '/media/usb', 'sites': exported}
        book.append({**told, **there, 'operator': None, 'free_bytes': MIB, 'size_bytes': 9 * MIB})


def main() -> None:
    place = Path(sys.argv[1])
    asked = [int(text) for text in sys.argv[2:4]]
    sites, days = (*asked, *(500, 365)[len(asked) :])
    known = facts(sites, days)
    place.mkdir(parents=True, exist_ok=True)
    filing(place / 'filing', known, days)
    (place / 'facts.json').write_text(json.dumps(known), encoding='utf-8')
    print(f'{sites} sites, {days} days, {sum(len(one["history"]) for one in known["sites"])} points: {place}')


if __name__ == '__main__':
    sys.path.insert(0, str(CHECKOUT / '.cache' / 'collections'))
    main()
