# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what a scenario came to with its expect.yml, and with what must hold whatever a scenario says."""

from __future__ import annotations

import fnmatch
import os
import subprocess
from pathlib import Path
from typing import Any

import by_hand
import facts

from .runner import PASSWORD, Ended, Runner
from .stores import STORES

GOOD = ('complete', 'remarks')


class Expectations:
    """expect.yml over one scenario that has run."""

    def __init__(self, runner: Runner):
        self.runner, self.expect = runner, runner.scenario.expect
        self.store = STORES[runner.scenario.store](runner.repository, PASSWORD)

    def check(self, ended: Ended) -> None:
        """The run under test: its entry, its words, the repository after it."""
        if self.expect.get('dies'):
            assert ended.code < 0, ended.text
        else:
            self.check_entry(ended, self.expect)
        if 'other' in self.expect:
            assert self.runner.other, 'no other run was begun'
            self.check_entry(self.runner.other, self.expect['other'])
        self.check_words(ended.text)
        self.check_repository(self.expect)

    def check_entry(self, ended: Ended, expect: dict[str, Any]) -> None:
        """Outcome, error, remarks and skipped files of the only site."""
        entry = ended.entry
        assert entry['outcome'] == expect['outcome'], f'{entry["error"]}\n{ended.text}'
        assert (entry['error'] is None) == (entry['outcome'] in GOOD), entry
        for words in expect.get('error', []):
            assert words in entry['error'], f'{words!r} is not in: {entry["error"]}'
        remarks = all_remarks(entry)
        for words in expect.get('remarks', []):
            assert any(words in remark for remark in remarks), f'{words!r} is not in: {remarks}'
        if expect['outcome'] == 'complete':
            assert remarks == []
        self._check_parts(entry, expect)

    def _check_parts(self, entry: dict[str, Any], expect: dict[str, Any]) -> None:
        skipped = {item['path']: item['reason'] for webroot in entry['webroots'] for item in webroot['skipped']}
        wanted = expect.get('skipped', {})
        assert skipped.keys() == wanted.keys(), skipped
        for path, words in wanted.items():
            assert words in skipped[path], f'{path}: {words!r} is not in: {skipped[path]}'
        for database in entry['databases']:
            for kind, number in expect.get('census', {}).items():
                assert database['census'].get(kind, 0) == number, f'{kind}: {database["census"]}'

    def check_words(self, text: str) -> None:
        """Words that the output must have and must not have; never a secret."""
        for words in self.expect.get('says', []):
            assert words in text, f'{words!r} is not in: {text}'
        for words in [*self.expect.get('silent', []), PASSWORD]:
            assert words not in text, f'{words!r} stands in: {text}'

    def check_repository(self, expect: dict[str, Any]) -> None:
        """The points, the files of the newest one, nothing left over, every hash right."""
        points, leftovers = self.store.points(), self.store.leftovers()
        assert [point['outcome'] for point in points] == expect['points'], points
        patterns = expect.get('leftovers', [])
        assert len(leftovers) == len(patterns), f'left over: {leftovers}'
        for pattern in patterns:
            assert fnmatch.filter(leftovers, pattern), f'{pattern} is not among {leftovers}'
        for point in points:
            damage = self.store.damage(point)
            assert bool(damage) == expect.get('damaged', False), damage
        if points:
            check_names(self.store.names(points[-1]), expect)

    # ---------------------------------------------------------------- restoring by hand
    def check_restored(self, expected: dict[str, Any]) -> None:
        """Run the commands of the newest point's RESTORE.md and compare with the source."""
        restore = self.runner.work / 'restore'
        point = self.store.points()[-1]
        environment = {**os.environ, 'RESTORE': str(restore), 'LC_ALL': 'C.UTF-8'}
        lead = '\n'.join(database.lead_to_fresh() for database in self.runner.databases.values())
        with self.store.guide(point) as (text, folder, own):
            command = ['unshare', '--mount', 'bash', '-c', f'{lead}\n{by_hand.script(text)}']
            done = subprocess.run(command, cwd=folder, env=environment | own, check=False,
                                  capture_output=True, text=True)
            assert done.returncode == 0, f'{done.stderr}\n{text}'
        differences = facts.different(expected, self._restored(point, restore))
        assert not differences, '\n'.join(differences)

    def source(self) -> dict[str, Any]:
        """The facts of the databases and directories of the site, each with its own name in front."""
        found: facts.Facts = {}
        for name, database in self.runner.databases.items():
            found |= prefixed(name, database.facts())
        for webroot in self._webroots():
            found |= prefixed(webroot['path'], facts.tree_facts(Path(webroot['path']), self._ignored(webroot)))
        return found

    def _restored(self, point: dict[str, Any], restore: Path) -> facts.Facts:
        found: facts.Facts = {}
        for name, database in self.runner.databases.items():
            found |= prefixed(name, database.restored_facts(restore))
        for webroot, part in zip(self._webroots(), point['webroots']):
            tree = facts.tree_facts(restore / f'webroot.{part["label"]}', self.expect.get('ignore', []))
            found |= prefixed(webroot['path'], tree)
        return found

    def _webroots(self) -> list[dict[str, Any]]:
        return [webroot for site in self.runner.arguments()['sites'] for webroot in site.get('webroots', [])]

    def _ignored(self, webroot: dict[str, Any]) -> list[str]:
        return [*webroot.get('exclude', []), *self.expect.get('ignore', [])]


def check_names(names: list[str], expect: dict[str, Any]) -> None:
    """Patterns that a point's files must match, and must not."""
    for pattern in expect.get('exists', []):
        assert fnmatch.filter(names, pattern), f'{pattern} is not among {names}'
    for pattern in expect.get('absent', []):
        assert not fnmatch.filter(names, pattern), f'{pattern} is among {names}'


def prefixed(prefix: str, found: facts.Facts) -> facts.Facts:
    """Facts of one of several things."""
    return {f'{prefix}: {name}': value for name, value in found.items()}


def all_remarks(entry: dict[str, Any]) -> list[str]:
    """Every remark of an entry and its parts, and what was skipped."""
    parts = entry['databases'] + entry['webroots']
    skipped = [f'{item["path"]}: {item["reason"]}' for part in entry['webroots'] for item in part['skipped']]
    return [*entry['remarks'], *(remark for part in parts for remark in part['remarks']), *skipped]
