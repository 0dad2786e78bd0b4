# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a request, before anything is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError
from ansible_collections.rawat.website.plugins.module_utils.restoring.databases import administrator, beside
from ansible_collections.rawat.website.plugins.module_utils.restoring.request import (
    RestoreRequest,
    check,
    databases_of,
    file_choices,
    webroots_of,
)

BOTH = ('databases', 'webroots')
SITE: dict[str, Any] = {
    'name': 'blog', 'url': None, 'probes': [],
    'webroots': [{'path': '/srv/blog', 'exclude': []}],
    'databases': [
        {'engine': 'mariadb', 'name': 'blog', 'login_user': 'backup', 'login_password': 'x'},
        {'engine': 'sqlite', 'path': '/srv/blog/data/app.db'},
    ],
}  # fmt: skip
OTHER: dict[str, Any] = {'name': 'news', 'webroots': [{'path': '/srv/news'}], 'databases': []}


def problems(site: dict[str, Any] | None = None, **request: Any) -> list[str]:
    try:
        check(RestoreRequest(**request), site or SITE, [SITE, OTHER])
    except PreflightError as error:
        return error.problems
    return []


@pytest.mark.parametrize(
    'request_',
    [
        {},
        {'point': '2026-11-22T020000Z'},
        {'database': 'blog'},
        {'database': '/srv/blog/data/app.db'},
        {'database': 'blog', 'table': 'posts', 'to_database': 'other'},
        {'files': ['/srv/blog/uploads', 'index.php']},
        {'to_path': '/srv/elsewhere'},
        {'undo': True},
    ],
)
def test_a_sound_request_has_no_problem(request_: dict[str, Any]) -> None:
    assert problems(**request_) == []


@pytest.mark.parametrize(
    ('request_', 'words'),
    [
        ({'point': 'a', 'before': 'b'}, ['point, before', 'keep one']),
        ({'resume': True, 'undo': True}, ['resume and undo exclude']),
        ({'undo': True, 'point': 'a'}, ['leave out what chooses']),
        ({'database': 'wiki'}, ["database 'wiki'", 'choose blog or /srv/blog/data/app.db']),
        ({'table': 'posts'}, ["table 'posts'", '2 databases', 'add database: blog']),
        ({'files': ['/etc/passwd']}, ["files '/etc/passwd'", 'give a path below /srv/blog']),
        ({'files': ['/srv/blog/../news/a']}, ['without ".."']),
        ({'files': []}, ['files is empty']),
        ({'files': ['a'], 'database': 'blog'}, ['exclude each other']),
        ({'to_path': 'tmp'}, ["to_path 'tmp'", 'absolute path']),
        ({'to_path': '/'}, ['absolute path']),
        ({'to_path': '/srv/news/copy'}, ["webroot '/srv/news' of site 'news'", 'a place of its own']),
        ({'to_path': '/srv'}, ["webroot '/srv/blog' of site 'blog'"]),
        ({'to_login_port': 70000}, ['to_login_port 70000', '1 to 65535']),
        ({'to_login_host': 'db', 'to_login_unix_socket': '/s'}, ['exclude each other: keep one']),
        ({'to_database': 'x'}, ["to_database 'x' is one name for 2 databases", 'add database: blog']),
        ({'without_safety_point': ' '}, ['without_safety_point is empty', 'say why']),
        ({'logins': {'oracle': {}}}, ["logins 'oracle'", 'mariadb, mysql, postgresql or sqlite']),
    ],
)
def test_a_bad_value_is_named_with_its_remedy(request_: dict[str, Any], words: list[str]) -> None:
    found = problems(**request_)
    assert len([line for line in found if all(word in line for word in words)]) >= 1, found


def test_all_problems_come_at_once() -> None:
    assert len(problems(point='a', before='b', to_path='x', to_login_port=0)) == 3


def test_a_destination_in_a_webroot_is_found_through_a_link(tmp_path: Path) -> None:
    (tmp_path / 'www').mkdir()
    (tmp_path / 'short').symlink_to(tmp_path / 'www')
    site = {**SITE, 'webroots': [{'path': str(tmp_path / 'www')}]}
    with pytest.raises(PreflightError, match='lie in each other'):
        check(RestoreRequest(to_path=str(tmp_path / 'short' / 'copy')), site, [site])


def test_a_destination_limits_what_is_restored() -> None:
    only_path, only_name = RestoreRequest(to_path='/x'), RestoreRequest(database='blog', to_database='y')
    assert databases_of(SITE, only_path, BOTH) == []
    assert webroots_of(SITE, only_path, BOTH) == SITE['webroots']
    assert databases_of(SITE, only_name, BOTH) == SITE['databases'][:1]
    assert webroots_of(SITE, only_name, BOTH) == []


def test_files_are_sorted_by_webroot() -> None:
    assert file_choices(RestoreRequest(files=['/srv/blog/a/b', 'c', '/srv/blog']), SITE) == {
        '/srv/blog': ['a/b', 'c', '.']
    }


def test_a_login_of_the_request_replaces_the_inventory_s() -> None:
    request = RestoreRequest(logins={'mariadb': {'login_user': 'admin', 'login_password': 'secret'}})
    found = administrator(SITE['databases'][0], request)
    assert (found['login_user'], found['login_password']) == ('admin', 'secret')


def test_another_server_takes_nothing_of_the_old_address_along() -> None:
    database = {'engine': 'mariadb', 'name': 'blog', 'login_unix_socket': '/run/a.sock', 'login_user': 'u'}
    found = administrator(database, RestoreRequest(to_login_host='10.0.0.9', to_login_user='root'))
    assert found['login_host'] == '10.0.0.9'
    assert 'login_unix_socket' not in found


def test_a_long_name_is_cut_for_its_suffix_at_whole_characters() -> None:
    name = beside('ü' * 40, '__rawat_new_0123abcd')
    assert name.endswith('__rawat_new_0123abcd')
    assert len(name.encode()) <= 63
    assert name.startswith('ü')
