# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller of one's own: a home, a place for private directories, an inventory with sites in SQLite."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 120  # seconds; a run on a busy machine takes ten


class Controller:
    """Runs `rawat` in a folder of its own; what it leaves in `runtime` is what a run left in memory."""

    def __init__(self, folder: Path):
        self.folder, self.filing, self.runtime = folder, folder / 'filing', folder / 'runtime'
        self.inventory = folder / 'hosts.yml'
        for path in (self.runtime, folder / 'home'):
            path.mkdir(mode=0o700)

    def environment(self, **variables: str) -> dict[str, str]:
        foreign = ('RAWAT_', 'ANSIBLE_', 'LC_', 'LANG')
        kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        own = {'HOME': str(self.folder / 'home'), 'XDG_RUNTIME_DIR': str(self.runtime), 'LANG': 'C.UTF-8'}
        return {**kept, **own, 'PYTHONPATH': os.pathsep.join(sys.path), **variables}

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        command = [sys.executable, '-m', 'rawat', *arguments]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment(**variables), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **variables)
        out, err = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def host(self, *sites: dict[str, Any], **variables: Any) -> dict[str, Any]:
        """The variables of a host that is this machine."""
        return {
            'ansible_connection': 'local',
            'ansible_python_interpreter': sys.executable,
            'ansible_become': False,
            'website_sites': list(sites),
            'website_repository': {'store': 'archive', 'location': str(self.folder / 'repository'), 'create': True},
            'website_filing': str(self.filing),
            'website_settings': {'state_directory': str(self.folder / 'state'), 'connect_timeout': 30},
            **variables,
        }

    def write_inventory(self, **hosts: dict[str, Any]) -> None:
        self.inventory.write_text(json.dumps({'all': {'hosts': hosts}}), encoding='utf-8')

    def site(self, name: str) -> dict[str, Any]:
        """A site with one table of ten rows and one file."""
        root = self.folder / 'sites' / name
        root.mkdir(parents=True)
        (root / 'index.html').write_text(f'<h1>{name}</h1>\n', encoding='utf-8')
        path = self.folder / 'sites' / f'{name}.db'
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            connection.execute('CREATE TABLE regulation (id INTEGER PRIMARY KEY, title TEXT)')
            connection.executemany('INSERT INTO regulation (title) VALUES (?)', [(f'No. {n}',) for n in range(10)])
        return {'name': name, 'webroots': [{'path': str(root)}], 'databases': [{'engine': 'sqlite', 'path': str(path)}]}

    def record(self) -> dict[str, Any]:
        """The record of the only run that was filed."""
        (path,) = self.filing.glob('*/*/*/record.json')
        document: dict[str, Any] = json.loads(path.read_text(encoding='utf-8'))
        return document

    def report(self) -> str:
        """The report beside it."""
        (path,) = self.filing.glob('*/*/*/report.html')
        return path.read_text(encoding='utf-8')


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    return Controller(tmp_path)


@contextlib.contextmanager
def held(site: dict[str, Any]) -> Iterator[None]:
    """Lock the site's database as a writer does who never comes to an end: a backup waits for it."""
    with contextlib.closing(sqlite3.connect(site['databases'][0]['path'], isolation_level=None)) as connection:
        connection.execute('BEGIN EXCLUSIVE')
        yield
