# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: E501, Q000 - a query that is one line here is one line in the catalogue's manual, too
"""One face for every engine, so that one contract suite can run against all: where databases live in the tests.

A house makes databases, tells the inventory entry, restores by the product's own `restore_commands` with the vendor's
client alone into a *fresh* server, and takes a census of its own with raw SQL: none of it is product code.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from integration.servers import MariaDB, PostgreSQL

SCENARIOS = Path(__file__).resolve().parents[2] / 'scenarios'
SECRET = 'p"a ss#\\x\'é'


def run_lines(lines: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run restore lines as a person would: one after the other in one shell, in the folder of the point."""
    variables = {'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8', **environment}
    argv = ['bash', '-e', '-o', 'pipefail', '-c', '\n'.join(lines)]
    done = subprocess.run(argv, cwd=folder, env=variables, capture_output=True, timeout=240, check=False)
    complaints = done.stderr.decode('utf-8', 'replace')
    assert done.returncode == 0, f'{lines}\n{complaints[-3000:]}'
    assert 'ERROR' not in complaints, complaints


class MariaDBHouse:
    engine = 'mariadb'
    zoo = SCENARIOS / 'zoo_mariadb' / 'prepare.sql'
    one_table = (
        'CREATE TABLE one (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(200)); INSERT INTO one(v) VALUES ("a"), ("b");'
    )
    many_rows = (
        'CREATE TABLE big (id INT PRIMARY KEY, v VARCHAR(3000)); CREATE TABLE zz_last (id INT); INSERT INTO big SELECT seq, '
        'REPEAT(MD5(seq), 60) FROM seq_1_to_12000;'
    )
    drop_last, insert_one = 'DROP TABLE zz_last;', "INSERT INTO one(v) VALUES ('x');"

    def __init__(self) -> None:
        self.server = MariaDB()

    def create(self, name: str, sql: str | bytes = '') -> dict[str, Any]:
        quoted, text = '`' + name.replace('`', '``') + '`', "'" + name.replace("'", "''") + "'"
        self.server.run(
            f'DROP DATABASE IF EXISTS {quoted}; CREATE DATABASE {quoted} COLLATE utf8mb4_unicode_ci COMMENT {text};'
        )
        if sql:
            self.server.run(sql, name)
        pattern = quoted.replace('_', '\\_').replace('%', '\\%')
        self.server.run(
            "SET sql_mode=''; CREATE OR REPLACE USER backup@localhost IDENTIFIED BY 'p\\\"a ss#\\\\x\\'é';"
            f'GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON {pattern}.* TO backup@localhost;'
            'GRANT SELECT ON mysql.* TO backup@localhost;'
        )
        return {'engine': 'mariadb', 'name': name, 'login_user': 'backup', 'login_password': SECRET, 'login_unix_socket': str(self.server.socket)}  # fmt: skip

    def change(self, name: str, sql: str) -> None:
        self.server.run(sql, name)

    @contextlib.contextmanager
    def restored(self, name: str, lines: list[str], folder: Path) -> Iterator[Callable[[], dict]]:
        fresh = MariaDBHouse()
        try:
            (folder / 'bin').mkdir()
            # "mariadb" of a person on that server needs no login; here it is told where the fresh server is.
            wrapper = folder / 'bin' / 'mariadb'
            wrapper.write_text(
                f'#!/bin/sh\nexec {shutil.which("mariadb")} --no-defaults --socket={fresh.server.socket} --user=root "$@"\n'
            )
            wrapper.chmod(0o755)
            run_lines(lines, folder, {'PATH': f'{folder}/bin:{os.environ["PATH"]}'})
            yield lambda: fresh.census(name)
        finally:
            fresh.remove()

    def census(self, name: str) -> dict[str, Any]:
        """Checksums of all rows and the definitions of everything, by the server's own statements."""
        ask, text = self.server.run, "'" + name.replace('\\', '\\\\').replace("'", "''") + "'"
        quoted = '`' + name.replace('`', '``') + '`'

        def rows(sql: str) -> list[list[str]]:
            return [
                line.split('\t')
                for line in ask(f"SET NAMES utf8mb4, time_zone='+00:00', sql_mode='';{sql}", '', '--raw')
                .decode('utf-8', 'replace')
                .splitlines()
            ]

        result: dict[str, Any] = {}
        listed = ask(
            f"SELECT table_name FROM information_schema.tables WHERE table_schema={text} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')"
        )
        names = [_unescape(line) for line in listed.decode().splitlines()]
        for table in names:
            whole = f'{quoted}.`{table.replace("`", "``")}`'
            history = (
                ' FOR SYSTEM_TIME ALL' if 'SYSTEM VERSIONING' in ask(f'SHOW CREATE TABLE {whole}').decode() else ''
            )
            content = ask(f"SET time_zone='+00:00'; SELECT * FROM {whole}{history}")
            result[f'rows {table}'] = hashlib.sha256(b'\n'.join(sorted(content.split(b'\n')))).hexdigest()
            result[f'table {table}'] = ask(f'SHOW CREATE TABLE {whole}').decode()
        for kind, column, source in (
            ('VIEW', 'table_name', f'information_schema.views WHERE table_schema={text}'),
            ('TRIGGER', 'trigger_name', f'information_schema.triggers WHERE trigger_schema={text}'),
            ('EVENT', 'event_name', f'information_schema.events WHERE event_schema={text}'),
            (
                'SEQUENCE',
                'table_name',
                f"information_schema.tables WHERE table_type='SEQUENCE' AND table_schema={text}",
            ),
        ):
            for line in ask(f'SELECT {column} FROM {source}').decode().splitlines():
                found = _unescape(line)
                shown = ask(f'SHOW CREATE {kind} {quoted}.`{found.replace("`", "``")}`').decode()
                result[f'{kind} {found}'] = [word for word in shown.split('\t') if not word.startswith('2026-')]
        for kind, found in rows(f'SELECT type, name FROM mysql.proc WHERE db={text}'):
            result[f'{kind} {found}'] = ask(f'SHOW CREATE {kind} {quoted}.`{found.replace("`", "``")}`').decode()
        result['database'] = ask(f'SHOW CREATE DATABASE {quoted}').decode()
        result['definers'] = rows(
            f'SELECT definer FROM mysql.proc WHERE db={text} UNION SELECT definer FROM information_schema.views WHERE table_schema={text} ORDER BY 1'
        )
        result['grants'] = rows(
            f"SELECT User, Select_priv, Execute_priv, Trigger_priv FROM mysql.db WHERE {text} LIKE Db AND User <> 'backup' ORDER BY 1"
        )
        result['object grants'] = rows(
            f'SELECT User, Table_name, Table_priv, Column_priv FROM mysql.tables_priv WHERE Db={text} UNION ALL SELECT User, Routine_name, Proc_priv, "" FROM mysql.procs_priv WHERE Db={text} ORDER BY 1, 2'
        )
        return result

    def remove(self) -> None:
        self.server.remove()


def _unescape(value: str) -> str:
    return value.replace('\\n', '\n').replace('\\t', '\t').replace('\\\\', '\\')


class PostgreSQLHouse:
    engine = 'postgresql'
    zoo = SCENARIOS / 'zoo_postgresql' / 'prepare.sql'
    one_table = "CREATE TABLE one (id serial PRIMARY KEY, v text); INSERT INTO one(v) VALUES ('a'), ('b');"
    many_rows = (
        'CREATE TABLE big AS SELECT g AS id, repeat(md5(g::text), 60) AS v FROM generate_series(1, 12000) g; '
        'CREATE TABLE zz_last (id int);'
    )
    drop_last, insert_one = 'DROP TABLE zz_last;', "INSERT INTO one(v) VALUES ('x');"

    def __init__(self) -> None:
        self.server = PostgreSQL()

    def create(self, name: str, sql: str | bytes = '') -> dict[str, Any]:
        quoted = '"' + name.replace('"', '""') + '"'
        self.server.run(f'DROP DATABASE IF EXISTS {quoted}')
        self.server.run(f'CREATE DATABASE {quoted}')
        if sql:
            self.server.run(sql, name)
        return {'engine': 'postgresql', 'name': name, 'login_user': 'postgres', 'become_user': self.server.user,
                'login_unix_socket': str(self.server.folder), 'login_port': self.server.port}  # fmt: skip

    def change(self, name: str, sql: str) -> None:
        self.server.run(sql, name)

    @contextlib.contextmanager
    def restored(self, name: str, lines: list[str], folder: Path) -> Iterator[Callable[[], dict]]:
        fresh = PostgreSQLHouse()
        try:
            run_lines(lines, folder, fresh.server.environment)
            yield lambda: fresh.census(name)
        finally:
            fresh.remove()

    def census(self, name: str) -> dict[str, Any]:
        """Checksums of all rows, and the server's own words about everything else."""

        def ask(sql: str) -> list[str]:
            return self.server.run(f"SET search_path='';{sql}", name).decode().split('\n')[:-1]

        ours = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
        result: dict[str, Any] = {}
        for table in ask(
            f"SELECT replace(format('%I.%I', n.nspname, c.relname), E'\\n', E'\\x01') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND {ours} ORDER BY 1"
        ):
            table = table.replace('\x01', '\n')
            result[f'rows {table}'] = ask(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM ONLY {table} t"
            )
        queries = {
            'relations': f"SELECT n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relispopulated, c.reloptions, pg_get_userbyid(c.relowner), c.relacl::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {ours} ORDER BY 1, 2",
            'columns': f"SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attacl, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attnum > 0 AND NOT a.attisdropped AND {ours} ORDER BY 1, 2, a.attnum",
            'views': f"SELECT pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND {ours} ORDER BY n.nspname, c.relname",
            'indexes': "SELECT indexdef FROM pg_indexes WHERE schemaname !~ '^pg_' ORDER BY 1",
            'constraints': f"SELECT conrelid::regclass, conname, convalidated, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE {ours} ORDER BY conrelid::regclass::text, 2, 4",
            'routines': f"SELECT p.oid::regprocedure::text, p.prosrc, p.prosecdef, p.proconfig, p.proacl, pg_get_userbyid(p.proowner) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {ours} ORDER BY 1",
            'triggers': 'SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1',
            'rules': "SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN' ORDER BY 1",
            'policies': 'SELECT * FROM pg_policies ORDER BY 3',
            'types': f"SELECT n.nspname, t.typname, t.typtype FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {ours} ORDER BY 1, 2",
            'enums': 'SELECT enumtypid::regtype, enumlabel FROM pg_enum ORDER BY 1, enumsortorder',
            'sequences': "SELECT schemaname, sequencename, start_value, max_value, increment_by, cycle, cache_size, last_value FROM pg_sequences ORDER BY 1, 2",
            'large objects': 'SELECT m.oid, pg_get_userbyid(lomowner), lomacl, md5(lo_get(m.oid)) FROM pg_largeobject_metadata m ORDER BY 1',
            'comments': "SELECT description FROM pg_description WHERE objoid >= 16384 ORDER BY 1",
            'extensions': 'SELECT extname, extnamespace::regnamespace FROM pg_extension ORDER BY 1',
            'event triggers': 'SELECT evtname, evtevent FROM pg_event_trigger',
            'publications': 'SELECT pubname, puballtables, tablename, rowfilter FROM pg_publication JOIN pg_publication_tables USING (pubname) ORDER BY 1, 3',
            'mappings': 'SELECT srvname, usename, unnest(umoptions) FROM pg_user_mappings ORDER BY 3',
            'defaults': 'SELECT pg_get_userbyid(defaclrole), defaclacl FROM pg_default_acl',
            'others': "SELECT collname FROM pg_collation n WHERE oid >= 16384 UNION ALL SELECT cfgname FROM pg_ts_config WHERE oid >= 16384 UNION ALL SELECT dictname FROM pg_ts_dict WHERE oid >= 16384 UNION ALL SELECT opcname FROM pg_opclass WHERE oid >= 16384 UNION ALL SELECT oprname FROM pg_operator WHERE oid >= 16384 UNION ALL SELECT stxname FROM pg_statistic_ext ORDER BY 1",
            'database': "SELECT shobj_description(oid, 'pg_database'), datacl, datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()",
            'roles': "SELECT rolname, rolsuper, rolcanlogin, rolconnlimit, rolpassword, rolvaliduntil FROM pg_authid WHERE rolname IN ('keeper', 'editors') OR rolname ~ 'brien' ORDER BY 1",
            'settings': "SELECT COALESCE(r.rolname, '-'), setdatabase <> 0, unnest(setconfig) FROM pg_db_role_setting LEFT JOIN pg_roles r ON r.oid = setrole ORDER BY 1, 2, 3",
            'members': 'SELECT roleid::regrole, member::regrole, admin_option FROM pg_auth_members WHERE roleid >= 16384',
        }  # fmt: skip
        for title, query in queries.items():
            result[title] = ask(query)
        return result

    def remove(self) -> None:
        self.server.remove()


class SQLiteHouse:
    engine = 'sqlite'
    zoo = SCENARIOS / 'zoo_sqlite' / 'prepare.sql'
    one_table = "PRAGMA journal_mode=WAL; CREATE TABLE one (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO one(v) VALUES ('a'), ('b');"
    many_rows = (
        'PRAGMA journal_mode=WAL; CREATE TABLE big (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE s(i) AS (SELECT 1 UNION '
        'ALL SELECT i + 1 FROM s WHERE i < 12000) INSERT INTO big SELECT i, hex(zeroblob(960)) FROM s; CREATE TABLE zz_last (id);'
    )
    drop_last, insert_one = 'DROP TABLE zz_last;', "INSERT INTO one(v) VALUES ('x');"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix='rawat-db-'))

    def path(self, name: str) -> Path:
        return self.folder / f'{name}.db'

    def create(self, name: str, sql: str | bytes = '') -> dict[str, Any]:
        path = self.path(name)
        for suffix in ('', '-wal', '-shm'):
            Path(f'{path}{suffix}').unlink(missing_ok=True)
        data = sql.encode() if isinstance(sql, str) else sql
        subprocess.run(
            ['sqlite3', '-bail', path], input=data or b'VACUUM;', check=True, capture_output=True, timeout=60
        )
        path.touch()
        return {'engine': 'sqlite', 'path': str(path)}

    def change(self, name: str, sql: str) -> None:
        subprocess.run(
            ['sqlite3', '-bail', '-cmd', '.timeout 5000', self.path(name), sql],
            check=True,
            capture_output=True,
            timeout=60,
        )

    @contextlib.contextmanager
    def restored(self, name: str, lines: list[str], folder: Path) -> Iterator[Callable[[], dict]]:
        run_lines(lines, folder, {'HOME': str(folder)})
        yield lambda: census_of_file(folder / f'{name}.db')

    def census(self, name: str) -> dict[str, Any]:
        return census_of_file(self.path(name))

    def remove(self) -> None:
        shutil.rmtree(self.folder)


def census_of_file(path: Path) -> dict[str, Any]:
    """Every value of every table with its type and row number, the schema's own text, the settings."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        schema = sorted(connection.execute('SELECT type, name, tbl_name, sql FROM sqlite_master').fetchall(), key=repr)
        result: dict[str, Any] = {'schema': schema}
        for pragma in (
            'encoding',
            'page_size',
            'auto_vacuum',
            'user_version',
            'application_id',
            'journal_mode',
            'integrity_check',
        ):
            result[pragma] = connection.execute(f'PRAGMA {pragma}').fetchall()
        for kind, name, _table, sql in schema:
            if kind == b'table' and not (sql or b'').startswith(b'CREATE VIRTUAL'):
                quoted = '"' + name.decode().replace('"', '""') + '"'
                columns = [row[1].decode() for row in connection.execute(f'PRAGMA table_xinfo({quoted})')]
                shown = [_bits(column) for column in columns]
                with_rows = [*(() if b'WITHOUT ROWID' in sql or 'rowid' in columns else ('rowid',)), *shown]
                result[f'rows {name.decode()}'] = sorted(
                    connection.execute(f'SELECT {", ".join(with_rows)} FROM {quoted}'), key=repr
                )
        return result


def _bits(column: str) -> str:
    quoted = '"' + column.replace('"', '""') + '"'
    return f"CASE typeof({quoted}) WHEN 'text' THEN hex(CAST({quoted} AS BLOB)) ELSE {quoted} END"


HOUSES = {house.engine: house for house in (MariaDBHouse, PostgreSQLHouse, SQLiteHouse)}
