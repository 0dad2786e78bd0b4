# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: E501 - a query that is one line here is one line in the catalogue's manual, too
"""What accounts may do in a database, as one fingerprint each; beside them the passwords, as far as they can be read.

Of a superuser only that it is one: rights do not bind it, and every server has one of its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql_roles
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import (
    OURS,
    copy,
    not_of_extension,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_definitions import fingerprint
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session

EVERYBODY = 'PUBLIC'


def _of(word: str, letter: str, catalogue: str, prefix: str, acl: str, owner: str) -> str:
    """`SELECT what, list of rights` of the objects of a catalogue that live in a schema."""
    return (
        f"SELECT {word} || ' ' || n.nspname || '.' || t.{prefix}name, COALESCE(t.{acl}, acldefault({letter}, t.{owner})) "
        f'FROM {catalogue} t JOIN pg_namespace n ON n.oid = t.{prefix}namespace '
        f'WHERE {OURS} AND {not_of_extension(catalogue, "t.oid")}'
    )


_RELATIONS = _of(
    "'relation'", "CASE t.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END", 'pg_class', 'rel', 'relacl', 'relowner'
)
_COLUMNS = (
    "SELECT 'column ' || n.nspname || '.' || c.relname || '.' || a.attname, a.attacl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    f'JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attacl IS NOT NULL AND {OURS} AND {not_of_extension("pg_class", "c.oid")}'
)
_FUTURE = (
    "SELECT concat_ws(' ', 'future', t.defaclobjtype, 'of', pg_get_userbyid(t.defaclrole), 'in', n.nspname), t.defaclacl FROM pg_default_acl t "
    'LEFT JOIN pg_namespace n ON n.oid = t.defaclnamespace'
)
_LISTS = (
    "SELECT 'database', COALESCE(datacl, acldefault('d', datdba)) FROM pg_database WHERE datname = current_database()",
    (
        "SELECT 'schema ' || n.nspname, COALESCE(n.nspacl, acldefault('n', n.nspowner)) FROM pg_namespace n "
        f'WHERE {OURS} AND {not_of_extension("pg_namespace", "n.oid")}'
    ),
    _RELATIONS + " AND t.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')",
    _COLUMNS,
    _of(
        "'routine (' || pg_get_function_identity_arguments(t.oid) || ')'", "'f'", 'pg_proc', 'pro', 'proacl', 'proowner'
    ),
    _of("'type'", "'T'", 'pg_type', 'typ', 'typacl', 'typowner') + ' AND t.typacl IS NOT NULL',
    "SELECT 'language ' || t.lanname, t.lanacl FROM pg_language t WHERE t.lanacl IS NOT NULL",
    "SELECT 'wrapper ' || t.fdwname, t.fdwacl FROM pg_foreign_data_wrapper t WHERE t.fdwacl IS NOT NULL",
    "SELECT 'server ' || t.srvname, t.srvacl FROM pg_foreign_server t WHERE t.srvacl IS NOT NULL",
    "SELECT 'large object ' || t.oid, COALESCE(t.lomacl, acldefault('L', t.lomowner)) FROM pg_largeobject_metadata t",
    _FUTURE,
)
_RIGHTS = (
    "SELECT CASE x.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(x.grantee) END, concat_ws(' ', l.what, x.privilege_type, x.is_grantable) "
    f'FROM ({" UNION ALL ".join(f"({one})" for one in _LISTS)}) AS l(what, rights), LATERAL aclexplode(l.rights) x'
)
_ATTRIBUTES = """
SELECT r.rolname, concat_ws(' ', 'attributes', r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication, r.rolbypassrls,
  r.rolconnlimit, r.rolvaliduntil)
FROM pg_roles r WHERE r.oid = ANY ('{{{oids}}}'::oid[]) AND r.rolname !~ '^pg_'
UNION ALL SELECT r.rolname, 'setting ' || (s.setdatabase <> 0) || ' ' || c FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c
WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) AND r.oid = ANY ('{{{oids}}}'::oid[])
UNION ALL SELECT m.rolname, 'member of ' || r.rolname || ' ' || a.admin_option FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid
JOIN pg_roles m ON m.oid = a.member WHERE a.roleid = ANY ('{{{oids}}}'::oid[]) AND a.member = ANY ('{{{oids}}}'::oid[])
"""
_PASSWORDS = "SELECT rolname, COALESCE(rolpassword, '') FROM pg_authid WHERE NOT rolsuper AND rolname !~ '^pg_' AND oid = ANY ('{{{oids}}}'::oid[])"
_SUPERUSERS = "SELECT rolname FROM pg_roles WHERE rolsuper AND oid = ANY ('{{{oids}}}'::oid[])"


class Rights(NamedTuple):
    """{account: fingerprint}; further definitions; and what could not be read: {kind: {name: reason}}."""

    grants: dict[str, str]
    definitions: dict[str, dict[str, str]]
    undefined: dict[str, dict[str, str]]


def rights(session: Session, roles: dict[str, str]) -> Rights:
    """Of `roles` ({oid: name}), and of everybody."""
    oids = ','.join(roles)
    lines: dict[str, list[str]] = {name: [] for name in ('', *roles.values())}
    rows: list[Any] = session.ask(copy(_RIGHTS)) + session.ask(copy(_ATTRIBUTES.format(oids=oids)))
    for account, line in rows:
        lines.setdefault(account, []).append(line)
    for (account,) in session.ask(copy(_SUPERUSERS.format(oids=oids))):
        lines[account] = ['superuser']
    prints = {account: fingerprint('\n'.join(sorted(texts))) for account, texts in lines.items()}
    definitions, undefined = {'rights': {EVERYBODY: prints.pop('')}}, {}
    if postgresql_roles.may_read_passwords(session):
        passwords = session.ask(copy(_PASSWORDS.format(oids=oids)))
        definitions['password'] = {account: fingerprint(password) for account, password in passwords}
    else:
        reason = 'the account of the backup may not read pg_catalog.pg_authid'
        undefined = {'password': dict.fromkeys(roles.values(), reason)}
    return Rights({name: prints[name] for name in roles.values()}, definitions, undefined)
