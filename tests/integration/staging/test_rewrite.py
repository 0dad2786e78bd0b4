# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rewriting whole databases: one contract for all engines, then what only one of them has."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.staging import needles
from ansible_collections.rawat.website.plugins.module_utils.staging.rewrite import rewrite
from ansible_collections.rawat.website.plugins.module_utils.staging.tables import engine_tables
from integration.staging.copies import Copy

OLD, NEW = 'http://old.example', 'https://staging.example/site'
SERIALISED = b'a:2:{s:3:"url";s:18:"http://old.example";s:1:"n";i:7;}'
SERIALISED_NEW = b'a:2:{s:3:"url";s:28:"https://staging.example/site";s:1:"n";i:7;}'


def to(new: str = NEW, old: str = OLD) -> needles.Needles:
    return needles.Needles([
        needles.url_replacement(needles.parse_url(old), needles.parse_url(new)),
        needles.path_replacement('/var/www/old', '/srv/staging'),
    ])  # fmt: skip


def rewritten(copy: Copy, wanted: needles.Needles | None = None) -> dict[str, Any]:
    with engine_tables(copy.database) as tables:
        return rewrite(tables, wanted or to())


def table(copy: Copy, *values: bytes, kind: str = 'TEXT') -> None:
    copy.run(f'CREATE TABLE pages (id INTEGER PRIMARY KEY, body {kind});')
    for number, value in enumerate(values):
        copy.insert('pages', number, value)


def test_texts_and_serialised_values_and_json_are_rewritten_and_counted(copy: Copy) -> None:
    table(copy, b'see http://old.example/a and https://OLD.example.', SERIALISED, b'{"u":"http:\\/\\/old.example\\/x"}')
    result = rewritten(copy)
    assert copy.values('pages', 'body') == sorted([
        b'see https://staging.example/site/a and https://staging.example/site.', SERIALISED_NEW,
        b'{"u":"https:\\/\\/staging.example\\/site\\/x"}',
    ])  # fmt: skip
    name = 'public.pages' if copy.engine == 'postgresql' else 'pages'
    assert result['tables'] == {name: {'body': 3}}
    assert (result['values'], result['replaced'], result['left'], result['remarks']) == (3, 4, {}, [])


def test_what_only_looks_like_the_old_address_stays(copy: Copy) -> None:
    others = [b'http://old.example.org', b'http://old.example2', b'http://old.example:8080/', b'/var/www/old2',
              b'ftp://old.example', b'someone@old.example', b'it\'s \\ "old.example" \xf0\x9f\x98\x80\t|']  # fmt: skip
    table(copy, *others)
    assert rewritten(copy)['values'] == 0
    assert copy.values('pages', 'body') == sorted(others)


def test_difficult_bytes_beside_the_address_come_back_as_they_were(copy: Copy) -> None:
    value = b'\xf0\x9f\x98\x80 \\ \' " \t \r\n %_| $$ http://old.example \\n \xe6\xbc\xa2'
    table(copy, value)
    rewritten(copy)
    assert copy.values('pages', 'body') == [value.replace(OLD.encode(), NEW.encode())]


def test_a_malformed_serialised_value_stays_and_is_named(copy: Copy) -> None:
    broken = b'a:1:{s:3:"url";s:17:"http://old.example";}'
    table(copy, broken, b'http://old.example')
    result = rewritten(copy)
    assert copy.values('pages', 'body') == [broken, NEW.encode()]
    (remark,) = result['remarks']
    assert 'pages.body: 1 x malformed serialised value' in remark
    assert list(result['left'].values()) == [{'body': 1}]


def test_more_rows_than_a_page_are_rewritten(copy: Copy) -> None:
    copy.run('CREATE TABLE pages (id INTEGER PRIMARY KEY, body TEXT, other INTEGER);')
    numbers = ', '.join(f"({number}, 'x {number} {OLD if number % 3 else 'none'}', {number})" for number in range(2000))
    copy.run(f'INSERT INTO pages VALUES {numbers};')
    assert rewritten(copy)['values'] == 1333
    values = copy.values('pages', 'body')
    assert sum(NEW.encode() in value for value in values) == 1333
    assert not [value for value in values if b'old.example' in value]
    assert {value.split()[1] for value in values} == {str(number).encode() for number in range(2000)}


def test_a_table_without_a_key_is_rewritten(copy: Copy) -> None:
    copy.run('CREATE TABLE loose (body TEXT, n INTEGER);')
    copy.insert('loose', b'http://old.example', 1)
    copy.insert('loose', b'http://old.example', 1)
    copy.insert('loose', SERIALISED, 2)
    copy.insert('loose', b'unrelated', 3)
    result = rewritten(copy)
    assert copy.values('loose', 'body') == sorted([NEW.encode(), NEW.encode(), SERIALISED_NEW, b'unrelated'])
    assert copy.values('loose', 'n') == [b'1', b'1', b'2', b'3']
    assert [line for line in result['remarks'] if 'no primary key' in line] == (
        ['table loose has no primary key: its rows are changed by their values'] if copy.engine == 'mariadb' else []
    )


def test_a_key_that_is_an_address_changes_and_one_that_is_taken_stays_and_is_named(copy: Copy) -> None:
    copy.run('CREATE TABLE links (url VARCHAR(200) PRIMARY KEY, title TEXT);')
    for url in (b'http://old.example/a', b'http://old.example/b', b'https://staging.example/site/b'):
        copy.insert('links', url, b'of ' + url)
    result = rewritten(copy)
    assert copy.values('links', 'url') == [
        b'http://old.example/b', b'https://staging.example/site/a', b'https://staging.example/site/b',
    ]  # fmt: skip
    assert any(
        'links.url: 1 values still hold an old text: a unique key has the new one' in one for one in result['remarks']
    )


def test_a_composite_key_finds_its_row(copy: Copy) -> None:
    copy.run('CREATE TABLE meta (post INTEGER, name VARCHAR(40), body TEXT, PRIMARY KEY (post, name));')
    for post in (1, 2):
        for name in (b'a', b"b'\\"):
            copy.insert('meta', post, name, b'%d %s http://old.example' % (post, name))
    rewritten(copy)
    assert copy.values('meta', 'body') == sorted(
        b'%d %s %s' % (post, name, NEW.encode()) for post in (1, 2) for name in (b'a', b"b'\\")
    )


def test_hostile_names_of_tables_and_columns_are_quoted(copy: Copy) -> None:
    quote = '`' if copy.engine == 'mariadb' else '"'
    name = f"{quote}a'b; DROP TABLE x -- {'`' if copy.engine != 'mariadb' else chr(34)}{quote}"
    copy.run(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {name} TEXT); INSERT INTO {name} VALUES (1, '{OLD}');")
    assert rewritten(copy)['values'] == 1
    assert copy.values(name, name) == [NEW.encode()]


def test_triggers_do_not_fire_and_are_there_afterwards(copy: Copy) -> None:
    table(copy, b'http://old.example')
    copy.run('CREATE TABLE log (id INTEGER, body TEXT);')
    copy.run({
        'mariadb': 'CREATE TRIGGER audit AFTER UPDATE ON pages FOR EACH ROW INSERT INTO log VALUES '
                   "(1, CONCAT('é; ', OLD.body));",
        'postgresql': 'CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES '
                      '(1, OLD.body); RETURN NEW; END $$; CREATE TRIGGER audit AFTER UPDATE ON pages FOR EACH ROW '
                      'EXECUTE FUNCTION audit();',
        'sqlite': 'CREATE TRIGGER audit AFTER UPDATE ON pages BEGIN INSERT INTO log VALUES (1, OLD.body); END;',
    }[copy.engine])  # fmt: skip
    rewritten(copy)
    assert copy.values('log', 'body') == []
    copy.run("UPDATE pages SET body = 'later';")
    assert [value.endswith(NEW.encode()) for value in copy.values('log', 'body')] == [True]


def test_a_value_that_would_not_fit_its_column_stays_and_is_named(copy: Copy) -> None:
    table(copy, b'http://old.example/' + b'x' * 12, kind='VARCHAR(32)')
    result = rewritten(copy)
    if copy.engine == 'sqlite':  # its lengths are decoration
        assert copy.values('pages', 'body') == [NEW.encode() + b'/' + b'x' * 12]
        return
    assert copy.values('pages', 'body') == [b'http://old.example/' + b'x' * 12]
    assert any('pages.body: 1 x value that would not fit its column' in remark for remark in result['remarks'])


def test_an_address_that_grows_out_of_the_old_one_is_written_once(copy: Copy) -> None:
    table(copy, b'http://old.example/a')
    result = rewritten(copy, to('http://old.example/staging'))
    assert copy.values('pages', 'body') == [b'http://old.example/staging/a']
    assert result['left'] == {}


def test_binary_columns_keep_serialised_values_valid_and_other_bytes_untouched(copy: Copy) -> None:
    private = b'O:1:"A":1:{s:4:"\0A\0u";s:18:"http://old.example";}'
    image = b'\xff\xd8\xff\0http://old.example/\xfe'
    copy.run(f'CREATE TABLE blobs (id INTEGER PRIMARY KEY, body {copy.blob});')
    for number, value in enumerate((private, image)):
        form = f"decode('{value.hex()}', 'hex')" if copy.engine == 'postgresql' else f"X'{value.hex()}'"
        copy.run(f'INSERT INTO blobs VALUES ({number}, {form});')
    result = rewritten(copy)
    assert copy.values('blobs', 'body') == sorted(
        [private.replace(b's:18:"http://old.example"', b's:28:"' + NEW.encode() + b'"'), image]
    )
    assert any('blobs.body: 1 x binary value' in remark for remark in result['remarks'])


def test_nothing_is_changed_when_the_work_ends_with_an_error(copy: Copy) -> None:
    # SQLite's UPDATE OR IGNORE would pass over it.
    check = '' if copy.engine == 'sqlite' else f", CHECK (body NOT LIKE '{NEW}%')"
    copy.run('CREATE TABLE a (id INTEGER PRIMARY KEY, body TEXT);')
    copy.run(f'CREATE TABLE b (id INTEGER PRIMARY KEY, body TEXT{check});')
    copy.insert('a', 1, b'http://old.example')
    copy.insert('b', 1, b'http://old.example')

    def work() -> None:
        with engine_tables(copy.database) as tables:
            rewrite(tables, to())
            raise RestoreError('table b could not be rewritten: a constraint')  # reached in SQLite alone

    with pytest.raises(RestoreError, match=r'table (public\.)?b could not be rewritten: .*(?i:constraint)') as caught:
        work()
    assert NEW not in str(caught.value)
    assert NEW.encode().hex() not in str(caught.value)
    assert copy.values('a', 'body') == copy.values('b', 'body') == [b'http://old.example']


def test_arrays_and_json_columns_of_postgresql_are_rewritten(postgresql: Copy) -> None:
    postgresql.run(
        'CREATE DOMAIN address AS text; CREATE TABLE t (id int, a text[], j jsonb, k json, d address, g text GENERATED '
        'ALWAYS AS (d::text) STORED); '
        f"INSERT INTO t VALUES (1, ARRAY['{OLD}', NULL, 'a\"b,{{}}'], '{{\"u\": \"{OLD}/x\"}}', "
        f"'[\"{OLD}\"]', '{OLD}');"
        f'CREATE MATERIALIZED VIEW m AS SELECT d FROM t;'
    )
    result = rewritten(postgresql)
    assert result['tables'] == {'public.t': {'a': 1, 'd': 1, 'j': 1, 'k': 1}}
    assert (
        postgresql.values('t', 'a[1]') == postgresql.values('t', 'd') == postgresql.values('m', 'd') == [NEW.encode()]
    )
    assert postgresql.values('t', 'a[2]') == [None]
    assert postgresql.values('t', 'a[3]') == [b'a"b,{}']
    assert postgresql.values('t', 'g') == [NEW.encode()]
    assert postgresql.values('t', "j->>'u'") == [f'{NEW}/x'.encode()]


def test_times_of_change_character_sets_and_tables_without_transactions_of_mariadb_are_kept(mariadb: Copy) -> None:
    mariadb.run(
        'CREATE TABLE t (id INT PRIMARY KEY, body TEXT CHARACTER SET latin1, wide VARCHAR(99) CHARACTER SET ucs2, '
        'changed TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP) ENGINE=MyISAM;'
        f"INSERT INTO t VALUES (1, CONVERT('{OLD} \u00e9' USING latin1), '{OLD} \u00e9', '2001-02-03 04:05:06');"
        'CREATE TABLE loose (body TEXT, changed TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);'
        f"INSERT INTO loose VALUES ('{OLD}', '2001-02-03 04:05:06');"
    )
    before = mariadb.values('t', 'CONVERT(body USING utf8mb4)')
    rewritten(mariadb)
    assert mariadb.values('t', 'CONVERT(body USING utf8mb4)') == [before[0].replace(OLD.encode(), NEW.encode())]
    assert mariadb.values('t', 'CONVERT(wide USING utf8mb4)') == mariadb.values('t', 'CONVERT(body USING utf8mb4)')
    assert mariadb.values('t', 'changed') == mariadb.values('loose', 'changed') == [b'2001-02-03 04:05:06']


def test_full_text_tables_of_sqlite_find_the_new_address(sqlite: Copy) -> None:
    sqlite.run(
        f"CREATE TABLE pages (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO pages VALUES (1, '{OLD}');"
        "CREATE VIRTUAL TABLE outer_search USING fts5(body, content='pages', content_rowid='id');"
        f"INSERT INTO outer_search(outer_search) VALUES('rebuild'); CREATE VIRTUAL TABLE search USING fts5(body);"
        f"INSERT INTO search VALUES ('{OLD}');"
        'CREATE TABLE wr (k TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID;'
        f"INSERT INTO wr VALUES ('k', '{OLD}');"
    )
    rewritten(sqlite)
    for name in ('search', 'outer_search'):
        assert sqlite.values(f"{name} WHERE {name} MATCH 'staging'", 'body') == [NEW.encode()]
        assert sqlite.values(f"{name} WHERE {name} MATCH 'old'", 'body') == []
    assert sqlite.values('wr', 'body') == [NEW.encode()]


def test_values_too_large_to_be_read_are_counted_and_named(copy: Copy) -> None:
    with engine_tables(copy.database) as tables:
        limit = tables.value_limit
    many = f"printf('%.*c', {limit}, 'x') || " if copy.engine == 'sqlite' else f"repeat('x', {limit}), "
    large = f"{many}'{OLD}'" if copy.engine == 'sqlite' else f"concat({many}'{OLD}')"
    table(copy, OLD.encode(), kind='LONGTEXT' if copy.engine == 'mariadb' else 'TEXT')
    copy.run(f'INSERT INTO pages VALUES (7, {large}); INSERT INTO pages VALUES (8, {large});')
    result = rewritten(copy)
    name = 'public.pages' if copy.engine == 'postgresql' else 'pages'
    assert result['remarks'] == [f'{name}.body: 2 x value of more than {limit} bytes, not read and left as it is']
    assert result['tables'] == {name: {'body': 1}}


def test_arrays_of_two_dimensions_are_counted_and_named(postgresql: Copy) -> None:
    postgresql.run('CREATE TABLE lists (id INTEGER PRIMARY KEY, urls text[]);')
    postgresql.run(f"INSERT INTO lists VALUES (1, ARRAY['{OLD}']), (2, ARRAY[ARRAY['{OLD}'], ARRAY['x']]);")
    result = rewritten(postgresql)
    assert result['remarks'] == ['public.lists.urls: 1 x array of more than one dimension, not read and left as it is']
    assert result['tables'] == {'public.lists': {'urls': 1}}
