# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run on a worker needs of this machine: which of the user's files and settings travel, which must be there.

The inventory travels with its group_vars and host_vars, so do -e, ansible.cfg, the vault's passwords and what
--worker-file names. A path that a setting names must lead to the same file on the worker, or the run is refused.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rawat.collection import ansible_directory
from rawat.request import UsageProblem
from rawat.terminal import say

KEYS = ('ansible_ssh_private_key_file', 'ansible_private_key_file')
ARGUMENTS = ('ansible_ssh_common_args', 'ansible_ssh_extra_args', 'ansible_ssh_args')
OPTION = re.compile(  # of ssh_config(5): those that name files which a connection cannot do without
    r'(?:IdentityFile|CertificateFile|UserKnownHostsFile|GlobalKnownHostsFile)[=\s]\s*(.+)', re.IGNORECASE | re.DOTALL
)
LOOKUP = re.compile(
    r"""\b(?:lookup|query|q)\(\s*['"](?:ansible\.builtin\.)?(?:file|unvault|template|password|ini|csvfile|lines)['"]"""
    r"""\s*,\s*['"]([^'"]+)['"]"""
)
INVENTORY_DIR = re.compile(r'\{\{\s*inventory_dir\s*\}\}')
NO_FILE = ('none', '/dev/null')
# What ansible's own environment variables say of this machine's places: set anew for the worker, or of no use there.
OF_THIS_MACHINE = (
    *('ANSIBLE_CONFIG', 'ANSIBLE_HOME', 'ANSIBLE_LOCAL_TEMP', 'ANSIBLE_SSH_CONTROL_PATH_DIR', 'ANSIBLE_INVENTORY'),
    *('ANSIBLE_COLLECTIONS_PATH', 'ANSIBLE_COLLECTIONS_PATHS', 'ANSIBLE_LOG_PATH', 'ANSIBLE_STDOUT_CALLBACK'),
    *('ANSIBLE_VAULT_PASSWORD_FILE', 'ANSIBLE_VAULT_IDENTITY_LIST', 'ANSIBLE_SSH_CONTROL_PATH'),
)


@dataclass
class Settings:
    """`variables`: host -> its variables, templates not filled in. `ansible`: ansible-config's name -> value."""

    variables: dict[str, dict[str, Any]] = field(default_factory=dict)
    ansible: dict[str, Any] = field(default_factory=dict)


def read_settings(inventory: Path) -> Settings:
    """What Ansible here makes of the user's inventory and configuration. UsageProblem when it cannot be read."""
    listed = _ask(['ansible-inventory', '-i', str(inventory), '--list'])
    configured = _ask(['ansible-config', 'dump', '--format', 'json'])
    hosts = listed.get('_meta', {}).get('hostvars', {})
    return Settings(hosts, {entry['name']: entry.get('value') for entry in configured if 'name' in entry})


def _ask(words: list[str]) -> Any:
    command = [f'{ansible_directory()}/{words[0]}', *words[1:]]
    asked = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    try:
        if asked.returncode:
            raise ValueError(asked.stderr.strip()[-1000:] or f'exit code {asked.returncode}')
        return json.loads(asked.stdout)
    except ValueError as error:
        raise UsageProblem([say('usage.ansible'), f'{words[0]}: {error}']) from error


# ---------------------------------------------------------------- paths that settings name
def named_paths(settings: Settings, extra: Mapping[str, Any]) -> dict[str, str]:
    """{path: the setting that names it} of every file that a connection or a lookup needs; templates are left out,
    but {{ inventory_dir }} is kept as it stands.
    """
    found: dict[str, str] = {}
    for variables in (*settings.variables.values(), extra):
        for name, path in _of_host(variables):
            found.setdefault(path, name)
    key = settings.ansible.get('DEFAULT_PRIVATE_KEY_FILE')
    if key:
        found.setdefault(str(key), 'private_key_file')
    return {path: name for path, name in found.items() if '{{' not in INVENTORY_DIR.sub('', path)}


def _of_host(variables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in KEYS:
        if variables.get(name):
            yield name, str(variables[name])
    for name in ARGUMENTS:
        for path in ssh_paths(str(variables.get(name) or '')):
            yield name, path
    assignment = variables.get('website_assignment')
    if isinstance(assignment, str) and assignment.startswith('@'):
        yield 'website_assignment', assignment[1:]
    for name, value in variables.items():
        for path in LOOKUP.findall(json.dumps(value, ensure_ascii=False).replace('\\"', '"')):
            yield name, path


def ssh_paths(arguments: str) -> list[str]:
    """The files that ssh's words name: keys, certificates, known hosts, its configuration."""
    # A template may hold blanks; as one word it can be recognised again.
    words = _words(re.sub(r'\{\{\s*(\w+)\s*\}\}', r'{{\1}}', arguments))
    paths: list[str] = []
    before = ''
    for word in words:
        option = OPTION.fullmatch(word) if before == '-o' else OPTION.fullmatch(word[2:]) if word[:2] == '-o' else None
        if option:
            paths += option[1].split()
        elif before in ('-i', '-F'):
            paths.append(word)
        before = word
    return [path for path in paths if path not in NO_FILE]


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return []  # Ansible says what is wrong with it


# ---------------------------------------------------------------- the vault's passwords
def vault_passwords(settings: Settings) -> list[tuple[str, str]]:
    """(label, password) of every vault password that the user's configuration names; '' is the label of one without.

    UsageProblem for one that would have to be typed, or that cannot be read.
    """
    sources = [('', settings.ansible.get('DEFAULT_VAULT_PASSWORD_FILE') or '')]
    for item in settings.ansible.get('DEFAULT_VAULT_IDENTITY_LIST') or []:
        label, at, source = str(item).partition('@')
        sources.append((label, source) if at else ('default', label))
    return [(label, _password(label, source)) for label, source in sources if source]


def _password(label: str, source: str) -> str:
    path = Path(source).expanduser()
    try:
        if source.startswith('prompt'):
            raise OSError('it would have to be typed')
        if not os.access(path, os.X_OK) or path.is_dir():
            return path.read_text(encoding='utf-8').strip()
        # Ansible's vault guide, "Storing passwords in third-party tools with vault password client scripts"
        client = ['--vault-id', label or 'default'] if path.stem.endswith('-client') else []
        asked = subprocess.run(
            [str(path.absolute()), *client], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        if asked.returncode or not asked.stdout.strip():
            raise OSError(asked.stderr.strip() or f'exit code {asked.returncode}, no password')
        return asked.stdout.strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem([say('worker.vault', source=source, reason=error)]) from error


# ---------------------------------------------------------------- the environment
def environment(settings: Settings) -> dict[str, str]:
    """The variables of the user's environment that travel: Ansible's own, and those of RAWAT_PASS_ENVIRONMENT."""
    wanted: Sequence[str] = os.environ.get('RAWAT_PASS_ENVIRONMENT', '').replace(',', ' ').split()
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in wanted or (name.startswith('ANSIBLE_') and name not in OF_THIS_MACHINE)
    }
    # ansible-runner switches it off where the environment is silent, so it is said as Ansible here would have it.
    return {**kept, 'ANSIBLE_HOST_KEY_CHECKING': str(bool(settings.ansible.get('HOST_KEY_CHECKING', True)))}
