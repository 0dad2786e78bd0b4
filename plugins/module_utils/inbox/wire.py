# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inbox and its clients say to each other: frames on two pipes, the forms of names, the bounds.

A frame is one byte for its kind, four for the length (big-endian), and the payload. The client sends REQUEST (JSON),
DATA and END (JSON: bytes, sha256) of a file, BEAT (nothing: I am still here); it gets ANSWER (JSON), DATA, or REFUSAL
(JSON: error). A session answers request after request; a file that is refused half-way ends its session.
"""

from __future__ import annotations

import json
import re
import signal
import struct
import time
from typing import BinaryIO

VERSION = 1
REQUEST, DATA, END, BEAT, ANSWER, REFUSAL = b'Q', b'D', b'E', b'B', b'A', b'X'
CLOSED = 'the connection ended'
BEAT_SECONDS = 10.0  # between two signs of life of whoever is at work or waits
HEADER = struct.Struct('>cI')
BLOCK = 1024 * 1024  # bytes of one DATA frame at most
REQUEST_LIMIT = 256 * 1024  # bytes of a request, and so of an event
READ_LIMIT = 64 * 1024 * 1024  # bytes of a manifest that is read back
SUMS_LIMIT = 8 * 1024 * 1024  # bytes of a SHA256SUMS
MANIFEST, SUMS = 'manifest.json', 'SHA256SUMS'
PARTIAL, WRITING, EVENTS, ACCEPTED, LOCK, USAGE = (
    '.partial-',
    '.writing-',
    '.events',
    '.accepted',
    '.lock',
    'usage.json',
)
RECEIPT = ('verified', 'manifest_sha256')  # what a target is told of a point that the vault has taken in
SITE = re.compile(r'[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?')
POINT = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z[A-Za-z0-9_.-]{0,100}')
FILE = re.compile(r'[A-Za-z0-9][A-Za-z0-9%_.-]*')
EVENT = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}-[0-9]{6}Z\.[a-z][a-z-]{0,39}\.[A-Za-z0-9_.-]{1,140}\.json')
SUM = re.compile(r'([0-9a-f]{64})  (.+)')
OWNER = re.compile(r'[^\x00-\x1f\x7f]{1,2000}')
TOKEN = re.compile(r'[0-9a-f]{16,64}')


class Refused(Exception):
    """The request is not granted; the text goes to the client."""


class Ended(Exception):
    """The session is over: its client went away, said nothing for too long, or does not speak the protocol."""


class Wire:
    """Frames on two pipes. Every sign of life puts off the end of the session (`idle` seconds of silence)."""

    def __init__(self, source: BinaryIO, sink: BinaryIO, idle: int):
        self.source, self.sink, self.idle = source, sink, idle
        self.told = time.monotonic()

    def alive(self) -> None:
        """Something moves: start the clock again."""
        signal.setitimer(signal.ITIMER_REAL, self.idle)

    def working(self) -> None:
        """We are at work for the client, which hears of it now and then, or it would give us up."""
        self.alive()
        if time.monotonic() - self.told > BEAT_SECONDS:
            self.send(BEAT, b'')

    def receive(self) -> tuple[bytes, bytes]:
        """The next frame but a BEAT. Ended at the end of the input, at a frame of an unknown kind or length."""
        while True:
            kind, size = HEADER.unpack(self._exactly(HEADER.size))
            if size > {REQUEST: REQUEST_LIMIT, DATA: BLOCK, END: REQUEST_LIMIT, BEAT: 0}.get(kind, -1):
                raise Ended(f'a frame of kind {kind!r} with {size} bytes is not of this protocol')
            payload = self._exactly(size)
            self.alive()
            if kind != BEAT:
                return kind, payload

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            piece = self.source.read1(size - len(data))  # type: ignore[attr-defined]
            if not piece:
                raise Ended(CLOSED)
            data += piece
            self.alive()
        return bytes(data)

    def send(self, kind: bytes, payload: bytes) -> None:
        """One frame."""
        try:
            self.sink.write(HEADER.pack(kind, len(payload)) + payload)
            self.sink.flush()
            self.told = time.monotonic()
        except BrokenPipeError:
            raise Ended(CLOSED) from None
        self.alive()

    def say(self, kind: bytes, document: dict) -> None:
        """One frame of JSON."""
        self.send(kind, json.dumps(document).encode())


def checked(request: dict, field: str, form: re.Pattern[str], longest: int = 2000) -> str:
    """A text of the request that has its form, or Refused: no name ever reaches the disk without this."""
    value = request.get(field)
    if not isinstance(value, str) or len(value) > longest or not form.fullmatch(value):
        raise Refused(f'{field} {str(value)[:100]!r} is not usable')
    return value
