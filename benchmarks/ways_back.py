# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who brings a site back, and how: this product's drill and restore, the bare tools, cron scripts, borgmatic.

Each backs the site up with the contestant of `peers.py` or `rawat.py` that it derives from, and adds the way back into
places that are empty: servers of the benchmark's own, and a folder.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks import peers, rawat, servers, sources
from benchmarks.measure import Command
from benchmarks.peers import Borgmatic, Contestant, Script
from benchmarks.servers import DATABASE

BACKUP, FIRST_DRILL, DRILL, LOAD, RESTORE = 'backup', 'first drill', 'drill', 'load', 'restore'
ROUNDS = (BACKUP, FIRST_DRILL, LOAD, DRILL, RESTORE)


@dataclass
class Fresh:
    """Empty running servers, and the place where the webroot shall stand."""

    mariadb: servers.MariaDB
    postgresql: servers.PostgreSQL
    webroot: Path


class WayBack(Contestant):
    """`bring_back` gives the command of a round. The rest says what it wants to find."""

    makes_databases = False  # whether it makes the databases itself
    in_place = False  # whether it wants the webroot's own path (which is empty then)
    default_server = False  # whether its round `load` wants a server with default options

    takes_part_in: tuple[str, ...] = (RESTORE,)

    def bring_back(self, _round_name: str, fresh: Fresh) -> Command:
        """The command of a round of `takes_part_in`."""
        return self.restore(fresh)

    def restore(self, fresh: Fresh) -> Command:
        raise NotImplementedError


class Ours(rawat.Module, WayBack):
    """The modules of this product. A restore to an empty machine: the site's own names, other servers, no files."""

    makes_databases = in_place = True

    takes_part_in: tuple[str, ...] = (FIRST_DRILL, DRILL, RESTORE)

    def settings(self) -> dict:
        """Drills happen at a path short enough for a server's socket. Wall time counts here, and the others do not give
        way to whoever else uses the machine: so neither do we.
        """
        return {**super().settings(), 'drill_directory': str(self.site.folder.with_name('drills')), 'niceness': 0}

    def bring_back(self, round_name: str, fresh: Fresh) -> Command:
        return self.restore(fresh) if round_name == RESTORE else self.call('site_drill')

    def restore(self, fresh: Fresh) -> Command:
        site = self.described_site()
        sockets = {'mariadb': fresh.mariadb.socket, 'postgresql': fresh.postgresql.socket_folder}
        for database in site['databases']:
            database['login_unix_socket'] = str(sockets[database['engine']])
        return self.call('site_restore', sites=[site], confirm=[site['name']])


class OursArchive(Ours):
    name, title, store = 'archive', 'rawat, archive store', 'archive'


class OursRestic(Ours):
    name, title, store, restic = 'restic', 'rawat, restic store', 'restic', True


class OursMariaDB(Ours):
    name, title, store = 'mariadb', 'rawat, MariaDB alone', 'archive'
    takes_part_in = (FIRST_DRILL, DRILL)

    def described_site(self) -> dict:
        site = super().described_site()
        alone = [database for database in site['databases'] if database['engine'] == 'mariadb']
        return {**site, 'webroots': [], 'databases': alone}


class ScriptBack(Script, WayBack):
    restoring = ''

    def restore(self, fresh: Fresh) -> Command:
        command = self._command(self.restoring)
        command.environment |= {
            'MARIADB_SOCKET': str(fresh.mariadb.socket),
            'PGHOST': str(fresh.postgresql.socket_folder),
            'DESTINATION': str(fresh.webroot),
        }
        return command


class ClientLoad(ScriptBack):
    """The reference of the drill of a MariaDB database: the load's time alone, the server being up."""

    name, title, script = 'client', 'mariadb < dump, default server', 'dump_mariadb.sh'
    restoring = 'load_mariadb.sh'
    takes_part_in = (LOAD,)
    default_server = True


class ZstdBack(ScriptBack, peers.CronZstd):
    name, title, restoring = 'zstd-tar', 'zstd -dc | tar x, clients', 'restore_files.sh'
    settings = {**peers.CronZstd.settings, 'DECOMPRESS': 'zstd'}  # noqa: RUF012  (declared as ClassVar above)


class GzipBack(ScriptBack, peers.CronGzip):
    name, title, restoring = 'gzip-tar', 'cron script, gzip', 'restore_files.sh'
    settings = {'DECOMPRESS': 'gzip'}  # noqa: RUF012


class ResticBack(ScriptBack, peers.Restic):
    name, title, restoring = 'restic-by-hand', 'restic by hand', 'restore_restic.sh'


class BorgmaticBack(Borgmatic, WayBack):
    name, title = 'borgmatic', 'borgmatic'

    def restore(self, fresh: Fresh) -> Command:
        """Its configuration with other servers."""
        original = self.place.folder / 'config.yaml'
        known = json.loads(original.read_text())
        host = f'-h {fresh.postgresql.socket_folder}'
        known['mariadb_databases'][0]['restore_options'] = f'--socket={fresh.mariadb.socket}'
        known['postgresql_databases'][0] |= {'pg_restore_command': f'pg_restore {host}', 'psql_command': f'psql {host}'}
        other = original.with_name('restore.yaml')
        other.write_text(json.dumps(known))
        return Command(['bash', str(peers.SCRIPTS / 'restore_borgmatic.sh')], environment={
            'BORGMATIC': f'{sources.borgmatic()}/borgmatic',
            'CONFIGURATION': str(other),
            'DATABASE': DATABASE,
            'SITE': str(self.site.webroot),
            'DESTINATION': str(fresh.webroot),
        })  # fmt: skip


WAYS_BACK: tuple[type[WayBack], ...] = (
    ClientLoad, OursMariaDB, ZstdBack, OursArchive, ResticBack, OursRestic, GzipBack, BorgmaticBack,
)
