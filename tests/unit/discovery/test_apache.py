# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apache: which directories its configuration serves under which names."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils.discovery import apache, webservers
from ansible_collections.rawat.website.plugins.module_utils.discovery.virtual_host import VirtualHost
from unit.discovery.machines import machine, reader

MAIN = """
IncludeOptional mods-enabled/*.load
Listen 80
Include ports.conf
IncludeOptional conf-enabled/*.conf
IncludeOptional sites-enabled/*.conf
"""


def hosts(root: Path, files: dict[str, str]) -> tuple[list[VirtualHost], list[str]]:
    written = {'apache2.conf': MAIN, 'ports.conf': '', 'envvars': 'export APACHE_RUN_USER=www-data\n', **files}
    read = reader(machine(root, {f'/etc/apache2/{name}': text for name, text in written.items()}))
    return apache.virtual_hosts(read), read.remarks


def test_a_virtual_host_has_names_root_aliases_and_php(tmp_path: Path) -> None:
    (host,), remarks = hosts(tmp_path, {'sites-enabled/contoh.conf': '''
        Define BASE "/srv/with space"
        <VirtualHost *:443 [::]:443>
            ServerName https://contoh.go.id:443
            ServerAlias www.contoh.go.id \\
                        contoh.id
            DocumentRoot "${BASE}/public"
            SSLEngine on
            Alias /unduhan "/srv/unduhan/"
            <Location /foto>
                Alias /srv/foto
            </Location>
            <FilesMatch "php$">
                SetHandler "proxy:unix:/run/php/contoh.sock|fcgi://localhost"
            </FilesMatch>
        </VirtualHost>'''})  # fmt: skip
    assert remarks == []
    assert host.names == ('contoh.go.id', 'www.contoh.go.id', 'contoh.id')
    assert (host.document_root, host.tls) == ('/srv/with space/public', True)
    assert host.aliases == (('/unduhan', '/srv/unduhan'), ('/foto', '/srv/foto'))
    assert host.addresses == ('*:443', '[::]:443')
    assert (host.file, host.line) == ('/etc/apache2/sites-enabled/contoh.conf', 3)
    assert host.php == 'proxy:unix:/run/php/contoh.sock|fcgi://localhost'


def test_snippets_of_packages_in_conf_enabled_are_aliases_of_the_main_server(tmp_path: Path) -> None:
    found, _remarks = hosts(tmp_path, {
        'conf-enabled/wiki.conf': 'AliasMatch ^/wiki/[^/]+$ /usr/share/wiki/\nAlias /wiki /usr/share/wiki',
        'sites-enabled/000-default.conf': '<VirtualHost *:80>\nDocumentRoot /var/www/html\n</VirtualHost>',
    })  # fmt: skip
    assert [(host.document_root, host.aliases[-1:]) for host in found] == [
        ('/var/www/html', ()), ('', (('/wiki', '/usr/share/wiki'),)),
    ]  # fmt: skip


def test_conditions_are_judged_by_what_is_loaded_and_defined(tmp_path: Path) -> None:
    found, _remarks = hosts(tmp_path, {
        'mods-enabled/ssl.load': 'LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so',
        'sites-enabled/a.conf': '''
            <IfModule mod_ssl.c>
              <VirtualHost *:443>
                DocumentRoot /srv/ssl
              </VirtualHost>
            </IfModule>
            <IfModule !ssl_module>
              <VirtualHost *:80>
                DocumentRoot /srv/plain
              </VirtualHost>
            </IfModule>
            <IfDefine NEVER>
              <VirtualHost *:81>
                DocumentRoot /srv/never
              </VirtualHost>
            </IfDefine>''',
    })  # fmt: skip
    assert [host.document_root for host in found] == ['/srv/ssl']


def test_a_virtual_host_without_a_root_of_its_own_serves_that_of_the_main_server(tmp_path: Path) -> None:
    site = '<VirtualHost *>\nServerName a.test\n</VirtualHost>'
    found, _remarks = hosts(tmp_path, {'conf-enabled/root.conf': 'DocumentRoot /srv/all', 'sites-enabled/a.conf': site})
    assert [(host.names, host.document_root) for host in found] == [(('a.test',), '/srv/all')]


def test_macros_and_mass_hosting_are_remarks(tmp_path: Path) -> None:
    found, remarks = hosts(tmp_path, {'sites-enabled/a.conf': '''
        <Macro Site $name>
          <VirtualHost *:80>
            DocumentRoot /srv/$name
          </VirtualHost>
        </Macro>
        Use Site one
        VirtualDocumentRoot /srv/%0'''})  # fmt: skip
    assert found == []
    assert any('the macro Site is not followed' in remark for remark in remarks)
    assert any('stands for many sites' in remark for remark in remarks)


def test_the_account_is_that_of_the_pool_behind_the_socket(tmp_path: Path) -> None:
    root = machine(tmp_path, {
        '/etc/nginx/nginx.conf': 'http { server { root /srv/a; fastcgi_pass unix:/run/php/contoh.sock; } }',
        '/etc/php/8.2/fpm/php-fpm.conf': '[global]\npid = /run/x\ninclude=/etc/php/8.2/fpm/pool.d/*.conf\n',
        '/etc/php/8.2/fpm/pool.d/contoh.conf': '; a pool\n[contoh]\nlisten = /run/php/$pool.sock\nuser = dinas\n',
    })  # fmt: skip
    (host,), remarks = webservers.virtual_hosts(root)
    assert (host.php, remarks) == ('dinas', [])
