# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the inbox share: a target that hands over points, and the vault's repository."""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import stores
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.vaulting import intake
from integration.inbox.server import Inbox

SITE = 'peraturan'
seconds = itertools.count(int(time.time()) - 3600)
SILENT = Progress(None, SITE)


def open_inbox(inbox: Inbox, work: Path, target: str = 'web1', site: str = SITE) -> Any:
    """The target's repository object, as a new run would have it."""
    return stores.open_repository(inbox.settings(target), site, {'state_directory': str(work / target), 'lock_wait': 1})


def open_vault(folder: Path, site: str = SITE) -> Any:
    """The vault's own repository, checked (and so made)."""
    settings = {'store': 'archive', 'location': str(folder), 'create': True}
    repository = stores.open_repository(settings, site, {'state_directory': str(folder.parent / 'state')})
    repository.check()
    return repository


def new_manifest(moment: float | None = None, **parts: Any) -> dict[str, Any]:
    """A manifest of a point that is a second later than the last one."""
    moment = next(seconds) if moment is None else moment
    found = {
        'schema': 1, 'id': time.strftime('%Y-%m-%dT%H%M%SZ', time.gmtime(moment)), 'site': SITE, 'host': 'target',
        'outcome': 'complete', 'started': utc(moment), 'finished': utc(moment), 'databases': [], 'webroots': [],
        'remarks': [], 'error': None,
    }  # fmt: skip
    return {**found, **parts}


def hand_over(repository: Any, content: bytes = b'rows', **manifest: Any) -> str:
    """Commit a point with one dump; its name."""
    document = new_manifest(**manifest)
    with repository.lock('test'):
        point = repository.begin(document['id'])
        writer = point.stream('database.sqlite.x.sql')
        writer.write(content)
        stored = writer.finish()
        part = {'engine': 'sqlite', 'name': 'x', 'label': 'sqlite.x', **stored, 'bytes': len(content)}
        document['databases'] = [{**part, 'sha256': hashlib.sha256(content).hexdigest()}]
        document['test_read'] = point.test_read()
        point.commit(document)
    name: str = document['id']
    return name


def take_in(inbox: Inbox, vault: Path, target: str = 'web1') -> Any:
    """What the vault side does."""
    return intake.take_in(str(inbox.areas[target]), open_vault(vault), SILENT)


def hashes(folder: Path) -> dict[str, str]:
    """{path: type, mode, owner, SHA-256} of everything below a folder."""
    found = {}
    for path in sorted(folder.rglob('*')):
        state = path.lstat()
        text = os.readlink(path) if path.is_symlink() else ''
        if path.is_file() and not path.is_symlink():
            text = hashlib.sha256(path.read_bytes()).hexdigest()
        found[str(path.relative_to(folder))] = f'{state.st_mode:o} {state.st_uid} {text}'
    return found
