# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""WordPress, MediaWiki and DokuWiki as Debian packages them: links, /etc, /var/lib and all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import Found, recognise
from integration.discovery import debian_trees


@pytest.fixture(scope='module')
def machine() -> Path:
    return debian_trees.ensure()


def found(machine: Path, webroot: str, *names: str) -> Found:
    one = recognise(webroot, str(machine), names)
    assert one is not None
    return one


def test_wordpress_has_the_configuration_and_the_content_of_its_host_name(machine: Path) -> None:
    site = found(machine, '/usr/share/wordpress', 'berita.example')
    assert (site.application, site.remarks) == ('WordPress', ())
    assert re.fullmatch(r'\d+\.\d+(\.\d+)?', site.version or '')
    assert site.databases == (
        {'engine': 'mariadb', 'name': 'berita', 'login_host': 'localhost', 'login_user': 'berita',
         'login_password': 'wp-secret'},
    )  # fmt: skip
    assert {one['path'] for one in site.webroots} == {
        '/usr/share/wordpress', '/etc/wordpress', '/srv/www/wp-content/berita.example',
    }  # fmt: skip


def test_without_a_host_name_all_sites_of_wordpress_are_listed_and_said_to_be_several(machine: Path) -> None:
    site = found(machine, '/usr/share/wordpress')
    assert {one['name'] for one in site.databases} == {'berita', 'other'}
    assert any('2 sites' in remark for remark in site.remarks)


def test_mediawiki_is_found_by_the_folder_that_is_full_of_links(machine: Path) -> None:
    site = found(machine, '/var/lib/mediawiki')
    assert (site.application, site.url, site.remarks) == ('MediaWiki', 'http://wiki.example/mediawiki/', ())
    assert re.fullmatch(r'1\.\d+\.\d+', site.version or '')
    assert [one['path'] for one in site.webroots] == ['/var/lib/mediawiki', '/usr/share/mediawiki', '/etc/mediawiki']
    assert site.databases == (
        {'engine': 'postgresql', 'name': 'wiki', 'login_host': 'localhost', 'login_port': 5432, 'login_user': 'wiki',
         'login_password': 'mw-secret'},
    )  # fmt: skip


def test_dokuwiki_has_its_pages_in_var_lib_and_its_users_and_settings_in_etc(machine: Path) -> None:
    site = found(machine, '/usr/share/dokuwiki')
    assert (site.application, site.databases, site.remarks) == ('DokuWiki', (), ())
    assert re.fullmatch(r'\d{4}-\d\d-\d\d\w?', site.version or '')
    assert {one['path']: one['exclude'] for one in site.webroots} == {
        '/usr/share/dokuwiki': [], '/etc/dokuwiki': [],
        '/var/lib/dokuwiki': ['data/cache/', 'data/locks/', 'data/tmp/'],
    }  # fmt: skip
