# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the collection lies that this package came with: beside us in site-packages, or the checkout."""

from __future__ import annotations

import os
import sys
from configparser import ConfigParser
from configparser import Error as ConfigError
from importlib import import_module
from pathlib import Path

from rawat.request import UsageProblem
from rawat.terminal import say

DEFAULT_ROOTS = ('~/.ansible/collections', '/usr/share/ansible/collections')  # ansible-core's COLLECTIONS_PATHS


def collection_root() -> Path:
    """The directory that holds `ansible_collections/rawat/website`, found as Python finds it."""
    try:
        package = import_module('ansible_collections.rawat.website')
    except ImportError as error:
        raise UsageProblem([say('usage.collection')]) from error
    # A namespace package may lie in several places: an editable install leaves a stub of ours in site-packages.
    for place in map(Path, package.__path__):
        if (place / 'playbooks' / 'backup.yml').is_file():
            return place.parents[2]
    raise UsageProblem([say('usage.collection')])


def playbook(name: str) -> Path:
    """The path of the playbook `name` ('backup') of our own collection."""
    return collection_root() / 'ansible_collections' / 'rawat' / 'website' / 'playbooks' / f'{name}.yml'


def search_path() -> str:
    """ANSIBLE_COLLECTIONS_PATH for the run: our own collection before another version of it, then the user's places."""
    configured = os.environ.get('ANSIBLE_COLLECTIONS_PATH') or _from_ansible_cfg()
    return os.pathsep.join([str(collection_root()), *([configured] if configured else DEFAULT_ROOTS)])


def ansible_directory() -> str:
    """The directory of the Ansible commands that belong to our Python; it goes first on PATH."""
    return str(Path(sys.executable).parent)


def user_configuration() -> Path | None:
    """The ansible.cfg that ansible-playbook would read, if there is one."""
    for candidate in (os.environ.get('ANSIBLE_CONFIG'), 'ansible.cfg', '~/.ansible.cfg', '/etc/ansible/ansible.cfg'):
        path = Path(candidate).expanduser() if candidate else None
        if path and path.is_file():
            return path
    return None


def _from_ansible_cfg() -> str | None:
    """`collections_path` of the user's ansible.cfg; relative parts resolved as Ansible does."""
    path = user_configuration()
    if path is None:
        return None
    parser = ConfigParser(interpolation=None, inline_comment_prefixes=(';',))
    try:
        parser.read(path, encoding='utf-8')
    except (OSError, UnicodeDecodeError, ConfigError):
        return None  # ansible-playbook reads it as well and says what is wrong with it
    value = parser.get('defaults', 'collections_path', fallback='')
    return (
        os.pathsep.join(str(path.parent / Path(part).expanduser()) for part in value.split(os.pathsep) if part) or None
    )
