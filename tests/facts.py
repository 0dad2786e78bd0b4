# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a database or a directory holds, found out by the tests' own queries: equal facts, equal contents.

No product code in here. A query function takes SQL and returns the client's text; see :func:`database_facts`.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

Query = Callable[[str], str]  # runs statements, returns what the client prints, rows without headings
Facts = dict[str, str]  # name of the fact -> its value

MARIADB = {
    'table': 'SELECT table_name, table_type, engine, table_collation, table_comment FROM information_schema.tables '
             'WHERE table_schema = {schema} ORDER BY 1',
    'column': 'SELECT table_name, column_name, ordinal_position, column_default, is_nullable, column_type, '
              'collation_name, extra, column_comment, generation_expression FROM information_schema.columns '
              'WHERE table_schema = {schema} ORDER BY 1, 3',
    'index': 'SELECT table_name, index_name, non_unique, seq_in_index, column_name, sub_part, index_type '
             'FROM information_schema.statistics WHERE table_schema = {schema} ORDER BY 1, 2, 4',
    'constraint': 'SELECT table_name, constraint_name, constraint_type FROM information_schema.table_constraints '
                  'WHERE table_schema = {schema} ORDER BY 1, 2',
    'view': 'SELECT table_name, view_definition, check_option, definer, security_type FROM information_schema.views '
            'WHERE table_schema = {schema} ORDER BY 1',
    'trigger': 'SELECT trigger_name, event_manipulation, event_object_table, action_order, action_statement, '
               'action_timing, sql_mode, definer FROM information_schema.triggers '
               'WHERE trigger_schema = {schema} ORDER BY 1',
    'routine': 'SELECT routine_type, routine_name, data_type, routine_definition, sql_mode, definer, routine_comment '
               'FROM information_schema.routines WHERE routine_schema = {schema} ORDER BY 1, 2',
    'event': 'SELECT event_name, event_definition, event_type, interval_value, interval_field, starts, execute_at, '
             "on_completion, IF(status = 'ENABLED', 'enabled', 'not enabled'), definer "
             'FROM information_schema.events WHERE event_schema = {schema} ORDER BY 1',
    'schema': 'SELECT default_character_set_name, default_collation_name FROM information_schema.schemata '
              'WHERE schema_name = {schema}',
    'grant': 'SELECT grantee, privilege_type, is_grantable FROM information_schema.schema_privileges '
             'WHERE table_schema = {schema} ORDER BY 1, 2',
    'account': 'SELECT user, host, plugin, authentication_string FROM mysql.user WHERE CONCAT(user, host) IN '
               '(SELECT CONCAT(user, host) FROM mysql.db WHERE db = {schema}) ORDER BY 1, 2',
}
SYSTEM = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
POSTGRESQL = {
    'relation': f"SELECT n.nspname, c.relname, c.relkind, c.relpersistence, pg_get_userbyid(c.relowner), c.relacl, "
                f"c.relrowsecurity, obj_description(c.oid, 'pg_class') FROM pg_class c JOIN pg_namespace n "
                f"ON n.oid = c.relnamespace WHERE {SYSTEM} AND c.relkind <> 't' ORDER BY 1, 2",
    'column': f'SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, '
              f'a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum) '
              f'FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid '
              f'JOIN pg_namespace n ON n.oid = c.relnamespace '
              f'LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum '
              f'WHERE {SYSTEM} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2, a.attnum',
    'index': f'SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid '
             f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {SYSTEM} AND c.relkind IN ('i', 'I') ORDER BY 1",
    'constraint': f'SELECT n.nspname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k '
                  f'JOIN pg_namespace n ON n.oid = k.connamespace WHERE {SYSTEM} ORDER BY 1, 2, 3',
    'view': f'SELECT schemaname, viewname, definition FROM pg_views v JOIN pg_namespace n ON n.nspname = v.schemaname '
            f'WHERE {SYSTEM} ORDER BY 1, 2',
    'trigger': f'SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid '
               f'JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {SYSTEM} AND NOT t.tgisinternal ORDER BY 1',
    'routine': f'SELECT n.nspname, p.proname, p.prokind, pg_get_function_arguments(p.oid), p.prosrc, p.proacl FROM '
               f'pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {SYSTEM} ORDER BY 1, 2, 4',
    'type': f'SELECT n.nspname, t.typname, t.typtype FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace '
            f'WHERE {SYSTEM} ORDER BY 1, 2',
    'enum': 'SELECT enumtypid::regtype, enumlabel FROM pg_enum ORDER BY 1::text, enumsortorder',
    'rule': f'SELECT r.definition FROM pg_rules r '
            f'JOIN pg_namespace n ON n.nspname = r.schemaname WHERE {SYSTEM} ORDER BY 1',
    'policy': 'SELECT schemaname, tablename, policyname, roles, cmd, qual, with_check FROM pg_policies '
              'ORDER BY 1, 2, 3',
    'sequence': 'SELECT schemaname, sequencename, start_value, increment_by, cycle, last_value '
                'FROM pg_sequences ORDER BY 1, 2',
    'event trigger': 'SELECT evtname, evtevent, evtenabled FROM pg_event_trigger ORDER BY 1',
    'extension': 'SELECT extname, extversion FROM pg_extension ORDER BY 1',
    'publication': 'SELECT pubname, puballtables FROM pg_publication ORDER BY 1',
    'schema': f'SELECT n.nspname, pg_get_userbyid(n.nspowner), n.nspacl FROM pg_namespace n WHERE {SYSTEM} ORDER BY 1',
    'large object': 'SELECT loid, pageno, md5(data) FROM pg_largeobject ORDER BY 1, 2',
    'database': "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datacl, "
                "shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()",
    'setting': 'SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setdatabase = '
               '(SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1',
}
POSTGRESQL_TABLES = (f"SELECT to_json(format('%I.%I', n.nspname, c.relname))::text FROM pg_class c JOIN pg_namespace n "
                     f"ON n.oid = c.relnamespace WHERE {SYSTEM} AND c.relkind IN ('r', 'm') "
                     'AND c.relispopulated ORDER BY 1')
POSTGRESQL_CONTENTS = ("SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\"), '')) "
                       'FROM ONLY {table} t')
MARIADB_TABLES = ("SELECT JSON_QUOTE(table_name) FROM information_schema.tables WHERE table_schema = {schema} "
                  "AND (table_type = 'BASE TABLE' OR table_type LIKE '%VERSIONED') ORDER BY 1")
NEXT = '=== next answer ==='
SQLITE_SETTINGS = ('user_version', 'application_id', 'encoding', 'page_size', 'auto_vacuum')


def ask(query: Query, statements: dict[str, str]) -> Facts:
    """The answers to several statements, asked in one call of the client."""
    script = ''.join(f"{sql};\nSELECT '{NEXT}';\n" for sql in statements.values())
    answers = query(script).split(f'{NEXT}\n')
    assert len(answers) == len(statements) + 1, f'the client stopped: {answers[-1]}'
    return dict(zip(statements, answers))


def mariadb_facts(query: Query, name: str) -> Facts:
    """A MariaDB database: definitions, exact rows, and a checksum of every table's contents."""
    schema = "'" + name.replace('\\', '\\\\').replace("'", "''") + "'"
    found = ask(query, {kind: sql.format(schema=schema) for kind, sql in MARIADB.items()})
    contents = {}
    for line in ask(query, {'names': MARIADB_TABLES.format(schema=schema)})['names'].splitlines():
        table = json.loads(line)  # a name may hold a line break
        quoted = '`' + name.replace('`', '``') + '`.`' + table.replace('`', '``') + '`'
        contents[f'rows of {table}'] = f'SELECT COUNT(*) FROM {quoted}'
        contents[f'contents of {table}'] = f'CHECKSUM TABLE {quoted} EXTENDED'
    return found | ask(query, contents)


def postgresql_facts(query: Query) -> Facts:
    """The PostgreSQL database that `query` asks: definitions, exact rows, and a hash of every table's contents."""
    found = ask(query, POSTGRESQL)
    contents = {}
    for line in ask(query, {'names': POSTGRESQL_TABLES})['names'].splitlines():
        table = json.loads(line)
        contents[f'rows of {table}'] = f'SELECT count(*) FROM ONLY {table}'
        contents[f'contents of {table}'] = POSTGRESQL_CONTENTS.format(table=table)
    return found | ask(query, contents)


def sqlite_facts(shell: Callable[..., bytes]) -> Facts:
    """A SQLite file: what `.dump` prints, and the settings that SQL does not carry. `shell(*lines)` runs sqlite3."""
    facts = {name: shell(f'PRAGMA {name}').decode() for name in SQLITE_SETTINGS}
    statements = b'\n'.join(sorted(shell('.dump --preserve-rowids').splitlines()))
    return facts | {'dump': hashlib.sha256(statements).hexdigest(), 'bytes': str(len(statements))}


def tree_facts(root: Path, ignore: Iterable[str] = ()) -> Facts:
    """Every file below `root` by its path: kind, mode, owner, mtime, size, SHA-256, target, links, attributes.

    `ignore`: paths relative to `root` that are left out with all below them.
    """
    top, facts, inodes = os.fsencode(root), {}, {}
    left_out = {os.path.join(top, os.fsencode(path.rstrip('/'))) for path in ignore}
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if os.path.join(folder, name) not in left_out)
        for path in [os.path.join(folder, name) for name in (b'.', *folders, *sorted(files))]:
            if path not in left_out and not (path.endswith(b'/.') and folder != top):
                facts[repr(os.path.relpath(path, top))[2:-1]] = _entry(path, inodes)
    return facts


def _entry(path: bytes, inodes: dict[tuple[int, int], bytes]) -> str:
    state = os.lstat(path)
    words = [stat.filemode(state.st_mode), str(state.st_uid), str(state.st_gid)]
    if stat.S_ISLNK(state.st_mode):
        return ' '.join([*words, f'-> {os.readlink(path)!r}'])
    attributes = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    words += [str(state.st_mtime_ns), str(sorted(attributes.items()))]
    if stat.S_ISREG(state.st_mode):
        first = inodes.setdefault((state.st_dev, state.st_ino), path)
        with open(path, 'rb') as handle:
            words += [str(state.st_size), hashlib.file_digest(handle, 'sha256').hexdigest(), str(state.st_nlink)]
        words.append('' if first == path else f'same as {os.path.basename(first)!r}')
    return ' '.join(words)


def different(expected: Facts, found: Facts) -> list[str]:
    """One line per fact that is not equal; empty when all are."""
    return [f'{name}: expected {_short(expected.get(name))}, found {_short(found.get(name))}'
            for name in sorted(expected.keys() | found.keys()) if expected.get(name) != found.get(name)]


def _short(value: str | None) -> str:
    return 'nothing' if value is None else repr(value if len(value) < 3000 else f'{value[:3000]}…')
