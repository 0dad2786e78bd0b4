# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of the demonstration's web site: pages out of its SQLite database. Copied into the site's webroot.

Standard library only; it listens where HOST and PORT of the environment say, as any application behind a web server.
"""

from __future__ import annotations

import contextlib
import html
import os
import secrets
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path(__file__).resolve().parent
PAGE = '<!DOCTYPE html>\n<title>{title}</title>\n<h1>{title}</h1>\n{body}\n<p>Permintaan {nonce}</p>\n'
LINE = '<li><a href="/peraturan/{id}">{number}</a>: {title}</li>'


def rows(query: str, *values: object) -> list[tuple]:
    """What the database answers; it is only read. In a folder that is not ours to write, SQLite needs to be told so."""
    ours = os.access(SITE / 'data', os.W_OK)
    address = (SITE / 'data' / 'berita.db').as_uri() + ('?mode=ro' if ours else '?immutable=1')
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def page(path: str) -> tuple[int, str, str]:
    """(status, title, body) of the page at `path`."""
    if path == '/':
        ((count,),) = rows('SELECT count(*) FROM regulation')
        listed = rows('SELECT id, number, title FROM regulation ORDER BY id LIMIT 20')
        items = '\n'.join(LINE.format(id=key, number=number, title=html.escape(title)) for key, number, title in listed)
        return 200, 'Peraturan', f'<p>{count} peraturan</p>\n<ul>\n{items}\n</ul>'
    found = rows('SELECT number, title, year FROM regulation WHERE id = ?', path.removeprefix('/peraturan/'))
    if not found:
        return 404, 'Tidak ada', '<p>Halaman ini tidak ada.</p>'
    number, title, year = found[0]
    return 200, html.escape(title), f'<p>Nomor {html.escape(number)}</p>\n<p>Tahun {year}</p>'


class Handler(BaseHTTPRequestHandler):
    """Answers GET."""

    def do_GET(self) -> None:
        """One page."""
        try:
            status, title, body = page(self.path)
        except sqlite3.Error as error:
            status, title, body = 500, 'Galat', f'<p>{html.escape(str(error))}</p>'
        text = PAGE.format(title=title, body=body, nonce=secrets.token_hex(4)).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'text/html; charset=utf-8')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Nobody reads it."""


if __name__ == '__main__':
    place = (os.environ.get('HOST', '127.0.0.1'), int(os.environ.get('PORT', '8080')))
    ThreadingHTTPServer(place, Handler).serve_forever()
