# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One question over HTTP and its answer, bounded in bytes and seconds. Used outside and inside of the sandbox, so it
has only the standard library."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

BLOCK = 65536
HEADERS = {'User-Agent': 'rawat.website', 'Accept': '*/*', 'Connection': 'close'}


class Answer(NamedTuple):
    """What the server said, as it said it."""

    status: int
    location: str
    content_type: str
    body: bytes


def exchange(plain: socket.socket, seconds: int, question: Callable[[socket.socket], Answer]) -> Answer:
    """`question(plain)`, at most `seconds` long; takes over the socket. Raises TimeoutError and what `question` raises.

    A timeout of the socket bounds each read only: a server may send one byte a second for ever.
    """
    late = threading.Event()
    with contextlib.closing(plain.dup()) as spare, contextlib.closing(plain):

        def hang_up() -> None:
            late.set()
            with contextlib.suppress(OSError):
                spare.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, hang_up)
        timer.daemon = True
        timer.start()
        try:
            return _complete(question(plain), late)
        except (OSError, http.client.HTTPException):
            if late.is_set():
                raise TimeoutError(f'no complete answer within {seconds} s') from None
            raise
        finally:
            timer.cancel()
            timer.join()  # it uses `spare`


def _complete(answer: Answer, late: threading.Event) -> Answer:
    if late.is_set():
        raise TimeoutError  # what a closed connection looks like from here is an answer that ended
    return answer


def ask(connected: socket.socket, path: str, host: str, limit: int, headers: Mapping[str, str]) -> Answer:
    """GET `path` with the Host header `host`; at most `limit` bytes of the body are taken."""
    connection = http.client.HTTPConnection('localhost')
    connection.sock = connected
    with contextlib.closing(connection):
        connection.putrequest('GET', path, skip_host=True, skip_accept_encoding=True)
        for name, value in {'Host': host, **HEADERS, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        response, body = connection.getresponse(), b''
        with contextlib.closing(response):
            while len(body) < limit and (block := response.read(min(BLOCK, limit - len(body)))):
                body += block
        location, kind = response.headers.get('Location', ''), response.headers.get('Content-Type', '')
        return Answer(response.status, location, kind, body)
