# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""nginx: which directories its configuration serves under which names."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils.discovery import nginx
from ansible_collections.rawat.website.plugins.module_utils.discovery.virtual_host import VirtualHost
from unit.discovery.machines import NGINX, machine, reader


def hosts(root: Path, **files: str) -> tuple[list[VirtualHost], list[str]]:
    written = {
        '/etc/nginx/nginx.conf': NGINX,
        **{f'/etc/nginx/sites-enabled/{name}': text for name, text in files.items()},
    }
    read = reader(machine(root, written))
    return nginx.virtual_hosts(read), read.remarks


def test_a_server_has_names_addresses_root_aliases_and_the_socket_of_its_php(tmp_path: Path) -> None:
    (host,), remarks = hosts(tmp_path, site='''
        # a comment with a brace }
        server {
            listen 443 ssl http2; listen [::]:443 ssl;
            server_name contoh.go.id www.contoh.go.id;   # two of them
            root "/srv/with space";
            location /unduhan/ { alias /srv/unduhan/; }
            location ^~ /foto { root /srv/media; }
            location ~ \\.php$ { fastcgi_pass unix:/run/php/contoh.sock; fastcgi_param X "a;b{c}"; }
        }''')  # fmt: skip
    assert remarks == []
    assert host.names == ('contoh.go.id', 'www.contoh.go.id')
    assert (host.addresses, host.tls) == (('443', '[::]:443'), True)
    assert host.document_root == '/srv/with space'
    assert host.aliases == (('/unduhan/', '/srv/unduhan'), ('/foto', '/srv/media/foto'))
    assert host.php == 'unix:/run/php/contoh.sock'
    assert (host.file, host.line) == ('/etc/nginx/sites-enabled/site', 3)


def test_the_root_of_the_location_slash_is_the_document_root(tmp_path: Path) -> None:
    (host,), _remarks = hosts(tmp_path, site='server { root /a; location / { root /b; } }')
    assert (host.document_root, host.aliases) == ('/b', (('/', '/a'),))


def test_a_root_of_http_counts_wherever_it_stands(tmp_path: Path) -> None:
    text = 'http { server { server_name a.test; } root /srv/common; }'
    read = reader(machine(tmp_path, {'/etc/nginx/nginx.conf': text}))
    assert [host.document_root for host in nginx.virtual_hosts(read)] == ['/srv/common']


def test_a_server_of_another_protocol_or_of_an_upstream_is_no_site(tmp_path: Path) -> None:
    text = 'stream { server { listen 1; } } http { upstream u { server 10.0.0.1; } }'
    read = reader(machine(tmp_path, {'/etc/nginx/nginx.conf': text}))
    assert nginx.virtual_hosts(read) == []


def test_a_root_with_a_variable_is_a_remark_and_no_guess(tmp_path: Path) -> None:
    (host,), (remark,) = hosts(tmp_path, site='server { server_name x; root /srv/$host/public; }')
    assert host.document_root == ''
    assert 'sites-enabled/site line 1: the directory /srv/$host/public holds a variable' in remark
    assert 'by hand' in remark


def test_the_braces_of_lua_are_not_those_of_nginx(tmp_path: Path) -> None:
    text = 'server { location /x { content_by_lua_block { if a then t = {b = {}} end } } root /srv/lua; }'
    (host,), remarks = hosts(tmp_path, site=text)
    assert (host.document_root, remarks) == ('/srv/lua', [])


def test_hidden_files_are_not_included_and_links_of_debian_are_followed(tmp_path: Path) -> None:
    machine(tmp_path, {'/etc/nginx/sites-available/a': 'server { root /srv/a; }'})
    (tmp_path / 'etc/nginx/sites-enabled').mkdir()
    (tmp_path / 'etc/nginx/sites-enabled/a').symlink_to('/etc/nginx/sites-available/a')
    found, remarks = hosts(tmp_path, **{'.hidden': 'server { root /srv/hidden; }'})
    assert [host.document_root for host in found] == ['/srv/a']
    assert remarks == []


def test_a_snippet_that_opens_what_it_does_not_close_does_not_swallow_the_next_site(tmp_path: Path) -> None:
    found, remarks = hosts(tmp_path, a='server { root /srv/a; location /x {', b='server { root /srv/b; } }')
    assert [host.document_root for host in found] == ['/srv/a', '/srv/b']
    assert [remark.partition(': ')[2] for remark in remarks] == ['a "{" is not closed', 'a "}" that closes nothing']
