# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a scenario: prepares its site, runs the real module as a target does, does harm at the named moment."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .databases import Database
from .moments import Moment, flip_byte
from .scenario import Scenario, fill

CHECKOUT = Path(__file__).resolve().parents[2]
COLLECTIONS = CHECKOUT / '.cache' / 'collections'
MODULE = [sys.executable, '-m', 'ansible_collections.rawat.website.plugins.modules.site_backup']
LIMIT = 120  # seconds that one run of the module may take
PASSWORD = 'scenario-secret'


@dataclass
class Ended:
    """One run of the module: exit code, the record's entries by site, and all it printed."""

    code: int
    entries: dict[str, dict[str, Any]]
    text: str

    @property
    def entry(self) -> dict[str, Any]:
        """The one site's entry."""
        assert len(self.entries) == 1, self.text
        return next(iter(self.entries.values()))


class Runner:
    """One scenario in one working directory: `site`, `repository`, `state` and `restore` lie in `work`."""

    def __init__(self, scenario: Scenario, work: Path, databases: dict[str, Database]):
        self.scenario, self.work, self.databases = scenario, work, databases
        self.site, self.repository = work / 'site', work / 'repository'
        self.other: Ended | None = None  # the run that was begun during another one
        self.variables = scenario.vars
        self.places: dict[str, Any] = {'work': str(work), 'site': str(self.site), 'repository': str(self.repository),
                                       'python': sys.executable}
        for database in databases.values():
            self.places |= database.places()

    @contextlib.contextmanager
    def prepared(self) -> Iterator[None]:
        """The scenario's site and databases; a small file system below the repository where one is asked for."""
        self.site.mkdir()
        if given := self.scenario.file('site'):
            shutil.copytree(given, self.site, symlinks=True, dirs_exist_ok=True)
        self.repository.mkdir(mode=0o700)
        size = self.variables.get('repository_size')
        if size:
            mount = ['mount', '-t', 'tmpfs', '-o', f'size={size},mode=0700', 'rawat-scenario', str(self.repository)]
            subprocess.run(mount, check=True)
        try:
            self.shell(self.scenario.file('prepare.sh'))
            for database in self.databases.values():
                database.prepare(self.scenario.file('prepare.sql'))
            yield
        finally:
            if size:
                subprocess.run(['umount', '-l', str(self.repository)], check=True)

    def shell(self, script: Path | str | None) -> None:
        """Run a script of the scenario with bash, in the working directory."""
        if script is None:
            return
        text = script.read_text() if isinstance(script, Path) else fill(script, self.places)
        environment = {**os.environ, **{key: str(value) for key, value in self.places.items()}, 'LC_ALL': 'C.UTF-8'}
        subprocess.run(['bash', '-euo', 'pipefail', '-c', text], cwd=self.work, env=environment, check=True)

    # ---------------------------------------------------------------- the module
    def back_up(self, moment: dict[str, Any] | None = None, repository: dict[str, Any] | None = None) -> Ended:
        """One backup, with harm done at `moment`; `repository`: what differs from the usual private one."""
        process = self.start(repository=repository)
        try:
            if moment:
                Moment(moment, self.progress(1), lambda now: self.harm(now, process)).watch(process)
            return self.end(process)
        finally:
            stop(process)

    def progress(self, number: int) -> Path:
        """Where a run says what it is doing."""
        return self.work / f'progress-{number}.json'

    def start(self, number: int = 1, repository: dict[str, Any] | None = None) -> subprocess.Popen[bytes]:
        """Start the module with its arguments on its standard input, as Ansible hands them over on a target."""
        self.progress(number).unlink(missing_ok=True)
        output = (self.work / f'output-{number}.json').open('w+b')
        errors = (self.work / f'errors-{number}.txt').open('w+b')
        environment = {**os.environ, 'PYTHONPATH': str(COLLECTIONS)}
        without = [f'-{name}' for name in self.variables.get('without', [])]  # capabilities that root shall not have
        command = ['setpriv', f'--bounding-set={",".join(without)}', '--inh-caps=-all', *MODULE] if without else MODULE
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=errors, env=environment,
                                   cwd=self.work, start_new_session=True)
        assert process.stdin
        process.stdin.write(json.dumps({'ANSIBLE_MODULE_ARGS': self.arguments(number, repository)}).encode())
        process.stdin.close()
        process.files = output, errors  # type: ignore[attr-defined]
        return process

    def end(self, process: subprocess.Popen[bytes]) -> Ended:
        """Wait for the module and read its answer; one that was killed has none."""
        code = process.wait(LIMIT)
        survivors = members(process.pid)
        assert not survivors, f'processes that outlived the module: {survivors}'
        texts = []
        for handle in process.files:  # type: ignore[attr-defined]
            handle.seek(0)
            texts.append(handle.read().decode(errors='replace'))
            handle.close()
        try:
            entries = json.loads(texts[0]).get('sites', [])
        except ValueError:
            entries = []
        return Ended(code, {entry['site']: entry for entry in entries}, '\n'.join(texts))

    def arguments(self, number: int = 1, differs: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the playbook would hand over, for a private repository."""
        settings = {'state_directory': str(self.work / 'state'), 'niceness': 19, 'lock_wait': 5, 'deadline': 60,
                    'connect_timeout': 5}
        repository = {'store': self.scenario.store, 'location': str(self.repository), 'create': True}
        if self.scenario.store == 'restic':
            repository['password'] = PASSWORD
        return {
            'sites': fill(self.variables['sites'], self.places),
            'repository': {**repository, **fill(differs or {}, self.places)},
            'settings': {**settings, **self.variables.get('settings', {})},
            'run_id': f'scenario-{number}', 'host': 'target', 'fail_on_failed_site': False,
            'progress_file': str(self.progress(number)),
        }

    # ---------------------------------------------------------------- a whole inventory
    def play(self) -> Ended:
        """ansible-playbook playbooks/backup.yml with the scenario's inventory."""
        inventory = self.work / 'inventory.yml'
        inventory.write_text(yaml.safe_dump(fill(self.variables['inventory'], self.places), allow_unicode=True))
        environment = {**os.environ, 'ANSIBLE_COLLECTIONS_PATH': str(COLLECTIONS), 'ANSIBLE_NOCOLOR': '1',
                       'ANSIBLE_LOCAL_TEMP': str(self.work / 'ansible')}
        program = Path(sys.executable).with_name('ansible-playbook')
        command = [str(program), '-i', str(inventory), 'rawat.website.backup']
        done = subprocess.run(command, cwd=self.work, env=environment, capture_output=True, text=True, check=False,
                              timeout=LIMIT)
        return Ended(done.returncode, {}, done.stdout + done.stderr)

    # ---------------------------------------------------------------- harm
    def harm(self, now: Moment, process: subprocess.Popen[bytes]) -> None:
        """Do what `during` says."""
        wanted = now.wanted
        deeds: dict[str, Callable[[], Any]] = {
            'kill': lambda: os.kill(now.child, signal.SIGKILL),
            'kill_module': process.kill,
            'kill_server': lambda: self.database().kill(),
            'sql': lambda: self.query(wanted['sql'], wanted.get('sql_may_fail', False)),
            'shell': lambda: self.shell(wanted['shell']),
            'run_another': self.run_another,
            'flip': lambda: flip_byte(self.largest_file(wanted['flip'])),
        }
        chosen = [deed for name, deed in deeds.items() if wanted.get(name)]
        assert len(chosen) == 1, f'one deed of {sorted(deeds)}: {wanted}'
        chosen[0]()

    def query(self, sql: str, may_fail: bool = False) -> None:
        """Statements of the scenario, as the administrator; `may_fail`: the server may refuse them."""
        try:
            self.database().query(sql)
        except AssertionError:
            if not may_fail:
                raise

    def run_another(self) -> None:
        """A second run, begun and ended while the first one stands still."""
        process = self.start(2)
        try:
            self.other = self.end(process)
        finally:
            stop(process)

    def database(self) -> Database:
        """The one database of the scenario."""
        assert len(self.databases) == 1, self.databases
        return next(iter(self.databases.values()))

    def largest_file(self, pattern: str) -> Path:
        """The largest file below the repository that matches."""
        found = sorted(self.repository.glob(pattern), key=lambda path: path.stat().st_size)
        assert found, f'{pattern} matches nothing of: {list(self.repository.rglob("*"))}'
        return found[-1]


def members(session: int) -> list[str]:
    """Command lines of the processes of a session, a second after its leader ended."""
    for _ in range(10):
        ps = ['ps', '-o', 'stat=,pid=,args=', '--sid', str(session)]
        listed = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.splitlines()
        alive = [line for line in listed if not line.startswith('Z')]
        if not alive:
            return []
        time.sleep(0.1)
    return alive


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a module that is still there (a test that failed half-way)."""
    if process.poll() is None:
        process.kill()
        process.wait()
