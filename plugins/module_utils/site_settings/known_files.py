# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which configuration files are known, and what they call name, user, password, host, port and socket of a database.

Sources: wp-config-sample.php (WordPress), MediaWiki's manual of settings, Joomla's configuration.php-dist,
Drupal's default.settings.php, Moodle's config-dist.php, CodeIgniter's application/config/database.php and
app/Config/Database.php, Laravel's .env.example, SLiMS' config/sysconfig.local.inc-sample.php (to 9.4) and
config/database.sample.php (from 9.5; its installer calls the node 'SLiMS').
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Path = tuple[str, ...]


class Known(NamedTuple):
    """`mark` is text that the file must hold. `compound`: the host may be 'host:port' or 'localhost:/socket'."""

    system: str
    file: str  # its name
    folder: str  # the end of its folder's path; '' for any
    mark: bytes
    names: Mapping[str, Path]
    addresses: tuple[Path, ...] = ()
    compound: bool = False


def _constants(**names: str) -> dict[str, Path]:
    return {role: (name,) for role, name in names.items()}


def _within(prefix: Path, **names: str) -> dict[str, Path]:
    return {role: (*prefix, *name.split('/')) for role, name in names.items()}


_CODEIGNITER = {'name': 'database', 'user': 'username', 'password': 'password', 'host': 'hostname', 'port': 'port'}
KNOWN = (
    Known('WordPress', 'wp-config.php', '', b'DB_NAME',
          _constants(name='DB_NAME', user='DB_USER', password='DB_PASSWORD', host='DB_HOST'),  # noqa: S106
          (('WP_HOME',), ('WP_SITEURL',)), True),
    Known('MediaWiki', 'LocalSettings.php', '', b'$wg',
          _constants(name='$wgDBname', user='$wgDBuser', password='$wgDBpassword', host='$wgDBserver',  # noqa: S106
                     port='$wgDBport'), (('$wgServer',),), True),
    Known('Joomla', 'configuration.php', '', b'JConfig',
          _constants(name='$db', user='$user', password='$password', host='$host'), (), True),  # noqa: S106
    Known('Drupal', 'settings.php', '', b'$databases',
          _within(('$databases', 'default', 'default'), name='database', user='username',
                  password='password', host='host', port='port', socket='unix_socket')),  # noqa: S106
    Known('Moodle', 'config.php', '', b'$CFG->db',
          _within(('$CFG',), name='dbname', user='dbuser', password='dbpass', host='dbhost',  # noqa: S106
                  port='dboptions/dbport', socket='dboptions/dbsocket'), (('$CFG', 'wwwroot'),)),
    Known('CodeIgniter 3', 'database.php', 'application/config', b'$db', _within(('$db', 'default'), **_CODEIGNITER)),
    Known('CodeIgniter 3', 'config.php', 'application/config', b'$config', {}, (('$config', 'base_url'),)),
    Known('CodeIgniter 4', 'Database.php', 'app/Config', b'$default', _within(('$default',), **_CODEIGNITER)),
    Known('CodeIgniter 4', 'App.php', 'app/Config', b'$baseURL', {}, (('$baseURL',),)),
    Known('SLiMS', 'sysconfig.local.inc.php', '', b'DB_NAME',
          _constants(name='DB_NAME', user='DB_USERNAME', password='DB_PASSWORD',  # noqa: S106
                     host='DB_HOST', port='DB_PORT')),
    Known('SLiMS 9.5', 'database.php', 'config', b'nodes',
          _within(('return', 'nodes', 'SLiMS'), name='database', user='username',
                  password='password', host='host', port='port')),  # noqa: S106
)  # fmt: skip
ENVIRONMENT = {
    'name': 'DB_DATABASE', 'user': 'DB_USERNAME', 'password': 'DB_PASSWORD', 'host': 'DB_HOST', 'port': 'DB_PORT',
    'socket': 'DB_SOCKET',
}  # fmt: skip
ENVIRONMENT_URL = 'DATABASE_URL'  # Symfony: mysql://user:password@host:port/name?options


def known(folder: str, name: str, data: bytes) -> Known | None:
    """What the file is, by its name, its place and what it holds."""
    for one in KNOWN:
        in_place = not one.folder or f'/{folder}'.endswith(f'/{one.folder}')
        if name == one.file and in_place and one.mark in data:
            return one
    return None


def names_of(system: str) -> Mapping[str, Path]:
    """{role: path} of a system's login; raises LookupError for a system that is not listed."""
    for one in KNOWN:
        if one.system == system and one.names:
            return one.names
    raise LookupError(f'no known system {system!r}')


FILE_NAMES = frozenset(one.file for one in KNOWN)


def is_environment(name: str) -> bool:
    return name == '.env' or (name.startswith('.env.') and not name.endswith(('.example', '.dist', '.sample')))
