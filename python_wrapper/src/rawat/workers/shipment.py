# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-runner's private data directory for one worker: the collection, the inventory, what the user's settings name.

It is built in our own private directory (in memory where there is such a place) and unpacked in the worker's.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rawat.collection import collection_root, user_configuration
from rawat.request import Request, UsageProblem, extra_files, write_private
from rawat.runner import CONFIGURATION, HABITS, SETTINGS, as_json
from rawat.terminal import say
from rawat.workers.travel import INVENTORY_DIR, Settings, environment, vault_passwords

PARTS = ('galaxy.yml', 'meta', 'playbooks', 'plugins', 'roles')  # of the collection: as in the wheel
WEBSITE = Path('collections', 'ansible_collections', 'rawat', 'website')
BESIDE = ('group_vars', 'host_vars')  # what Ansible reads beside an inventory file
# Folders that the keeper makes.
PLACES = {'ANSIBLE_LOCAL_TEMP': 'tmp', 'ANSIBLE_SSH_CONTROL_PATH_DIR': 'cp', 'RAWAT_PROGRESS': 'progress'}
LIMIT = 64 << 20  # bytes of an inventory and of further files: more is no inventory


@dataclass
class Luggage:
    """What every worker of a run gets: `folder` here, laid out as it will be there.

    `inventory` is relative to it; `extra` are the names of the -e files in their order.
    """

    folder: Path
    inventory: Path
    extra: list[str]
    settings: Settings
    vaults: list[tuple[str, str]]


def pack(folder: Path, request: Request, files: Iterable[Path], settings: Settings) -> Luggage:
    """Put everything that does not differ between workers into `folder`, which is new.

    Raises UsageProblem for what cannot travel.
    """
    folder.mkdir(mode=0o700)
    for name in ('project', 'env', 'vault', 'extra'):
        (folder / name).mkdir(mode=0o700)
    _collection(folder / WEBSITE)
    inventory = _inventory(folder, request.inventory)
    for path in files:
        _further(folder, path, request.inventory)
    if sum(path.stat().st_size for path in folder.rglob('*') if path.is_file()) > LIMIT:
        raise UsageProblem([say('worker.too_much', path=request.inventory, limit=LIMIT >> 20)])
    configuration = user_configuration()
    write_private(folder / 'ansible.cfg', configuration.read_text(encoding='utf-8') if configuration else CONFIGURATION)
    write_private(folder / 'env' / 'settings', as_json(SETTINGS))
    vaults = vault_passwords(settings)
    for number, (_label, password) in enumerate(vaults):
        write_private(folder / 'vault' / str(number), password)
    return Luggage(folder, inventory, _extra(folder, request), settings, vaults)


def _collection(target: Path) -> None:
    source = collection_root() / 'ansible_collections' / 'rawat' / 'website'
    for part in PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, ignore=shutil.ignore_patterns('__pycache__'))
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / part, target / part)


def _inventory(folder: Path, source: Path) -> Path:
    """Copy the inventory; returns where it lies, relative to `folder`."""
    place = folder / 'inventory'
    if source.is_dir():
        _copy_tree(source, place)
        return Path('inventory')
    place.mkdir(mode=0o700)
    _copy(source, place / source.name)
    for name in BESIDE:
        if (source.parent / name).is_dir():
            _copy_tree(source.parent / name, place / name)
    return Path('inventory', source.name)


def _copy_tree(source: Path, target: Path) -> None:
    try:
        shutil.copytree(
            source, target, ignore=shutil.ignore_patterns('.git'), ignore_dangling_symlinks=True, copy_function=_copy,
            dirs_exist_ok=True,
        )  # fmt: skip
    except (OSError, shutil.Error) as error:
        raise UsageProblem([say('worker.unreadable', path=source, reason=error)]) from error


def _copy(source: str | Path, target: str | Path) -> str:
    """Regular files with their permissions; a pipe would never end."""
    if os.path.isfile(source) and os.path.getsize(source) <= LIMIT:
        shutil.copy(source, target)
        Path(target).chmod(Path(target).stat().st_mode & 0o700)
    elif os.path.isfile(source):
        raise UsageProblem([say('worker.too_much', path=source, limit=LIMIT >> 20)])
    return str(target)


def _further(folder: Path, given: Path, inventory: Path) -> None:
    """What --worker-file names: to the same place relative to the working directory, and to the inventory's folder."""
    source = given.expanduser().absolute()
    if not source.exists():
        raise UsageProblem([say('worker.no_such_file', path=given)])
    beside = inventory if inventory.is_dir() else inventory.parent
    places = [
        folder / name / source.relative_to(base)
        for name, base in (('project', Path.cwd()), ('inventory', beside))
        if base in source.parents
    ]
    if not places:
        raise UsageProblem([say('worker.elsewhere', path=given, here=Path.cwd(), beside=beside)])
    for place in places:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if source.is_dir():
            _copy_tree(source, place)
        else:
            _copy(source, place)


def _extra(folder: Path, request: Request) -> list[str]:
    names = []
    for number, path in enumerate(extra_files(request.extra, folder / 'extra')):
        name = f'extra/{number}.yml'
        if Path(path).parent != folder / 'extra':
            _copy(path, folder / name)
        else:
            Path(path).rename(folder / name)
        names.append(name)
    return names


def unmet(luggage: Luggage, paths: dict[str, str]) -> tuple[list[str], list[str]]:
    """What of the named `paths` (path -> setting) has to be on the worker itself; one line for each that is not met.

    A relative path has to travel, and so has one below {{ inventory_dir }}.
    """
    there, wrong = [], []
    for path, setting in paths.items():
        inside = INVENTORY_DIR.sub('inventory', path, count=1) if INVENTORY_DIR.match(path) else None
        if inside is None and path.startswith(('/', '~')):
            there.append(path)
        elif not (luggage.folder / (inside or f'project/{path}')).exists():
            wrong.append(say('worker.stays', path=path, setting=setting))
    return there, wrong


def slice_file(number: int) -> str:
    """Where the variables of a slice lie, relative to the luggage; the names of its hosts beside it, `.limit`."""
    return f'slice/{number}.json'


def pack_slice(luggage: Luggage, number: int, hosts: list[str], variables: dict[str, object]) -> None:
    """What one worker alone plays: `hosts`, with `variables` that win over the user's."""
    path = luggage.folder / slice_file(number)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_private(path, as_json(variables))
    write_private(path.with_suffix('.limit'), '\n'.join(hosts) + '\n')


def arguments(luggage: Luggage, directory: str, playbook: str, request: Request, number: int) -> dict[str, Any]:
    """ansible-runner's arguments for the slice `number` on a worker whose keeper holds `directory`."""
    run = Path(directory, 'run')
    names = [*luggage.extra, slice_file(number)]
    return {
        'ident': 'run',
        'playbook': str(run / WEBSITE / 'playbooks' / f'{playbook}.yml'),
        'inventory': str(run / luggage.inventory),
        'cmdline': shlex.join([word for name in names for word in ('-e', f'@{run}/{name}')]),
        'limit': f'@{(run / slice_file(number)).with_suffix(".limit")}',
        'forks': request.forks,
        'verbosity': request.verbosity or None,
        'project_dir': str(run / 'project'),
        'fact_cache_type': '',
        'envvars': _environment(luggage, directory),
    }


def _environment(luggage: Luggage, directory: str) -> dict[str, str]:
    run = Path(directory, 'run')
    labelled = [f'{label}@{run}/vault/{number}' for number, (label, _secret) in enumerate(luggage.vaults) if label]
    plain = [f'{run}/vault/{number}' for number, (label, _secret) in enumerate(luggage.vaults) if not label]
    return {
        **HABITS,
        **environment(luggage.settings),
        'ANSIBLE_CONFIG': f'{run}/ansible.cfg',
        'ANSIBLE_COLLECTIONS_PATH': os.pathsep.join(
            [f'{run}/collections', '~/.ansible/collections', '/usr/share/ansible/collections']
        ),
        **{name: f'{directory}/{folder}' for name, folder in PLACES.items()},
        'ANSIBLE_LOG_PATH': os.devnull,
        'ANSIBLE_NOCOLOR': '1',
        'LC_ALL': 'C.UTF-8',
        **({'ANSIBLE_VAULT_IDENTITY_LIST': ','.join(labelled)} if labelled else {}),
        **({'ANSIBLE_VAULT_PASSWORD_FILE': plain[0]} if plain else {}),
    }
