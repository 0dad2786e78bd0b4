# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: E501 - a query that is one line here is one line in the catalogue's manual, too
"""Everything that is not rows, as fingerprints of the text that the server itself gives for it; one query for all.

The names are those of `postgresql_catalogue`, so that a census speaks of an object always in the same words. OIDs
never enter a text, nor do passwords (of user mappings, of subscriptions).
"""

from __future__ import annotations

import hashlib
import re

from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import (
    OURS,
    copy,
    not_of_extension,
    with_text,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session

Definitions = dict[str, dict[str, str]]

_CAST = re.compile(r'::(?:text|character varying|bpchar)(?:\(\d+\))?(?:\[\])?')
_LITERAL = re.compile(r"('(?:[^']|'')*')")
_CHUNK = 1024 * 1024  # bytes of a large object that are hashed at once


def _sorted(options: str) -> str:
    """SQL for the options of an object in an order that does not depend on who wrote them down."""
    return f'(SELECT string_agg(o, \',\' ORDER BY o COLLATE "C") FROM unnest({options}) o)'


# The options that people set on a column (ALTER TABLE in the manual); some servers keep a stamp of their own beside them.
_COLUMN_OPTIONS = f"{_sorted('a.attoptions')[:-1]} WHERE o LIKE 'n_distinct%')"
_COLUMNS = f"""(SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull,
  a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), CASE WHEN a.attcollation <> y.typcollation THEN a.attcollation::regcollation::text END,
  CASE WHEN a.attstorage <> y.typstorage THEN a.attstorage END, {_COLUMN_OPTIONS}, {_sorted('a.attfdwoptions')}), E'\\n'
  ORDER BY CASE WHEN t.relispartition OR NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = t.oid) THEN a.attnum ELSE 0 END, a.attname)
  FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped)"""
_PARENTS = "(SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = t.oid)"
_FOREIGN = f"""(SELECT concat_ws(' ', s.srvname, {_sorted('f.ftoptions')}) FROM pg_foreign_table f
  JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = t.oid)"""
_OWNED_BY = """(SELECT string_agg(d.refobjid::regclass || '.' || quote_ident(a.attname), ',') FROM pg_depend d
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))"""
_SEQUENCE = """(SELECT concat_ws(' ', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle)
  FROM pg_sequence s WHERE s.seqrelid = t.oid)"""
_RELATION = f"""CASE t.relkind WHEN 'v' THEN pg_get_viewdef(t.oid) || {_COLUMNS} WHEN 'm' THEN pg_get_viewdef(t.oid) || t.relispopulated
  WHEN 'S' THEN concat_ws(' ', {_SEQUENCE}, {_OWNED_BY})
  ELSE concat_ws(E'\\n', t.relrowsecurity, t.relforcerowsecurity, t.relreplident, t.relispartition, pg_get_partkeydef(t.oid),
    pg_get_expr(t.relpartbound, t.oid), {_PARENTS}, {_FOREIGN}, {_COLUMNS}) END || concat_ws(' ', t.relpersistence, {_sorted('t.reloptions')})"""
_INDEX = "concat_ws(' ', pg_get_indexdef(t.oid), (SELECT concat(x.indisvalid, x.indisclustered, x.indisreplident) FROM pg_index x WHERE x.indexrelid = t.oid))"
_INDEX_OF = '(SELECT concat(x.indisclustered, x.indisreplident) FROM pg_index x WHERE x.indexrelid = t.conindid)'
_AGGREGATE = """(SELECT concat_ws(' ', g.aggtransfn::regproc, g.aggfinalfn::regproc, g.aggcombinefn::regproc, format_type(g.aggtranstype, NULL), g.agginitval,
  g.aggkind, g.aggsortop::regoperator, g.aggfinalmodify, t.proparallel, format_type(t.prorettype, NULL)) FROM pg_aggregate g WHERE g.aggfnoid = t.oid)"""
_ROUTINE = f"CASE WHEN t.prokind = 'a' THEN {_AGGREGATE} ELSE pg_get_functiondef(t.oid) END"
_TYPE = """concat_ws(E'\\n', (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
  (SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)), ',' ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
  (SELECT concat_ws(' ', format_type(r.rngsubtype, NULL), r.rngcanonical::regproc, r.rngsubdiff::regproc) FROM pg_range r WHERE r.rngtypid = t.oid),
  CASE WHEN t.typtype = 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault) END,
  (SELECT string_agg(concat_ws(' ', quote_ident(k.conname), pg_get_constraintdef(k.oid)), ',' ORDER BY k.conname)
    FROM pg_constraint k WHERE k.contypid = t.oid),
  CASE WHEN t.typtype = 'b' THEN concat_ws(' ', t.typinput, t.typoutput, t.typlen, t.typalign, t.typstorage, t.typdefault) END)"""
_ROLES_OF_POLICY = """(SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ',' ORDER BY pg_get_userbyid(r))
  FROM unnest(t.polroles) r)"""
_POLICY = f"concat_ws(E'\\n', t.polcmd, t.polpermissive, {_ROLES_OF_POLICY}, pg_get_expr(t.polqual, t.polrelid), pg_get_expr(t.polwithcheck, t.polrelid))"
_PUBLISHED = "(SELECT string_agg(to_jsonb(p)::text, ',' ORDER BY p.schemaname, p.tablename) FROM pg_publication_tables p WHERE p.pubname = t.pubname)"
_MAPPING = """(SELECT string_agg(m.maptokentype || ' ' || m.mapseqno || ' ' || m.mapdict::regdictionary, ',' ORDER BY m.maptokentype, m.mapseqno)
  FROM pg_ts_config_map m WHERE m.mapcfg = t.oid)"""
_COLLATION = "concat_ws(' ', t.collprovider, t.collisdeterministic, pg_encoding_to_char(t.collencoding), t.collcollate, t.collctype)"
_OPERATOR = """concat_ws(' ', t.oprcode, t.oprrest, t.oprjoin, t.oprcanmerge, t.oprcanhash, format_type(t.oprleft, NULL), format_type(t.oprright, NULL),
  t.oprcom::regoperator, t.oprnegate::regoperator)"""

# {kinds of postgresql_catalogue: the expression of their text, over t, a row of the catalogue that holds them}
_TEXTS = {
    'relation': (_RELATION, 't.relowner'),
    'index': (_INDEX, None),
    'routine': (_ROUTINE, 't.proowner'),
    'type': (_TYPE, 't.typowner'),
    'collation': (_COLLATION, 't.collowner'),
    'conversion': ("concat_ws(' ', t.conforencoding, t.contoencoding, t.conproc, t.condefault)", 't.conowner'),
    'operator': (_OPERATOR, 't.oprowner'),
    'operator_class': (
        "concat_ws(' ', format_type(t.opcintype, NULL), t.opcdefault, format_type(t.opckeytype, NULL))",
        't.opcowner',
    ),
    'operator_family': ('(SELECT amname FROM pg_am WHERE pg_am.oid = t.opfmethod)::text', 't.opfowner'),
    'statistics': ('pg_get_statisticsobjdef(t.oid)', 't.stxowner'),
    'text_search_dictionary': ('t.dictinitoption', 't.dictowner'),
    'text_search_configuration': (_MAPPING, 't.cfgowner'),
    'text_search_parser': ("concat_ws(' ', t.prsstart, t.prstoken, t.prsend, t.prslextype)", None),
    'text_search_template': ("concat_ws(' ', t.tmplinit, t.tmpllexize)", None),
    'constraint': (f"concat_ws(' ', pg_get_constraintdef(t.oid), t.convalidated, {_INDEX_OF})", None),
    'trigger': ("concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)", None),
    'policy': (_POLICY, None),
    'rule': ("concat_ws(' ', pg_get_ruledef(t.oid), t.ev_enabled)", None),
    'schema': ("''", 't.nspowner'),
    'extension': ('(SELECT nspname FROM pg_namespace n WHERE n.oid = t.extnamespace)::text', None),
    'language': ("concat_ws(' ', t.lanpltrusted, t.lanplcallfoid::regproc)", None),
    'event_trigger': ("concat_ws(' ', t.evtevent, t.evtfoid::regproc, t.evtenabled, t.evttags::text)", 't.evtowner'),
    'publication': (
        f"concat_ws(' ', t.puballtables, t.pubinsert, t.pubupdate, t.pubdelete, t.pubtruncate, t.pubviaroot, {_PUBLISHED})",
        't.pubowner',
    ),
    'access_method': ("concat_ws(' ', t.amhandler, t.amtype)", None),
    'foreign_data_wrapper': (
        f"concat_ws(' ', t.fdwhandler::regproc, t.fdwvalidator::regproc, {_sorted('t.fdwoptions')})",
        't.fdwowner',
    ),
    'foreign_server': (
        f"concat_ws(' ', (SELECT fdwname FROM pg_foreign_data_wrapper w WHERE w.oid = t.srvfdw), t.srvtype, t.srvversion, {_sorted('t.srvoptions')})",
        't.srvowner',
    ),
    'user_mapping': (
        "(SELECT string_agg(split_part(o, '=', 1), ',' ORDER BY o COLLATE \"C\") FROM unnest(t.umoptions) o)",
        None,
    ),
    'subscription': ("concat_ws(' ', t.subslotname, t.subpublications::text)", 't.subowner'),
    'cast': ("concat_ws(' ', t.castfunc::regprocedure, t.castcontext, t.castmethod)", None),
}

_TABLES = (
    f"SELECT 'table', n.nspname || '.' || t.relname, concat_ws(E'\\n', {_RELATION}, pg_get_userbyid(t.relowner)) FROM pg_class t "
    f"JOIN pg_namespace n ON n.oid = t.relnamespace WHERE t.relkind = 'r' AND {OURS} AND {not_of_extension('pg_class', 't.oid')}"
)
_CHECKS = (
    "SELECT 'constraint', n.nspname || '.' || c.relname || ' ' || t.conname, concat_ws(' ', pg_get_constraintdef(t.oid), t.convalidated) "
    f'FROM pg_constraint t JOIN pg_class c ON c.oid = t.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace '
    f"WHERE t.contype = 'c' AND {OURS} AND {not_of_extension('pg_class', 'c.oid')}"
)
_COMMENTS = (
    "SELECT 'comment', i.type || ' ' || i.identity, t.description || ' ' FROM pg_description t, pg_identify_object(t.classoid, t.objoid, t.objsubid) i "
    "WHERE t.objoid >= 16384 AND i.identity IS NOT NULL AND t.classoid <> 'pg_largeobject'::regclass "
    "AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = t.classoid AND x.objid = t.objoid AND x.deptype = 'e')"
)
_DATABASE = (
    "SELECT 'database', 'properties', concat_ws(E'\\n', pg_encoding_to_char(t.encoding), t.datcollate, t.datctype, t.datconnlimit, pg_get_userbyid(t.datdba), "
    "shobj_description(t.oid, 'pg_database'), (SELECT string_agg(c, E'\\n' ORDER BY c) "
    'FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE s.setdatabase = t.oid AND s.setrole = 0)) '
    'FROM pg_database t WHERE t.datname = current_database()'
)
_PIECE = (
    'SELECT sha256(x) AS hash, length(x) AS size FROM (SELECT lo_get(t.oid, {offset}, {size}) AS x OFFSET 0) AS piece'
)
_LARGE_OBJECTS = (
    "SELECT 'large_object', t.oid::text, concat_ws(' ', (WITH RECURSIVE pieces(start, hash, size) AS ("
    f'SELECT 0::bigint, p.* FROM ({_PIECE.format(offset="0", size=_CHUNK)}) p UNION ALL SELECT start + {_CHUNK}, p.* FROM pieces, LATERAL '
    f'({_PIECE.format(offset=f"start + {_CHUNK}", size=_CHUNK)}) p WHERE pieces.size = {_CHUNK}) '
    "SELECT encode(sha256(string_agg(hash, ''::bytea ORDER BY start)), 'hex') FROM pieces), pg_get_userbyid(t.lomowner), "
    "obj_description(t.oid, 'pg_largeobject')) FROM pg_largeobject_metadata t"
)
_SEQUENCES = (
    "SELECT n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    f"WHERE c.relkind = 'S' AND {OURS} AND {not_of_extension('pg_class', 'c.oid')} ORDER BY 1"
)


def _texts() -> list[str]:
    """`SELECT kind, name, text` for every kind of object that has a title in a dump."""
    selects = []
    for family, (text, owner) in _TEXTS.items():
        whole = f"concat_ws(E'\\n', {text}, pg_get_userbyid({owner}))" if owner else text
        selects.append(with_text(family, whole))
    return selects


_QUERY = ' UNION ALL '.join(
    f'({query})' for query in (*_texts(), _TABLES, _CHECKS, _COMMENTS, _DATABASE, _LARGE_OBJECTS)
)


def definitions(session: Session) -> Definitions:
    """{kind: {name: 16 hex digits}} of the whole database."""
    found: Definitions = {}
    for kind, name, text in session.ask(copy(_QUERY)):
        found.setdefault(kind, {})[name] = fingerprint(normalised(text))
    return found


def sequence_states(session: Session) -> dict[str, tuple[str, str]]:
    """{name: (name quoted for SQL, fingerprint of the state)}; no snapshot holds a sequence still."""
    sequences = session.ask(copy(_SEQUENCES))
    if not sequences:
        return {}
    selects = (
        f'SELECT {number}, last_value, is_called FROM {quoted}' for number, (_name, quoted) in enumerate(sequences)
    )
    rows = {int(row[0]): row[1:] for row in session.ask(copy(' UNION ALL '.join(selects)))}
    return {
        name: (quoted, sequence_state(rows[number][0], rows[number][1] == 't'))
        for number, (name, quoted) in enumerate(sequences)
    }


def sequence_state(last_value: str, is_called: bool) -> str:
    """The fingerprint of a sequence's state."""
    return fingerprint(f'{last_value} {is_called}')


def normalised(text: str) -> str:
    """`text` without what PostgreSQL words anew each time it reads its own words.

    `kind IN ('a', 'b')` of a varchar is told as `(kind)::text = ANY ((ARRAY['a'::character varying, …])::text[])`, and
    after a restore as `… ANY (ARRAY[('a'::character varying)::text, …])`: the casts and parentheses wander.
    """
    if 'ARRAY[' not in text:
        return text
    parts = _LITERAL.split(text)
    parts[::2] = (_CAST.sub('', part).replace('(', '').replace(')', '') for part in parts[::2])
    return ''.join(parts)


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()[:16]
