# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our side of the sandbox: start the program in its namespaces, and ask it for pages."""

from __future__ import annotations

import base64
import contextlib
import inspect
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation
from ansible_collections.rawat.website.plugins.module_utils.pages import client, exchange
from ansible_collections.rawat.website.plugins.module_utils.sandbox import (
    inside,
    inside_network,
    inside_root,
    inside_server,
    inside_system,
)
from ansible_collections.rawat.website.plugins.module_utils.sandbox.application import application
from ansible_collections.rawat.website.plugins.module_utils.sandbox.endpoints import Endpoints, endpoints

PARTS = (exchange, inside_system, inside_root, inside_network, inside_server, inside)  # each after what it imports
BOOT = """
import sys, types
for name, source in SOURCES:
    parent, _dot, short = name.rpartition('.')
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(source, short, 'exec'), module.__dict__)
    setattr(sys.modules.setdefault(parent, types.ModuleType(parent)), short, module)
module.main(SPEC)
"""
DOOR = '/run/rawat/database-'  # inside, where the forwarders find the private servers' sockets
COLD = 3  # a copy begins with empty caches: it may take so many times as long for a page as the live site
BUILD_SECONDS = 60  # beside the start of the application itself
LINE_LIMIT = 64 * 1024 * 1024


@contextlib.contextmanager
def serve(
    directory: str,
    options: Mapping[str, Any],
    site: Mapping[str, Any],
    manifest: Mapping[str, Any],
    trees: Mapping[str, str],
    servers: Mapping[str, Any],
) -> Iterator[client.ReadPage]:
    """Serve the restored `trees` ({live path: directory}) with `servers` ({engine: Server}); yields read_page(path).

    `directory`: a private one, where the mount point of the inside is made. Raises Limitation.
    """
    spec = _spec(directory, site, manifest, trees, endpoints(site, manifest, servers))
    with Inside(spec, int(options['page_timeout']) * COLD, int(options['page_bytes'])) as running:
        url = site.get('url') or 'http://localhost/'
        yield lambda path: client.read_page(running.fetch, url, path)


def _spec(
    directory: str, site: Mapping[str, Any], manifest: Mapping[str, Any], trees: Mapping[str, str], found: Endpoints
) -> dict[str, Any]:
    root = os.path.join(os.path.realpath(directory), 'root')
    os.makedirs(root, mode=0o700, exist_ok=True)
    spec = application(site, manifest, trees)
    url = urlsplit(site.get('url') or 'http://localhost/')
    names = ' '.join(dict.fromkeys(['localhost', url.hostname or 'localhost', *found.names, os.uname().nodename]))
    places = {path: os.path.realpath(tree) for live, tree in trees.items() for path in (live, os.path.realpath(live))}
    doors = {private: f'{DOOR}{number}' for number, private in enumerate(sorted(set(found.ports.values())))}
    spec['sockets'] = {**found.sockets, **{door: private for private, door in doors.items()}}
    spec['ports'] = {port: doors[private] for port, private in found.ports.items()}
    spec.update(root=root, trees=places, addresses=found.addresses)
    spec['files'] |= {'/etc/hosts': f'127.0.0.1 {names}\n', '/etc/resolv.conf': ''}
    spec['headers'] = {'X-Forwarded-Proto': 'https'} if url.scheme == 'https' else {}
    spec['visible'] = list((site.get('application') or {}).get('visible') or [])
    spec['hidden'] = live_sockets()
    return spec


def live_sockets() -> list[str]:
    """Paths of the unix sockets of this machine (unix(7)); those of abstract names belong to a network namespace."""
    with open('/proc/net/unix', encoding='utf-8', errors='surrogateescape') as lines:
        found = {fields[7].rstrip('\n') for line in lines if len(fields := line.split(' ', 7)) == 8}
    return sorted(path for path in (entry.strip().split(' ')[-1] for entry in found) if path.startswith('/'))


class Inside:
    """The running inside. `fetch(url)` asks it; whatever happens to us, it ends with us."""

    def __init__(self, spec: Mapping[str, Any], timeout: int, limit: int):
        self.timeout, self.limit, self._rest = timeout, limit, b''
        program = process.secret_file(_program(spec).encode('utf-8', 'surrogateescape'))
        interpreter = os.path.realpath(sys.executable)
        self.child = process.spawn([interpreter, '-I', process.path_of(program)], stdin=subprocess.PIPE)
        try:
            answer = self._answer(BUILD_SECONDS + spec['start_seconds'])
        except BaseException:
            self.child.kill()
            raise
        finally:
            program.close()
        if answer.get('error'):
            self.child.kill()
            words = self.child.stderr.strip()[-500:]
            raise Limitation(f'the restored site could not be started: {answer["error"]}{": " if words else ""}{words}')

    def __enter__(self) -> Inside:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.child.kill()  # process 1 of its namespace dies with it, and takes everything along

    def fetch(self, url: str) -> exchange.Answer:
        request = {'path': client.path_of(client.clean(url)), 'host': urlsplit(url).netloc.rpartition('@')[2]}
        line = json.dumps({**request, 'timeout': self.timeout, 'limit': self.limit}).encode() + b'\n'
        try:
            self.child.stdin.write(line)
            self.child.stdin.flush()
        except OSError as error:
            raise Limitation(f'the restored site is gone: {self.child.stderr.strip()[-500:]}') from error
        answer = self._answer(self.timeout * 2 + 5)
        if 'error' in answer:
            raise OSError(answer['error'])
        return exchange.Answer(**{**answer, 'body': base64.b64decode(answer['body'])})

    def _answer(self, seconds: int) -> dict[str, Any]:
        """The next line of JSON. Raises Limitation when it does not come."""
        ends = time.monotonic() + seconds
        while b'\n' not in self._rest:
            left = max(ends - time.monotonic(), 0)
            ready = select.select([self.child.stdout], [], [], left)[0]
            block = os.read(self.child.stdout.fileno(), exchange.BLOCK) if ready else b''
            if not block or len(self._rest) > LINE_LIMIT:
                how = 'ended' if ready else f'did not answer within {seconds} s'
                raise Limitation(f'the program around the restored site {how}: {self.child.stderr.strip()[-500:]}')
            self._rest += block
        line, _newline, self._rest = self._rest.partition(b'\n')
        return json.loads(line)


def _program(spec: Mapping[str, Any]) -> str:
    """The inside as one Python text: targets have no other way to hand modules to a Python of its own."""
    sources = [(part.__name__, inspect.getsource(part)) for part in PARTS]
    return f'SOURCES = {sources!r}\nSPEC = {dict(spec)!r}\n{BOOT}'
