# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipes of docs/ci as they are written, each with a good site and then with a bad one beside it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
import yaml

if TYPE_CHECKING:
    from integration.ci.systems import Build

CHECKOUT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent
WORD, KEY, KNOWN = 'word of the vault', 'key-of-the-test', 'host.test ssh-ed25519 AAAA'
SECRETS = {
    'ANSIBLE_VAULT_PASSWORD_FILE': WORD, 'ANSIBLE_PRIVATE_KEY_FILE': KEY, 'SSH_KNOWN_HOSTS': KNOWN,
    'RAWAT_VAULT_PASSWORD': WORD, 'RAWAT_SSH_PRIVATE_KEY': KEY, 'RAWAT_SSH_KNOWN_HOSTS': KNOWN,
    'rawat-vault-password': WORD, 'rawat-ssh-key': KEY, 'rawat-known-hosts': KNOWN,
}  # fmt: skip


@pytest.fixture(scope='module')
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel of this checkout lies, and nothing else."""
    folder = tmp_path_factory.mktemp('wheels')
    command = [str(BIN / 'hatchling'), 'build', '--target', 'wheel', '--directory', str(folder)]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, timeout=120)
    assert len(list(folder.iterdir())) == 1
    return folder


@pytest.fixture(scope='module')
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel depends on, as it is installed here; not the product itself, nor pip."""
    folder = tmp_path_factory.mktemp('packages')
    own = ('rawat', '_rawat', 'pip', 'ansible_collections', '__pycache__')
    for place in dict.fromkeys(path for path in sys.path if path.endswith('site-packages')):
        for entry in Path(place).iterdir():
            if not entry.name.startswith(own) and not (folder / entry.name).exists():
                (folder / entry.name).symlink_to(entry)
    return folder


@pytest.fixture
def build(tmp_path: Path, wheels: Path, packages: Path) -> Build:
    """A workspace with an inventory of this machine, one part of it in Ansible's vault."""
    from integration.ci.systems import Build, base_environment

    workspace, temporary, home = (tmp_path / name for name in ('workspace', 'temporary', 'home'))
    for folder in (workspace, temporary, home, home / 'bin'):
        folder.mkdir()
    for program in ('ansible-playbook', 'ansible-config', 'ansible-inventory'):  # of those packages; not our own rawat
        (home / 'bin' / program).symlink_to(BIN / program)
    return Build(workspace, temporary, SECRETS, base_environment(home, wheels, packages))


def write_inventory(build: Build, *sites: dict[str, Any]) -> None:
    """The inventory; where points go is in the vault, so nothing works without its password."""
    top = build.workspace.parent
    folder = build.workspace / 'inventory'
    shutil.rmtree(folder, ignore_errors=True)
    (folder / 'group_vars' / 'all').mkdir(parents=True)
    host = {
        'ansible_connection': 'local', 'ansible_python_interpreter': sys.executable, 'ansible_become': False,
        'website_sites': list(sites), 'website_repository': '{{ vaulted_repository }}',
        'website_filing': str(top / 'filing'), 'website_settings': {'state_directory': str(top / 'state')},
        'website_concurrency': {'target': 1, 'database_server': 1},
    }  # fmt: skip
    (folder / 'hosts.yml').write_text(json.dumps({'all': {'hosts': {'here': host}}}), encoding='utf-8')
    vault = folder / 'group_vars' / 'all' / 'vault.yml'
    repository = {'store': 'archive', 'location': str(top / 'repository'), 'create': True}
    vault.write_text(json.dumps({'vaulted_repository': repository}), encoding='utf-8')
    word = top / 'word'
    word.write_text(WORD, encoding='utf-8')
    command = [str(BIN / 'ansible-vault'), 'encrypt', '--vault-password-file', str(word), str(vault)]
    subprocess.run(command, check=True, capture_output=True, timeout=120, env={**os.environ, 'HOME': str(top)})


def site(build: Build, name: str) -> dict[str, Any]:
    root = build.workspace.parent / 'sites' / name
    root.mkdir(parents=True)
    (root / 'index.html').write_text('<h1>Berita</h1>\n', encoding='utf-8')
    with contextlib.closing(sqlite3.connect(root / 'site.db')) as connection, connection:
        connection.execute('CREATE TABLE news (title TEXT)')
        connection.execute("INSERT INTO news VALUES ('one')")
    database = {'engine': 'sqlite', 'path': str(root / 'site.db')}
    return {'name': name, 'webroots': [{'path': str(root)}], 'databases': [database]}


@pytest.mark.parametrize('system', ['gitlab', 'github', 'jenkins'])
def test_a_recipe_as_written_backs_up_and_reports_the_good_and_the_bad(build: Build, system: str) -> None:
    from integration.ci import systems

    run: Callable[[Build], int] = getattr(systems, system)
    good = site(build, 'news')
    write_inventory(build, good)
    assert run(build) == 0, build.log
    junit, summary = build.files
    assert counts(junit) == {'tests': '1', 'failures': '0', 'errors': '0'}, build.log
    assert 'news' in summary.read_text(encoding='utf-8')
    assert list((build.workspace.parent / 'repository' / 'news').glob('*/manifest.json')), 'nothing was backed up'
    bad = {'name': 'gone', 'webroots': [{'path': str(build.workspace / 'no-such-folder')}]}
    write_inventory(build, good, bad)
    assert run(build) == 1, build.log
    assert counts(junit) == {'tests': '2', 'failures': '1', 'errors': '0'}, build.log
    (failure,) = ElementTree.parse(junit).getroot().iter('failure')  # noqa: S314 - our own
    assert 'no-such-folder' in f'{failure.get("message")}'
    assert 'gone' in summary.read_text(encoding='utf-8')
    results = ''.join(path.read_text(encoding='utf-8') for path in build.files)
    assert [secret for secret in (WORD, KEY, KNOWN) if secret in build.log + results] == []
    assert not (build.temporary / 'secrets').exists()


def counts(junit: Path) -> dict[str, str | None]:
    root = ElementTree.parse(junit).getroot()  # noqa: S314 - our own
    return {name: root.get(name) for name in ('tests', 'failures', 'errors')}


def test_what_a_wrong_vault_password_leaves_is_red(build: Build) -> None:
    from integration.ci import systems

    write_inventory(build, site(build, 'news'))
    build.secrets = {**SECRETS, 'ANSIBLE_VAULT_PASSWORD_FILE': 'another word'}
    assert systems.gitlab(build) == 2, build.log
    assert counts(build.files[0])['errors'] == '1', build.log
    assert 'ecryption' in build.files[0].read_text(encoding='utf-8'), build.log  # with a capital, or without


def test_the_inventory_is_checked_without_a_backup(build: Build) -> None:
    from integration.ci import systems

    write_inventory(build, site(build, 'news'))
    assert systems.gitlab(build, 'doctor') == 0, build.log
    assert counts(build.files[0])['tests'] == '1'
    assert not (build.workspace.parent / 'repository').exists()


def test_two_pipelines_cannot_overlap_and_none_is_cancelled() -> None:
    folder = CHECKOUT / 'docs' / 'ci'
    gitlab = yaml.safe_load((folder / 'gitlab-ci.yml').read_text(encoding='utf-8'))
    assert {gitlab[job]['resource_group'] for job in ('backup', 'verify')} == {'rawat'}
    assert gitlab['default']['interruptible'] is False
    github = yaml.safe_load((folder / 'github-actions.yml').read_text(encoding='utf-8'))
    assert github['concurrency'] == {'group': 'rawat', 'cancel-in-progress': False}
    assert 'disableConcurrentBuilds()' in (folder / 'Jenkinsfile').read_text(encoding='utf-8')


def test_the_recipes_install_the_version_of_this_checkout() -> None:
    version = yaml.safe_load((CHECKOUT / 'galaxy.yml').read_text(encoding='utf-8'))['version']
    for path in (CHECKOUT / 'docs' / 'ci').iterdir():
        assert f'"rawat=={version}"' in path.read_text(encoding='utf-8'), path.name
