# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small site, and runs of the playbooks with this machine as the target."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).parents[3]
PLAYBOOK = Path(sys.executable).with_name('ansible-playbook')
# Nothing listens on port 1: a host that refuses at once.
DEAD = {'ansible_host': '127.0.0.1', 'ansible_port': 1, 'ansible_connection': 'ssh'}


@pytest.fixture
def site(tmp_path: Path) -> dict:
    """A small site: three files and a database."""
    root = tmp_path / 'site'
    root.mkdir()
    for name in ('index.html', 'two words.txt', 'peraturan-§.txt'):
        (root / name).write_text(name)
    database = sqlite3.connect(root / 'a.db')
    database.executescript('create table t(x); insert into t values (1), (2);')
    database.close()
    return {
        'name': 'a',
        'webroots': [{'path': str(root)}],
        'databases': [{'engine': 'sqlite', 'path': str(root / 'a.db')}],
    }


class Run:
    """One run of a playbook: exit code, output, and what was filed."""

    def __init__(self, folder: Path, hosts: dict, *arguments: str, playbook: str = 'backup.yml'):
        inventory = folder / 'inventory.yml'
        common = {
            'ansible_connection': 'local',
            'ansible_python_interpreter': sys.executable,
            'ansible_become': False,
            'website_filing': str(folder / 'filing'),
            'website_repository': {'store': 'archive', 'location': str(folder / 'repository'), 'create': True},
        }
        inventory.write_text(yaml.safe_dump({'all': {'vars': common, 'hosts': hosts}}))
        command = [PLAYBOOK, '-i', inventory, CHECKOUT / 'playbooks' / playbook, *arguments]
        environment = {**os.environ, 'ANSIBLE_COLLECTIONS_PATH': str(CHECKOUT / '.cache/collections')}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
        self.code, self.output = done.returncode, done.stdout + done.stderr
        records = sorted((folder / 'filing').glob('*/*/*/record.json'), key=os.path.getmtime)
        self.record = json.loads(records[-1].read_text()) if records else None
        self.folder = records[-1].parent if records else None

    @property
    def outcomes(self) -> dict[str, str]:
        assert self.record, self.output
        return {entry['site']: entry['outcome'] for entry in self.record['sites']}
