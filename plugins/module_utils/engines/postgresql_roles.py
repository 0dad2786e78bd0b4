# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles: the rights that our own lacks for a complete dump, and the roles that the database needs to live."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import (
    OURS,
    copy,
    not_of_extension,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session

# Each query gives the statements that mend what lacks; a superuser lacks nothing.
_SCHEMAS = f"""
SELECT format('GRANT USAGE ON SCHEMA %I TO %I;', n.nspname, current_user) FROM pg_namespace n
WHERE {OURS} AND NOT has_schema_privilege(n.oid, 'USAGE')
"""
_RELATIONS = f"""
SELECT format('GRANT SELECT ON %s %I.%I TO %I;', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
  n.nspname, c.relname, current_user)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'S') AND {OURS} AND NOT CASE c.relkind
  WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END
"""
_ROW_SECURITY = """
SELECT format('ALTER ROLE %I BYPASSRLS;', current_user)
WHERE EXISTS (SELECT FROM pg_class c
  WHERE c.relrowsecurity AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE')))
AND NOT (SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user)
"""
_LARGE_OBJECTS = """
SELECT format('GRANT SELECT ON LARGE OBJECT %s TO %I;', l.oid, current_user) FROM pg_largeobject_metadata l
WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND NOT pg_has_role(l.lomowner, 'USAGE')
AND NOT EXISTS (SELECT FROM aclexplode(l.lomacl) a
  WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE')))
"""

# Owners, grantees, policies' and default privileges' roles of this database; then everybody they belong to or who
# belongs to them. The bootstrap superuser is pinned and not in pg_shdepend: it is asked for by its OID. Whoever made an
# extension owns it and its parts on this server only: a dump says CREATE EXTENSION and no more.
_OF_EXTENSION = """s.deptype = 'o' AND (s.classid = 'pg_extension'::regclass OR EXISTS (
  SELECT FROM pg_depend e WHERE e.classid = s.classid AND e.objid = s.objid AND e.deptype = 'e'))"""
_ROLES = f"""
WITH RECURSIVE here AS (SELECT oid, datdba, datacl FROM pg_database WHERE datname = current_database()),
needed(oid) AS (
  SELECT s.refobjid FROM pg_shdepend s, here WHERE s.refclassid = 'pg_authid'::regclass
    AND (s.dbid = here.oid OR (s.classid = 'pg_database'::regclass AND s.objid = here.oid)) AND NOT ({_OF_EXTENSION})
  UNION SELECT datdba FROM here
  UNION SELECT setrole FROM pg_db_role_setting, here WHERE setdatabase = here.oid AND setrole <> 0
  UNION SELECT 10::oid WHERE EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {OURS} AND c.relowner = 10 AND {not_of_extension('pg_class', 'c.oid')})
    OR EXISTS (SELECT FROM pg_proc c JOIN pg_namespace n ON n.oid = c.pronamespace
    WHERE {OURS} AND c.proowner = 10 AND {not_of_extension('pg_proc', 'c.oid')})
  UNION SELECT CASE WHEN m.roleid = needed.oid THEN m.member ELSE m.roleid END
    FROM pg_auth_members m JOIN needed ON needed.oid IN (m.roleid, m.member)
)
SELECT r.oid, r.rolname FROM pg_roles r JOIN needed USING (oid) ORDER BY r.rolname
"""

_CREATE = r"""
SELECT format(E'SELECT %L WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %L) \\gexec',
  format('CREATE ROLE %I WITH ', rolname)
  || CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END
  || CASE WHEN rolinherit THEN ' INHERIT' ELSE ' NOINHERIT' END
  || CASE WHEN rolcreaterole THEN ' CREATEROLE' ELSE ' NOCREATEROLE' END
  || CASE WHEN rolcreatedb THEN ' CREATEDB' ELSE ' NOCREATEDB' END
  || CASE WHEN rolcanlogin THEN ' LOGIN' ELSE ' NOLOGIN' END
  || CASE WHEN rolreplication THEN ' REPLICATION' ELSE ' NOREPLICATION' END
  || CASE WHEN rolbypassrls THEN ' BYPASSRLS' ELSE ' NOBYPASSRLS' END
  || format(' CONNECTION LIMIT %s', rolconnlimit)
  || CASE WHEN rolvaliduntil IS NULL THEN '' ELSE format(' VALID UNTIL %L', rolvaliduntil) END
  || CASE WHEN {password} IS NULL THEN '' ELSE format(' PASSWORD %L', {password}) END, rolname)
FROM {catalogue} WHERE rolname !~ '^pg_' AND oid = ANY ('{{{oids}}}'::oid[]) ORDER BY rolname
"""

_LISTS = "'local_preload_libraries', 'search_path', 'session_preload_libraries', 'temp_tablespaces'"
_SETTINGS = f"""
SELECT format('ALTER ROLE %I SET %I TO %s;', r.rolname, split_part(c, '=', 1),
  CASE WHEN split_part(c, '=', 1) IN ({_LISTS}) THEN substr(c, strpos(c, '=') + 1)
    ELSE quote_literal(substr(c, strpos(c, '=') + 1)) END)
FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c
WHERE s.setdatabase = 0 AND r.rolname !~ '^pg_' AND r.oid = ANY ('{{{{{{oids}}}}}}'::oid[]) ORDER BY 1
"""

_MEMBERS = """
SELECT format('GRANT %I TO %I%s;', r.rolname, m.rolname, CASE WHEN a.admin_option THEN ' WITH ADMIN OPTION' ELSE '' END)
FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
WHERE a.roleid = ANY ('{{{oids}}}'::oid[]) AND a.member = ANY ('{{{oids}}}'::oid[]) ORDER BY 1
"""


def missing_rights(session: Session) -> list[str]:
    """The statements that would let our role dump the database completely; empty when nothing lacks."""
    return [
        row[0] for query in (_SCHEMAS, _RELATIONS, _ROW_SECURITY, _LARGE_OBJECTS) for row in session.ask(copy(query))
    ]


def may_read_passwords(session: Session) -> bool:
    return session.ask(copy("SELECT has_table_privilege('pg_catalog.pg_authid', 'SELECT')")) == [['t']]


def needed_roles(session: Session) -> dict[str, str]:
    """{oid: name}"""
    return dict(session.ask(copy(_ROLES)))


def role_statements(session: Session, roles: dict[str, str]) -> str:
    """SQL for psql that makes the roles (with their password hashes where we may read them); safe to repeat."""
    oids = ','.join(roles)
    secret = may_read_passwords(session)
    source = (
        {'catalogue': 'pg_authid', 'password': 'rolpassword'}
        if secret
        else {'catalogue': 'pg_roles', 'password': 'NULL'}
    )
    lines = ["SET client_encoding = 'UTF8';", 'SET standard_conforming_strings = on;']
    lines += [row[0] for row in session.ask(copy(_CREATE.format(oids=oids, **source)))]
    for query in (_SETTINGS, _MEMBERS):
        lines += [row[0] for row in session.ask(copy(query.format(oids=oids)))]
    return '\n'.join([*lines, ''])
