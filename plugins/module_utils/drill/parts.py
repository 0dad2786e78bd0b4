# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore and compare: webroots against their file lists, databases against their census, the site against its pages.

What differs is noted and the drill goes on: one look shall show everything that is wrong with a point.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import census, engines, pages, php_platform, stores
from ansible_collections.rawat.website.plugins.module_utils.drill.findings import Findings
from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, Limitation, RawatError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.sandbox import Sandbox, hooked
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run
from ansible_collections.rawat.website.plugins.module_utils.webroot.verify import verify_tree

GROWTH = 3  # a loaded database takes up to so many times the bytes of its dump (indexes, pages that are half full)
SERVER_BYTES = 256 * 1024 * 1024  # of a fresh server's data directory and redo log
LOOPBACK = ('localhost', '127.0.0.1', '::1')


def needed_bytes(point: dict) -> int:
    """Bytes of disk that a drill of `point` needs at most."""
    databases = [part for part in point['databases'] if part.get('file')]
    servers = {part['engine'] for part in databases if part['engine'] != 'sqlite'}
    files = sum(part.get('bytes') or 0 for part in point['webroots'])
    return files + GROWTH * sum(part.get('bytes') or 0 for part in databases) + SERVER_BYTES * len(servers)


def elsewhere(site: dict) -> list[str]:
    """What a drill cannot imitate: a database on another host. Here the server sees its site come from `localhost`."""
    hosts = sorted({database.get('login_host') or LOOPBACK[0] for database in site['databases']} - set(LOOPBACK))
    return [f'the database is on another host ({host}), whose accounts may not admit the site here' for host in hosts]


class Rehearsal(contextlib.ExitStack):
    """One point on its way back, in `sandbox`; everything that it starts ends with the block."""

    def __init__(
        self, site: dict, run: Run, repository: stores.Repository, point: dict, sandbox: Sandbox, findings: Findings,
        progress: Progress,
    ):  # fmt: skip
        super().__init__()
        self.site, self.run, self.repository, self.point = site, run, repository, point
        self.sandbox, self.findings, self.progress = sandbox, findings, progress
        self.trees: dict[str, str] = {}  # live path -> restored directory
        self.servers: dict[str, Any] = {}  # engine -> its private server
        self.failed = False  # a part did not come back: the application cannot be judged

    # ---------------------------------------------------------------- files
    def webroots(self) -> None:
        """Restore and compare every webroot that the point holds."""
        for part in self.point['webroots']:
            if part.get('error'):
                continue
            directory = os.path.join(self.sandbox.directory, 'trees', part['label'])
            os.makedirs(directory, mode=0o700)
            self.progress.step('fetch', part['path'])
            if self._fetched(part, directory):
                self._compare_files(part, directory)

    def _fetched(self, part: dict, directory: str) -> bool:
        try:
            with self.findings.phase('fetch_webroots'):
                self.repository.restore_webroot(self.point, part, directory, progress=self.progress)
        except (DamagedError, CommandFailed) as error:
            self.failed = self.findings.differ([f'webroot {part["path"]}: {error}'])
            self.findings.files_equal = False
            return False
        self.trees[part['path']] = directory
        return True

    def _compare_files(self, part: dict, directory: str) -> None:
        self.progress.step('compare', part['path'])
        if os.geteuid() != 0:
            self.findings.uncompared.append(f'{part["path"]}: owners (the drill did not run as root)')
        excused = [skipped['path'] for skipped in part['skipped']]
        with self.findings.phase('compare_files'):
            try:
                lines = self.repository.read_file_list(self.point, part)
                times = part.get('kind') != 'snapshot'  # restic's copy and our list are made one after the other
                found = verify_tree(lines, directory, excused=excused, directory_times=times)
                differences = [f'webroot {part["path"]}: {line}' for line in found.differences]
            except RawatError as error:
                differences = [f'webroot {part["path"]}: {error}']
        differs = self.findings.differ(differences)
        self.findings.files_equal = not differs and self.findings.files_equal is not False

    # ---------------------------------------------------------------- databases
    def databases(self) -> None:
        """Load every database of the point into a private server and compare it with the census."""
        for part in self.point['databases']:
            if part.get('error') or not part.get('file'):
                continue
            try:
                server = self._server(part)
            except Limitation as limitation:
                self._only_read(part, str(limitation))
                continue
            self._load_and_compare(part, server)

    def _server(self, part: dict) -> Any:
        engine = part['engine'].replace('mysql', 'mariadb')
        if engine not in self.servers:
            with self.findings.phase('load_databases'):
                directory = os.path.join(self.sandbox.directory, engine)
                os.makedirs(directory, mode=0o711)
                module = engines.engine(engine)
                self.servers[engine] = self.enter_context(module.private_server(directory, self.run.options, part))
        return self.servers[engine]

    def _only_read(self, part: dict, why: str) -> None:
        """No server of this kind here: the stream is read and hashed, which is all that can be said then."""
        self.findings.limitations.append(why)
        self.findings.not_compared.append(f'{part["label"]} was read and hashed, not loaded: {why}')
        try:
            for _block in self.repository.read_stream(self.point, part):
                pass
        except RawatError as error:
            self.findings.differ([f'{part["label"]}: {error}'])

    def _load_and_compare(self, part: dict, server: Any) -> None:
        module, database = engines.engine(part['engine']), server.database(part['name'])
        self.progress.step('load', part['label'])
        try:
            with self.findings.phase('load_databases'):
                server.prove_ours(database)
                read = self.repository.read_stream
                accounts = read(self.point, part, 'accounts_') if part.get('accounts_file') else None
                module.load(database, part, read(self.point, part), accounts, progress=self.progress)
            self.progress.step('compare', part['label'])
            with self.findings.phase('compare_databases'):
                found = module.census_of(database)
                server.prove_ours(database)
        except (RawatError, CommandFailed) as error:
            self.failed = self.findings.differ([f'{part["label"]}: {error}'])
            self.findings.census_equal = False
            return
        self._compare_census(part, found)
        self._put_into_tree(part, database)

    def _compare_census(self, part: dict, found: dict) -> None:
        recorded = part['census']
        if recorded.get('checksum_method') != found.get('checksum_method'):  # another version words things differently
            recorded = {key: value for key, value in recorded.items() if key not in ('definitions', 'grants')}
            self.findings.limitations.append(
                f'{part["label"]}: recorded with {part["version"]}, another version was loaded: '
                'names and rows were compared, contents and definitions were not'
            )
        self.findings.uncompared += [f'{part["label"]}: {line}' for line in census.uncompared(recorded, found)]
        lines = census.differences(recorded, found)
        differs = self.findings.differ([f'{part["label"]}: {line}' for line in lines])
        self.findings.census_equal = not differs and self.findings.census_equal is not False

    def _put_into_tree(self, part: dict, database: dict) -> None:
        """A SQLite database stands in the webroot again, with its owner and mode, for the application to find."""
        within = part.get('within')
        if not within or within['webroot'] not in self.trees:
            return
        place = os.path.join(self.trees[within['webroot']], within['path'])
        os.makedirs(os.path.dirname(place), exist_ok=True)
        shutil.copyfile(database['path'], place)
        os.chmod(place, int(within['mode'], 8))
        if os.geteuid() == 0:
            os.chown(place, *map(int, within['owner'].split(':')))

    # ---------------------------------------------------------------- the site itself
    def application(self) -> None:
        """Start the site as itself and ask it for what it answered when it was backed up."""
        recorded = self.point.get('application') or {}
        if self.failed or self.findings.not_compared:
            self.findings.application = 'not everything of the site was there to start it with'
            return
        if not recorded.get('pages') and not self.site.get('probes'):
            why = recorded.get('note') or 'nothing is known of its pages'
            self.findings.application = f'no page was recorded at the time of the backup: {why}'
            return
        self.progress.step('application')
        try:
            with self.findings.phase('application'):
                self._ask(recorded)
        except Limitation as limitation:
            self.findings.limitations.append(str(limitation))
            self.findings.application = str(limitation)

    def _ask(self, recorded: dict) -> None:
        with contextlib.ExitStack() as stack:
            read_page, outside = self._started(stack)
            answers = pages.compare(recorded.get('pages') or [], read_page) + pages.probes(self.site, read_page)
        lacking = php_platform.lacking(recorded.get('platform')) + elsewhere(self.site)
        self.findings.ask(answers, lacking, outside)

    def _started(self, stack: contextlib.ExitStack) -> tuple[pages.ReadPage, str | None]:
        """(how to ask it for a page, why it was started by the administrator's hook and not by us)."""
        try:
            return stack.enter_context(self.sandbox.serve(self.site, self.point, self.trees, self.servers)), None
        except Limitation as limitation:
            hook = (self.site.get('application') or {}).get('hook')
            if not hook:
                raise
            start = hooked(hook, self.run.options, self.site, self.trees, self.servers)
            return stack.enter_context(start), f'started by application.hook, in a place of its own ({limitation})'
