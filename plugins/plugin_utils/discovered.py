# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was found on all hosts, as a summary and as files of an inventory. Everything happens on the controller.

What targets told is written by strangers. Ansible evaluates templates wherever they stand in an inventory, so nothing
that could be one is ever written into a file.
"""

from __future__ import annotations

import os
import re

import yaml
from ansible_collections.rawat.website.plugins.module_utils.arguments import DATABASES, REPOSITORY
from ansible_collections.rawat.website.plugins.module_utils.discovery import comments, naming
from ansible_collections.rawat.website.plugins.module_utils.formats import printable
from ansible_collections.rawat.website.plugins.module_utils.masking import url_secrets

# How a host is reached; passwords are not among it.
CONNECTION = (
    *('ansible_host', 'ansible_port', 'ansible_user', 'ansible_connection', 'ansible_python_interpreter'),
    *('ansible_ssh_private_key_file', 'ansible_ssh_common_args', 'ansible_ssh_args', 'ansible_ssh_extra_args'),
    *('ansible_become', 'ansible_become_method', 'ansible_become_user', 'ansible_timeout'),
)
TEMPLATE = re.compile(r'{{|{%|{#')
NO_REPOSITORY = {'store': 'archive', 'location': '/srv/backups', 'create': True}


# ---------------------------------------------------------------- secrets, host by host
def problem(folder: str, host: str) -> str | None:
    """Why nothing can be written for `host`; asked before anything is done."""
    if not re.fullmatch(r'[^\s/\x00]+', host) or host in ('.', '..'):
        return f'the host name {host!r} cannot be the name of a folder: give it another one in the inventory'
    for path in _files(folder, host).values():
        if os.path.lexists(path):
            return f'{path} exists and is not overwritten: choose another folder, or move it away'
    return None


def secrets(sites: list, passwords: dict, repository: dict | None) -> dict:
    """{variable: secret} of the sites that no entry protects, and of the repository."""
    needed = [
        database.get('password_variable')
        for site in sites
        if not site['protected_by']
        for database in site['databases']
    ]
    found = {name: passwords[name] for name in needed if name in passwords}
    return {**found, **repository_entry(repository)[1]}


def repository_entry(repository: dict | None) -> tuple[dict, dict]:
    """(website_repository with variables instead of its secrets, {variable: secret})."""
    if not repository:
        return dict(NO_REPOSITORY), {}
    repository = _literal(repository)
    hidden = {key for key, option in REPOSITORY.items() if option.get('no_log') and repository.get(key)}
    hidden |= {'location'} if url_secrets(str(repository.get('location') or '')) else set()
    said = {key: value for key, value in repository.items() if key in REPOSITORY and key != 'tunnel_port'}
    shown = {key: f'{{{{ vault_repository_{key} }}}}' if key in hidden else value for key, value in said.items()}
    return shown, {f'vault_repository_{key}': _literal(said[key]) for key in sorted(hidden)}


def write_secrets(folder: str, host: str, found: dict, vault) -> dict:
    """Write them encrypted; {written, missing_variables}. Without a vault password nothing is written."""
    if not found:
        return {'written': [], 'missing_variables': []}
    if not vault.secrets:
        return {'written': [], 'missing_variables': sorted(found)}
    text = ''.join(f'{name}: {_unsafe(value)}\n' for name, value in sorted(found.items()))
    path = _files(folder, host)['vault']
    _write(path, vault.encrypt(text).decode(), 0o600)
    return {'written': [path], 'missing_variables': []}


# ---------------------------------------------------------------- all hosts
def summary(variables: dict, result_variable: str) -> dict:
    """{sites, unclaimed_databases, gone, remarks: [{host, text}], hosts: {host: why it told nothing}, written,
    missing_variables}; site names are unique over all hosts, and differ from those of the inventory."""
    taken = {str(site.get('name')) for one in variables.values() for site in one.get('website_sites') or []}
    whole: dict = {key: [] for key in ('sites', 'unclaimed_databases', 'gone', 'remarks', 'written')}
    whole |= {'hosts': {}, 'missing_variables': {}}
    for host, known in variables.items():
        result = known.get(result_variable) or {}
        if 'sites' not in result:
            whole['hosts'][host] = str(result.get('msg') or 'it did not answer')
            continue
        for site in result['sites']:
            new = site if site['protected_by'] else {**site, 'name': naming.unique(site['name'], taken)}
            whole['sites'].append({**new, 'host': host})
        for key in ('unclaimed_databases', 'gone'):
            whole[key] += [{**entry, 'host': host} for entry in result[key]]
        whole['remarks'] += [{'host': host, 'text': text} for text in result['remarks']]
        whole['written'] += result.get('written') or []
        if result.get('missing_variables'):
            whole['missing_variables'][host] = result['missing_variables']
    return _literal(whole)


def write_inventory(folder: str, whole: dict, variables: dict, language: str) -> tuple[list[str], str | None]:
    """Write hosts.yml and the entries of every host with unprotected sites; (the files, or why not)."""
    chosen = {
        host: [site for site in whole['sites'] if site['host'] == host and not site['protected_by']]
        for host in variables
    }
    chosen = {host: sites for host, sites in chosen.items() if sites}
    hosts_file = os.path.join(folder, 'hosts.yml')
    if not chosen:
        return [], None
    taken = [
        path for path in (hosts_file, *(_files(folder, host)['entries'] for host in chosen)) if os.path.lexists(path)
    ]
    if taken:
        return [], f'{taken[0]} exists and is not overwritten: choose another folder, or move it away'
    reached = {
        host: {key: _literal(variables[host][key]) for key in CONNECTION if key in variables[host]} for host in chosen
    }
    head = _comment(comments.hosts_head(language))
    _write(
        hosts_file,
        head + yaml.safe_dump({'all': {'hosts': _literal(reached)}}, allow_unicode=True, sort_keys=False),
        0o640,
    )
    written = [hosts_file]
    for host, sites in chosen.items():
        path = _files(folder, host)['entries']
        lacking = whole['missing_variables'].get(host) or []
        _write(path, entries_text(sites, variables[host].get('website_repository'), lacking, language), 0o640)
        written.append(path)
    return written, None


def entries_text(sites: list, repository: dict | None, lacking: list, language: str) -> str:
    """host_vars/HOST/discovered.yml."""
    lines = [_comment(text) for text in comments.entries_head(language, lacking, bool(repository))]
    lines.append(
        yaml.safe_dump({'website_repository': repository_entry(repository)[0]}, sort_keys=False, allow_unicode=True)
    )
    usable = [site for site in sites if not _templated(inventory_entry(site))]
    lines.append('website_sites:\n' if usable else 'website_sites: []\n')
    for site in usable:
        lines += [_comment(text, '  ') for text in comments.of_site(site, language)]
        whole = yaml.safe_dump([inventory_entry(site)], sort_keys=False, allow_unicode=True, width=110)
        lines.append(''.join(f'  {line}\n' for line in whole.splitlines()))
    for site in sites:
        if site not in usable:
            lines.append(_comment(comments.templated(site, language)))
    return ''.join(lines)


def inventory_entry(site: dict) -> dict:
    """A site of website_sites; the key of a password is the variable that holds it."""
    entry: dict = {'name': site['name']}
    if site.get('url'):
        entry['url'] = site['url']
    entry['webroots'] = [{key: value for key, value in one.items() if value} for one in site['webroots']]
    entry['databases'] = [_login(one) for one in site['databases']]
    if site.get('site_application'):
        entry['application'] = site['site_application']
    return {key: value for key, value in entry.items() if value}


def _login(database: dict) -> dict:
    entry = {key: value for key, value in database.items() if key in DATABASES}
    name = database.get('password_variable')
    return {**entry, 'login_password': f'{{{{ {name} }}}}'} if name else entry


def _templated(entry: object) -> bool:
    """Whether anything but our own reference to a password could be taken for a template."""
    if isinstance(entry, dict):
        return any(_templated(value) for key, value in entry.items() if key != 'login_password')
    if isinstance(entry, list):
        return any(_templated(value) for value in entry)
    return isinstance(entry, str) and TEMPLATE.search(entry) is not None


# ---------------------------------------------------------------- files
def _files(folder: str, host: str) -> dict[str, str]:
    place = os.path.join(os.path.expanduser(folder), 'host_vars', host)
    return {'entries': os.path.join(place, 'discovered.yml'), 'vault': os.path.join(place, 'vault.yml')}


def _write(path: str, text: str, mode: int) -> None:
    """A new file; an existing one, or a link in its place, is an error."""
    os.makedirs(os.path.dirname(path), mode=0o750, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, 'w', encoding='utf-8') as handle:
        handle.write(text)


def _comment(text: str, indent: str = '') -> str:
    return ''.join(f'{indent}# {printable(line)}\n' for line in text.split('\n'))


def _literal(value: object) -> object:
    """Plain Python values: Ansible's own kinds of text cannot be written as YAML."""
    if isinstance(value, dict):
        return {str(key): _literal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_literal(item) for item in value]
    if isinstance(value, str):
        return ''.join(value)
    if value is None or isinstance(value, bool):
        return value
    return float(value) if isinstance(value, float) else int(value)


def _unsafe(value: object) -> str:
    """A password in YAML, on one line; one that looks like a template stays what it is."""
    if not isinstance(value, str):
        return yaml.safe_dump(_literal(value), default_flow_style=True, width=10**6, allow_unicode=True).strip()
    return '!unsafe ' + yaml.safe_dump(_literal(value), default_style='"', width=10**6, allow_unicode=True).strip()
