# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault takes in what a target has handed over: each committed point is moved out of reach, verified, accepted.

Whoever breaks into a target holds the key of its inbox. So nothing that comes from there is believed: sums are compared
with what the vault itself reads from its disk, a point can neither lie in the future nor before the newest point that
is here (retention would let a forged one drive out a good one), it cannot name a full that is not here, and no event
but a canary is taken (an event can end a hold or claim a drill). What does not fit is put aside, told, and kept.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import manifest as manifests
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.immutability import EVENT as REMOVAL
from ansible_collections.rawat.website.plugins.module_utils.inbox import wire
from ansible_collections.rawat.website.plugins.module_utils.inbox.area import (
    FOLDER,
    folder,
    listed,
    opened,
    parse_sums,
    read_small,
)
from ansible_collections.rawat.website.plugins.module_utils.stores import common, events
from ansible_collections.rawat.website.plugins.module_utils.stores.archive_check import HASHED
from ansible_collections.rawat.website.plugins.module_utils.stores.place_local import BLOCK, LocalPlace, hash_file
from ansible_collections.rawat.website.plugins.module_utils.vaulting.custody import STAGED, Unfit, Vault, opened_file

EVENT = 'intake'  # the kind of the event that says when a point was verified
# What a target may say about its points: that it tried to remove one, and what the answer was.
TAKEN_EVENTS = ('canary', REMOVAL)
AHEAD = 3600  # seconds that the clock of a target may be ahead of ours


def take_in(inbox: str, repository: Any, progress: Any) -> dict | None:
    """Take in what waits in the area `inbox` for repository.site; None when nothing waited.

    {'at' (UTC), 'files', 'bytes', 'location', 'accepted': [point], 'refused': [{'point', 'reason'}]}. RepositoryError
    when the inbox or the vault's place cannot be used; what was not finished then is finished by the next call.
    """
    if not isinstance(repository.place, LocalPlace):
        raise RepositoryError(
            f'repository {repository.location}: points of an inbox are taken into a directory of the vault host: '
            'name it in website_vault.repository'
        )
    try:
        with opened(inbox, FOLDER) as area, repository.lock('intake'):
            return _Intake(area, repository, progress).run()
    except OSError as error:
        what = f'points from the inbox {inbox} cannot be taken in'
        raise repository.place.error(what, error) from error


class _Intake:
    """One site's intake, under the lock of the vault's repository."""

    def __init__(self, area: int, repository: Any, progress: Any):
        self.area, self.repository, self.progress = area, repository, progress
        self.place, self.site = repository.place, repository.site
        self.vault = Vault(Path(self.place.location), self.site)
        self.vault.own(self.vault.root / '.lock')
        self.accepted: list[str] = []
        self.refused: list[dict] = []
        self.files = self.bytes = self.events = 0

    def run(self) -> dict | None:
        """All that waits, oldest first: a difference comes after its full."""
        try:
            with folder(self.site, self.area) as site:
                moved = [name[len(STAGED) :] for name in self.place.names() if name.startswith(STAGED)]
                for point in sorted({*moved, *filter(wire.POINT.fullmatch, os.listdir(site))}):
                    self._take(site, point)
                self._take_events(site)
                self._receipts(site)
        except FileNotFoundError as error:
            if error.filename != self.site:
                raise
        if not (self.accepted or self.refused or self.events):
            return None
        return {
            'at': manifests.utc(), 'files': self.files, 'bytes': self.bytes, 'location': self.repository.location,
            'accepted': self.accepted, 'refused': self.refused,
        }  # fmt: skip

    def _take(self, site: int, point: str) -> None:
        self.progress.step('intake', point)
        try:
            if (self.vault.root / point).exists():
                if not self.vault.drop_source(site, point):
                    raise Unfit('a point of that name is in the vault already, and is another one')
                return
            staged = self.vault.fetch(site, point)
            facts = self._verify(staged, point)
            self._add_event(point, facts)
            self.vault.accept(point)
            self.vault.drop_source(site, point)
        except Unfit as reason:
            self.vault.put_aside(site, point, str(reason))
            self.refused.append({'point': point, 'reason': str(reason)})
            return
        self.accepted.append(point)
        self.files, self.bytes = self.files + facts['files'], self.bytes + facts['bytes']

    # ------------------------------------------------------------ verifying
    def _verify(self, staged: Path, point: str) -> dict[str, Any]:
        """{'files', 'bytes', 'manifest_sha256'} of a point that is what it says it is; Unfit otherwise."""
        self._require_time(point)
        sums = _sums(staged)
        found = {path.name for path in staged.iterdir()} - {common.SUMS}
        if found != sums.keys() or common.MANIFEST not in sums:
            odd = sorted(found ^ sums.keys()) or [common.MANIFEST]
            raise Unfit(f'its files are not those of {common.SUMS}: {", ".join(odd[:5])}')
        buffer, total = bytearray(BLOCK), (staged / common.SUMS).stat().st_size
        for name, sha256 in sums.items():
            size, real = hash_file(staged / name, buffer, self.progress.add)
            total += size
            if real != sha256:
                raise Unfit(f'{name} differs from {common.SUMS}')
        self._require_manifest((staged / common.MANIFEST).read_bytes(), point, sums)
        return {'files': len(sums) + 1, 'bytes': total, 'manifest_sha256': sums[common.MANIFEST]}

    def _require_time(self, point: str) -> None:
        """Neither in the future nor older than what is here."""
        moment, now = _moment(point), time.time()
        if moment is None or moment > now + AHEAD:
            raise Unfit(
                f'its name says a time that is not yet: look at the clock of the target (here: {manifests.utc()})'
            )
        here = [name for name in self.place.names() if self.repository.is_point(name)]
        if here and point < here[-1]:
            raise Unfit(f'it is dated before {here[-1]}, which is here already: look at the clock of the target')

    def _require_manifest(self, text: bytes, point: str, sums: dict[str, str]) -> None:
        """It is a manifest of this point, agrees with the sums, and its fulls are here."""
        manifest = common.parse_manifest(point, text, self.site)
        if manifest.get('damaged'):
            raise Unfit(manifest['error'])
        try:
            started, parts = common.parse_utc(manifest['started']), [*manifest['databases'], *manifest['webroots']]
            if started is None or not -1 <= (_moment(point) or 0) - started <= AHEAD:
                raise Unfit(f'it began at {manifest["started"]}, which its name does not say')
            for part in parts:
                for file, sha256 in HASHED:
                    if part.get(sha256) and sums.get(part.get(file)) != part[sha256]:
                        raise Unfit(f'{part.get(file)} has another SHA-256 in the manifest than in {common.SUMS}')
                if part.get('base'):
                    self._require_base(part['base'])
        except (KeyError, TypeError, AttributeError) as error:
            raise Unfit(f'its manifest lacks something or holds something odd: {error!r}') from error

    def _require_base(self, base: dict) -> None:
        where = f'{base["point"]}/{base["file"]}'
        try:
            here = wire.POINT.fullmatch(base['point']) and _sums(self.vault.root / base['point'])
        except (OSError, Unfit):
            here = None
        if not here or here.get(base['file']) != base['stored_sha256']:
            raise Unfit(f'it is a difference to {where}, which is not here')

    # ------------------------------------------------------------ facts
    def _add_event(self, point: str, facts: dict) -> None:
        """Before the point is accepted: what an event says of a point that is not there means nothing."""
        document = {'at': manifests.utc(), 'location': self.repository.location, **facts}
        event = events.new(EVENT, point, document)
        self._store_event(events.file_name(event), events.text_of(event))

    def _store_event(self, name: str, text: bytes) -> None:
        self.place.add(events.FOLDER, name, text)
        self.vault.own(self.vault.root / events.FOLDER)
        self.vault.own(self.vault.root / events.FOLDER / name)

    def _take_events(self, site: int) -> None:
        for name in sorted(filter(wire.EVENT.fullmatch, listed(events.FOLDER, site))):
            with folder(events.FOLDER, site) as waiting:
                try:
                    self._take_event(name, waiting)
                except Unfit as reason:
                    self.refused.append({'point': name.split('.')[2], 'reason': f'event {name}: {reason}'})
                    os.rename(name, f'.refused-{name}', src_dir_fd=waiting, dst_dir_fd=waiting)

    def _take_event(self, name: str, waiting: int) -> None:
        with opened_file(name, waiting) as descriptor, open(descriptor, 'rb', closefd=False) as handle:
            text = handle.read(wire.REQUEST_LIMIT + 1)
        event = events.parse(text)
        if len(text) > wire.REQUEST_LIMIT or event is None or not events.is_name(name, event['kind']):
            raise Unfit('it is damaged or no event of ours')
        if event['kind'] not in TAKEN_EVENTS:
            raise Unfit(f'a target has nothing to say of the kind "{event["kind"]}"')
        if not (self.vault.root / events.FOLDER / name).exists():
            self._store_event(name, text)
            self.events += 1
        os.unlink(name, dir_fd=waiting)

    def _receipts(self, site: int) -> None:
        """What the target may lean on: points that were verified and are still here. And what they weigh."""
        with self._receipt_folder(site) as receipts:
            held = {name[: -len('.json')] for name in os.listdir(receipts) if name.endswith('.json')} - {'usage'}
            verified = {event['point']: event for event in reversed(self.repository.events(EVENT))}
            here = {point for point in verified if (self.vault.root / point / common.MANIFEST).is_file()}
            for point in held - here:
                for suffix in ('json', 'manifest'):
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(f'{point}.{suffix}', dir_fd=receipts)
            for point in sorted(here - held):
                self._receipt(receipts, point, verified[point]['document'])
            size = sum(path.stat().st_size for path in self.vault.root.rglob('*') if path.is_file())
            self.vault.write(receipts, wire.USAGE, json.dumps({'bytes': size}).encode(), 0o644)

    def _receipt(self, receipts: int, point: str, document: dict) -> None:
        text = (self.vault.root / point / common.MANIFEST).read_bytes()
        if common.sha256(text) != document['manifest_sha256']:
            return  # not the one that was verified
        receipt = {'point': point, 'verified': document['at'], 'manifest_sha256': document['manifest_sha256']}
        self.vault.write(receipts, f'{point}.manifest', text, 0o644)
        self.vault.write(receipts, f'{point}.json', json.dumps(receipt, sort_keys=True).encode(), 0o644)

    @contextlib.contextmanager
    def _receipt_folder(self, site: int) -> Any:
        with contextlib.suppress(FileExistsError):
            os.mkdir(wire.ACCEPTED, 0o755, dir_fd=site)
        with folder(wire.ACCEPTED, site) as receipts:
            if os.geteuid() == 0:
                os.fchown(receipts, self.vault.uid, self.vault.gid)
            os.fchmod(receipts, 0o755)
            yield receipts


def _sums(point: Path) -> dict[str, str]:
    try:
        with opened(str(point), FOLDER) as descriptor:
            return parse_sums(read_small(common.SUMS, descriptor, wire.SUMS_LIMIT))
    except wire.Refused as error:
        raise Unfit(str(error)) from error
    except FileNotFoundError as error:
        raise Unfit(f'it has no {common.SUMS}') from error


def _moment(point: str) -> float | None:
    """Seconds since the epoch of the time in a point's name."""
    return common.parse_utc(f'{point[:13]}:{point[13:15]}:{point[15:17]}Z')
