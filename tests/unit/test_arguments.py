# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory may say: every wrong field is named with its value and the remedy, all of them at once."""

from __future__ import annotations

import pytest
from ansible_collections.rawat.website.plugins.module_utils.arguments import duplicates, problems

ARCHIVE = {'store': 'archive', 'location': '/srv/backups'}
GOOD = {
    'name': 'peraturan',
    'webroots': [{'path': '/var/www/peraturan', 'exclude': ['cache/', '*.log']}],
    'databases': [],
}


def site(**changes: object) -> dict:
    return {**GOOD, **changes}


def test_a_good_site_has_no_problem() -> None:
    assert problems([GOOD], ARCHIVE) == []


@pytest.mark.parametrize(
    'name', ['', 'A', 'a b', '../etc', '-a', 'a-', 'a/b', 'a\n', 'é', 'x' * 64, '.partial-x', '$(id)']
)
def test_a_hostile_site_name_is_refused(name: str) -> None:
    (line,) = problems([site(name=name)], ARCHIVE)
    assert 'website_sites: name' in line
    assert repr(name) in line
    assert 'a-z, 0-9' in line


@pytest.mark.parametrize('path', ['var/www', '/var/../etc', '', '/a\0b'])
def test_a_webroot_must_be_an_absolute_path(path: str) -> None:
    (line,) = problems([site(webroots=[{'path': path}])], ARCHIVE)
    assert 'webroots.path' in line
    assert 'absolute path' in line


def test_the_whole_file_system_is_no_webroot() -> None:
    (line,) = problems([site(webroots=[{'path': '/'}])], ARCHIVE)
    assert 'whole file system' in line


@pytest.mark.parametrize('pattern', ['/', '', '/cache', '../x', 'a/../b'])
def test_an_exclusion_must_stay_below_its_webroot(pattern: str) -> None:
    (line,) = problems([site(webroots=[{'path': '/var/www/a', 'exclude': [pattern]}])], ARCHIVE)
    assert 'webroots.exclude' in line


def test_a_webroot_inside_another_would_be_stored_twice() -> None:
    (line,) = problems([site(webroots=[{'path': '/var/www/a/uploads'}, {'path': '/var/www/a/'}])], ARCHIVE)
    assert "'/var/www/a/uploads' lies in '/var/www/a'" in line


def test_webroots_that_only_begin_alike_are_fine() -> None:
    assert problems([site(webroots=[{'path': '/var/www/a'}, {'path': '/var/www/ab'}])], ARCHIVE) == []


def test_a_site_without_anything_to_back_up_is_an_error() -> None:
    (line,) = problems([site(webroots=[])], ARCHIVE)
    assert 'nothing to back up' in line


@pytest.mark.parametrize(
    ('database', 'words'),
    [
        ({'engine': 'sqlite'}, 'needs path'),
        ({'engine': 'sqlite', 'path': 'a.db'}, 'databases.path'),
        ({'engine': 'mariadb'}, 'needs name'),
        ({'engine': 'postgresql', 'name': 'a', 'login_port': 70000}, '1 to 65535'),
        ({'engine': 'mariadb', 'name': 'a', 'login_host': 'db', 'login_unix_socket': '/run/x'}, 'exclude each other'),
    ],
)
def test_a_database_that_cannot_be_found_is_an_error(database: dict, words: str) -> None:
    (line,) = problems([site(databases=[database])], ARCHIVE)
    assert words in line


def test_a_database_that_is_listed_twice_is_an_error() -> None:
    databases = [{'engine': 'mariadb', 'name': 'a'}, {'engine': 'mysql', 'name': 'a', 'login_port': 3307}]
    (line,) = problems([site(databases=databases)], ARCHIVE)
    assert "mariadb 'a' is listed twice" in line


def test_database_names_with_spaces_quotes_and_other_scripts_are_fine() -> None:
    databases = [{'engine': 'mariadb', 'name': name} for name in ("it's a `base`", 'données "x"', '数据')]
    assert problems([site(databases=databases)], ARCHIVE) == []


@pytest.mark.parametrize(
    ('repository', 'words'),
    [
        (None, 'website_repository is missing'),
        ({'store': 'archive', 'location': 'backups'}, 'absolute path'),
        (
            {'store': 'archive', 'location': 'ssh://host', 'ssh_private_key': 'k', 'ssh_known_hosts': 'k'},
            'ssh://user@host/path',
        ),
        ({'store': 'archive', 'location': '/srv/a\nb'}, 'control character'),
        ({'store': 'restic', 'location': '/srv/r'}, 'password is missing'),
        ({'store': 'restic', 'location': 'backups', 'password': 'x'}, 'sftp:user@host:/path'),
        ({'store': 'archive', 'location': 'ssh://a@b/c', 'ssh_private_key': 'k'}, 'ssh_known_hosts is missing'),
        ({'store': 'archive', 'location': 'ssh://a@b/c', 'ssh_known_hosts': 'k'}, 'ssh_private_key is missing'),
        ({'location': 'inbox://b/', 'ssh_known_hosts': 'k', 'ssh_private_key': 'k', 'store': 'archive'}, 'account@'),
        ({'store': 'archive', 'location': 'rclone:x'}, 'write rclone:REMOTE:path'),
        ({'store': 'archive', 'location': '/srv/a', 'via': 'controller'}, 'names no server to tunnel to'),
        ({'store': 'archive', 'location': 'rclone:x:y', 'via': 'controller'}, 'names no server to tunnel to'),
        ({'store': 'archive', 'location': '/srv/a', 'recipients': ['age1x']}, 'website_repository.recipients'),
        ({'store': 'restic', 'location': '/srv/r', 'password': 'x', 'recipients': ['age1x']}, 'take the store archive'),
    ],
)
def test_a_repository_that_cannot_work_is_an_error(repository: dict | None, words: str) -> None:
    (line,) = problems([GOOD], repository)
    assert words in line


def test_a_repository_in_a_webroot_would_back_itself_up() -> None:
    (line,) = problems([GOOD], {'store': 'archive', 'location': '/var/www/peraturan/backups/'})
    assert "lies in the webroot '/var/www/peraturan'" in line
    assert problems([GOOD], {'store': 'archive', 'location': '/var/www/peraturan-backups'}) == []


def test_a_password_never_appears_in_an_error() -> None:
    databases = [{'engine': 'mariadb', 'login_password': 'geheim-1'}]
    lines = problems([site(databases=databases)], {'store': 'restic', 'location': 'x', 'password': 'geheim-2'})
    lines += problems([GOOD], {'store': 'restic', 'location': 'rest:https://web1:geheim-3@vault\n/', 'password': 'x'})
    assert len(lines) > 2
    assert 'geheim' not in ' '.join(lines)


def test_all_errors_come_at_once() -> None:
    assert len(problems([site(name='A', webroots=[{'path': 'x'}]), site(name='B', webroots=[])], None)) == 5


def test_one_name_on_two_hosts_is_an_error_that_names_both() -> None:
    (line,) = duplicates([('a', 'web1'), ('b', 'web1'), ('a', 'web2')])
    assert "'a'" in line
    assert 'web1, web2' in line
