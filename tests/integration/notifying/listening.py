# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on loopback that is told of runs (pings, webhooks, Apprise's json://), and the settings by which it is."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.rawat.website.plugins.module_utils.notifying.settings import NOTIFY, problems
from integration.paper.mailroom import HOST


class Heard(NamedTuple):
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Ear:
    """What was heard, and how it is answered: `answers` are used up one by one, then 200."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.answers: list[int] = []
        self.port = 0

    def paths(self) -> list[str]:
        return [one.path for one in self.heard]

    def url(self, path: str) -> str:
        return f'http://{HOST}:{self.port}/{path}'


@contextlib.contextmanager
def listening() -> Iterator[Ear]:
    ear = Ear()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
            ear.heard.append(Heard(self.command, self.path, dict(self.headers), body))
            code = ear.answers.pop(0) if ear.answers else 200
            self.send_response(code)
            if 300 <= code < 400:
                self.send_header('Location', ear.url('elsewhere'))
            self.send_header('Content-Length', '0')
            self.end_headers()

        do_GET = do_POST = _take  # noqa: N815 - http.server's names

        def log_message(self, *_words: Any) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    ear.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True)
    thread.start()
    try:
        yield ear
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def settings(delivery: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    """website_notify as the product reads it: checked, with its defaults."""
    checked = ArgumentSpecValidator(NOTIFY).validate({'pause_seconds': 0, 'timeout': 10, **given})
    assert checked.error_messages == []
    assert problems(checked.validated_parameters, delivery) == []
    return dict(checked.validated_parameters)
