# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A filled repository and one to copy to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import transfer
from ansible_collections.rawat.website.plugins.module_utils.options import defaults
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from integration.stores.sshd import Sshd
from integration.stores.support import SITE, Case, facts, make_site

DUMP = b'CREATE TABLE page (id int);\n' * 40_000
ACCOUNTS = b'CREATE USER site;\n'


class Pair:
    """`source` and `target` as Case; `site` a webroot that was backed up twice."""

    def __init__(self, source: str, target: str, work: Path, sshd: Sshd | None = None):
        self.work = work
        for name in ('source', 'target'):
            (work / name).mkdir()
        self.source = Case(source, work / 'source', None)
        self.target = Case(target, work / 'target', sshd)
        self.site = make_site(work / 'www')
        for case in (self.source, self.target):
            case.options['difference_share'] = 200
        self.options = {**defaults(), 'state_directory': str(work / 'state')}

    def back_up(self) -> dict[str, Any]:
        """A point of the site as it is now."""
        there = self.source.open() if self.source.folder.exists() else self.source.ready()
        return self.source.back_up(there, self.site, {'database.big.sql': DUMP, 'database.small.sql': b'x'}, ACCOUNTS)

    def put(self, manifest: dict[str, Any], *, whole: bool = False) -> transfer.Transferred:
        """Copy one point, as the vault side does it."""
        target = self.target.open() if self.target.folder.exists() else self.target.ready()
        with target.lock('test'):
            target.sweep()
            return transfer.transfer(
                self.source.open(), manifest, target, whole=whole, options=self.options,
                progress=Progress(None, SITE), work=str(self.work / 'way'),
            )  # fmt: skip

    def restored(self, manifest: dict[str, Any], case: Case) -> dict[str, tuple[Any, ...]]:
        """What a restore of the webroot gives."""
        folder = self.work / f'restored-{len(os.listdir(self.work))}'
        folder.mkdir()
        case.open().restore_webroot(manifest, manifest['webroots'][0], str(folder))
        return facts(folder)

    def streams(self, manifest: dict[str, Any], case: Case) -> list[bytes]:
        """The dumps and the accounts of a point."""
        repository = case.open()
        found = [b''.join(repository.read_stream(manifest, part)) for part in manifest['databases']]
        return [*found, b''.join(repository.read_stream(manifest, manifest['databases'][-1], 'accounts_'))]
