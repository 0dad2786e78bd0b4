# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restored tree answers as the live site would: PHP, static files, a command of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from integration.sandbox.support import Place, lines

SHOW = """<?php
foreach (['SCRIPT_NAME', 'PATH_INFO', 'REQUEST_URI', 'QUERY_STRING', 'DOCUMENT_ROOT', 'HTTPS', 'SERVER_PORT',
    'HTTP_HOST', 'SCRIPT_FILENAME'] as $name) { echo '<p>' . $name . '=' . ($_SERVER[$name] ?? '-'); }
echo '<p>file=' . __FILE__ . '<p>cwd=' . getcwd();
$global = 'seen'; function look() { global $global; return $global; } echo '<p>global=' . look();
"""


def shown(page: dict) -> dict[str, str]:
    return dict(line.split('=', 1) for line in lines(page))


def test_php_sees_its_live_path_its_name_and_its_port(place: Place) -> None:
    place.write({'index.php': SHOW})
    found = shown(place.serve('/?x=1')['/?x=1'])
    assert found['file'] == f'{place.live}/index.php'
    assert found['DOCUMENT_ROOT'] == found['cwd'] == place.live
    assert (found['HTTP_HOST'], found['SERVER_PORT'], found['HTTPS']) == ('site.test', '80', '-')
    assert (found['REQUEST_URI'], found['QUERY_STRING'], found['global']) == ('/?x=1', 'x=1', 'seen')


def test_the_router_does_what_web_servers_do(own_place: Place) -> None:
    own_place.write({
        'index.php': SHOW, 'other.php': SHOW, 'sub/index.php': SHOW, 'page.html': '<p>static',
        'a b.txt': 'with a space',
    })  # fmt: skip
    found = own_place.serve(
        '/pretty/link?y=2',
        '/other.php',
        '/index.php/Main_Page',
        '/sub',
        '/page.html',
        '/a%20b.txt',
        '/../../etc/passwd',
    )
    pretty = shown(found['/pretty/link?y=2'])
    assert (pretty['SCRIPT_NAME'], pretty['PATH_INFO'], pretty['REQUEST_URI']) == (
        '/index.php',
        '-',
        '/pretty/link?y=2',
    )
    assert shown(found['/other.php'])['SCRIPT_NAME'] == '/other.php'
    assert shown(found['/index.php/Main_Page'])['PATH_INFO'] == '/Main_Page'
    assert found['/sub']['final'] == '/sub/'
    assert shown(found['/sub'])['SCRIPT_NAME'] == '/sub/index.php'
    assert lines(found['/page.html']) == ['static']
    assert lines(found['/a%20b.txt']) == ['with a space']
    assert not any('root:' in line for line in found['/../../etc/passwd']['lines'])


def test_a_site_below_a_path_and_behind_https(own_place: Place) -> None:
    own_place.write({'index.php': SHOW})
    found = own_place.serve('/blog/x', '/elsewhere', site={'url': 'https://site.test/blog/'})
    below = shown(found['/blog/x'])
    assert (below['SCRIPT_NAME'], below['HTTPS'], below['SERVER_PORT']) == ('/blog/index.php', 'on', '443')
    assert found['/elsewhere']['status'] == 404


def test_a_site_may_call_itself(place: Place) -> None:
    place.write(
        {'index.php': '<p>outer <?php echo file_get_contents("http://site.test/inner.php");', 'inner.php': '<p>inner'}
    )
    assert lines(place.serve('/')['/']) == ['outer', 'inner']


def test_an_error_of_php_is_an_answer_that_can_be_judged(own_place: Place) -> None:
    own_place.write({'index.php': '<?php nonsense();'})
    assert own_place.serve('/')['/']['status'] == 500


def test_static_files_are_sent_as_they_are(place: Place) -> None:
    place.write({'index.html': '<title>T</title><p>static', 'deep/er/file.txt': 'deep'})
    found = place.serve('/', '/deep/er/file.txt', '/gone')
    assert (found['/']['title'], lines(found['/'])) == ('T', ['static'])
    assert lines(found['/deep/er/file.txt']) == ['deep']
    assert found['/gone']['status'] == 404


def test_a_command_serves_the_site_on_the_port_that_it_is_told(place: Place) -> None:
    place.write({'hello.txt': 'from a command'})
    said = {
        'command': ['/usr/bin/python3', '-m', 'http.server', '--bind', '127.0.0.1', '{port}'],
        'environment': {'A': '1'},
    }
    found = place.serve('/hello.txt', site={'application': said})
    assert lines(found['/hello.txt']) == ['from a command']


def test_probes_are_answered_with_the_time_that_they_took(own_place: Place) -> None:
    own_place.write({'index.php': '<p>hello'})
    probe = own_place.serve(site={'probes': [{'path': '/', 'contains': 'hello', 'status': 200}]})['probes'][0]
    assert probe['equal'] is True
    assert probe['milliseconds'] >= 0


@pytest.mark.parametrize(
    'live', ['/usr/share/rawat-test/site', '/opt/rawat/test', '/var/www/html', '/home/x/public_html']
)
def test_a_path_that_this_machine_lacks_is_made_without_touching_it(place: Place, live: str) -> None:
    before = {path: sorted(os.listdir(path)) for path in ('/', '/usr', '/usr/share', '/opt', '/var', '/home')}
    place.write(
        {'index.php': '<?php echo __FILE__, "<p>", count(scandir("/usr/share")) > 20 ? "rest" : "nothing else";'}
    )
    assert lines(place.serve('/', live=live)['/']) == [f'{live}/index.php', 'rest']
    assert {path: sorted(os.listdir(path)) for path in before} == before


def test_several_trees_of_which_one_is_reached_by_a_link(place: Place) -> None:
    images = place.folder / 'images'
    images.mkdir()
    (images / 'a.txt').write_text('an image')
    place.write({'index.php': '<?php echo file_get_contents(__DIR__ . "/images/a.txt");'})
    (place.tree / 'images').symlink_to('/srv/rawat-test-images')
    trees = {place.live: str(place.tree), '/srv/rawat-test-images': str(images)}
    assert lines(place.serve('/', trees=trees)['/']) == ['an image']


@pytest.mark.parametrize(
    ('site', 'words'),
    [
        ({'application': {'kind': 'none'}}, 'application.kind is none'),
        ({}, 'no index.php or index.html'),
        ({'application': {'kind': 'php', 'document_root': '/srv/elsewhere'}}, 'is not in the recovery point'),
        ({'application': {'command': ['/nonexistent/program']}}, 'could not be started: it ended at once'),
    ],
)
def test_what_cannot_be_started_is_a_limitation_that_says_why(own_place: Place, site: dict, words: str) -> None:
    assert words in own_place.serve('/', site=site)['limitation']


@pytest.mark.skipif(os.geteuid() != 0, reason='only root can choose an account')
def test_a_site_never_runs_as_root(own_place: Place) -> None:
    own_place.write(
        {'index.php': '<?php echo posix_getuid(), " ", posix_getgid(), " ", json_encode(posix_getgroups());'}
    )
    os.chown(own_place.tree, 0, 0)
    user, group, _groups = lines(own_place.serve('/')['/'])[0].split()
    assert int(user)
    assert int(group)
    assert 'never runs as root' in own_place.serve('/', site={'application': {'user': 'root'}})['limitation']


def test_the_tree_is_writable_for_the_site_only_there(place: Place) -> None:
    place.write(
        {'index.php': '<?php echo file_put_contents(__DIR__ . "/cache.txt", "x") === 1 ? "written" : "refused";'}
    )
    assert lines(place.serve('/')['/']) == ['written']
    assert Path(place.tree / 'cache.txt').read_text() == 'x'
