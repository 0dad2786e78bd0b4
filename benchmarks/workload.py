# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generated site: a webroot, a MariaDB and a PostgreSQL database; and the change of a day.

It is built once per size and kept in the cache; every run of the benchmark works on a copy.
"""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks import servers, sources, tables, webroot
from benchmarks.text import Rows, sentences

SEED = 20261122
FORMAT = 1  # of the kept site: another number builds it anew
NEW_ROWS_FIRST = 0.8  # share of the edits that fall in the newest twentieth of a table


class Size(NamedTuple):
    webroot: webroot.Shape
    rows: dict[str, int]
    large: bool


SIZES = {
    'small': Size(
        webroot.Shape(1750, 30, 220, (100_000, 2_500_000), ('wordpress',)),
        {'wp_posts': 1700, 'wp_postmeta': 26_000, 'wp_comments': 9000, 'wp_options': 600, 'wp_log': 22_000,
         'wp_docblobs': 70},
        False,
    ),
    'large': Size(
        webroot.Shape(16_000, 800, 3200, (200_000, 5_000_000), sources.PHP_PROGRAMS),
        {'wp_posts': 48_000, 'wp_postmeta': 700_000, 'wp_comments': 240_000, 'wp_options': 3000, 'wp_log': 600_000,
         'wp_docblobs': 1900},
        True,
    ),
}


@dataclass
class Site:
    """A copy of the generated site with its servers running."""

    folder: Path
    size: Size
    mariadb: servers.MariaDB
    postgresql: servers.PostgreSQL
    days: int = 0

    @property
    def webroot(self) -> Path:
        return self.folder / 'webroot'

    def server_cpu_seconds(self) -> float:
        return self.mariadb.cpu_seconds() + self.postgresql.cpu_seconds()

    def settle(self) -> None:
        """Let the servers finish what they owe, so that it is not counted to whoever comes next."""
        self.postgresql.sql('CHECKPOINT')
        self.mariadb.sql('FLUSH TABLES')

    def change(self) -> None:
        """A day passes: 1 % of the files and 1 % of the rows, half of them edited and half of them new."""
        self.days += 1
        generator = random.Random(SEED + 1 + self.days)
        webroot.change(self.webroot, generator)
        rows = Rows(generator, _sentences(), self.size.rows['wp_posts'])
        for table in tables.TABLES:
            count = self.size.rows[table.name]
            changed = max(2, count // 100)
            last = count + (self.days - 1) * (changed - changed // 2)
            self._edit(table, _edited_keys(last, changed // 2, generator), generator)
            _load(self, table, rows.table(table.name, last + 1, last + 1 + changed - changed // 2))
        self.settle()

    def _edit(self, table: tables.Table, keys: list[int], generator: random.Random) -> None:
        column, mark = table.edited, f'e{generator.getrandbits(20):x}'
        condition = f'WHERE {table.columns[0][0]} IN ({", ".join(map(str, keys))});'
        self.mariadb.sql(f"UPDATE {table.name} SET {column} = CONCAT({column}, '{mark}') {condition}")
        self.postgresql.sql(f"UPDATE {table.name} SET {column} = {column} || '{mark}' {condition}")

    def facts(self) -> dict[str, int | list[str]]:
        """What the tables of results say about the site; bytes."""
        files = [path for path in self.webroot.rglob('*') if path.is_file()]
        dump = ['mariadb-dump', '--no-defaults', '--single-transaction', f'--socket={self.mariadb.socket}']
        packages = [sources.debian_package(name) for name in self.size.webroot.programs]
        return {
            'files': len(files),
            'webroot_bytes': sum(path.stat().st_size for path in files),
            'mariadb_dump_bytes': len(sources.run([*dump, servers.DATABASE]).stdout),
            'postgresql_bytes': int(self.postgresql.sql(f"SELECT pg_database_size('{servers.DATABASE}')")),
            'sources': [(package / 'VERSION').read_text().strip() for package in packages],
        }


def _edited_keys(last: int, count: int, generator: random.Random) -> list[int]:
    keys: set[int] = set()
    while len(keys) < count:
        newest = generator.random() < NEW_ROWS_FIRST
        keys.add(generator.randint(last - last // 20, last) if newest else generator.randint(1, last))
    return sorted(keys)


def _sentences() -> list[str]:
    """The pool of sentences, kept beside the sites: reading the packages takes half a minute."""
    kept = sources.CACHE / f'sentences-{FORMAT}.json'
    if not kept.exists():
        pool = sentences([sources.debian_package(name) for name in sources.PHP_PROGRAMS])
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(pool))
    return list(json.loads(kept.read_text()))


def _load(site: Site, table: tables.Table, rows: Iterator[tuple]) -> None:
    with tempfile.NamedTemporaryFile('w', encoding='utf-8', dir=site.folder, suffix='.tsv') as lines:
        lines.writelines(map(tables.line, rows))
        lines.flush()
        site.mariadb.sql(tables.mariadb_load(table, lines.name))
        site.postgresql.sql(tables.postgresql_load(table, lines.name))


def _build(folder: Path, size: Size) -> None:
    packages = [sources.debian_package(name) for name in size.webroot.programs]
    webroot.build(folder / 'webroot', size.webroot, packages, random.Random(SEED))
    rows = Rows(random.Random(SEED + 1), _sentences(), size.rows['wp_posts'])
    with servers.running(folder, size.large) as (mariadb, postgresql):
        site = Site(folder, size, mariadb, postgresql)
        mariadb.sql(f'CREATE DATABASE {servers.DATABASE} CHARACTER SET utf8mb4', None)
        postgresql.sql(f'CREATE DATABASE {servers.DATABASE}', 'postgres')
        for table in tables.TABLES:
            mariadb.sql(tables.mariadb_schema(table))
            postgresql.sql(tables.postgresql_schema(table))
            _load(site, table, rows.table(table.name, 1, size.rows[table.name] + 1))
            mariadb.sql(f'ANALYZE TABLE {table.name}')
            postgresql.sql(tables.postgresql_indexes(table))
        postgresql.sql('VACUUM ANALYZE')
        site.settle()


def _kept(name: str, working_folder: Path) -> Path:
    """The folder of the generated site as it was on its first day; built now if it has not been yet.

    It is built in the working folder: PostgreSQL's own account cannot enter a cache below root's home.
    """
    folder = sources.CACHE / 'sites' / f'{name}-{FORMAT}'
    if not folder.exists():
        print(f'generating the {name} site …', file=sys.stderr, flush=True)
        scratch, arriving = working_folder / 'new', folder.with_name(f'.{folder.name}')
        scratch.mkdir(mode=0o711)
        _build(scratch, SIZES[name])
        shutil.rmtree(arriving, ignore_errors=True)
        arriving.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(['mv', str(scratch), str(arriving)], check=True)  # unlike shutil.move it keeps the owners
        arriving.rename(folder)
    return folder


@contextlib.contextmanager
def copy_of_site(name: str, working_folder: Path) -> Iterator[Site]:
    """The site of that size below `working_folder`, with its servers running until the block ends."""
    kept, folder = _kept(name, working_folder), working_folder / 'site'
    subprocess.run(['cp', '--archive', '--reflink=auto', str(kept), str(folder)], check=True)
    with servers.running(folder, SIZES[name].large) as (mariadb, postgresql):
        site = Site(folder, SIZES[name], mariadb, postgresql)
        site.settle()
        yield site
