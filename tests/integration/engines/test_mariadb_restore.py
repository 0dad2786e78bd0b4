# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A MariaDB dump comes back: into a private server, under another name, in the place of the live one; or it is told."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.census import differences, uncompared
from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb, mariadb_server
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation, RestoreError
from ansible_collections.rawat.website.plugins.module_utils.pump import pump
from integration.engines.dumping import SILENT, FileWriter, dump
from integration.engines.mariadb_copying import ask, blocks, fresh, load


# ---------------------------------------------------------------- whole
def test_the_zoo_comes_back_equal_under_its_own_and_another_name(
    mariadb_house, private: mariadb_server.Server, tmp_path: Path
) -> None:
    sql = mariadb_house.zoo.read_bytes()
    part, _stream, _capture = dump(mariadb_house.create('zoo', sql), tmp_path)
    assert part['census']['unsummed'] == {}
    assert set(part['census']['checksums']) == set(part['census']['tables'])
    for name in ('zoo', 'odd `näme`'):
        facts = load(private.database(name), part, tmp_path, into=None if name == 'zoo' else name)
        found = mariadb.census_of(private.database(name))
        assert differences(part['census'], found) == []
        assert uncompared(part['census'], found) == []
    assert facts['renamed'] == ['table uses_sequence']
    default = ask(
        private,
        "SELECT column_default FROM information_schema.columns WHERE table_schema='odd `näme`' "
        "AND column_default LIKE 'nextval%';",
    )
    assert default == [['nextval(`odd ``näme```.`counter`)']]


@pytest.mark.usefixtures('private')  # which made the template
def test_a_server_costs_a_moment(place: Path) -> None:
    (place / 'quick').mkdir(mode=0o711)
    started = time.monotonic()
    with mariadb.private_server(str(place / 'quick'), {'state_directory': str(place / 'state')}):
        pass
    assert time.monotonic() - started < 15  # 0.4 s where nothing else runs; making its files anew takes far longer


def test_keys_that_were_built_afterwards_are_the_same_keys(private, site: dict, place: Path) -> None:
    fresh(private, site, place, 'keys')
    shown = ask(private, 'SHOW CREATE TABLE keys.comments;'.replace('keys', '`keys`'))[0][1]
    assert 'KEY `post` (`post`),\n  CONSTRAINT `of_post` FOREIGN KEY (`post`) REFERENCES `posts` (`id`)' in shown
    assert ask(private, 'SELECT v FROM `keys`.loose;') == [['3'], ['1'], ['2']]  # no primary key: in the dump's order


# ---------------------------------------------------------------- differences
@pytest.mark.parametrize(
    ('change', 'sentence'),
    [
        ('DELETE FROM comments WHERE id=7', 'table comments has 3999 rows instead of 4000'),
        ("UPDATE comments SET body='x' WHERE id=9", 'the content of table comments differs: checksum'),
        ('CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON posts FOR EACH ROW SET @a=1', 'the body of trigger stamp'),
        ('DROP PROCEDURE tidy', 'procedure tidy is missing'),
        ('DROP TRIGGER stamp', 'trigger stamp is missing'),
        ('ALTER TABLE posts DROP KEY title', 'the definition of table posts differs'),
        ('CREATE OR REPLACE VIEW titles AS SELECT id FROM posts', 'the definition of view titles differs'),
        ('DO SETVAL(counter, 5000)', 'the definition of sequence counter differs'),
        ('ALTER EVENT nightly ENABLE', 'the body of event nightly differs'),
        ('REVOKE SELECT ON `copy`.* FROM visitor@localhost', 'the rights or the password of account `visitor`'),
        ('ALTER DATABASE `copy` CHARACTER SET latin1', "the character set of the database is 'latin1'"),
        ('CREATE TABLE strange(id INT)', 'table strange is unexpected'),
    ],
)  # fmt: skip
def test_each_difference_is_named(private, site: dict, place: Path, change: str, sentence: str) -> None:
    copy = fresh(private, site, place, 'copy')
    assert differences(site['census'], mariadb.census_of(copy)) == []
    ask(private, f'USE copy; {change};')
    found = differences(site['census'], mariadb.census_of(copy))
    assert any(line.startswith(sentence) for line in found), found


def test_a_password_of_another_is_a_difference(private, site: dict, place: Path) -> None:
    copy = fresh(private, site, place, 'copy')
    ask(private, "ALTER USER visitor@localhost IDENTIFIED BY 'other';")
    sentence = 'the rights or the password of account `visitor`@`localhost` differ'
    assert sentence in differences(site['census'], mariadb.census_of(copy))
    copy = fresh(private, site, place, 'copy')  # a private server takes the passwords of the point
    assert differences(site['census'], mariadb.census_of(copy)) == []


def test_text_in_the_wrong_character_set_is_a_difference(private, site: dict, place: Path) -> None:
    data = b''.join(blocks(place, site['file'])).replace(b'SET NAMES utf8mb4', b'SET NAMES latin1')
    mariadb.drop(private.database('mysql'), 'wrong', force=True)
    mariadb.load(private.database('wrong'), site, iter([data]), blocks(place, site['accounts_file']), into='wrong')
    found = differences(site['census'], mariadb.census_of(private.database('wrong')))
    assert any(line.startswith('the content of table posts differs') for line in found)
    assert not any('comments' in line for line in found)  # plain ASCII


def test_checksums_are_those_of_the_snapshot(mariadb_house, tmp_path: Path) -> None:
    database = mariadb_house.create(
        'snap', 'CREATE TABLE t(id INT PRIMARY KEY, v TEXT); INSERT INTO t SELECT seq, MD5(seq) FROM seq_1_to_50000;'
    )
    before = mariadb.census_of(database)['checksums']
    with mariadb.capture(database) as capture:
        mariadb_house.change('snap', "INSERT INTO t VALUES (-1, 'late'); UPDATE t SET v='changed' WHERE id=50000;")
        census = capture.census()
        pump(capture.dump, FileWriter(tmp_path / 'x'), capture.inspector, SILENT, lambda: capture.compare(census))
    assert census['checksums'] == before
    assert mariadb.census_of(database)['checksums'] != before


def test_a_table_without_snapshot_that_was_written_has_no_checksum(mariadb_house, tmp_path: Path) -> None:
    database = mariadb_house.create('my', 'CREATE TABLE m(id INT) ENGINE=MyISAM; CREATE TABLE n(id INT) ENGINE=MyISAM;')
    with mariadb.capture(database) as capture:
        census = capture.census()
        mariadb_house.change('my', 'INSERT INTO m VALUES (1);')
        pump(capture.dump, FileWriter(tmp_path / 'x'), capture.inspector, SILENT, lambda: capture.compare(census))
    assert list(census['checksums']) == ['n']
    assert 'written' in census['unsummed']['m']


# ---------------------------------------------------------------- failures
def test_a_database_with_content_is_not_touched(private, site: dict, place: Path) -> None:
    ask(private, 'CREATE OR REPLACE DATABASE taken; CREATE TABLE taken.mine(id INT);')
    with pytest.raises(RestoreError, match=r'is not empty .it has 1 tables.*nothing was changed'):
        load(private.database('taken'), site, place, into='taken')
    assert ask(private, "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema='taken';") == [['1']]


@pytest.mark.parametrize(
    ('old', 'new', 'where'),
    [
        (b'(5000,', b'(4999,', 'table posts'),
        (b'DELETE FROM comments WHERE', b'DELETE FRM comments WHERE', 'procedure tidy'),
        (b'FULLTEXT KEY `words` (`title`)', b'FULLTEXT KEY `words` (`title_`)', 'keys of table posts'),
        (b'CREATE TABLE `loose`', b'CREATE TABEL `loose`', ''),
    ],
)  # fmt: skip
def test_the_first_error_ends_the_load_and_names_the_object(
    private, site: dict, place: Path, old: bytes, new: bytes, where: str
) -> None:
    data = b''.join(blocks(place, site['file']))
    assert old in data
    mariadb.drop(private.database('mysql'), 'bad', force=True)
    stream = iter([data.replace(old, new, 1)[start : start + 50_000] for start in range(0, len(data) + 9, 50_000)])
    with pytest.raises(RestoreError) as raised:
        mariadb.load(private.database('bad'), site, stream, blocks(place, site['accounts_file']), into='bad')
    assert where in str(raised.value)
    assert 'ERROR 1' in str(raised.value)
    assert 'Größe 1234' not in str(raised.value)
    assert next(stream, None) is None  # read to its end, so that the store could check it


def test_half_a_dump_is_an_error(private, site: dict, place: Path) -> None:
    data = b''.join(blocks(place, site['file']))
    mariadb.drop(private.database('mysql'), 'half', force=True)
    end = data.index(b'UNLOCK') if b'UNLOCK' in data else data.index(b'-- Dumping events')
    with pytest.raises(RestoreError, match='without its end marker'):
        mariadb.load(private.database('half'), site, iter([data[:end]]), None, into='half')


def test_no_client_is_left_behind(private, site: dict, place: Path) -> None:
    fresh(private, site, place, 'copy')
    children = Path(f'/proc/{os.getpid()}/task/{os.getpid()}/children').read_text().split()
    names = [Path(f'/proc/{child}/comm').read_text().strip() for child in children]
    assert 'mariadb' not in names


# ---------------------------------------------------------------- private servers
def test_another_server_in_its_place_is_told_by_name(mariadb_house, private: mariadb_server.Server) -> None:
    private.prove_ours(private.database('any'))
    other = {
        'engine': 'mariadb',
        'name': 'any',
        'login_user': 'root',
        'login_unix_socket': str(mariadb_house.server.socket),
    }
    with pytest.raises(RestoreError, match=f'another server answers.*{mariadb_house.server.socket}'):
        private.prove_ours(other)


def test_nobody_logs_in_without_a_password(place: Path) -> None:
    (place / 'closed').mkdir(mode=0o711)
    with mariadb.private_server(str(place / 'closed'), {'state_directory': str(place / 'state')}) as server:
        argv = ['mariadb', '--no-defaults', f'--socket={server.socket}', '--user=root', '-e', 'SELECT 1']
        done = subprocess.run(argv, capture_output=True, timeout=20, check=False)
        assert b'ERROR 1045' in done.stderr
        password = server.database('any')['login_password'].encode()
        assert password not in Path(f'/proc/{server.pid}/cmdline').read_bytes()
        accounts = ask(server, 'SELECT user, host FROM mysql.global_priv ORDER BY 1;')
        assert [user for user, _host in accounts] == ['PUBLIC', 'mariadb.sys', 'rawat-private', 'root'] or accounts[0][
            0
        ] == 'mariadb.sys'
        assert ask(server, 'SELECT @@skip_networking, @@log_bin, @@event_scheduler;') == [['1', '0', 'OFF']]


def test_two_runs_make_one_template(place: Path) -> None:
    script = (
        'import sys; from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb\n'
        'with mariadb.private_server(sys.argv[1], {"state_directory": sys.argv[2]}) as server: print(server.version)'
    )
    runs = []
    for name in ('one', 'two'):
        (place / name).mkdir(mode=0o711)
        argv = [sys.executable, '-c', script, str(place / name), str(place / 'state2')]
        environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
        runs.append(subprocess.Popen(argv, stdout=subprocess.PIPE, env=environment))
    for run in runs:
        assert b'MariaDB' in run.communicate(timeout=60)[0]
    assert len([entry for entry in (place / 'state2/templates').iterdir() if entry.is_dir()]) == 1


def test_a_killed_run_takes_its_server_along(place: Path) -> None:
    script = (
        'import sys, time; from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb\n'
        'with mariadb.private_server(sys.argv[1], {"state_directory": sys.argv[2]}) as server:\n'
        '    print(server.pid, flush=True); time.sleep(60)'
    )
    (place / 'doomed').mkdir(mode=0o711)
    argv = [sys.executable, '-c', script, str(place / 'doomed'), str(place / 'state')]
    run = subprocess.Popen(argv, stdout=subprocess.PIPE, env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)})
    server = int(run.stdout.readline())
    run.kill()
    run.wait(timeout=10)
    deadline = time.monotonic() + 10
    while Path(f'/proc/{server}/cmdline').exists() and Path(f'/proc/{server}/cmdline').read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_older_server_is_a_limitation(place: Path) -> None:
    (place / 'old').mkdir(mode=0o711)
    part = {'version': '99.1.2-MariaDB', 'census': {}}
    server = mariadb.private_server(str(place / 'old'), {'state_directory': str(place / 'state')}, part)
    with pytest.raises(Limitation, match=r'MariaDB 99\.1; this machine has'), server:
        pass


def test_only_our_own_copies_are_dropped(private) -> None:
    with pytest.raises(RestoreError, match='no copy of ours'):
        mariadb.drop(private.database('mysql'), 'wordpress')


def test_threads_are_gone_with_a_failed_load(private, site: dict, place: Path) -> None:
    before = threading.active_count()
    test_half_a_dump_is_an_error(private, site, place)
    deadline = time.monotonic() + 5
    while threading.active_count() > before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
