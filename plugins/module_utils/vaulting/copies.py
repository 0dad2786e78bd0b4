# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copies of one site: which points a further repository lacks, and bringing them there, one after the other.

Whatever happens to one copy, the others are tried. A copy is *verified* when it was read back where it lies; each
result is an event of the point in the primary repository, so that a copy made later is on file without the record of
the backup being touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import immutability, stores, transfer
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.masking import masked, without_password
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.site_run import FAILURES, Run, describe
from ansible_collections.rawat.website.plugins.module_utils.transfer import present, workplace
from ansible_collections.rawat.website.plugins.module_utils.vaulting.request import (
    EVENT,
    FAILED,
    GOOD,
    NEXT,
    RESET,
    VERIFIED,
    new_item,
    status_of,
)


class Copies:
    """The further repositories of one site. `primary`: the vault's view of the one that the target writes."""

    def __init__(self, site: dict, primary: Any, copies: list[dict], run: Run, progress: Progress):
        self.site, self.primary, self.copies, self.run, self.progress = site, primary, copies, run, progress
        self.remarks: list[str] = []
        self.done = [event for event in primary.events(EVENT) if event['document'].get('status') == VERIFIED]
        self.resets = {_key(event['document']): event['time'] for event in reversed(primary.events(RESET))}

    def first(self, manifest: dict) -> Iterator[dict]:
        """The item of each copy of one point, as each is done."""
        for copy in self.copies:
            yield self._attempt(copy, manifest)

    def lacking(self, copy: dict, points: list[dict], but: str | None) -> list[dict]:
        """The good points, newest first, that `copy` has not and never had.

        One that it once had went by its own retention. A copy that was found empty (a new disk) has had nothing.
        """
        there = present.point_names(self._open(copy))
        had = {event['point'] for event in self._done(copy)}
        good = [point for point in points if point['outcome'] in GOOD and point['id'] != but]
        return [point for point in good if point['id'] not in there and point['id'] not in had]

    def _done(self, copy: dict) -> list[dict]:
        """What was verified there since it was last found empty."""
        since = self.resets.get(_key(copy), '')
        return [event for event in self.done if _key(event['document']) == _key(copy) and event['time'] > since]

    def attempt(self, copy: dict, manifest: dict) -> dict:
        """The item of an older point, with its name."""
        return {'point': manifest['id'], **self._attempt(copy, manifest)}

    def _attempt(self, copy: dict, manifest: dict) -> dict:
        self.progress.step('copy', copy['name'])
        try:
            item = self._make(copy, manifest)
        except FAILURES as failure:
            error = describe(failure)
            status = status_of(error)
            item = new_item(copy, status, error if status == FAILED else f'{error}; {NEXT}')
            if status != FAILED:
                return item
        self._note(manifest, item)
        return item

    def _make(self, copy: dict, manifest: dict) -> dict:
        target = self._open(copy)
        if not present.point_names(target) and self._done(copy):
            self.primary.add_event(RESET, manifest['id'], dict(zip(('name', 'location'), _key(copy))))
            self.resets[_key(copy)] = utc()
        earlier = self._earlier(copy, manifest['id'])
        if earlier and manifest['id'] in present.point_names(target):
            return {**new_item(copy, VERIFIED), **earlier}
        with target.lock(f'{self.run.host} copy {self.run.id}'):
            target.sweep()
            done = transfer.transfer(
                self.primary, manifest, target, whole=False, options=self.run.options, progress=self.progress,
                work=workplace.place_of(self.run.options),
            )  # fmt: skip
        facts: dict[str, Any] = {'bytes': done.bytes, 'milliseconds': done.milliseconds, 'method': done.method}
        if done.manifest.get('encryption'):
            facts['encryption'] = done.manifest['encryption']['method']
        return new_item(copy, VERIFIED, **facts, **self._lock(copy))

    def _lock(self, copy: dict) -> dict[str, Any]:
        """Until when a copy in a locked bucket cannot be removed, as far as that was read back and tried."""
        proof = immutability.proved_elsewhere(copy, self.run)
        if proof is None:
            return {}
        if not proof['refused']:
            self.remarks.append(f'copy {copy["name"]}: {immutability.remark(proof)}')
        return {'locked_until': proof['locked_until']}

    def _earlier(self, copy: dict, point_id: str) -> dict | None:
        """What was noted when this very copy was verified before."""
        for event in self._done(copy):
            if event['point'] == point_id:
                return dict(event['document'])
        return None

    def _open(self, copy: dict) -> Any:
        target = stores.open_repository(copy, self.site['name'], self.run.options)
        target.check()
        return target

    def _note(self, manifest: dict, item: dict) -> None:
        """Add the event, unless the same is on file."""
        if any(event['point'] == manifest['id'] and event['document'] == item for event in self.done):
            return
        try:
            self.primary.add_event(EVENT, manifest['id'], masked(item, self.run.secrets))
        except (*FAILURES, CommandFailed) as failure:
            self.remarks.append(f'copy {item["name"]}: its result could not be noted: {describe(failure)}')


def _key(copy: dict) -> tuple[str, str]:
    """What makes a copy this very one: name and place, as the inventory or an event has them."""
    return copy['name'], without_password(copy['location'])
