# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocol of a restore: beside, verify, exchange; and whatever happens, a site that is old or new, never half.

1. Safety recovery point (in place), by the ordinary backup protocol.
2. Every part is restored beside the live one and compared with the manifest: file lists, census.
3. All of it is on the disk and the journal says *exchanging*; databases and webroots change places back to back. From
   here on a crash is finished (or undone) by the next run.
4. The old stays under another name until it is discarded. The site's probes are asked.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils import backup
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryBusy, RepositoryError, RestoreError
from ansible_collections.rawat.website.plugins.module_utils.manifest import SAFETY
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.restoring import (
    asking,
    databases,
    durable,
    holders,
    maintenance,
    planning,
    recovery,
    trees,
)
from ansible_collections.rawat.website.plugins.module_utils.restoring.journal import Journal
from ansible_collections.rawat.website.plugins.module_utils.restoring.request import RestoreRequest
from ansible_collections.rawat.website.plugins.module_utils.restoring.scope import Pair, Scope
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run, milliseconds_since

Transform = Callable[[dict, dict, list, Run], list]


class Restore:
    """One site's restore, from the chosen point to the answer of its probes."""

    def __init__(
        self, site: dict, run: Run, request: RestoreRequest, found: Scope, journal: Journal, progress: Progress
    ):
        self.site, self.run, self.request, self.scope = site, run, request, found
        self.journal, self.progress = journal, progress
        self.facts = planning.document(found, request)
        self.remarks = list(found.remarks)
        self.problem: str | None = None  # the site is restored, but does not answer

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a phase; several passes through one phase add up."""
        clock, phases = time.monotonic(), self.facts['phases']
        self.progress.step(name)
        try:
            yield
        finally:
            phases[name] = phases.get(name, 0) + milliseconds_since(clock)

    def run_all(self, transform: Transform | None) -> None:
        """Everything. What fails before the exchange is swept, what fails in it is undone; then the error goes on."""
        self.journal.write(parts=[pair.part for pair in self.scope.pairs])
        try:
            self._safety_point()
            with self._locked():
                self._build()
            self._transform(transform)
        except BaseException:
            recovery.sweep(self.journal, self.site, self.request)
            raise
        try:
            self.exchange()
        except Exception as failure:
            self._back(failure)
            raise
        self.finish()

    # ---------------------------------------------------------------- beside
    def _safety_point(self) -> None:
        if self.scope.mode != 'in_place':
            return
        if self.request.without_safety_point is not None:
            self.remarks.append(f'no safety recovery point was taken: {self.request.without_safety_point}')
            return
        with self.phase('safety_point'):
            place = self.request.safety_repository or self.run.repository
            run = self.run._replace(id=f'{self.run.id}{SAFETY}', parts=('databases', 'webroots'), repository=place)
            [entry] = backup.back_up([_what_is_there(self.site, self.request)], run)
        if entry['outcome'] == 'failed':
            raise RestoreError(
                f'site {self.site["name"]}: the safety recovery point failed ({entry["error"]}), so nothing was '
                'restored: mend that, or give without_safety_point with the reason why you go without'
            )
        self.facts['safety_point'] = entry['recovery_point']
        self.journal.write(safety_point=entry['recovery_point'])

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep retention and backups out while we read; a medium that takes no lock (read-only) needs none."""
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self.scope.repository.lock(f'{self.run.host} restore {self.journal.id}'))
            except RepositoryBusy:
                raise
            except RepositoryError as failure:
                self.remarks.append(f'read without a lock: {failure}')
            yield

    def _build(self) -> None:
        """Webroots first: a SQLite database may belong into the new tree, after that was verified."""
        for pair in self.scope.webroots:
            self.build_webroot(pair)
        for pair in self.scope.databases:
            with self.phase('load_databases'):
                self._build_database(pair)
        self.journal.write()

    def build_webroot(self, pair: Pair) -> None:
        """Restore one webroot beside the live one and compare it with its file list."""
        repository, point, clock = self.scope.repository, self.scope.point, time.monotonic()
        paths = self.scope.files.get(pair.source['path'].rstrip('/'))
        with self.phase('fetch_webroots'):
            facts = trees.build(pair.part, repository, point, pair.stored, self.progress, paths)
            self.remarks += [f'webroot {pair.stored["path"]}: {line}' for line in facts.get('remarks') or []]
        if not paths:  # the store has compared the hash of each chosen file while it was read
            with self.phase('compare_files'):
                excused = [one['path'] for one in pair.stored.get('skipped') or []]
                trees.verify(pair.part, pair.stored, repository.read_file_list(point, pair.stored), excused)
        self._note(pair, milliseconds=milliseconds_since(clock))

    def _build_database(self, pair: Pair) -> None:
        clock, source = time.monotonic(), databases.Source(self.scope.repository, self.scope.point, pair.stored)
        login = databases.administrator(pair.source, self.request)
        remarks = databases.build(pair.part, login, source, self.progress, self._tree(pair))
        self.remarks += remarks
        if pair.part['table'] is not None:
            self.facts['cannot_keep'] = remarks
        self._note(pair, milliseconds=milliseconds_since(clock))

    def _tree(self, pair: Pair) -> dict | None:
        """The webroot's part into whose new tree a SQLite database belongs."""
        within = pair.part['within']
        if not within:
            return None
        return next(one.part for one in self.scope.webroots if one.stored['path'] == within['webroot'])

    def _transform(self, transform: Transform | None) -> None:
        if transform is None:
            return
        with self.phase('transform'):
            parts = [{**pair.part, 'tree': trees.tree_of(pair.part)} for pair in self.scope.webroots]
            for pair in self.scope.databases:
                login = databases.administrator(pair.source, self.request)
                parts.append({**pair.part, 'database': databases.copy_entry(pair.part, login, self._tree(pair))})
            self.remarks += transform(self.site, self.scope.point, parts, self.run)

    # ---------------------------------------------------------------- exchange
    def exchange(self) -> None:
        """Everything changes places; a second call finishes what the first began."""
        if self.request.maintenance:
            self._maintenance_on()
        for pair in self.scope.webroots:
            restored = [one.part['label'] for one in self.scope.databases]
            trees.carry(pair.part, pair.source, recovery.unrestored_files(self.site, pair.source, restored))
            trees.mark(pair.part)
        with self.phase('write_out'):
            durable.write_out([str(self.journal.path), *databases.files(self.journal.parts), *self._trees()])
        self.journal.write('exchanging')
        with self.phase('exchange'):
            for pair in self.scope.pairs:
                counts = recovery.put_live(self.journal, pair.part, self.site, self.request)
                self.remarks += pair.part.pop('remarks', [])
                self._note(pair, **{key: counts[key] for key in ('written', 'deleted', 'unchanged') if counts})
        self.journal.write('exchanged')

    def _trees(self) -> list[str]:
        return [trees.tree_of(pair.part) for pair in self.scope.webroots]

    def _maintenance_on(self) -> None:
        """In the live tree and in the one that takes its place; the journal knows them before they are there."""
        file = self.request.maintenance_file or maintenance.FILE
        folders = [pair.part['to'] for pair in self.scope.webroots if os.path.isdir(pair.part['to'])]
        folders += [trees.tree_of(pair.part) for pair in self.scope.webroots if pair.part['method'] == 'swap']
        planned = [{'tree': tree, 'file': file} for tree in folders if maintenance.is_free(tree, file)]
        self.journal.write(maintenance=planned)
        maintenance.switch_on(planned, self.request.maintenance_text)

    def _back(self, failure: Exception) -> None:
        """The exchange failed: as it was before, where that can be."""
        try:
            recovery.put_back(self.journal, self.site, self.request)
            recovery.sweep(self.journal, self.site, self.request)
        except Exception as second:
            raise RestoreError(
                f'{failure}; and going back failed, too: {second}. The site may be half old and half new: mend the '
                'cause, then run the restore again with resume (to finish it) or undo (to go back)'
            ) from failure

    def finish(self) -> None:
        """What is left once everything is in place: lasting names, the page off, the probes asked."""
        kept = recovery.settle(self.journal)
        self.remarks += holders.remarks(self.journal.parts)
        self.facts['kept'], self.facts['old_kept'] = kept, bool(kept)
        self.facts['way_back'] = recovery.way_back(self.journal)
        if self.scope.mode != 'elsewhere':
            with self.phase('probes'):
                self._ask()
        if self.request.discard_old and not self.problem:
            recovery.discard(self.journal, self.site, self.request)
            self.facts.update(kept=[], old_kept=False)

    def _ask(self) -> None:
        """A probe that fails is a failure, with the way back; a page that differs from the recorded one a remark."""
        self.facts['pages'] = asking.ask(self.site, self.run.options, self.scope.point)
        unequal = [page for page in self.facts['pages'] if not page['equal']]
        bad = [f'{page["path"]}: {page["difference"]}' for page in unequal if page['kind'] == 'probe']
        self.remarks += [f'page {page["path"]}: {page["difference"]}' for page in unequal if page['kind'] == 'page']
        if bad:
            ways = ' or '.join(self.facts['way_back']) or 'none: nothing was there before'
            shown = '; '.join(bad)
            self.problem = f'restored, but the site does not answer as it should: {shown}. The way back: {ways}'

    def _note(self, pair: Pair, **facts: Any) -> None:
        """Add to what the record says of a part."""
        self.facts['parts'][self.scope.pairs.index(pair)].update(facts)


def _what_is_there(site: dict, request: RestoreRequest) -> dict:
    """The site without what does not exist: a dropped database cannot be saved and must not forbid its own restore."""
    present = []
    for database in site['databases']:
        if database['engine'] == 'sqlite':
            there = os.path.exists(database['path'])
        else:
            there = databases.size_of(databases.administrator(database, request)) is not None
        if there:
            present.append(database)
    webroots = [webroot for webroot in site['webroots'] if os.path.isdir(webroot['path'])]
    return {**site, 'databases': present, 'webroots': webroots}
