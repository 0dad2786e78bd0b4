# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What we read is what nginx, Apache and PHP-FPM read: they are asked, never started."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.discovery import apache, nginx, php_fpm
from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import Reader

FOLDERS = ('nginx', 'apache2', 'php')
NGINX_SITE = """
server {
    listen 127.0.0.1:8080; server_name satu.test www.satu.test; root "/srv/satu web"; # a "comment" { }
    set $x "a;b}c"; location ~ "\\.(php|x{1,2})$" { return 200 'it\\'s'; }
    location /unduhan/ { alias /srv/unduhan/; include snippets/dua.conf; }
}
include /etc/nginx/more/*.conf;
"""
APACHE_SITE = """
Define ROOT "/srv/satu web"
<VirtualHost *:8081>
  ServerName satu.test
  ServerAlias www.satu.test \\
              lain.test
  DocumentRoot "${ROOT}/public"
  <IfModule mod_ssl.c>
    ServerAlias never.test
  </IfModule>
  IncludeOptional more/*.conf
</VirtualHost>
<VirtualHost 127.0.0.1:8082>
  ServerName dua.test
  DocumentRoot '/srv/dua'
</VirtualHost>
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A machine of its own: Debian's configuration of the three, and sites of ours."""
    (tmp_path / 'etc').mkdir()
    for name in FOLDERS:
        subprocess.run(['cp', '-a', f'/etc/{name}', tmp_path / 'etc'], check=True)
    for link in (tmp_path / 'etc/nginx/modules-enabled').iterdir():
        link.unlink()  # they lead out of /etc
    files = {
        'nginx/sites-available/satu': NGINX_SITE, 'nginx/snippets/dua.conf': 'autoindex on;',
        'nginx/more/tiga.conf': 'server { listen 127.0.0.1:8083; server_name tiga.test; root /srv/tiga; }',
        'apache2/sites-available/satu.conf': APACHE_SITE, 'apache2/more/alias.conf': 'ServerAlias lagi.test',
        'apache2/conf-available/wiki.conf': 'Alias /wiki /usr/share/wiki',
        'php/8.2/fpm/pool.d/dua.conf': '[dua]\nuser = nobody\nlisten = /run/php/$pool.sock\npm = static\n'
        'pm.max_children = 1\n',
    }  # fmt: skip
    for name, text in files.items():
        path = tmp_path / 'etc' / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (tmp_path / 'etc/nginx/sites-enabled/satu').symlink_to('/etc/nginx/sites-available/satu')
    (tmp_path / 'etc/apache2/sites-enabled/satu.conf').symlink_to('../sites-available/satu.conf')
    (tmp_path / 'etc/apache2/conf-enabled/wiki.conf').symlink_to('../conf-available/wiki.conf')
    return tmp_path


def asked(tree: Path, *command: str) -> str:
    """What a program says when our /etc is mounted over the machine's own, in a namespace that ends with it."""
    mounts = ' && '.join(f'mount --bind "$0/etc/{name}" /etc/{name}' for name in FOLDERS)
    done = subprocess.run(
        ['unshare', '--mount', '--net', 'sh', '-c', f'{mounts} && exec "$@" 2>&1', str(tree), *command],
        capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f'{done.stdout}\n{done.stderr}'
    return done.stdout


def test_nginx_read_the_same_files_and_serves_the_same_sites(tree: Path) -> None:
    said = asked(tree, 'nginx', '-T')
    reader = Reader(root=str(tree))
    hosts = nginx.virtual_hosts(reader)
    assert reader.remarks == []
    files = set(re.findall(r'^# configuration file (.*):$', said, re.MULTILINE))
    assert files == {path for path in reader.known() if path.startswith('/etc/nginx/')}
    places = {(host.names, host.addresses[0], host.document_root) for host in hosts}
    assert places == {
        (('satu.test', 'www.satu.test'), '127.0.0.1:8080', '/srv/satu web'),
        (('tiga.test',), '127.0.0.1:8083', '/srv/tiga'), (('_',), '80', '/var/www/html'),
    }  # fmt: skip
    (satu,) = [host for host in hosts if host.names[0] == 'satu.test']
    assert satu.aliases == (('/unduhan/', '/srv/unduhan'),)


def test_apache_read_the_same_files_and_serves_the_same_names(tree: Path) -> None:
    environment = ('sh', '-c', '. /etc/apache2/envvars && exec apache2 "$@"', 'apache2')
    said = asked(tree, *environment, '-t', '-D', 'DUMP_VHOSTS', '-D', 'DUMP_INCLUDES')
    reader = Reader(root=str(tree))
    hosts = apache.virtual_hosts(reader)
    assert reader.remarks == []
    listed = set(re.findall(r'^\s*\((?:\d+|\*)\) (\S+)$', said, re.MULTILINE))
    assert listed == {path for path in reader.known() if path.startswith('/etc/apache2/')} - {'/etc/apache2/envvars'}
    own = set(re.findall(r'(\S+) \((/etc/apache2/\S+):(\d+)\)', said))
    assert {(host.file, str(host.line)) for host in hosts if host.addresses != ('80',)} == {one[1:] for one in own}
    (satu,) = [host for host in hosts if 'satu.test' in host.names]
    assert satu.names == ('satu.test', 'www.satu.test', 'lain.test', 'lagi.test')
    assert satu.document_root == '/srv/satu web/public'
    assert [host.aliases[-1] for host in hosts if not host.document_root] == [('/wiki', '/usr/share/wiki')]


def test_php_fpm_has_the_same_pools(tree: Path) -> None:
    said = asked(tree, 'php-fpm8.2', '-tt')
    users = re.findall(r'\tuser = (.*)', said)
    sockets = re.findall(r'\tlisten = (.*)', said)
    reader = Reader(root=str(tree))
    assert php_fpm.pools(reader) == dict(zip(sockets, users))
    assert len(sockets) == 2
