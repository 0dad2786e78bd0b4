# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad recovery points must end in F, with the difference named. Where it can be, every hash above the harm agrees."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb as engine

from ..servers import MariaDB
from .conftest import Bench
from .forge import Forge, flip_byte, replaced


def expect_bad(entry: dict[str, Any], *words: str) -> None:
    """The drill failed, and its differences say every one of `words`."""
    drill = entry['drill']
    said = '\n'.join(drill['differences'])
    assert drill['grade'] == 'F', drill
    assert entry['outcome'] == 'failed'
    assert entry['error'].startswith('drill: ')
    for word in words:
        assert word in said, said


HARM_TO_THE_DUMP: dict[str, tuple[Callable[[bytes], bytes], tuple[str, ...]]] = {
    'a_row_is_missing': (replaced(b",\n(2,'kopi',7500)", b''), ('goods', '3', '4')),
    'a_value_was_changed': (replaced(b'7500', b'7501'), ('goods', 'checksum')),
    'the_routine_is_missing': (
        lambda text: text[: text.index(b'DELIMITER ;;\nCREATE', text.index(b'raise_prices') - 400)]
        + text[text.index(b'DELIMITER ;\n', text.index(b'raise_prices')) + len(b'DELIMITER ;\n') :],
        ('procedure raise_prices',),
    ),
    'the_trigger_does_something_else': (replaced(b'VALUES (NEW.name)', b"VALUES ('other')"), ('trigger', 'noted')),
    'a_key_is_missing': (replaced(b',\n  KEY `by_name` (`name`)', b''), ('goods',)),
    'the_wrong_charset': (
        lambda text: text.replace('gula café'.encode(), 'gula cafÃ©'.encode()),
        ('goods', 'checksum'),
    ),
    'the_client_spoke_latin1': (replaced(b'SET NAMES utf8mb4', b'SET NAMES latin1'), ('goods',)),
    'it_cannot_be_loaded': (replaced(b'CREATE TABLE `log`', b'CREATE TABEL `log`'), ('mariadb.shop',)),
}


@pytest.mark.parametrize('harm', HARM_TO_THE_DUMP)
def test_harm_to_the_dump_is_named(shop: Bench, harm: str) -> None:
    change, words = HARM_TO_THE_DUMP[harm]
    shop.forge(shop.back_up()['recovery_point']).dump(change)
    expect_bad(shop.drill(), *words)


def test_a_missing_grant_is_named(shop: Bench) -> None:
    def without_grant(text: bytes) -> bytes:
        return b'\n'.join(line for line in text.split(b'\n') if b'GRANT SELECT' not in line)

    shop.forge(shop.back_up()['recovery_point']).accounts(without_grant)
    expect_bad(shop.drill(), 'shop')


def test_a_changed_file_is_named_though_every_sum_agrees(shop: Bench) -> None:
    shop.forge(shop.back_up()['recovery_point']).file('notes.txt', b'0123456788' * 100)
    expect_bad(shop.drill(), 'notes.txt')


def test_a_truncated_stream_is_named(shop: Bench) -> None:
    forge = shop.forge(shop.back_up()['recovery_point'])
    file = forge.point / forge.database()['file']
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-200])
    expect_bad(shop.drill(), file.name)


def test_a_stream_cut_short_with_agreeing_sums_is_named(shop: Bench) -> None:
    shop.forge(shop.back_up()['recovery_point']).dump(lambda text: text[: text.index(b'-- Dump completed') - 300])
    expect_bad(shop.drill(), 'mariadb.shop')


@pytest.mark.parametrize('kind', ['database', 'webroot'])
def test_a_flipped_byte_in_a_stored_file_is_named(shop: Bench, kind: str) -> None:
    point = shop.repository / 'shop' / shop.back_up()['recovery_point']
    (file,) = point.glob('database.mariadb.shop.sql.zst' if kind == 'database' else 'webroot.*.tar.zst')
    flip_byte(file)
    expect_bad(shop.drill(), file.name)


def test_a_deleted_file_is_named(news: Bench) -> None:
    point = news.repository / 'news' / news.back_up()['recovery_point']
    (file,) = point.glob('webroot.*.tar.zst')
    file.unlink()
    expect_bad(news.drill(), file.name)


def test_a_manifest_of_another_point_is_named(news: Bench) -> None:
    first, second = (news.back_up()['recovery_point'] for _turn in range(2))
    assert first != second
    shutil.copy(news.repository / 'news' / first / 'manifest.json', news.repository / 'news' / second / 'manifest.json')
    expect_bad(news.drill(), first, second)


def test_a_base_that_is_gone_is_named(news: Bench) -> None:
    first = news.back_up()['recovery_point']
    Path(news.site['webroots'][0]['path'], 'new.txt').write_text('new', encoding='utf-8')
    second = news.back_up()['recovery_point']
    part = Forge(news.repository / 'news' / second).manifest['webroots'][0]
    assert part['kind'] == 'difference'
    (news.repository / 'news' / first / part['base']['file']).unlink()
    expect_bad(news.drill(), first)


def test_an_empty_page_with_status_200_is_named(news: Bench) -> None:
    """The file is as it was when it was captured, but it was emptied between the two readings of the page."""
    forge = news.forge(news.back_up()['recovery_point'])
    about = '<title>About</title><p>Who we are</p>'
    forge.file('about.html', b' ' * len(about))
    entry = news.drill()
    expect_bad(entry, 'about.html')
    assert any('/about' in line and 'empty' in line for line in entry['drill']['differences']), entry['drill']


@pytest.fixture
def other_server() -> Iterator[MariaDB]:
    other = MariaDB()
    other.run('CREATE DATABASE shop')
    yield other
    other.remove()


def test_the_wrong_server_answering_is_named(
    shop: Bench, other_server: MariaDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.back_up()
    private_server = engine.private_server

    def misdirected(*arguments: Any) -> Any:
        context = private_server(*arguments)
        enter = type(context).__enter__

        class Elsewhere:
            def __enter__(self) -> Any:
                server = enter(context)
                entry = server.database
                server.database = lambda name: {**entry(name), 'login_unix_socket': str(other_server.socket)}
                return server

            def __exit__(self, *exception: Any) -> Any:
                return context.__exit__(*exception)

        return Elsewhere()

    monkeypatch.setattr(engine, 'private_server', misdirected)
    expect_bad(shop.drill(), 'server')
    assert other_server.run('SHOW TABLES', 'shop') == b'', 'something was written to the wrong server'


def test_a_deleted_pack_of_restic_is_named(restic_news: Bench) -> None:
    restic_news.back_up()
    packs = sorted((restic_news.repository / 'data').glob('*/*'), key=lambda path: path.stat().st_size)
    packs[-1].unlink()
    expect_bad(restic_news.drill(), packs[-1].name[:8])


def test_a_flipped_byte_in_a_pack_of_restic_is_named(restic_news: Bench) -> None:
    restic_news.back_up()
    packs = sorted((restic_news.repository / 'data').glob('*/*'), key=lambda path: path.stat().st_size)
    flip_byte(packs[-1], 100)
    expect_bad(restic_news.drill())


def test_the_result_is_kept_beside_the_point(news: Bench) -> None:
    point = news.back_up()['recovery_point']
    news.forge(point).dump(replaced(b'News number 7', b'News number 8'))
    expect_bad(news.drill(), 'news')
    (path,) = (news.repository / 'news').glob('.events/*.drill.*')
    kept = json.loads(path.read_text(encoding='ascii'))
    assert point in path.name
    assert 'F' in json.dumps(kept)
