# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in a PostgreSQL database: one part of a query per kind of object, with the title that pg_dump gives to it.

PostgreSQL filters nothing in its catalogue by rights, so this is complete for any account. Members of extensions come
with CREATE EXTENSION and are no objects of ours.
"""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session

OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"


class Thing(NamedTuple):
    """An object: its kind in the census, the Type and tag of pg_dump's title, and its schema ('' where it has none)."""

    kind: str
    type: str
    tag: str
    schema: str

    @property
    def name(self) -> str:
        return f'{self.schema}.{self.tag}' if self.schema else self.tag

    @property
    def title(self) -> bytes:
        """The comment line over it, up to the owner. pg_dump makes line breaks in names spaces."""
        text = f'-- Name: {self.tag}; Type: {self.type}; Schema: {self.schema or "-"}'
        return text.replace('\n', ' ').replace('\r', ' ').encode('utf-8', 'surrogateescape')


class Family(NamedTuple):
    """Objects of one catalogue: SQL expressions over its rows `t`, and where these come from."""

    kind: str
    type: str
    tag: str
    schema: str
    source: str


def not_of_extension(catalogue: str, oid: str) -> str:
    """Nor a part of another object (deptype i): the functions and casts of a range type come with the type."""
    parts = "'e', 'i'" if catalogue in ('pg_proc', 'pg_cast') else "'e'"
    depends = f"x.classid = '{catalogue}'::regclass AND x.objid = {oid} AND x.deptype IN ({parts})"
    return f'NOT EXISTS (SELECT FROM pg_depend x WHERE {depends})'


def _in_schema(kind: str, type_: str, catalogue: str, prefix: str, where: str = 'true', tag: str = '') -> Family:
    """Objects of `catalogue`, whose columns are called `prefix`name and `prefix`namespace."""
    source = (
        f'{catalogue} t JOIN pg_namespace n ON n.oid = t.{prefix}namespace '
        f'WHERE {OURS} AND {not_of_extension(catalogue, "t.oid")} AND ({where})'
    )
    return Family(kind, type_, tag or f't.{prefix}name', 'n.nspname', source)


def _global(kind: str, type_: str, catalogue: str, tag: str, where: str = 'true') -> Family:
    source = f'{catalogue} t WHERE {not_of_extension(catalogue, "t.oid")} AND t.oid >= 16384 AND ({where})'
    return Family(f"'{kind}'", f"'{type_}'", tag, "''", source)


def _of_table(kind: str, type_: str, catalogue: str, prefix: str, where: str = 'true', relation: str = '') -> Family:
    """What belongs to a table: pg_dump's tag is then `table name`."""
    source = (
        f'{catalogue} t JOIN pg_class c ON c.oid = t.{relation or prefix + "relid"} '
        f'JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND {not_of_extension("pg_class", "c.oid")} '
        f'AND {not_of_extension(catalogue, "t.oid")} AND ({where})'
    )
    return Family(f"'{kind}'", type_, f"c.relname || ' ' || t.{prefix}name", 'n.nspname', source)


_RELATION = (
    "CASE t.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence' "
    "WHEN 'f' THEN 'foreign_table' WHEN 'p' THEN 'partitioned_table' END"
)
_RELATION_TYPE = (
    "CASE t.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' "
    "WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'p' THEN 'TABLE' END"
)
_ARGUMENTS = (
    "(SELECT string_agg(format_type(a, NULL), ', ' ORDER BY i) "
    'FROM unnest(t.proargtypes::oid[]) WITH ORDINALITY AS u(a, i))'
)
_SIGNATURE = f"t.proname || '(' || COALESCE({_ARGUMENTS}, CASE t.prokind WHEN 'a' THEN '*' ELSE '' END) || ')'"
_ROUTINE = "CASE t.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END"
_TYPE = "CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END"
_IS_TYPE = (
    "t.typtype IN ('d', 'e', 'r') "
    "OR (t.typtype = 'c' AND (SELECT relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c') "
    "OR (t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid))"
)
_IS_CONSTRAINT_INDEX = "EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = t.oid AND k.contype IN ('p', 'u', 'x'))"
_IS_CONSTRAINT = "t.contype IN ('p', 'u', 'x') OR (t.contype = 'f' AND t.conparentid = 0)"  # others stand in the table
_CONSTRAINT = "CASE t.contype WHEN 'f' THEN 'FK CONSTRAINT' ELSE 'CONSTRAINT' END"

_CAST = "'CAST (' || format_type(t.castsource, NULL) || ' AS ' || format_type(t.casttarget, NULL) || ')'"
FAMILIES = {
    'relation': _in_schema(_RELATION, _RELATION_TYPE, 'pg_class', 'rel', "t.relkind IN ('v', 'm', 'S', 'f', 'p')"),
    'index': _in_schema(
        "'index'", "'INDEX'", 'pg_class', 'rel', f"t.relkind IN ('i', 'I') AND NOT {_IS_CONSTRAINT_INDEX}"
    ),
    'routine': _in_schema(_ROUTINE, f'upper({_ROUTINE})', 'pg_proc', 'pro', tag=_SIGNATURE),
    'type': _in_schema(_TYPE, f'upper({_TYPE})', 'pg_type', 'typ', _IS_TYPE),
    'collation': _in_schema("'collation'", "'COLLATION'", 'pg_collation', 'coll'),
    'conversion': _in_schema("'conversion'", "'CONVERSION'", 'pg_conversion', 'con'),
    'operator': _in_schema("'operator'", "'OPERATOR'", 'pg_operator', 'opr'),
    'operator_class': _in_schema("'operator_class'", "'OPERATOR CLASS'", 'pg_opclass', 'opc'),
    'operator_family': _in_schema("'operator_family'", "'OPERATOR FAMILY'", 'pg_opfamily', 'opf'),
    'statistics': _in_schema("'statistics'", "'STATISTICS'", 'pg_statistic_ext', 'stx'),
    'text_search_dictionary': _in_schema("'text_search_dictionary'", "'TEXT SEARCH DICTIONARY'", 'pg_ts_dict', 'dict'),
    'text_search_configuration': _in_schema(
        "'text_search_configuration'", "'TEXT SEARCH CONFIGURATION'", 'pg_ts_config', 'cfg'
    ),
    'text_search_parser': _in_schema("'text_search_parser'", "'TEXT SEARCH PARSER'", 'pg_ts_parser', 'prs'),
    'text_search_template': _in_schema("'text_search_template'", "'TEXT SEARCH TEMPLATE'", 'pg_ts_template', 'tmpl'),
    'constraint': _of_table('constraint', _CONSTRAINT, 'pg_constraint', 'con', _IS_CONSTRAINT, 'conrelid'),
    'trigger': _of_table('trigger', "'TRIGGER'", 'pg_trigger', 'tg', 'NOT t.tgisinternal AND t.tgparentid = 0'),
    'policy': _of_table('policy', "'POLICY'", 'pg_policy', 'pol'),
    'rule': _of_table('rule', "'RULE'", 'pg_rewrite', 'rule', "t.rulename <> '_RETURN'", 'ev_class'),
    'schema': _global('schema', 'SCHEMA', 'pg_namespace', 't.nspname', "t.nspname !~ '^pg_'"),
    'extension': _global('extension', 'EXTENSION', 'pg_extension', 't.extname'),
    'language': _global('language', 'PROCEDURAL LANGUAGE', 'pg_language', 't.lanname'),
    'event_trigger': _global('event_trigger', 'EVENT TRIGGER', 'pg_event_trigger', 't.evtname'),
    'publication': _global('publication', 'PUBLICATION', 'pg_publication', 't.pubname'),
    'access_method': _global('access_method', 'ACCESS METHOD', 'pg_am', 't.amname'),
    'foreign_data_wrapper': _global(
        'foreign_data_wrapper', 'FOREIGN DATA WRAPPER', 'pg_foreign_data_wrapper', 't.fdwname'
    ),
    'foreign_server': _global('foreign_server', 'SERVER', 'pg_foreign_server', 't.srvname'),
    'cast': _global('cast', 'CAST', 'pg_cast', _CAST),
    'user_mapping': Family(
        "'user_mapping'",
        "'USER MAPPING'",
        "'USER MAPPING ' || t.usename || ' SERVER ' || t.srvname",
        "''",
        'pg_user_mappings t',
    ),
    'subscription': Family(
        "'subscription'",
        "'SUBSCRIPTION'",
        't.subname',
        "''",
        'pg_subscription t WHERE t.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
    ),
}

TABLES = (
    "SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n "
    f"ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND {OURS} "
    f'AND {not_of_extension("pg_class", "c.oid")} ORDER BY 1, 2'
)


def things(session: Session) -> list[Thing]:
    """Every object but tables and large objects."""
    parts = (f'(SELECT {one.kind}, {one.type}, {one.tag}, {one.schema} FROM {one.source})' for one in FAMILIES.values())
    return [Thing(*row) for row in session.ask(copy(' UNION ALL '.join(parts)))]


def with_text(family: str, text: str) -> str:
    """A query for kind, name (as `Thing.name`) and `text`, an expression over the catalogue's row `t`."""
    one = FAMILIES[family]
    name = one.tag if one.schema == "''" else f"{one.schema} || '.' || {one.tag}"
    return f'SELECT {one.kind}, {name}, {text} FROM {one.source}'


def tables(session: Session) -> dict[str, str]:
    """{census name: the name quoted for SQL} of every table that holds rows of its own."""
    return {f'{schema}.{table}': quoted for schema, table, quoted in session.ask(copy(TABLES))}


def large_objects(session: Session) -> list[str]:
    return [row[0] for row in session.ask(copy('SELECT oid FROM pg_largeobject_metadata ORDER BY oid'))]


def copy(query: str) -> str:
    """The query so that psql prints rows as a session understands them."""
    return f'COPY ({query}) TO STDOUT;'
