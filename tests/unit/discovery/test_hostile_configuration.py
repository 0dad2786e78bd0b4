# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration that a site's owner wrote on purpose: a remark at the most, never a crash, never without an end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.discovery import apache, nginx
from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import REMARK_LIMIT
from ansible_collections.rawat.website.plugins.module_utils.discovery.survey import survey
from ansible_collections.rawat.website.plugins.module_utils.discovery.webservers import virtual_hosts
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.discovery.machines import NGINX, machine, reader

LONG = 256 * 1024  # characters: what costs the square of it takes hours
GOOD = 'server { server_name good.test; root /srv/good; }'
PIECES = [
    *('server', 'root', '/srv/x', 'location', '{', '}', ';', '"', "'", '\\', '$', '${', '#', '\n', ' ', '*', '['),
    *('<VirtualHost *>', '</VirtualHost>', 'DocumentRoot', 'Define', '${A}', 'Include', '<IfModule', '>'),
    *('~', 'alias', 'include', '\x00', '\xff', '\u202e'),
]  # fmt: skip


@pytest.mark.parametrize('text', [
    '${' * (LONG // 2), "'" + 'a ' * (LONG // 2), '{' * LONG, '"\'' * (LONG // 2), '\\' * LONG,
    ' " \\"' * (LONG // 5), 'a' * LONG, 'x_by_lua_block {' * 15_000, '\n' * LONG, ';' * LONG,
], ids=range(10))  # fmt: skip
def test_no_share_of_a_text_is_read_again_and_again(text: str) -> None:
    statements = sum(1 for _one in nginx.statements(text))
    words = sum(len(apache.arguments(line)) for _number, line in apache.lines(text))
    assert max(statements, words) <= len(text)


def test_includes_in_a_circle_end_and_say_so(tmp_path: Path) -> None:
    root = machine(tmp_path, {
        '/etc/nginx/nginx.conf': NGINX, '/etc/nginx/sites-enabled/a': f'include /etc/nginx/sites-enabled/*; {GOOD}',
        '/etc/apache2/apache2.conf': 'Include apache2.conf',
    })  # fmt: skip
    found, remarks = virtual_hosts(root, reader(root, depth=5))
    assert '/srv/good' in [host.document_root for host in found]
    assert sum('more than 5 files deep' in remark for remark in remarks) == 2


def test_includes_that_double_with_every_level_end_at_the_limit_of_files(tmp_path: Path) -> None:
    files = {f'/etc/nginx/{level}': f'include {level + 1}; include {level + 1};' for level in range(18)}
    root = machine(tmp_path, {**files, '/etc/nginx/nginx.conf': f'http {{ {GOOD} include 0; }}', '/etc/nginx/18': ''})
    read = reader(root, files=500)
    assert [host.document_root for host in nginx.virtual_hosts(read)] == ['/srv/good']
    assert read.remarks == [
        'more than 500 files or includes (setting: discovery_files): sites may be missing here',
    ]


def test_time_that_is_up_is_a_remark(tmp_path: Path) -> None:
    root = machine(tmp_path, {'/etc/nginx/nginx.conf': NGINX, '/etc/nginx/sites-enabled/a': GOOD})
    read = reader(root, seconds=-1)
    assert nginx.virtual_hosts(read) == []
    assert 'not everything was looked at' in read.remarks[0]


def test_what_is_no_readable_file_under_sites_enabled_is_a_remark_each(tmp_path: Path) -> None:
    enabled = '/etc/nginx/sites-enabled'
    root = machine(tmp_path, {
        '/etc/nginx/nginx.conf': NGINX, f'{enabled}/good': GOOD, f'{enabled}/binary': b'\x7fELF\0\0\1',
        f'{enabled}/huge': ' ' * 4096, f'{enabled}/folder/inner': '',
        f'{enabled}/utf16': GOOD.replace('good', 'wide').encode('utf-16'),
        f'{enabled}/latin1': '# caf\xe9\nserver { root /srv/latin; }'.encode('latin-1'),
    })  # fmt: skip
    here = tmp_path / enabled.lstrip('/')
    os.mkfifo(here / 'pipe')
    (here / 'dangling').symlink_to('/nowhere')
    (here / 'circle').symlink_to('circle')
    (here / 'outside').symlink_to('../../../../../../../../../../etc/hostname')
    found, remarks = virtual_hosts(root, reader(root, file_bytes=2048))
    assert {host.document_root for host in found} == {'/srv/good', '/srv/wide', '/srv/latin'}
    told = '\n'.join(remarks)
    for words in ('binary was not read: it is binary', 'huge was not read: it has more than 2048 bytes',
                  'pipe was not read: it is not a regular file', 'dangling was not read', 'circle was not read',
                  'folder was not read', 'outside was not read'):  # fmt: skip
        assert words in told


def test_definitions_that_double_each_other_stay_small(tmp_path: Path) -> None:
    lines = [
        'Define A0 xxxxxxxxxxxxxxxx',
        *(f'Define A{n + 1} "${{A{n}}}${{A{n}}}"' for n in range(60)),
        'DocumentRoot /srv/${A60}',
    ]
    root = machine(tmp_path, {'/etc/apache2/apache2.conf': '\n'.join(lines)})
    (host,) = apache.virtual_hosts(reader(root))
    assert len(host.document_root) <= apache.LINE_LIMIT


def test_remarks_are_bounded_and_hold_no_control_characters(tmp_path: Path) -> None:
    text = ''.join(f'server {{ root /srv/$x{number}\x1b[31m; }}\n' for number in range(REMARK_LIMIT * 3))
    root = machine(tmp_path, {'/etc/nginx/nginx.conf': NGINX, '/etc/nginx/sites-enabled/a': text})
    _hosts, remarks = virtual_hosts(root)
    assert len(remarks) == REMARK_LIMIT + 1
    assert all(remark.isprintable() for remark in remarks)
    assert 'the rest is left out' in remarks[-1]


def test_patterns_over_the_whole_machine_are_cut(tmp_path: Path) -> None:
    root = machine(
        tmp_path,
        {f'/many/{number}/x': '' for number in range(30)} | {'/etc/nginx/nginx.conf': 'http { include /*/*/*; }'},
    )
    read = reader(root, files=20)
    nginx.virtual_hosts(read)
    assert any('discovery_files' in remark for remark in read.remarks)


@settings(max_examples=150)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=60).map(''.join))
def test_whatever_stands_in_a_configuration_the_survey_ends_without_an_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    root = machine(tmp_path_factory.mktemp('m'), {
        '/etc/nginx/nginx.conf': f'http {{ server {{ {text} }} }}'.encode('utf-8', 'surrogatepass'),
        '/etc/apache2/apache2.conf': text.encode('utf-8', 'surrogatepass'),
        '/etc/php-fpm.conf': text.encode('utf-8', 'surrogatepass'),
        '/srv/x/index.php': '<?php',
    })  # fmt: skip
    found = survey([], {}, root)
    assert all(name.isprintable() for site in found['sites'] for name in [site['name'], *site['server_names']])
