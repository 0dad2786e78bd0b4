# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what an archive holds, share by share, so that rot is found before it is needed.

The share of a file depends on its name alone. Every file is compared with SHA256SUMS and, where the manifest has a hash
of its own, with that one; what is gone and what should not be there is told, too. Of an encrypted point the sums are of
what is stored, so that no identity is needed.
"""

from __future__ import annotations

import json
import time
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import (
    DamagedError,
    RepositoryError,
    TestReadError,
)
from ansible_collections.rawat.website.plugins.module_utils.stores import archive_read, common, events

HASHED = (('file', 'stored_sha256'), ('accounts_file', 'accounts_stored_sha256'), ('list_file', 'list_stored_sha256'))


def check_share(repository: Any, share: int, of: int, progress: Any) -> dict[str, Any]:
    """See stores.Repository. Call it under the lock where points may be removed meanwhile."""
    started = time.monotonic()
    if repository.write_only:
        raise RepositoryError(f'{repository.location}: what only takes cannot be read; its vault side checks it')
    check = _Check(repository, share, of, progress)
    points = [name for name in repository.place.names() if repository.is_point(name)]
    for point in points:
        check.point(point)
    check.bases(points)
    check.events()
    return {
        'share': share, 'of': of, 'files': check.files, 'bytes': check.bytes,
        'milliseconds': int((time.monotonic() - started) * 1000), 'method': repository.place.read_back,
        'problems': check.problems,
    }  # fmt: skip


def is_in_share(name: str, share: int, of: int) -> bool:
    """Does the file of this name belong to share number `share` of `of`?"""
    return int(common.sha256(name.encode('utf-8', 'surrogateescape'))[:12], 16) % of == share


class _Check:
    """One share of one site."""

    def __init__(self, repository: Any, share: int, of: int, progress: Any):
        self.repository, self.place, self.share, self.of = repository, repository.place, share, of
        self.count = progress.add if progress else lambda _size: None
        self.files = self.bytes = 0
        self.problems: list[str] = []
        self.needed: dict[str, str] = {}  # fulls that differences need: file -> the point that needs it

    def mine(self, name: str) -> bool:
        """Is it of this share?"""
        return is_in_share(name, self.share, self.of)

    def problem(self, name: str, what: str) -> None:
        """Note what is wrong with a file."""
        self.problems.append(f'{self.place.label}: {self.place.site}/{name} {what}')

    def point(self, point: str) -> None:
        """All files of one point that are of this share."""
        found = set(self.place.names(point))
        try:
            sums = archive_read.read_sums(self.place, point)
        except DamagedError as error:
            if self.mine(f'{point}/{common.SUMS}'):
                self.problems.append(str(error))
            return
        recorded = self._recorded(point) if common.MANIFEST in found else {}
        for file in sorted(found | sums.keys() - {common.SUMS}):
            if self.mine(f'{point}/{file}'):
                self._file(point, file, sums.get(file), recorded.get(file), file in found)
        self.files += self.mine(f'{point}/{common.SUMS}')

    def _file(self, point: str, file: str, sha256: str | None, recorded: str | None, there: bool) -> None:
        name = f'{point}/{file}'
        if file == common.SUMS:
            return
        if not there:
            self.problem(name, 'is gone')
        elif sha256 is None:
            self.problem(name, f'is not in {common.SUMS}: it does not belong to this point')
        elif recorded is not None and recorded != sha256:
            self.problem(name, f'has another SHA-256 in the manifest than in {common.SUMS}')
        else:
            found = self._hash(name)
            if found is not None and found != sha256:
                self.problem(name, 'differs from what was stored (SHA-256): do not trust this medium')

    def _hash(self, name: str) -> str | None:
        try:
            [(_name, size, sha256)] = self.place.sums([name], self.count)
        except TestReadError as error:
            self.problems.append(str(error))
            return None
        self.files, self.bytes = self.files + 1, self.bytes + size
        return sha256

    def _recorded(self, point: str) -> dict[str, str]:
        """{file: SHA-256} that the manifest gives; its fulls elsewhere are noted. A damaged one is told by its sum."""
        try:
            [(_point, text)] = self.place.manifests([point])
            manifest = json.loads(text)
            parts = [*manifest['databases'], *manifest['webroots']]
            for part in parts:
                if part.get('base'):
                    self.needed[f'{part["base"]["point"]}/{part["base"]["file"]}'] = point
            return {part[file]: part[sha256] for part in parts for file, sha256 in HASHED if part.get(sha256)}
        except (ValueError, KeyError, TypeError):
            return {}

    def bases(self, points: list[str]) -> None:
        """Fulls of points that are gone altogether; those of the others were met already."""
        for name, point in sorted(self.needed.items()):
            if name.split('/')[0] not in points and self.mine(name):
                self.problem(name, f'is gone: the difference in {point} cannot be restored without it')

    def events(self) -> None:
        """Events hold their own hash."""
        for name in self.place.names(events.FOLDER):
            path = f'{events.FOLDER}/{name}'
            if not self.mine(path) or name.startswith(common.WRITING):
                continue
            text = self.place.text(path)
            self.files, self.bytes = self.files + 1, self.bytes + len(text)
            if not events.is_name(name, None) or events.parse(text) is None:
                self.problem(path, 'is damaged or no event of ours')
