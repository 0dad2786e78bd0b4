# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site of files and a SQLite database, backed up for real, and its restores: here, or in a child to kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import backup, options, restoring
from ansible_collections.rawat.website.plugins.module_utils.process import stop_children
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run

CHILD = Path(__file__).with_name('child.py')
OWNER = 12345 if os.geteuid() == 0 else os.geteuid()


class House:
    """One site in `work`: the webroot `www` with a SQLite database in it, an archive, the state of restores."""

    def __init__(self, work: Path):
        self.work, self.www, self.state = work, work / 'srv' / 'www', work / 'state'
        self.database, self.runs = self.www / 'data' / 'app.db', 0
        self.site: dict[str, Any] = {
            'name': 'blog', 'url': None, 'probes': [],
            'webroots': [{'path': str(self.www), 'exclude': ['cache/', '*.log']}],
            'databases': [{'engine': 'sqlite', 'path': str(self.database)}],
        }  # fmt: skip
        self.repository = {'store': 'archive', 'location': str(work / 'archive'), 'create': True}
        self.settings = {**options.defaults(), 'state_directory': str(self.state), 'lock_wait': 5, 'pages': 0}

    def make(self) -> House:
        """The site as it is when all is well."""
        for name, text in {'index.php': '<?php // good', 'uploads/a.jpg': 'a' * 5000, 'uploads/b.jpg': 'b'}.items():
            (self.www / name).parent.mkdir(parents=True, exist_ok=True)
            (self.www / name).write_text(text)
        for folder in ('cache', 'data'):
            (self.www / folder).mkdir()
        (self.www / 'cache' / 'page').write_text('cached')
        (self.www / 'link').symlink_to('index.php')
        (self.www / 'index.php').chmod(0o640)
        self.sql('create table posts (id integer primary key, title text)')
        self.sql("insert into posts (title) values ('first'), ('second')")
        for path in (self.www, *self.www.rglob('*')):
            os.chown(path, OWNER, OWNER, follow_symlinks=False)
        return self

    def sql(self, statement: str, path: Path | None = None) -> list[Any]:
        """Ask the live database (or another file)."""
        connection = sqlite3.connect(path or self.database)
        with connection:
            rows = connection.execute(statement).fetchall()
        connection.close()
        return rows

    def run(self) -> Run:
        """A run with an id of its own."""
        self.runs += 1
        return Run(
            id=f'run-{os.getpid()}-{self.runs}', host='target', repository=self.repository, assignment=None,
            parts=('databases', 'webroots'), options=self.settings, collection_version='0',
        )  # fmt: skip

    def back_up(self) -> dict[str, Any]:
        """A recovery point of the site as it is; the record's entry."""
        [entry] = backup.back_up([self.site], self.run())
        assert entry['outcome'] in ('complete', 'remarks'), entry['error']
        found: dict[str, Any] = entry
        return found

    def plan(self, **request: Any) -> dict[str, Any]:
        """What a restore would do."""
        [entry] = restoring.plan([self.site], self.run(), restoring.RestoreRequest(**request))
        found: dict[str, Any] = entry
        return found

    def restore(self, *, confirm: bool = True, transform: Any = None, **request: Any) -> dict[str, Any]:
        """Restore in this process; the record's entry."""
        names = ['blog'] if confirm else []
        wanted = restoring.RestoreRequest(confirm=names, **request)
        [entry] = restoring.apply([self.site], self.run(), wanted, transform=transform)
        stop_children()
        found: dict[str, Any] = entry
        return found

    def start(self, die: list[Any] | None = None, **request: Any) -> subprocess.Popen[bytes]:
        """The same in a process of its own, which may be killed or (`die`, see child.py) kills itself."""
        run = {name: value for name, value in self.run()._asdict().items() if name != 'limits'}  # a child has none
        text = {'site': self.site, 'run': run, 'request': {'confirm': ['blog'], **request}, 'die': die}
        text['run'].pop('secrets', None)
        environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
        (self.work / 'request.json').write_text(json.dumps(text))
        with (self.work / 'request.json').open() as source:
            return subprocess.Popen([sys.executable, str(CHILD)], stdin=source, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, env=environment)  # fmt: skip

    def deface(self) -> None:
        """What an attacker and a careless hand leave behind."""
        (self.www / 'index.php').write_text('<?php // defaced')
        (self.www / 'shell.php').write_text('<?php // evil')
        shutil.rmtree(self.www / 'uploads')
        (self.www / 'cache' / 'page').write_text('cached later')
        (self.www / 'debug.log').write_text('a log that no backup has')
        self.sql("update posts set title = 'defaced'")

    def files(self) -> dict[str, str]:
        """{relative path: text} of what the site's owner made: all but the database and what backups leave out."""
        found = {}
        for path in sorted(self.www.rglob('*')):
            name = str(path.relative_to(self.www))
            if path.is_file() and not name.startswith(('data/', 'cache/')) and path.suffix != '.log':
                found[name] = path.read_text()
        return found

    def titles(self) -> list[str]:
        """What the database says."""
        return [title for [title] in self.sql('select title from posts order by id')]

    def leftovers(self) -> list[str]:
        """Names of ours anywhere beside the site, and open journals."""
        beside = [str(path.relative_to(self.work)) for path in (self.work / 'srv').rglob('*rawat*')]
        journals = self.state / 'restores' / 'blog'
        return beside + [str(path.relative_to(self.work)) for path in journals.glob('*.json')]


GOOD = {'index.php': '<?php // good', 'link': '<?php // good', 'uploads/a.jpg': 'a' * 5000, 'uploads/b.jpg': 'b'}
DEFACED = {'index.php': '<?php // defaced', 'link': '<?php // defaced', 'shell.php': '<?php // evil'}


def kill_after(child: subprocess.Popen[bytes], seconds: float) -> bool:
    """SIGKILL after so many seconds; whether it was still running."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and child.poll() is None:
        time.sleep(0.002)
    running = child.poll() is None
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=30)
    return running
