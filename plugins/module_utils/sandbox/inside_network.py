# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of a copy: loopback, and behind its database ports the private servers' sockets. Nothing leads out."""

from __future__ import annotations

import base64
import codecs
import contextlib
import fcntl
import http.client
import select
import socket
import struct
import threading
import time
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.pages.exchange import ask as ask_for
from ansible_collections.rawat.website.plugins.module_utils.pages.exchange import exchange

for _codec in ('ascii', 'idna', 'latin-1'):
    codecs.lookup(_codec)  # Python would load them later, when its own directory may be out of sight

SIOCSIFADDR, SIOCSIFFLAGS = 0x8916, 0x8914  # netdevice(7)
IFF_UP_RUNNING = 0x1 | 0x40
BLOCK = 65536
LOWEST_PORT = '/proc/sys/net/ipv4/ip_unprivileged_port_start'


def loopback(addresses: list[str]) -> None:
    """Bring lo up, with further IPv4 `addresses` at which the site looks for its databases."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack('16sH14x', b'lo', IFF_UP_RUNNING))
        for number, address in enumerate(addresses):
            place = struct.pack('HH4s8x', socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(control, SIOCSIFADDR, struct.pack('16s16s', f'lo:{number}'.encode(), place))


def open_low_ports() -> bool:
    """Let an ordinary account listen on port 80, in this network only."""
    try:
        with open(LOWEST_PORT, 'w', encoding='ascii') as setting:
            setting.write('0')
    except OSError:
        return False
    return True


def listeners(ports: dict[str, str]) -> list[tuple[socket.socket, str]]:
    """Listening sockets for {port: path of a unix socket}, on every address of lo."""
    made = []
    for port, path in ports.items():
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(('0.0.0.0', int(port)))  # noqa: S104  (a network with nothing but lo)
        listener.listen(64)
        made.append((listener, path))
    return made


def forward(made: list[tuple[socket.socket, str]]) -> None:
    """Carry connections to the sockets, for ever."""
    places = {listener.fileno(): (listener, path) for listener, path in made}
    while True:
        for number in select.select(list(places), [], [])[0]:
            listener, path = places[number]
            client, _address = listener.accept()
            threading.Thread(target=_carry, args=(client, path), daemon=True).start()


def _carry(client: socket.socket, path: str) -> None:
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with client, server, contextlib.suppress(OSError):
        server.connect(path)
        other = {client: server, server: client}
        while True:
            for source in select.select([client, server], [], [])[0]:
                block = source.recv(BLOCK)
                if not block:
                    return
                other[source].sendall(block)


def wait_for(port: int, seconds: float, alive: Any) -> str | None:
    """Wait until somebody listens on `port`; else says why not. `alive()` tells whether the server still runs."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', port), 1):
            return None
        if not alive():
            return 'it ended at once'
        time.sleep(0.02)
    return f'nothing listened on port {port} after {seconds:.0f} s'


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """One GET; `request`: path, host, port, headers, timeout (s), limit (bytes). {'error'} where nothing answers."""
    question = (request['path'], request['host'], request['limit'], request['headers'])
    try:
        plain = socket.create_connection(('127.0.0.1', request['port']), request['timeout'])
        answer = exchange(plain, request['timeout'], lambda plain: ask_for(plain, *question))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {'error': f'{type(error).__name__}: {error}'}
    return {**answer._asdict(), 'body': base64.b64encode(answer.body).decode('ascii')}
