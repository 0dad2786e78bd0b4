# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The administrator's own way to start a restored site, where namespaces cannot be had: docs/sandbox.md.

It gets one line of JSON on its standard input, prints, once the site answers, its address as one line, and serves
until its input ends. What it starts is its own affair; so such a drill never earns more than a B.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation
from ansible_collections.rawat.website.plugins.module_utils.pages import client, exchange
from ansible_collections.rawat.website.plugins.module_utils.sandbox.application import START_SECONDS

ENDING_SECONDS = 10  # between the end of its input and SIGKILL
LINE_LIMIT = 4096  # bytes of the address that it prints


@contextlib.contextmanager
def hooked(
    argv: Sequence[str],
    options: Mapping[str, Any],
    site: Mapping[str, Any],
    trees: Mapping[str, str],
    servers: Mapping[str, Any],
) -> Iterator[client.ReadPage]:
    """Let `argv` start the site from `trees` and `servers` (as serve.serve has them); yields read_page(path).

    Raises Limitation when it does not start, or prints no address within START_SECONDS.
    """
    facts = {'site': site['name'], 'url': site.get('url'), 'trees': dict(trees)}
    facts['sockets'] = {engine: getattr(server, 'socket', None) for engine, server in servers.items()}
    try:
        child = process.spawn(list(argv), stdin=subprocess.PIPE)
    except OSError as error:
        raise Limitation(f'application.hook {argv[0]} cannot be started: {error.strerror}') from error
    try:
        with contextlib.suppress(BrokenPipeError):  # it has ended; the next line says how
            child.stdin.write(json.dumps(facts).encode() + b'\n')
            child.stdin.flush()
        place = _address(child, argv[0])
        url = site.get('url') or 'http://localhost/'
        yield lambda path: client.read_page(_fetch(place, options), url, path)
    finally:
        with contextlib.suppress(OSError):
            child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.popen.wait(ENDING_SECONDS)
        child.kill()


def _address(child: process.Child, name: str) -> tuple[str, int]:
    """(host, port) out of the first line that the hook prints."""
    line, ends = b'', time.monotonic() + START_SECONDS
    while not line.endswith(b'\n'):
        left = ends - time.monotonic()
        ready = left > 0 and select.select([child.stdout], [], [], left)[0]
        byte = os.read(child.stdout.fileno(), 1) if ready else b''
        if not byte or len(line) > LINE_LIMIT:
            how = 'ended' if ready else f'did not do so within {START_SECONDS} s'
            words = child.stderr[-500:].strip()
            raise Limitation(f'application.hook {name} should print an address, but {how}: {words}')
        line += byte
    try:
        parts = urlsplit(line.decode().strip())
        if parts.scheme == 'http' and parts.hostname:
            return parts.hostname, client.port_of(parts)
    except ValueError:
        pass
    raise Limitation(f'application.hook {name} printed {line[:200]!r}, instead of an address as http://127.0.0.1:8080/')


def _fetch(place: tuple[str, int], options: Mapping[str, Any]) -> client.Fetch:
    timeout, limit = int(options['page_timeout']), int(options['page_bytes'])

    def fetch(url: str) -> exchange.Answer:
        host = urlsplit(url).netloc.rpartition('@')[2]
        path = client.clean(client.path_of(url))
        plain = socket.create_connection(place, timeout)
        return exchange.exchange(plain, timeout, lambda plain: exchange.ask(plain, path, host, limit, {}))

    return fetch
