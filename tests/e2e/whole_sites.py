# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three sites of a server as a whole: everything that can be known of them, and what serves them elsewhere."""

from __future__ import annotations

import facts
from e2e.product import MEDIAWIKI, NEWS, WORDPRESS
from testbed import Host

SITES = [WORDPRESS, MEDIAWIKI, NEWS]
WEBROOTS = [webroot['path'] for site in SITES for webroot in site['webroots']]
RENEWED = {'/var/www/news': ['data']}  # the restored database is a new file in its directory


def site_facts(host: Host) -> facts.Facts:
    """Everything of the three sites on a host: the databases by SQL of our own, every file."""
    def mariadb(sql: str) -> str:
        return host.run(['mariadb', '--batch', '--skip-column-names', 'wordpress'], text_input=sql).stdout

    def postgresql(sql: str) -> str:
        return host.run(['runuser', '-u', 'postgres', '--', 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', 'mediawiki'],
                        text_input=sql).stdout

    def sqlite(line: str) -> bytes:
        shell = ['runuser', '-u', 'www-data', '--', 'sqlite3', '-batch', '/var/www/news/data/news.db']
        return host.run(shell, text_input=f'{line}\n').stdout.encode()

    role = "SELECT rolname, rolcanlogin, rolpassword FROM pg_authid WHERE rolname = 'mediawiki'"
    found = {'role': postgresql(role)} | facts.sqlite_facts(sqlite)
    found |= {f'wordpress: {name}': value for name, value in facts.mariadb_facts(mariadb, 'wordpress').items()}
    found |= {f'wiki: {name}': value for name, value in facts.postgresql_facts(postgresql).items()}
    for path in WEBROOTS:
        tree = facts.tree_facts(host.path(path), RENEWED.get(path, ()))
        found |= {f'{path}: {name}': value for name, value in tree.items()}
    return found


def serve(web1: Host, host: Host) -> None:
    """The web server's own configuration is no part of a site's backup: take it from the old server."""
    for name in ('wp.site.test', 'wiki.site.test', 'news.site.test'):
        host.path(f'/etc/nginx/sites-available/{name}').write_bytes(web1.path(f'/etc/nginx/sites-available/{name}').read_bytes())
        host.ssh(f'ln -s ../sites-available/{name} /etc/nginx/sites-enabled/; echo 127.0.0.1 {name} >> /etc/hosts')
    host.ssh('nginx -t -q && systemctl reload nginx && sleep 0.5')
