# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No way out: what a page of the copy tries fails inside, and the very same page succeeds outside."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.sandbox.support import Place, lines
from integration.servers import MariaDB, PostgreSQL

TRY = r"""<?php
function tell($name, $result) { echo '<p>' . $name . '=' . ($result ? 'yes' : 'no') . "\n"; }
tell('network', @stream_socket_client('tcp://@ADDRESS@', $number, $words, 2));
tell('loopback', @stream_socket_client('tcp://127.0.0.1:@PORT@', $number, $words, 2));
tell('socket', @stream_socket_client('unix://@FOLDER@/socket', $number, $words, 2));
tell('socket in tmp', @stream_socket_client('unix:///tmp/@NAME@.socket', $number, $words, 2));
tell('abstract socket', ($s = socket_create(AF_UNIX, SOCK_STREAM, 0)) && @socket_connect($s, "\0@NAME@"));
tell('write', @file_put_contents('@FOLDER@/open/new', 'x'));
tell('read', @file_get_contents('@FOLDER@/open/secret'));
tell('signal', @posix_kill(@PROCESS@, 0));
tell('processes', file_exists('/proc/@PROCESS@/cmdline'));
tell('machine', file_exists('/.machine') || is_dir('/root') || is_dir('/home'));
"""
WRITE = r"""<?php
foreach (['/etc/x', '/usr/x', '/opt/x', '/x', '/srv/x', '/var/x', '/proc/sys/kernel/hostname', '/etc/hosts'] as $path) {
    echo '<p>' . $path . '=' . (@file_put_contents($path, 'x') ? 'yes' : 'no') . "\n";
}
"""
ALL = {
    *('network', 'loopback', 'socket', 'socket in tmp', 'abstract socket', 'write', 'read', 'signal', 'processes'),
    'machine',
}


def own_address() -> str:
    """An address of this machine beside loopback, if it has one."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe, contextlib.suppress(OSError):
        probe.connect(('192.0.2.1', 9))
        return probe.getsockname()[0]
    return '127.0.0.1'


@contextlib.contextmanager
def live_things(place: Place) -> Iterator[dict[str, str]]:
    """Listeners, files and a process outside; what the page has to know of them."""
    name, open_folder = place.folder.name, place.folder / 'open'
    open_folder.mkdir()
    open_folder.chmod(0o777)
    (open_folder / 'secret').write_text('secret')
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(('0.0.0.0', 0), backlog=16))  # noqa: S104
        for path in (str(place.folder / 'socket'), f'/tmp/{name}.socket', f'\0{name}'):
            listener = stack.enter_context(contextlib.closing(socket.socket(socket.AF_UNIX)))
            listener.bind(path)
            listener.listen(16)
            if path[0] == '/':
                os.chmod(path, 0o777)  # noqa: S103
                stack.callback(os.unlink, path)
        account = place.account or ('www-data' if os.geteuid() == 0 else None)
        sleeper = subprocess.Popen(['sleep', '100'], user=account)
        stack.callback(sleeper.wait)
        stack.callback(sleeper.kill)
        port = str(tcp.getsockname()[1])
        yield {
            'ADDRESS': f'{own_address()}:{port}', 'PORT': port, 'FOLDER': str(place.folder), 'NAME': name,
            'PROCESS': str(sleeper.pid),
        }  # fmt: skip


def results(texts: list[str]) -> dict[str, str]:
    return dict(line.replace('<p>', '').split('=') for line in texts if line)


def test_there_is_no_way_out(place: Place) -> None:
    with live_things(place) as known:
        page = TRY
        for word, value in known.items():
            page = page.replace(f'@{word}@', value)
        place.write({'index.php': page})
        account = place.account or ('www-data' if os.geteuid() == 0 else None)
        outside = subprocess.run(
            ['php', str(place.tree / 'index.php')], user=account, capture_output=True, text=True, check=True, timeout=60
        )
        assert results(outside.stdout.splitlines()) == dict.fromkeys(ALL, 'yes'), 'outside, everything must be possible'
        (place.folder / 'open/new').unlink()
        assert results(lines(place.serve('/')['/'])) == dict.fromkeys(ALL, 'no')
        assert not (place.folder / 'open/new').exists()


def test_nothing_of_the_machine_can_be_written(place: Place) -> None:
    place.write({'index.php': WRITE})
    assert set(results(lines(place.serve('/')['/'])).values()) == {'no'}


def test_what_is_written_to_tmp_stays_inside(place: Place) -> None:
    name = f'/tmp/{place.folder.name}-left'
    place.write({'index.php': f'<?php echo file_put_contents("{name}", "x") ? "written" : "refused";'})
    assert lines(place.serve('/')['/']) == ['written']
    assert not Path(name).exists()


def test_a_path_of_the_machine_is_visible_only_where_the_inventory_says_so(place: Place) -> None:
    extra = place.folder / 'extra'
    extra.mkdir()
    (extra / 'a').write_text('seen')
    place.write(
        {'index.php': f'<?php echo @file_get_contents("{extra}/a") ?: "hidden", @file_put_contents("{extra}/b", 1);'}
    )
    assert lines(place.serve('/')['/']) == ['hidden']
    assert lines(place.serve('/', site={'application': {'visible': [str(extra)]}})['/']) == ['seen']


QUERY = """<?php
mysqli_report(MYSQLI_REPORT_OFF);
foreach (['localhost', '127.0.0.1', 'db.rawat.test', '192.0.2.77'] as $host) {
    $link = @mysqli_connect($host, 'site', 'secret', 'shop', $host === 'localhost' ? 0 : 3306);
    echo '<p>' . ($link ? mysqli_fetch_row(mysqli_query($link, 'SELECT word FROM words'))[0] : mysqli_connect_error());
}
"""


def test_the_site_finds_its_mariadb_at_the_live_socket_and_ports(place: Place) -> None:
    server = MariaDB()
    try:
        server.run('CREATE DATABASE shop; CREATE TABLE shop.words (word TEXT);'
                   "INSERT INTO shop.words VALUES ('restored');"
                   "CREATE USER site@localhost IDENTIFIED BY 'secret';"
                   'GRANT ALL ON shop.* TO site@localhost')  # fmt: skip
        place.write({'index.php': QUERY})
        endpoints = [{'host': 'db.rawat.test', 'port': 3306}, {'host': '192.0.2.77'}]
        databases = [{'engine': 'mariadb', 'name': 'shop', 'census': {'endpoint': point}} for point in endpoints]
        found = place.serve('/', manifest={'databases': databases}, servers={'mariadb': str(server.socket)})
        assert lines(found['/']) == ['restored'] * 4
    finally:
        server.remove()


def test_the_site_finds_its_postgresql_at_the_live_socket_and_port(place: Place) -> None:
    server = PostgreSQL()
    try:
        server.run('CREATE DATABASE shop')
        server.run("CREATE TABLE words AS SELECT 'restored' AS word; CREATE USER site PASSWORD 'secret'; "
                   'GRANT SELECT ON words TO site', 'shop')  # fmt: skip
        place.write(
            {
                'index.php': """<?php foreach (['127.0.0.1', '/run/postgresql', '/var/run/postgresql'] as $host) {
            $link = pg_connect("host=$host user=site password=secret dbname=shop");
            echo '<p>' . ($link ? pg_fetch_row(pg_query($link, 'SELECT word FROM words'))[0] : 'no'); }"""
            }
        )
        databases = [
            {
                'engine': 'postgresql',
                'name': 'shop',
                'census': {'endpoint': {'socket': '/var/run/postgresql', 'port': 5432}},
            }
        ]
        found = place.serve('/', manifest={'databases': databases}, servers={'postgresql': str(server.folder)})
        assert lines(found['/']) == ['restored'] * 3
    finally:
        server.remove()


def test_a_database_that_was_not_restored_is_not_there_at_all(own_place: Place) -> None:
    own_place.write(
        {
            'index.php': """<?php mysqli_report(MYSQLI_REPORT_OFF);
        echo @mysqli_connect("localhost", "x", "x") ? "yes" : mysqli_connect_errno();"""
        }
    )
    assert lines(own_place.serve('/')['/']) == ['2002'], 'no socket: that of a live server must never be seen'


@pytest.mark.skipif(os.geteuid() != 0, reason='this machine has to be asked as root')
def test_nothing_is_mounted_on_the_machine_while_a_site_runs(own_place: Place) -> None:
    own_place.write({'index.php': 'x'})
    before = Path('/proc/self/mountinfo').read_text()
    driver = own_place.hold()
    try:
        assert driver.stdout
        assert driver.stdout.readline() == b'ready\n'
        assert Path('/proc/self/mountinfo').read_text() == before
    finally:
        driver.kill()
        driver.wait()
