# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How others back up the same site: borgmatic, restic by hand, scripts in cron. Each is set up as its users do.

Every contestant is a class with the same four functions; `rawat.py` has ours.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

from benchmarks import sources
from benchmarks.measure import Command, Place
from benchmarks.servers import DATABASE
from benchmarks.workload import Site

PASSWORD = 'correct horse battery staple'  # noqa: S105  (of repositories that live for minutes)
SCRIPTS = Path(__file__).with_name('scripts')


class Contestant:
    """Backs up `site` into `place`. `title` stands in the table."""

    name = title = ''
    stores = True  # whether its repository grows
    restic = False  # whether it works on a restic repository that was made for it

    def __init__(self, site: Site, place: Place) -> None:
        self.site, self.place = site, place

    def prepare(self) -> None:
        """Write configuration; not measured."""

    def create(self) -> Command | None:
        """What makes the repository before the first run, measured by itself; None where nothing has to."""
        return None

    def backup(self) -> Command:
        raise NotImplementedError

    @staticmethod
    def part_of(_name: str, _ancestors: list[str]) -> str:
        """To which part of the cost a process belongs."""
        return 'children'


class Script(Contestant):
    """A shell script of the folder `scripts`; what it needs to know is in its environment."""

    script = ''
    settings: ClassVar[dict[str, str]] = {}

    def _command(self, script: str) -> Command:
        known = {
            'SITE': str(self.site.webroot),
            'DATABASE': DATABASE,
            'MARIADB_SOCKET': str(self.site.mariadb.socket),
            'PGHOST': str(self.site.postgresql.socket_folder),
            'PGUSER': 'postgres',
            'REPOSITORY': str(self.place.repository),
        }
        return Command(['bash', str(SCRIPTS / script)], environment={**known, **self.settings})

    def backup(self) -> Command:
        return self._command(self.script)


class CronGzip(Script):
    name, title, script = 'cron-gzip', 'cron script, gzip', 'cron_gzip.sh'


class CronZstd(Script):
    name, title, script = 'cron-zstd', 'cron script, zstd -3 -T0', 'cron_zstd.sh'
    settings: ClassVar[dict[str, str]] = {'ZSTD_THREADS': '0'}


class CronZstdOneThread(Script):
    name, title, script = 'cron-zstd-1', 'cron script, zstd -3 -T1', 'cron_zstd.sh'
    settings: ClassVar[dict[str, str]] = {'ZSTD_THREADS': '1'}


class Restic(Script):
    name, title, script = 'restic', 'restic by hand', 'restic.sh'
    settings: ClassVar[dict[str, str]] = {'RESTIC_PASSWORD': PASSWORD}
    restic = True


def empty_restic_repository(folder: Path) -> None:
    sources.run(['restic', '--quiet', '--repo', str(folder), 'init'], environment={'RESTIC_PASSWORD': PASSWORD})


class ResticWebroot(Restic):
    name, title, script = 'restic-webroot', 'restic by hand, webroot alone', 'restic_webroot.sh'


class Borgmatic(Contestant):
    name, title = 'borgmatic', 'borgmatic'

    def prepare(self) -> None:
        """Its documentation's habits. PostgreSQL's socket folder must not stand in `hostname`: an absolute path there
        makes borgmatic write its dump elsewhere and fail; so the commands carry it.
        """
        host = f'-h {self.site.postgresql.socket_folder}'
        clients = {'pg_dump_command': f'pg_dump {host}', 'psql_command': f'psql {host}'}
        configuration = {
            'source_directories': [str(self.site.webroot)],
            'repositories': [{'path': str(self.place.repository)}],
            'encryption_passphrase': PASSWORD,
            'compression': 'zstd,3',
            'local_path': str(sources.borgmatic() / 'borg'),
            'keep_daily': 7, 'keep_weekly': 4, 'keep_monthly': 6,
            'checks': [{'name': 'repository', 'frequency': 'always'}, {'name': 'archives', 'frequency': 'always'}],
            'mariadb_databases': [
                {'name': DATABASE, 'username': 'root', 'options': f'--socket={self.site.mariadb.socket}'}
            ],
            'postgresql_databases': [{'name': DATABASE, 'username': 'postgres', **clients}],
        }
        (self.place.folder / 'config.yaml').write_text(json.dumps(configuration))  # JSON is YAML

    def create(self) -> Command | None:
        return self._command('repo-create', '--encryption', 'repokey-blake2')

    def backup(self) -> Command:
        return self._command('create', 'prune', 'compact', 'check')

    def _command(self, *actions: str) -> Command:
        configuration = f'{self.place.folder}/config.yaml'
        return Command([f'{sources.borgmatic()}/borgmatic', '--config', configuration, *actions])

    @staticmethod
    def part_of(name: str, _ancestors: list[str]) -> str:
        return 'controller' if name == 'borgmatic' else 'children'
