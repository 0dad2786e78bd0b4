# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site is read once: what is followed, what is not, and that no site can hold a backup up."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.pages import Reading, read, witness
from ansible_collections.rawat.website.plugins.module_utils.process import DeadlineExceeded
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run

OPTIONS = {'pages': 5, 'page_timeout': 1, 'pages_seconds': 5, 'page_bytes': 100_000}
Pages = dict[str, Any]  # path -> html, (status, headers, body) or a function of the handler


class Handler(http.server.BaseHTTPRequestHandler):
    pages: Pages
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        found = self.pages.get(self.path, (404, {}, b'not found'))
        if callable(found):
            found(self)
            return
        status, headers, body = (200, {}, found.encode()) if isinstance(found, str) else found
        self.send_response(status)
        for name, value in {'Content-Type': 'text/html', **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[[Pages], tuple[str, list[str]]]]:
    """`serve(pages)` -> (url, the paths that were asked for)"""
    servers = []

    def start(pages: Pages) -> tuple[str, list[str]]:
        asked: list[str] = []
        handler = type('Site', (Handler,), {'pages': pages, 'asked': asked})
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f'http://127.0.0.1:{server.server_address[1]}/', asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def look(url: str, **site: Any) -> Reading:
    return read({'name': 'x', 'url': url, **site}, OPTIONS)


def test_pages_are_followed_breadth_first_up_to_the_limit(serve: Any) -> None:
    links = ''.join(f'<a href="/{name}">{name}</a>' for name in 'abcdefgh')
    url, asked = serve({'/': links, **{f'/{name}': f'page {name}<a href="/deep">d</a>' for name in 'abcdefgh'}})
    assert [page.path for page in look(url).pages] == ['/', '/a', '/b', '/c', '/d']
    assert asked == ['/', '/a', '/b', '/c', '/d']


def test_links_that_go_in_circles_end(serve: Any) -> None:
    home = 'one <a href="/a#x">a</a><a href="/">home</a>'
    url, asked = serve({'/': home, '/a': 'two <a href="/">b</a><a href="/a">c</a>'})
    assert [page.path for page in look(url).pages] == ['/', '/a']
    assert asked == ['/', '/a']


@pytest.mark.parametrize(
    'link',
    [
        *('/logout', '/wp-login.php', '/wp-admin/', '/?action=delete&id=1', '/index.php?title=X&action=edit'),
        *('/index.php?title=Special:Random', '/index.php/Istimewa%3AKeluar', '/?do=purge', '/a.pdf', '/b.jpg'),
        *('http://elsewhere.test/', 'mailto:a@b', 'javascript:alert(1)', 'http://[broken', '//elsewhere.test/x'),
        *('/cart?add-to-cart=7', '/feed', '/x?sid=1', '/hapus/1'),
    ],
)
def test_links_that_might_do_something_or_lead_away_are_not_followed(serve: Any, link: str) -> None:
    url, asked = serve({'/': f'text <a href="{link}">link</a>'})
    assert look(url).note is None
    assert asked == ['/']


def test_a_site_below_a_path_is_not_left(serve: Any) -> None:
    url, asked = serve({'/blog/': 'x <a href="/other/">o</a><a href="post">p</a>', '/blog/post': 'y', '/other/': 'z'})
    assert [page.path for page in look(f'{url}blog/').pages] == ['/blog/', '/blog/post']
    assert '/other/' not in asked


def test_a_redirect_within_the_site_is_followed_one_to_another_host_is_not(serve: Any) -> None:
    other, other_asked = serve({'/': 'elsewhere'})
    url, _asked = serve({'/': (302, {'Location': '/home'}, b''), '/home': 'home'})
    assert look(url).pages[0].final == '/home'
    away, _asked = serve({'/': (301, {'Location': other.replace('127.0.0.1', 'localhost')}, b'')})
    assert 'another host' in str(look(away).note)
    assert other_asked == []


def test_a_redirect_without_end_is_noted(serve: Any) -> None:
    url, asked = serve({'/': (302, {'Location': '/'}, b'')})
    assert 'redirects more than' in str(look(url).note)
    assert len(asked) < 20


@pytest.mark.parametrize(
    ('answer', 'words'),
    [
        ((503, {}, b'maintenance'), 'status 503'),
        ((200, {}, b'  '), 'empty page'),
        ((401, {'WWW-Authenticate': 'Basic'}, b'who?'), 'status 401'),
    ],
)
def test_a_home_page_that_is_none_is_noted(serve: Any, answer: Any, words: str) -> None:
    url, _asked = serve({'/': answer})
    reading = look(url)
    assert words in str(reading.note)
    assert reading.pages == []


def drip(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _count in range(100):
        handler.wfile.write(b'x')
        handler.wfile.flush()
        time.sleep(0.1)


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b'HTTP/1.0 200 OK\r\n')
    for number in range(100):
        handler.wfile.write(b'X' if number else b'A: ')
        handler.wfile.flush()
        time.sleep(0.1)


def babble(handler: Handler) -> None:
    handler.wfile.write(b'\x00\xff nothing of HTTP\r\n\r\n')


@pytest.mark.parametrize('trouble', [drip, drip_headers, babble])
def test_a_server_that_drips_or_babbles_holds_nothing_up(serve: Any, trouble: Any) -> None:
    url, _asked = serve({'/': trouble})
    began = time.monotonic()
    reading = look(url)
    assert time.monotonic() - began < 4
    assert reading.note is None or 'could not be read' in reading.note


def test_of_a_huge_page_only_the_beginning_is_read(serve: Any) -> None:
    url, _asked = serve({'/': '<p>begin</p>' + 'x' * 10_000_000})
    assert look(url).pages[0].lines[0] == 'begin'


def test_a_host_that_does_not_exist_is_asked_for_on_this_machine(serve: Any) -> None:
    url, _asked = serve({'/': 'text'})
    reading = look(url.replace('127.0.0.1', 'no-such-host.invalid'))
    assert (reading.address, reading.note) == ('127.0.0.1', None)
    assert reading.pages[0].lines == ['text']


@pytest.mark.parametrize('url', ['ftp://x.test/', 'nonsense', 'http://', 'http://x.test:99999/', 'http://[::1/'])
def test_an_unusable_url_is_noted(url: str) -> None:
    assert 'is no address of a web site' in str(look(url).note)


def test_the_second_look_reads_the_same_pages_again(serve: Any) -> None:
    url, asked = serve({'/': 'one <a href="/a">a</a>', '/a': 'two', '/b': 'three'})
    first = look(url)
    asked.clear()
    second = read({'url': url}, OPTIONS, paths=[page.path for page in first.pages])
    assert asked == ['/', '/a']
    assert [page.lines for page in second.pages] == [page.lines for page in first.pages]


def test_probes_are_read_beside_the_pages(serve: Any) -> None:
    url, _asked = serve({'/': 'one', '/probe': 'two'})
    assert [page.path for page in look(url, probes=[{'path': '/probe', 'status': 200}]).pages] == ['/', '/probe']


RUN = Run('r', 'h', {}, None, ('databases', 'webroots'), OPTIONS, '0')


def test_a_site_without_url_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, 'application_platform', lambda: pytest.fail('PHP was asked'))
    site = {'name': 'x', 'url': None, 'probes': []}
    known = witness.testimony(site, RUN, witness.look(site, RUN))
    assert 'has no url' in known['note']
    assert (known['pages'], known['platform']) == ([], None)


def test_whatever_goes_wrong_is_a_note_but_the_end_of_the_run_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> None:
        raise RecursionError('too deep')

    def end(*_arguments: Any) -> None:
        raise DeadlineExceeded('over')

    monkeypatch.setattr(witness, 'read', fail)
    assert 'RecursionError: too deep' in str(witness.look({'url': 'http://x.test/'}, RUN).note)
    monkeypatch.setattr(witness, 'read', end)
    with pytest.raises(DeadlineExceeded):
        witness.look({'url': 'http://x.test/'}, RUN)
