# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From configuration to sites: one for a webroot, named after its server, compared with the inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.arguments import SITE_NAME
from ansible_collections.rawat.website.plugins.module_utils.discovery import databases, naming
from ansible_collections.rawat.website.plugins.module_utils.discovery.survey import survey, unprotected
from hypothesis import given
from hypothesis import strategies as st
from unit.discovery.machines import machine

WORDPRESS = {
    'wp-includes/version.php': "<?php\n$wp_version = '6.1.1';\n",
    'wp-load.php': '<?php',
    'wp-config.php': """<?php
define('DB_NAME', 'blog'); define('DB_USER', 'blog'); define('DB_PASSWORD', 'rahasia sekali');
define('DB_HOST', 'db.test');
require_once ABSPATH . 'wp-settings.php';
""",
}
HTML = {'index.html': '<h1>Dinas</h1>'}


def site(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f'{folder}/{name}': text for name, text in files.items()}


def server(name: str, root: str, more: str = '') -> str:
    return f'server {{ server_name {name}; root {root}; {more} }}\n'


def looked_at(root: Path, servers: str, files: dict[str, str], protected: list[dict] | None = None) -> dict[str, Any]:
    return survey(protected or [], {}, machine(root, {'/etc/nginx/nginx.conf': f'http {{ {servers} }}', **files}))


def test_two_virtual_hosts_of_one_webroot_are_one_site_and_links_do_not_make_it_two(tmp_path: Path) -> None:
    (tmp_path / 'var').mkdir()
    (tmp_path / 'var/www').symlink_to('/srv')
    servers = server('a.test', '/srv/a') + server('b.test', '/var/www/a', 'listen 443 ssl;')
    found = looked_at(tmp_path, servers, site('/srv/a', HTML))
    (only,) = found['sites']
    assert (only['name'], only['url']) == ('b-test', 'https://b.test/')
    assert only['server_names'] == ['a.test', 'b.test']
    assert only['webroots'] == [{'path': '/srv/a', 'exclude': []}]


def test_an_application_in_a_folder_is_a_site_of_its_own_and_left_out_of_the_outer_one(tmp_path: Path) -> None:
    found = looked_at(
        tmp_path, server('dinas.test', '/srv/dinas'), site('/srv/dinas', HTML) | site('/srv/dinas/blog', WORDPRESS)
    )
    outer, inner = found['sites']
    assert (outer['name'], outer['webroots']) == ('dinas-test', [{'path': '/srv/dinas', 'exclude': ['blog/']}])
    assert (inner['name'], inner['application'], inner['url']) == (
        'dinas-test-blog',
        'WordPress',
        'http://dinas.test/blog/',
    )


def test_an_alias_leads_to_an_application_or_to_more_of_its_own_site(tmp_path: Path) -> None:
    places = {'/blog': '/srv/wp', '/unduhan': '/srv/unduhan', '/i': '/usr/share/i'}
    aliases = ' '.join(f'location {url} {{ alias {place}; }}' for url, place in places.items())
    files = site('/srv/a', HTML) | site('/srv/wp', WORDPRESS) | {'/srv/unduhan/x.pdf': '', '/usr/share/i/x.png': ''}
    outer, inner = looked_at(tmp_path, server('a.test', '/srv/a', aliases), files)['sites']
    assert [one['path'] for one in outer['webroots']] == ['/srv/a', '/srv/unduhan']
    assert (inner['name'], inner['application']) == ('a-test-blog', 'WordPress')


def test_passwords_are_apart_and_an_entry_names_their_variable(tmp_path: Path) -> None:
    found = looked_at(tmp_path, server('blog.test', '/srv/wp'), site('/srv/wp', WORDPRESS))
    assert found['passwords'] == {'vault_blog_test_blog_password': 'rahasia sekali'}
    assert 'rahasia' not in repr({key: value for key, value in found.items() if key != 'passwords'})
    (database,) = found['sites'][0]['databases']
    assert database['password_variable'] == 'vault_blog_test_blog_password'
    assert (database['engine'], database['name'], database['login_host']) == ('mariadb', 'blog', 'db.test')


@pytest.mark.parametrize(('entry', 'protected', 'by', 'lack'), [
    ({'webroots': [{'path': '/srv/wp'}], 'databases': [{'engine': 'mysql', 'name': 'blog'}]}, True, 'known', None),
    ({'webroots': [{'path': '/srv'}], 'databases': [{'engine': 'mariadb', 'name': 'blog'}]}, True, 'known', None),
    ({'webroots': [{'path': '/srv/wp'}], 'databases': []}, False, 'known', 'its database mariadb blog is in no'),
    ({'webroots': [{'path': '/srv', 'exclude': ['wp/']}], 'databases': []}, False, None, None),
    ({'webroots': [{'path': '/srv', 'exclude': ['w*']}], 'databases': []}, False, None, None),
    ({'webroots': [{'path': '/srv/w'}], 'databases': [{'engine': 'mariadb', 'name': 'blog'}]}, False, None, None),
])  # fmt: skip
def test_a_site_is_protected_when_the_inventory_has_all_of_it(
    tmp_path: Path, entry: dict, protected: bool, by: str | None, lack: str | None
) -> None:
    known = [{'name': 'known', **entry}]
    (only,) = looked_at(tmp_path, server('x.test', '/srv/wp'), site('/srv/wp', WORDPRESS), known)['sites']
    assert (only['protected'], only['protected_by']) == (protected, by)
    assert (
        any(lack in remark for remark in only['remarks'])
        if lack
        else not any('no inventory' in one for one in only['remarks'])
    )


def test_a_new_name_is_none_of_the_inventory(tmp_path: Path) -> None:
    known = [{'name': 'a-test', 'webroots': [{'path': '/srv/other'}], 'databases': []}]
    found = looked_at(tmp_path, server('a.test', '/srv/a'), site('/srv/a', HTML), known)
    assert [one['name'] for one in found['sites']] == ['a-test-2']
    assert found['gone'] == [{'name': 'a-test', 'webroots': ['/srv/other']}]


def test_default_pages_empty_and_shared_folders_are_remarks_and_no_sites(tmp_path: Path) -> None:
    servers = (
        server('_', '/var/www/html')
        + server('e.test', '/srv/empty')
        + server('r.test', '/srv')
        + server('n.test', '/n')
    )
    (tmp_path / 'srv/empty').mkdir(parents=True)
    files = {'/var/www/html/index.nginx-debian.html': 'Welcome to nginx!'}
    found = looked_at(tmp_path, servers, files)
    assert found['sites'] == []
    told = '\n'.join(found['remarks'])
    for words in (
        '/var/www/html, document root of a virtual host (/etc/nginx/nginx.conf line 1), holds only the default page',
        '/srv/empty, document root of e.test (/etc/nginx/nginx.conf line 2), is empty',
        'shared by everything',
        '/n, document root of n.test (/etc/nginx/nginx.conf line 4), is not there',
    ):
        assert words in told


@pytest.mark.parametrize('folder', ['/var/www', '/var/www/html'])
def test_an_application_below_a_shared_folder_or_beside_the_default_page_is_found(tmp_path: Path, folder: str) -> None:
    files = {f'{folder}/index.html': '<h1>Apache2 Debian Default Page</h1>', **site(f'{folder}/blog', WORDPRESS)}
    found = looked_at(tmp_path, server('_', folder), files)
    assert [(one['application'], one['webroots'][0]['path']) for one in found['sites']] == [
        ('WordPress', f'{folder}/blog')
    ]


def test_somebody_s_own_page_in_the_default_folder_is_a_site(tmp_path: Path) -> None:
    found = looked_at(tmp_path, server('_', '/var/www/html'), site('/var/www/html', HTML))
    assert [one['name'] for one in found['sites']] == ['html']


def test_the_warning_of_a_backup_knows_webroots_only(tmp_path: Path) -> None:
    servers = server('a.test', '/srv/a') + server('b.test', '/srv/b')
    files = {'/etc/nginx/nginx.conf': f'http {{ {servers} }}', **site('/srv/a', HTML), **site('/srv/b', WORDPRESS)}
    root = machine(tmp_path, files)
    assert unprotected(['/srv/a'], {}, root) == [
        {'webroot': '/srv/b', 'url': 'http://b.test/', 'application': 'WordPress', 'server': 'b.test'}
    ]


def test_databases_that_nobody_names_are_unclaimed() -> None:
    listed = [{'engine': engine, 'name': name, 'bytes': 1, 'tables': 2, 'login': {}, 'port': 0}
              for engine, name in (('mariadb', 'a'), ('mariadb', 'b'), ('postgresql', 'a'))]  # fmt: skip
    claimed = [{'engine': 'mysql', 'name': 'a', 'login_host': 'elsewhere.test'}]
    assert [(one['engine'], one['name']) for one in databases.unclaimed(listed, claimed)] == [
        ('mariadb', 'b'), ('postgresql', 'a'),
    ]  # fmt: skip
    assert set(databases.unclaimed(listed, [])[0]) == {'engine', 'name', 'bytes', 'tables'}


def test_only_a_database_of_this_machine_is_entered_without_a_password() -> None:
    login = {'login_user': 'root', 'login_unix_socket': '/run/mysqld/mysqld.sock'}
    listed = [{'engine': 'mariadb', 'name': 'a', 'login': login, 'port': 3306}]
    here = {'engine': 'mariadb', 'name': 'a'}
    assert databases.login_of(here | {'login_host': 'localhost'}, listed) == login
    assert databases.login_of(here | {'login_host': '127.0.0.1', 'login_port': '3306'}, listed) == login
    assert databases.login_of(here | {'login_host': '127.0.0.1', 'login_port': 3307}, listed) is None
    assert databases.login_of(here | {'login_host': '10.0.0.1'}, listed) is None
    assert databases.login_of(here | {'name': 'b'}, listed) is None


@given(st.lists(st.text(max_size=90), max_size=12))
def test_every_name_is_usable_and_unique(texts: list[str]) -> None:
    taken: set[str] = set()
    names = [naming.unique(text, taken) for text in texts]
    assert len(set(names)) == len(names)
    assert all(SITE_NAME.fullmatch(name) for name in names)
