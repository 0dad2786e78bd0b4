# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""In-place restores that die half-way on a real server: the site is old or new, never half, and the next run finishes.

The moments are those of the journal and of the exchange itself, or drawn from a seed that every run prints
(RAWAT_SEED=number draws the same ones again).
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import facts
import pytest
from e2e.harm import PATIENCE, hold, named, resume, state, wait_for
from e2e.product import NEWS, WORDPRESS, Ended, Product
from e2e.test_interruptions import members
from testbed import Host, Testbed, machine
from testbed.site_check import addresses, fingerprint

SEED = int(os.environ.get('RAWAT_SEED') or random.randrange(10**6))
DISK = '/mnt/shop'
SHOP: dict[str, Any] = {'name': 'shop', 'webroots': [{'path': f'{DISK}/htdocs'}], 'databases': []}
SITES = [WORDPRESS, NEWS, SHOP]
ARCHIVE = {'store': 'archive', 'location': '/srv/archives/restore-interruptions', 'create': True}
JOURNALS, MYSQL = '/var/lib/rawat/restores', '/var/lib/mysql'
STATIC, DEFACED = '/wp-content/uploads/', 'HACKED'
BRIEF: dict[str, Any] = {'without_safety_point': 'a test', 'maintenance': True}
PLUGIN = f'<?php add_action("wp_head", function () {{ echo "<!-- {DEFACED} -->"; }});'
DEFACE = (
    'set -e; cd /var/www/wordpress; mkdir -p wp-content/mu-plugins; cat > wp-content/mu-plugins/x.php; '
    f'for image in IMAGES; do echo {DEFACED} > ".$image"; done; echo evil > shell.php; '
    f'cd /var/www/news; for n in $(seq 1 40 200); do echo {DEFACED} > "files/lampiran $n.bin"; done; '
    f"""runuser -u www-data -- sqlite3 data/news.db "UPDATE news SET title = '{DEFACED}' || id" """
)
ROWS = f"SELECT count(*), sum(title LIKE '{DEFACED}%') FROM news; PRAGMA integrity_check"
NEWS_FILE = str(NEWS['databases'][0]['path'])


class Scene:
    """The server with its recovery points, and what its pages are when they are good and when they are defaced."""

    def __init__(self, host: Host, product: Product):
        self.host, self.product = host, product
        sites = ('wordpress', 'sqliteapp')
        everything = [f'http://{name}{path}' for site in sites for name, path in addresses(host.ip, site)]
        images = [url for url in everything if STATIC in url][:2]
        wordpress = [url for url in everything if 'wp.site' in url and STATIC not in url][::9]
        self.urls = [*images, *wordpress, *(url for url in everything if 'news.site' in url)]
        self.images = [urlsplit(url).path for url in images]
        self.ask()  # fills caches in the databases
        self.saved = self.ask()
        assert all(page[0] == 200 for page in self.saved.values()), self.saved
        self.random = random.Random(SEED)

    def ask(self) -> dict[str, Any]:
        """{url: fingerprint} of the chosen pages."""
        found = {}
        for url in self.urls:
            parts = urlsplit(url)
            query = f'?{parts.query}' if parts.query else ''
            found[url] = fingerprint(self.host.ip, str(parts.hostname), f'{parts.path}{query}')
        return found

    def deface(self) -> None:
        """Rows and files of both sites, so that a mixture of old and new shows on the pages."""
        self.host.run(['mariadb', 'wordpress'], text_input=f"UPDATE wp_posts SET post_title = '{DEFACED}';")
        self.host.ssh(DEFACE.replace('IMAGES', ' '.join(self.images)), text_input=PLUGIN)
        time.sleep(2.1)  # opcache looks at the files again
        self.defaced = self.ask()
        equal = [url for url in self.urls if self.defaced[url] == self.saved[url]]
        assert not [url for url in equal if 'news' not in url and 'login' not in url], equal

    def look(self) -> dict[str, set[str]]:
        """{site: what its pages are}: 'saved' or 'defaced', beside these 'maintenance'; what is neither is said."""
        kinds: dict[str, set[str]] = {}
        for url, page in self.ask().items():
            saved, defaced = page == self.saved[url], page == self.defaced[url]
            if not (saved and defaced):
                other = 'maintenance' if page[0] == 503 else f'{url}: {page}'
                kind = 'saved' if saved else 'defaced' if defaced else other
                kinds.setdefault(str(urlsplit(url).hostname), set()).add(kind)
        return kinds

    def never_half(self) -> dict[str, set[str]]:
        """AssertionError unless each site is as saved or as defaced, or says that it is being maintained."""
        time.sleep(2.1)  # opcache
        kinds = self.look()
        for found in kinds.values():
            assert found - {'maintenance'} in ({'saved'}, {'defaced'}, set()), kinds
        print(f'\n{kinds}')
        return kinds

    # ---------------------------------------------------------------- runs
    def restore(self, *sites: str, **variables: Any) -> list[str]:
        """The command line of `rawat restore` for these sites, confirmed."""
        only = ['--only', *sites] if len(sites) == 1 else ['--all']
        return self.product.rawat('restore', *only, '-e', json.dumps({'confirm': sites, **variables}))

    def begin(self, *sites: str, **variables: Any) -> None:
        """Start a restore."""
        self.before = self.product.runs()
        self.process = self.product.start(self.restore(*sites, **variables))

    def end(self, timeout: float = 120) -> Ended:
        """The end of what was begun."""
        return self.product.finish(self.process, self.before, timeout)

    def finish(self, *sites: str, **variables: Any) -> Ended:
        """The second restore: the sites are as they were saved, and beside them is what the journals keep."""
        variables = {'without_safety_point': 'a test', **variables}
        given = {name: value for name, value in variables.items() if value is not None}
        ended = self.product.run(self.restore(*sites, **given))
        assert ended.code == 0, ended.text
        self.let_go(ended)
        now = self.ask()
        names = [{'wordpress': 'wp.site.test', 'news': 'news.site.test'}[site] for site in sites]
        wrong = [url for url in self.urls if urlsplit(url).hostname in names and now[url] != self.saved[url]]
        assert not wrong, wrong
        assert self.beside() == self.kept()
        return ended

    def let_go(self, ended: Ended | None = None) -> None:
        """PHP keeps SQLite's file open, and compiled code for two seconds: do what the restore says; then wait."""
        said = [line for entry in (ended.sites.values() if ended else ()) for line in entry['remarks']]
        if ended is None or any('php-fpm8.2' in line and 'still has the former file open' in line for line in said):
            self.host.ssh('systemctl restart php8.2-fpm')
        time.sleep(2.1)

    # ---------------------------------------------------------------- what lies about
    def journals(self, site: str) -> list[dict[str, Any]]:
        """The site's journals, newest first."""
        found = []
        for path in sorted(self.host.path(JOURNALS).glob(f'{site}/2*.json'), reverse=True):
            with contextlib.suppress(FileNotFoundError):
                found.append(json.loads(path.read_bytes()))
        return found

    def kept(self) -> list[str]:
        """What finished restores keep by their own words; AssertionError for one that is not finished."""
        documents = [journal for site in SITES for journal in self.journals(site['name'])]
        assert {document['state'] for document in documents} <= {'done'}, documents
        names = {str(kept['where']).removesuffix('/tree') for document in documents for kept in document['kept']}
        return sorted(name.rpartition('/')[2] for name in names)

    def beside(self) -> list[str]:
        """Everything under names of ours, in and beside the webroots and among the databases."""
        find = self.host.run(['find', '/var/www', DISK, '/srv', '-xdev', '(', '-name', '.*.rawat-*', '-o', '-name',
                              '.maintenance', '-o', '-name', '.partial-*', ')', '-printf', '%f\\n'])
        assert not any(mark in self.host.run(['getfattr', '-m', '-', '/var/www/wordpress', '/var/www/news']).stdout
                       for mark in ('trusted.rawat', 'user.rawat'))
        databases = self.host.run(['mariadb', '-BN', '-e', "SHOW DATABASES LIKE '%rawat%'"])
        return sorted([*find.stdout.split(), *databases.stdout.split()])

    # ---------------------------------------------------------------- harm
    def stop_module(self, site: str, moment: Callable[[], object]) -> int:
        """Stop the module that restores `site` when the moment is there; its pid. AssertionError if it never is."""
        end, module = time.monotonic() + PATIENCE, None
        while time.monotonic() < end and self.process.poll() is None:
            module = module or self._module(site)
            if module and moment():
                return stopped(module)
            time.sleep(0.001 if module else 0.05)
        raise AssertionError(f'{site}: the moment did not come; {self.end(1).text}')

    def _module(self, site: str) -> int | None:
        """Who holds the lock of the site's journals."""
        for pid in [*named(self.host, 'python3'), *named(self.host, 'python3.11')]:
            with contextlib.suppress(OSError):
                if any(os.readlink(link) == f'{JOURNALS}/{site}/.lock' for link in Path(f'/proc/{pid}/fd').iterdir()):
                    return pid
        return None

    def says(self, site: str, word: str) -> Callable[[], bool]:
        """Whether the site's newest journal is in that state."""
        folder = self.host.path(f'{JOURNALS}/{site}')

        def moment() -> bool:
            with contextlib.suppress(FileNotFoundError):
                newest = max(folder.glob('2*.json'), default=None)
                return bool(newest and f'"state":"{word}"' in newest.read_text().replace('": "', '":"'))
            return False

        return moment

    def after(self, seconds: float) -> Callable[[], bool]:
        """That much later."""
        start = []

        def moment() -> bool:
            start.append(time.monotonic())
            return start[-1] - start[0] >= seconds

        print(f'\nseed {SEED}: {seconds:.2f} s after the module began')
        return moment

    def plan(self, *, gone: bool) -> Callable[[], bool]:
        """Whether MariaDB's exchange has begun, or (`gone`) has just ended."""
        folder, seen = self.host.path(MYSQL), []

        def moment() -> bool:
            there = any(True for _ in folder.glob('wordpress__rawat_old_*/__rawat_exchange.frm'))
            seen.append(there)
            return any(seen) and not there if gone else there

        return moment


def stopped(module: int) -> int:
    """Stop a process; AssertionError when it has ended already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(module, signal.SIGSTOP)
        wait_for(lambda: state(module) in ('T', 'Z', ''), 'the module stops')
    assert state(module) == 'T', 'the module was faster than the test'
    return module


@pytest.fixture(scope='module')
def scene(testbed: Testbed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A host of this file's own (journals of other tests' restores would be in the way), with a point of each site."""
    (host,) = testbed.up('web6', layer='sites')
    host.disk(DISK, '48M')
    host.ssh(f'mkdir {DISK}/htdocs && cd {DISK}/htdocs && for n in $(seq 60); do '
             'head -c 50000 /dev/urandom > "page $n.html"; done; sync')
    found = Scene(host, Product(testbed, tmp_path_factory.mktemp('restores')))
    found.product.write_inventory({host: SITES}, ARCHIVE)
    ended = found.product.backup()
    assert ended.code == 0, ended.text
    yield found
    if host.running():
        host.undisk(DISK)
    host.destroy()
    testbed.write_inventory()


@pytest.fixture(autouse=True)
def defaced(scene: Scene) -> Iterator[None]:
    """Every test begins with defaced sites, and leaves nothing stopped."""
    scene.deface()
    yield
    if scene.host.running():
        for pid in named(scene.host, 'python3'):
            resume(pid)


def test_a_module_killed_at_any_moment_leaves_the_old_site_or_the_new_one(scene: Scene) -> None:
    scene.begin('wordpress', **BRIEF)
    module = scene.stop_module('wordpress', scene.after(scene.random.uniform(0.2, 2)))
    os.kill(module, signal.SIGKILL)
    assert scene.end().code == 1
    scene.never_half()
    scene.finish('wordpress')


def test_a_killed_client_fails_the_restore_and_nothing_is_left(scene: Scene) -> None:
    scene.begin('wordpress', **BRIEF)
    scene.stop_module('wordpress', lambda: any(scene.host.path(MYSQL).glob('wordpress__rawat_new_*/wp_p*.frm')))
    module, client = hold(scene.host, 'mariadb')
    os.kill(client, signal.SIGKILL)
    resume(module)
    ended = scene.end()
    assert ended.code == 1, ended.text
    assert ended.outcomes == {'wordpress': 'failed'}
    assert scene.never_half()['wp.site.test'] == {'defaced'}
    assert scene.beside() == scene.kept()
    scene.finish('wordpress')


def test_a_module_killed_while_the_database_changes_places(scene: Scene) -> None:
    scene.begin('wordpress', **BRIEF)
    module = scene.stop_module('wordpress', scene.plan(gone=False))
    os.kill(module, signal.SIGKILL)
    assert scene.end().code == 1
    assert scene.journals('wordpress')[0]['state'] == 'exchanging'
    scene.never_half()
    scene.finish('wordpress', resume=True)


def test_a_power_cut_between_the_database_and_the_files(scene: Scene) -> None:
    scene.begin('wordpress', **BRIEF)
    scene.stop_module('wordpress', scene.plan(gone=True))
    scene.host.kill()
    assert scene.end().code == 1
    scene.host.start()
    scene.host.disk(DISK, '48M')
    assert scene.journals('wordpress')[0]['state'] == 'exchanging'
    scene.never_half()
    scene.finish('wordpress')


def test_a_power_cut_at_any_moment(scene: Scene) -> None:
    """Of the site whose SQLite database lies in its webroot; the safety point is taken, too."""
    scene.begin('news', maintenance=True)
    scene.stop_module('news', scene.after(scene.random.uniform(0.1, 2)))
    scene.host.kill()
    assert scene.end().code == 1
    scene.host.start()
    scene.host.disk(DISK, '48M')
    scene.never_half()
    scene.finish('news', without_safety_point=None)  # taking one sweeps what the cut left of the first


def test_a_killed_controller_does_not_stop_the_target(scene: Scene) -> None:
    scene.begin('news', **BRIEF)
    module = scene.stop_module('news', scene.says('news', 'preparing'))
    for pid in members(scene.process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    scene.end(60)
    resume(module)
    wait_for(lambda: state(module) in ('', 'Z'), 'the target finishes by itself')
    scene.let_go()
    assert scene.never_half()['news.site.test'] == {'saved'}


def test_a_module_killed_while_a_sqlite_file_gets_its_content(scene: Scene) -> None:
    """The database alone: its live file keeps its place and its readers."""
    data = scene.host.path(os.path.dirname(NEWS_FILE))
    scene.begin('news', database=NEWS_FILE, **BRIEF)
    module = scene.stop_module('news', lambda: set(data.glob('.*.rawat-old-*')) - set(data.glob('.*.partial*')))
    os.kill(module, signal.SIGKILL)
    assert scene.end().code == 1
    rows = ['runuser', '-u', 'www-data', '--', 'sqlite3', NEWS_FILE, ROWS]
    assert scene.host.run(rows).stdout in ('200|200\nok\n', '200|0\nok\n')
    ended = scene.product.run(scene.restore('news'))
    assert ended.code == 0, ended.text
    assert scene.host.run(rows).stdout == '200|0\nok\n'
    now = scene.ask()
    titles = [url for url in scene.urls if 'news' in url and '/files/' not in url]
    assert [url for url in titles if now[url] != scene.saved[url]] == [], 'PHP, which has it open, sees it at once'


def test_what_a_finished_restore_made_is_on_the_disk_and_what_was_kept_can_go(scene: Scene, tmp_path: Path) -> None:
    """The image of the site's disk is taken as it is the moment the restore ends: what a power cut would leave."""
    host, copy, place = scene.host, tmp_path / 'disk.img', tmp_path / 'mounted'
    before = facts.tree_facts(host.path(f'{DISK}/htdocs'))
    host.ssh(f'cd {DISK}/htdocs && for n in $(seq 1 2 60); do echo {DEFACED} > "page $n.html"; done; rm "page 2.html"')
    scene.begin('shop', without_safety_point='a test')
    wait_for(lambda: scene.says('shop', 'done')(), 'the restore ends')
    shutil.copyfile(host._disk_image(DISK), copy)
    assert scene.end().code == 0
    place.mkdir()
    machine.call('mount', '-o', 'loop', copy, place)
    try:
        after = facts.tree_facts(place / 'htdocs')
        assert not facts.different({**before, '.': after['.']}, after)  # the top may still have its mark
    finally:
        machine.call('umount', place)
    scene.finish('wordpress')
    scene.finish('news')
    ended = scene.product.run(scene.restore('wordpress', 'news', 'shop', discard_old=True))
    assert ended.code == 0, ended.text
    assert (scene.beside(), scene.kept()) == ([], [])
