# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory that is made of what was found: ready, without a secret in the open, and nothing of it evaluated."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.rawat.website.plugins.plugin_utils import discovered

SECRET = 'p{{ lookup("pipe", "id") }}\n"%\'#: é'
REPOSITORY = {
    'store': 'restic', 'location': 'rest:https://u:inside@host/', 'password': 'restic-secret', 'create': True,
    'environment': {'A': 'environment-secret'},
}  # fmt: skip


def site(name: str = 'a-test', **more: Any) -> dict[str, Any]:
    database = {
        'engine': 'mariadb',
        'name': 'a',
        'login_user': 'a',
        'login_host': 'db',
        'password_variable': 'vault_a_a_password',
    }
    return {
        'name': name, 'url': 'http://a.test/', 'application': 'WordPress', 'version': '6.1', 'server': 'nginx',
        'file': '/etc/x', 'webroots': [{'path': '/srv/a', 'exclude': []}], 'databases': [database],
        'site_application': {}, 'protected': False,
        'protected_by': None, 'remarks': ['look at\nthis'], **more,
    }  # fmt: skip


def result(*sites: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {'sites': list(sites), 'unclaimed_databases': [], 'gone': [], 'remarks': ['r'], **more}


@pytest.fixture
def vault() -> VaultLib:
    return VaultLib([('default', VaultSecret(b'word'))])


def test_secrets_are_written_encrypted_and_mean_what_they_were(tmp_path: Path, vault: VaultLib) -> None:
    found = discovered.secrets([site()], {'vault_a_a_password': SECRET, 'vault_of_a_protected': 'x'}, REPOSITORY)
    written = discovered.write_secrets(str(tmp_path), 'web1', found, vault)
    path = tmp_path / 'host_vars/web1/vault.yml'
    assert written == {'written': [str(path)], 'missing_variables': []}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith('$ANSIBLE_VAULT;1.1;AES256')
    loader = DataLoader()
    loader.set_vault_secrets(vault.secrets)
    read = loader.load_from_file(str(path))
    assert read == {
        'vault_a_a_password': SECRET, 'vault_repository_password': 'restic-secret',
        'vault_repository_environment': {'A': 'environment-secret'},
        'vault_repository_location': 'rest:https://u:inside@host/',
    }  # fmt: skip
    assert '!unsafe' in vault.decrypt(path.read_text()).decode()


def test_without_a_vault_password_nothing_secret_is_written_and_the_variables_are_named(tmp_path: Path) -> None:
    told = discovered.write_secrets(str(tmp_path), 'web1', {'vault_b': 'x', 'vault_a': 'y'}, VaultLib())
    assert told == {'written': [], 'missing_variables': ['vault_a', 'vault_b']}
    assert list(tmp_path.iterdir()) == []


def test_the_entries_refer_to_secrets_and_are_what_the_inventory_wants(tmp_path: Path) -> None:
    known = {'ansible_host': '10.0.0.1', 'ansible_password': 'connection-secret', 'website_repository': REPOSITORY}
    known['site_discovery_result'] = result(site(), site('known', protected_by='known'))
    variables = {'web1': known}
    whole = discovered.summary(variables, 'site_discovery_result')
    written, problem = discovered.write_inventory(str(tmp_path), whole, variables, 'en')
    assert (problem, len(written)) == (None, 2)
    texts = [Path(path).read_text() for path in written]
    assert not any(secret in text for text in texts for secret in ('connection-secret', 'restic-secret', 'inside'))
    assert yaml.safe_load(texts[0]) == {'all': {'hosts': {'web1': {'ansible_host': '10.0.0.1'}}}}
    said = yaml.safe_load(texts[1])
    assert said['website_repository']['password'] == '{{ vault_repository_password }}'
    assert said['website_sites'] == [{
        'name': 'a-test', 'url': 'http://a.test/', 'webroots': [{'path': '/srv/a'}],
        'databases': [{'engine': 'mariadb', 'name': 'a', 'login_user': 'a', 'login_host': 'db',
                       'login_password': '{{ vault_a_a_password }}'}],
    }]  # fmt: skip
    assert "uses the site's own account (a)" in texts[1]
    assert '# look at\n  # this' in texts[1]


@pytest.mark.parametrize('hostile', [
    {'webroots': [{'path': '/srv/{{ 1 }}', 'exclude': []}]}, {'url': 'http://{% x %}/'},
    {'databases': [{'engine': 'sqlite', 'path': '/srv/{# x'}]}, {'site_application': {'document_root': '/{{ x }}'}},
])  # fmt: skip
def test_what_could_be_a_template_is_in_no_entry(hostile: dict[str, Any]) -> None:
    text = discovered.entries_text([site('bad', **hostile), site('good', databases=[])], {'location': '/x'}, [], 'en')
    assert [entry['name'] for entry in yaml.safe_load(text)['website_sites']] == ['good']
    assert 'The site bad (/etc/x) was not written' in text


def test_remarks_cannot_leave_their_comment() -> None:
    text = discovered.entries_text([site(remarks=['a\r\nevil: true\u2028x\x85y'])], None, [], 'id')
    assert set(yaml.safe_load(text)) == {'website_repository', 'website_sites'}


def test_nothing_that_exists_is_overwritten_and_no_folder_is_left(tmp_path: Path, vault: VaultLib) -> None:
    (tmp_path / 'host_vars/web1').mkdir(parents=True)
    (tmp_path / 'host_vars/web1/vault.yml').symlink_to('/nowhere')
    assert 'is not overwritten' in str(discovered.problem(str(tmp_path), 'web1'))
    with pytest.raises(FileExistsError):
        discovered.write_secrets(str(tmp_path), 'web1', {'a': 'b'}, vault)
    assert discovered.problem(str(tmp_path), 'web2') is None
    assert 'cannot be the name of a folder' in str(discovered.problem(str(tmp_path), '../x'))


def test_names_are_unique_over_all_hosts_and_silent_hosts_are_named() -> None:
    variables = {
        'web1': {'site_discovery_result': result(site()), 'website_sites': [{'name': 'a-test-2'}]},
        'web2': {'site_discovery_result': result(site(), missing_variables=['vault_x'])},
        'web3': {'site_discovery_result': {'unreachable': True, 'msg': 'no route'}},
    }
    whole = discovered.summary(variables, 'site_discovery_result')
    assert [(one['name'], one['host']) for one in whole['sites']] == [('a-test', 'web1'), ('a-test-3', 'web2')]
    assert whole['hosts'] == {'web3': 'no route'}
    assert whole['missing_variables'] == {'web2': ['vault_x']}
    assert whole['remarks'] == [{'host': 'web1', 'text': 'r'}, {'host': 'web2', 'text': 'r'}]
