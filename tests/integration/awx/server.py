# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of AWX's REST API that awx.awx talks to, on loopback, for tests: a face on `Controller`."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from . import contract
from .objects import ASSOCIATIONS, Controller, Refused

TOKEN = 'a-token-of-the-tests'
VERSION = '24.6.1'


class Server(ThreadingHTTPServer):
    """`log`: method, path and status of every request."""

    daemon_threads = True

    def __init__(self, controller: Controller):
        super().__init__(('127.0.0.1', 0), Handler)
        self.controller, self.log, self.lock = controller, list[tuple[str, str, int]](), threading.Lock()

    @property
    def url(self) -> str:
        return f'http://127.0.0.1:{self.server_address[1]}'

    def writes(self) -> list[str]:
        """What changed, or tried to change, something."""
        return [f'{method} {path} {status}' for method, path, status in self.log if method not in ('GET', 'OPTIONS')]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.answer()

    do_POST = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815  (names that http.server looks for)

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        with self.server.lock:
            try:
                if self.headers.get('Authorization') != f'Bearer {TOKEN}':
                    raise Refused(401, {'detail': 'Authentication credentials were not provided.'})
                status, found = self.dispatch(json.loads(body) if body else {})
            except Refused as refusal:
                status, found = refusal.status, refusal.body
            self.server.log.append((self.command, self.path, status))
        content = b'' if status == 204 else json.dumps(found).encode()
        self.send_response(status)
        self.send_header('X-API-Product-Name', 'AWX')
        self.send_header('X-API-Product-Version', VERSION)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def dispatch(self, payload: Any) -> tuple[int, Any]:
        address = urlsplit(self.path)
        parts = address.path.strip('/').split('/')
        if parts[:2] != ['api', 'v2'] or len(parts) < 3:
            raise Refused(404, {'detail': self.path})
        kind, number = parts[2], int(parts[3]) if len(parts) > 3 else 0
        query = dict(parse_qsl(address.query))
        if len(parts) == 3:
            return self.collection(kind, query, payload)
        return self.item(kind, number, payload) if len(parts) == 4 else self.part(kind, number, parts[4], payload)

    def collection(self, kind: str, query: dict[str, str], payload: Any) -> tuple[int, Any]:
        controller = self.server.controller
        if self.command == 'OPTIONS':
            return 200, {'actions': {'POST': contract.RECORDED[kind]['POST']}}
        if self.command == 'POST':
            return 201, controller.create(kind, payload)
        if kind == 'me':
            return 200, page([{'id': 1, 'username': 'admin'}])
        return 200, page(controller.search(kind, query))

    def item(self, kind: str, number: int, payload: Any) -> tuple[int, Any]:
        controller = self.server.controller
        if self.command == 'PATCH':
            return 200, controller.change(kind, number, payload)
        if self.command == 'DELETE':
            controller.remove(kind, number)
            return 204, None
        return 200, controller.shown(kind, controller.one(kind, number))

    def part(self, kind: str, number: int, name: str, payload: Any) -> tuple[int, Any]:
        controller = self.server.controller
        if name == 'survey_spec':
            if self.command == 'POST':
                controller.set_survey(kind, number, payload)
            elif self.command == 'DELETE':
                controller.surveys.pop((kind, number), None)
            return 200, controller.surveys.get((kind, number), {})
        if name == 'update':
            return 202, controller.sync(controller.one(kind, number))
        if name == 'create_approval_template':
            return 201, controller.approval(number, payload)
        if name not in ASSOCIATIONS:
            raise Refused(404, {'detail': self.path})
        if self.command == 'POST':
            controller.associate(kind, number, name, payload)
            return 204, None
        present = controller.links.get((kind, number, name), [])
        return 200, page([controller.one(ASSOCIATIONS[name], other) for other in present])

    def log_message(self, *_: Any) -> None:
        """Nothing on stderr."""


def page(results: list[Any]) -> dict[str, Any]:
    return {'count': len(results), 'next': None, 'previous': None, 'results': results}


@contextlib.contextmanager
def serving(controller: Controller) -> Iterator[Server]:
    """The server, for as long as the block lasts."""
    with Server(controller) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
