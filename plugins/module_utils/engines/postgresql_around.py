# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to one table, and what hangs on it: asked of the catalogue, for its exchange (postgresql_exchange)."""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import copy
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_client import literal
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_definitions import normalised
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session

_COLUMNS = """SELECT quote_ident(attname), format_type(atttypid, atttypmod), attgenerated FROM pg_attribute
WHERE attrelid = {table} AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
# Kind, name and text of each definition that goes with the table.
_DEFINITIONS = """SELECT 'column', a.attname, concat_ws(' ', a.attnotnull, a.attidentity,
    pg_get_expr(d.adbin, d.adrelid)) FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid
    AND d.adnum = a.attnum WHERE a.attrelid = {table} AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT CASE contype WHEN 'f' THEN 'foreign key' ELSE 'constraint' END, conname,
    replace(pg_get_constraintdef(oid), ' NOT VALID', '') FROM pg_constraint
    WHERE conrelid = {table} AND contype IN ('p', 'u', 'x', 'c', 'f')
UNION ALL SELECT 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = {table} AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
UNION ALL SELECT 'trigger', tgname, concat_ws(' ', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger
    WHERE tgrelid = {table} AND NOT tgisinternal
UNION ALL SELECT 'policy', polname, concat_ws(' ', polcmd, polpermissive, polroles::regrole[]::text,
    pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE polrelid = {table}
UNION ALL SELECT 'rule', rulename, concat_ws(' ', pg_get_ruledef(oid), ev_enabled) FROM pg_rewrite
    WHERE ev_class = {table} AND rulename <> '_RETURN'
UNION ALL SELECT 'rights', pg_get_userbyid(a.grantee), string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type)
    FROM pg_class c, aclexplode(COALESCE(c.relacl, acldefault('r', c.relowner))) a WHERE c.oid = {table} GROUP BY 2"""
# Views, and foreign keys of other tables, with the statement that would make the key again.
_DEPENDENTS = """SELECT DISTINCT 'view', r.ev_class::regclass::text, '' FROM pg_depend d
    JOIN pg_rewrite r ON r.oid = d.objid WHERE d.classid = 'pg_rewrite'::regclass
    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = {table} AND r.ev_class <> {table}
UNION ALL SELECT 'foreign key', conrelid::regclass || ' ' || quote_ident(conname),
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
    replace(pg_get_constraintdef(oid), ' NOT VALID', '')) FROM pg_constraint
    WHERE contype = 'f' AND confrelid = {table} AND conrelid <> {table} AND conparentid = 0"""
_UNSTOPPABLE = """SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgrelid = {table} AND tgenabled IN ('A', 'R')
    AND NOT tgisinternal UNION ALL SELECT 'rule ' || rulename FROM pg_rewrite WHERE ev_class = {table}
    AND ev_enabled IN ('A', 'R')"""
# How PostgreSQL itself compares: the operators that the key was made with (pg_constraint.conpfeqop).
_KEYS = """SELECT quote_ident(k.conname), k.conrelid::regclass, k.confrelid::regclass, k.convalidated,
    replace(pg_get_constraintdef(k.oid), ' NOT VALID', ''), string_agg(format('p.%I OPERATOR(%I.%s) c.%I', p.attname,
    n.nspname, o.oprname, c.attname), ' AND '), string_agg(format('c.%I IS NOT NULL', c.attname), ' AND '),
    (SELECT string_agg(relkind::text, '' ORDER BY i) FROM unnest(ARRAY[k.conrelid, k.confrelid]) WITH ORDINALITY
    AS r(o, i) JOIN pg_class ON pg_class.oid = r.o)
FROM pg_constraint k, LATERAL unnest(k.conkey, k.confkey, k.conpfeqop) u(child, parent, operator)
    JOIN pg_attribute c ON c.attnum = u.child JOIN pg_attribute p ON p.attnum = u.parent
    JOIN pg_operator o ON o.oid = u.operator JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE k.contype = 'f' AND k.conparentid = 0 AND (k.conrelid = {table} OR k.confrelid = {table})
    AND c.attrelid = k.conrelid AND p.attrelid = k.confrelid GROUP BY k.oid, k.conname ORDER BY k.conname"""
_SEQUENCES = """SELECT a.attname, format('%I.%I', n.nspname, s.relname), q.seqincrement FROM pg_depend d
    JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace n ON n.oid = s.relnamespace
    JOIN pg_sequence q ON q.seqrelid = s.oid
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = {table}
    AND d.deptype IN ('a', 'i')"""

Names = dict[tuple[str, str], str]


class Column(NamedTuple):
    """`name` is quoted; `generated` is empty for one that holds data."""

    name: str
    type: str
    generated: str


def _ask(session: Session, query: str, quoted: str) -> list[list[str]]:
    return session.ask(copy(query.replace('{table}', f'{literal(quoted)}::regclass')))


def columns(session: Session, quoted: str) -> list[Column]:
    """In the table's order."""
    return [Column(*row) for row in _ask(session, _COLUMNS, quoted)]


def definitions(session: Session, quoted: str) -> Names:
    """{(kind, name): text} of what goes with the table."""
    return {(kind, name): normalised(text) for kind, name, text in _ask(session, _DEFINITIONS, quoted)}


def dependents(session: Session, quoted: str) -> Names:
    """{('view' or 'foreign key', name): the statement that makes the key} of what others have that needs the table."""
    return {(kind, name): text for kind, name, text in _ask(session, _DEPENDENTS, quoted)}


def unstoppable(session: Session, quoted: str) -> list[str]:
    """Triggers and rules that act even in a session that replays rows (ENABLE ALWAYS, ENABLE REPLICA)."""
    return [name for (name,) in _ask(session, _UNSTOPPABLE, quoted)]


def sequences(session: Session, quoted: str) -> dict[str, tuple[str, int]]:
    """{column: (sequence quoted for SQL, its increment)} of the sequences that belong to the table."""
    return {column: (name, int(step)) for column, name, step in _ask(session, _SEQUENCES, quoted)}


def advance_sequences(session: Session, quoted: str, source: Session, source_quoted: str) -> None:
    """Each sequence of the table stands at least where that of `source` does.

    Never back: a number that was given out since must not be given out again; and setval() is not undone by ROLLBACK.
    """
    there = sequences(source, source_quoted)
    for column, (name, step) in sequences(session, quoted).items():
        if column in there:
            wanted, now = _state(source, there[column][0]), _state(session, name)
            if (wanted[0] * step, wanted[1]) > (now[0] * step, now[1]):
                session.ask(copy(f'SELECT setval({literal(name)}, {wanted[0]}, {wanted[1]})'))


def _state(session: Session, name: str) -> tuple[int, bool]:
    ((value, called),) = session.ask(copy(f'SELECT last_value, is_called FROM {name}'))
    return int(value), called == 't'


def settle_keys(session: Session, quoted: str) -> list[str]:
    """Each foreign key from or to the table is what its rows allow: valid, or NOT VALID with a sentence about it.

    A key that is called valid and is not could not be restored from the next backup.
    """
    remarks = []
    for name, child, parent, valid, definition, pairs, filled, kinds in _ask(session, _KEYS, quoted):
        only = ['ONLY ' if kind == 'r' else '' for kind in kinds]
        query = (
            f'SELECT count(*) FROM {only[0]}{child} c WHERE {filled} '
            f'AND NOT EXISTS (SELECT FROM {only[1]}{parent} p WHERE {pairs})'
        )
        ((orphans,),) = session.ask(copy(query))
        if orphans == '0':
            if valid != 't':
                session.ask(f'ALTER TABLE {child} VALIDATE CONSTRAINT {name};')
            continue
        if valid == 't':
            session.ask(f'ALTER TABLE {child} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {definition} NOT VALID;')
        remarks.append(
            f'foreign key {name}: {orphans} rows of {child} refer to rows that {parent} does not have; it is kept as '
            f'NOT VALID: mend the rows, then ALTER TABLE {child} VALIDATE CONSTRAINT {name}'
        )
    return remarks


def database_exists(session: Session, name: str) -> bool:
    """Whether the server has the database."""
    return bool(session.ask(copy(f'SELECT 1 FROM pg_database WHERE datname = {literal(name)}')))
