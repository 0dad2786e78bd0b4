# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site in an archive, external disks, and exports in processes of their own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import backup
from ansible_collections.rawat.website.plugins.module_utils.options import defaults
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run

from .disks import Disk

CHECKOUT = Path(__file__).resolve().parents[3]
CHILD = Path(__file__).with_name('child.py')
SITE = 'news'


class House:
    """One site, its archive, and what exports need."""

    def __init__(self, folder: Path, megabytes: int = 6):
        self.folder, self.state = folder, folder / 'state'
        self.webroot, self.location = folder / 'www', folder / 'archive'
        self.options = {**defaults(), 'state_directory': str(self.state), 'pages': 0, 'niceness': 0}
        self.repository = {'store': 'archive', 'location': str(self.location), 'create': True}
        self.runs = 0
        self._make(megabytes)

    def _make(self, megabytes: int) -> None:
        (self.webroot / 'data').mkdir(parents=True)
        (self.webroot / 'index.html').write_text('<h1>Berita</h1>')
        for number in range(megabytes):
            (self.webroot / f'picture-{number}.jpg').write_bytes(os.urandom(1024 * 1024))
        connection = sqlite3.connect(self.webroot / 'data' / 'news.db')
        connection.executescript("CREATE TABLE news (id INTEGER, title TEXT); INSERT INTO news VALUES (1, 'Satu');")
        connection.commit()
        connection.close()

    @property
    def site(self) -> dict[str, Any]:
        database = {'engine': 'sqlite', 'path': str(self.webroot / 'data' / 'news.db')}
        return {'name': SITE, 'url': 'http://news.site.test/', 'webroots': [{'path': str(self.webroot)}],
                'databases': [database], 'probes': []}

    def back_up(self) -> dict[str, Any]:
        """One more recovery point; returns its entry."""
        self.runs += 1
        run = Run(f'backup-{self.runs}', 'here', self.repository, None, ('databases', 'webroots'), self.options, '0')
        (entry,) = backup.back_up([self.site], run)
        assert entry['outcome'] != 'failed', entry['error']
        return dict(entry)

    def mount_point(self, disk: Disk) -> Path:
        """Where an export mounts a disk, for itself alone."""
        return self.state / 'media' / disk.uuid

    def start(self, to: str, disks: list[Disk], **more: Any) -> subprocess.Popen[str]:
        """An export on its way."""
        self.runs += 1
        options = {**self.options, **more.pop('options', {})}
        targets = [{'host': 'here', 'sites': [{'name': SITE, 'url': None}], 'repository': self.repository}]
        given = {'to': to, 'media': [disk.medium for disk in disks], 'run': f'export-{self.runs}', 'options': options,
                 'targets': targets, **more}
        environment = {**os.environ, 'PYTHONPATH': str(CHECKOUT / '.cache' / 'collections')}
        process = subprocess.Popen([sys.executable, str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=environment)
        assert process.stdin
        process.stdin.write(json.dumps(given))
        process.stdin.close()
        process.stdin = None
        return process

    def finish(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        """The record's entry of an export."""
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        (entry,) = json.loads(output)
        return dict(entry)

    def export(self, to: str, disks: list[Disk], **more: Any) -> dict[str, Any]:
        """An export to its end."""
        return self.finish(self.start(to, disks, **more))


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A site with one recovery point."""
    found = House(tmp_path)
    found.back_up()
    return found


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[..., Disk]]:
    """`disk('A1', megabytes=64, plug=True)`: an external disk, unplugged after the test."""
    made: list[Disk] = []

    def make(label: str, megabytes: int = 64, plug: bool = True) -> Disk:
        found = Disk(tmp_path, label, megabytes)
        made.append(found)
        if plug:
            found.plug()
        return found

    yield make
    for found in made:
        found.unplug()
