# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications: recognised, not mistaken for another, and read right, as tests/fixtures/applications says."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils import arguments
from ansible_collections.rawat.website.plugins.module_utils.discovery import applications
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree
from ansible_collections.rawat.website.plugins.module_utils.webroot.exclude import Exclusions
from unit.discovery import trees


@pytest.mark.parametrize('name', trees.CASES)
def test_an_application_is_read_as_its_fixture_says(name: str, tmp_path: Path) -> None:
    described = trees.case(name)
    expected = described['expect']
    found = applications.recognise(described['webroot'], trees.build(tmp_path, described), described.get('names', ()))
    assert found is not None
    assert {one['path']: one['exclude'] for one in found.webroots} == expected['webroots']
    assert list(found.databases) == expected['databases']
    for field in ('application', 'version', 'url', 'kind', 'document_root'):
        assert getattr(found, field) == expected.get(field), field
    assert len(found.remarks) == len(expected['remarks']), found.remarks
    for words in expected['remarks']:
        assert any(words in remark for remark in found.remarks), (words, found.remarks)


@pytest.mark.parametrize('name', trees.CASES)
def test_exactly_one_application_claims_a_webroot(name: str, tmp_path: Path) -> None:
    described = trees.case(name)
    root = trees.build(tmp_path, described)
    claims = [one.NAME for one in applications.APPLICATIONS if one.top(Tree(described['webroot'], root))]
    assert claims == [one for one in [described['expect']['application']] if one not in ('PHP', 'static')]


@pytest.mark.parametrize('name', trees.CASES)
def test_what_is_found_is_a_site_that_an_inventory_can_hold(name: str, tmp_path: Path) -> None:
    described = trees.case(name)
    found = applications.recognise(described['webroot'], trees.build(tmp_path, described), described.get('names', ()))
    assert found is not None
    site = {
        'name': 'found', 'webroots': list(found.webroots), 'databases': list(found.databases),
        'application': {'kind': found.kind or 'auto'},
    }  # fmt: skip
    assert list(arguments.problems([site], {'store': 'archive', 'location': '/backups'})) == []
    for webroot in found.webroots:
        Exclusions(webroot['exclude'])


@pytest.mark.parametrize('name', trees.CASES)
def test_a_password_stands_in_its_own_place_only(name: str, tmp_path: Path) -> None:
    described = trees.case(name)
    found = applications.recognise(described['webroot'], trees.build(tmp_path, described), described.get('names', ()))
    assert found is not None
    for database in found.databases:
        password = database.pop('login_password', None)
        assert password is None or password not in str((found.application, found.url, found.remarks, found.webroots))


def test_every_module_of_an_application_is_listed() -> None:
    folder = Path(applications.__file__).parent
    helpers = {'__init__', 'found', 'folders', 'logins', 'tree', 'plain'}
    listed = {one.__name__.rpartition('.')[2] for one in applications.APPLICATIONS}
    assert {path.stem for path in folder.glob('*.py')} - helpers == listed


def test_every_application_has_a_fixture() -> None:
    names = {trees.case(name)['expect']['application'] for name in trees.CASES}
    assert names == {one.NAME for one in applications.APPLICATIONS} | {'PHP', 'static'}


def test_a_folder_that_is_not_there_is_nothing(tmp_path: Path) -> None:
    assert applications.recognise('/var/www/none', str(tmp_path)) is None


def test_applications_in_the_folders_of_a_webroot_are_found_each(tmp_path: Path) -> None:
    root = trees.build(tmp_path, {'webroot': '/var/www/html', 'files': {'/var/www/html/index.html': ''}})
    for name in ('wordpress', 'ojs', 'slims8', 'static'):
        trees.build(tmp_path, trees.case(name))
    for name in ('dinas', 'jurnal', 'slims8'):
        (tmp_path / 'var/www' / name).rename(tmp_path / 'var/www/html' / name)
    found = applications.recognise_below('/var/www/html', root)
    assert [one.application for one in found] == ['WordPress', 'OJS', 'SLiMS']
    assert [one.webroots[0]['path'] for one in found] == [
        f'/var/www/html/{one}' for one in ('dinas', 'jurnal', 'slims8')
    ]


@pytest.mark.parametrize('url', ['http://localhost', 'http://127.0.0.1:8000/', 'https://${NAME}', 'portal', 'file:x'])
def test_an_address_that_nobody_else_can_reach_is_none(url: str, tmp_path: Path) -> None:
    described = trees.case('laravel-sqlite')
    described['files']['/srv/app/.env'] = f'APP_URL={url}\nDB_CONNECTION=sqlite\n'
    found = applications.recognise('/srv/app', trees.build(tmp_path, described))
    assert found is not None
    assert found.url is None
