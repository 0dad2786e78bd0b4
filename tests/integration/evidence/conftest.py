# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many hosts that are all this machine, each with one small site, and plays of pieces of one run."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).parents[3]
PLAYBOOK = Path(sys.executable).with_name('ansible-playbook')
ASSIGNER = {'name': 'Bambang Prakoso', 'id': '19800202 200501 1 002', 'position': 'Subkoordinator'}
OFFICER = {'name': 'Rini Wulandari', 'id': '19900101 201501 2 001', 'position': 'Pranata Komputer'}
ASSIGNMENT = {'number': 'DISP-0007', 'date': '2026-01-12', 'assigner': ASSIGNER, 'officer': OFFICER}


@dataclass
class Ended:
    """Exit code and output of a playbook."""

    code: int
    output: str


class Fleet:
    """An inventory in a folder of its own, with its filing and its repository."""

    def __init__(self, folder: Path, hosts: int):
        self.folder, self.filing = folder, folder / 'filing'
        self.hosts: dict[str, dict[str, Any]] = {}
        for number in range(1, hosts + 1):
            self.hosts[f'web{number}'] = {'website_sites': [make_site(folder, f'site-{number}')]}
        self.common: dict[str, Any] = {
            'ansible_connection': 'local',
            'ansible_python_interpreter': sys.executable,
            'ansible_become': False,
            'website_filing': str(self.filing),
            'website_language': 'en',
            'website_repository': {'store': 'archive', 'location': str(folder / 'repository'), 'create': True},
        }

    def play(self, playbook: str, *arguments: str, hosts: list[str] | None = None, **variables: object) -> Ended:
        """Play it with an inventory of `hosts` alone, as a slice of AWX has it; of all by default."""
        chosen = {host: self.hosts[host] for host in hosts or self.hosts}
        inventory = self.folder / f'{"-".join(chosen)[:60]}.yml'
        inventory.write_text(yaml.safe_dump({'all': {'vars': self.common, 'hosts': chosen}}))
        extra = ['-e', json.dumps(variables)] if variables else []
        command = [str(PLAYBOOK), '-i', str(inventory), str(CHECKOUT / 'playbooks' / playbook), *extra, *arguments]
        environment = {**os.environ, 'ANSIBLE_COLLECTIONS_PATH': str(CHECKOUT / '.cache/collections')}
        environment['ANSIBLE_SHOW_CUSTOM_STATS'] = '1'
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        return Ended(done.returncode, done.stdout + done.stderr)

    def folder_of(self, run: str) -> Path:
        """Where the run is filed."""
        (found,) = self.filing.glob(f'*/*/{run}')
        return found

    def record(self, run: str) -> dict[str, Any]:
        """What was filed of a run."""
        found: dict[str, Any] = json.loads((self.folder_of(run) / 'record.json').read_text())
        return found

    def rows(self) -> list[dict[str, Any]]:
        """The register."""
        return [json.loads(line) for line in (self.filing / 'register.jsonl').read_text().splitlines()]


def make_site(folder: Path, name: str) -> dict[str, Any]:
    """A page and a database of two rows."""
    root = folder / name
    root.mkdir()
    (root / 'index.html').write_text(f'<title>{name}</title>')
    database = sqlite3.connect(root / 'a.db')
    database.executescript('create table t(x); insert into t values (1), (2);')
    database.close()
    return {
        'name': name,
        'webroots': [{'path': str(root)}],
        'databases': [{'engine': 'sqlite', 'path': str(root / 'a.db')}],
    }


@pytest.fixture
def bare_python(tmp_path: Path) -> str:
    """A Python that has nothing but its standard library, as a machine has it on which nothing of ours is installed."""
    subprocess.run([sys.executable, '-m', 'venv', '--without-pip', str(tmp_path / 'bare')], check=True, timeout=120)
    python = str(tmp_path / 'bare/bin/python')
    lacking = 'import importlib.util as u; print([u.find_spec(n) for n in ("jinja2", "yaml", "typst")])'
    said = subprocess.run([python, '-c', lacking], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == '[None, None, None]'
    return python
