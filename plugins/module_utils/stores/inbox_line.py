# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection to the receiver of an inbox: questions and answers, or the way of one file.

Made in the main thread, usable in any. While nothing else is to be said, a thread sends a beat, because the receiver
ends a silent session (and with it the lock that the session holds).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import select
import subprocess
import threading
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.inbox import wire
from ansible_collections.rawat.website.plugins.module_utils.process import spawn
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import write_all
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import Connector, reason

SILENCE = 90.0  # seconds without a sign of life of the inbox after which it is given up
COMMAND = 'rawat-inbox'  # for the server's log: the forced command of the key is what runs
ANSWER_LIMIT = 64 * 1024 * 1024  # bytes of one frame that comes back; more is a bug or an attack


class NotGranted(Exception):
    """The receiver refuses; the text is what it said."""


class Line:
    """One session of the receiver. ConnectionError, with ssh's words, when it ends unasked."""

    def __init__(self, connector: Connector):
        argv = ['ssh', *connector.options(), '--', connector.address.host, COMMAND]
        self.child = spawn(argv, stdin=subprocess.PIPE)
        self.turn, self.ended = threading.Lock(), threading.Event()
        self.digest, self.sent = hashlib.sha256(), 0
        threading.Thread(target=self._beat, daemon=True).start()

    def _beat(self) -> None:
        while not self.ended.wait(wire.BEAT_SECONDS):
            if self.turn.acquire(blocking=False):
                try:
                    self._send(wire.BEAT, b'')
                except (OSError, ValueError):
                    return  # whoever uses the line finds out
                finally:
                    self.turn.release()

    def _send(self, kind: bytes, payload: bytes) -> None:
        descriptor = self.child.stdin.fileno()
        write_all(descriptor, wire.HEADER.pack(kind, len(payload)))
        if payload:
            write_all(descriptor, payload)

    def _exactly(self, size: int) -> bytes:
        data, descriptor = bytearray(), self.child.stdout.fileno()
        while len(data) < size:
            if not select.select([descriptor], [], [], SILENCE)[0]:
                raise TimeoutError(f'the inbox says nothing for {SILENCE:.0f} seconds')
            piece = os.read(descriptor, size - len(data))
            if not piece:
                raise OSError('end of file')
            data += piece
        return bytes(data)

    def _receive(self) -> tuple[bytes, bytes]:
        """The next frame. NotGranted when it is a refusal."""
        kind = wire.BEAT
        while kind == wire.BEAT:
            kind, size = wire.HEADER.unpack(self._exactly(wire.HEADER.size))
            if kind not in (wire.ANSWER, wire.DATA, wire.REFUSAL, wire.BEAT) or size > ANSWER_LIMIT:
                raise OSError('what answers is no inbox')
            payload = self._exactly(size)
        if kind == wire.REFUSAL:
            raise NotGranted(str(json.loads(payload)['error']))
        return kind, payload

    @contextlib.contextmanager
    def _speaking(self) -> Iterator[None]:
        """Nobody else's words between ours; after an interruption nobody may take our answer for his own."""
        with self.turn:
            try:
                yield
            except NotGranted:
                raise
            except (OSError, ValueError, KeyError, TypeError) as error:
                self.ended.set()
                if isinstance(error, TimeoutError):
                    self.child.kill()
                raise ConnectionError(_why(error, reason(self.child))) from error
            except BaseException:
                self.close()
                raise

    def ask(self, verb: str, **fields: object) -> tuple[dict, bytes]:
        """(the answer, the bytes that came before it)."""
        with self._speaking():
            self._send(wire.REQUEST, json.dumps({'verb': verb, **fields}).encode())
            data = bytearray()
            while (frame := self._receive())[0] == wire.DATA:
                data += frame[1]
                if len(data) > ANSWER_LIMIT:
                    raise OSError('the answer is too long')
            return dict(json.loads(frame[1])), bytes(data)

    def write(self, block: bytes) -> None:
        """The next bytes of the file that a `put` has opened. NotGranted when the receiver has broken it off."""
        with self._speaking():
            try:
                for start in range(0, len(block), wire.BLOCK):
                    self._send(wire.DATA, block[start : start + wire.BLOCK])
            except BrokenPipeError:
                self._receive()  # its last words
                raise
        self.digest.update(block)
        self.sent += len(block)

    def finish(self) -> dict:
        """The file is whole: the receiver's answer when it is on the disk."""
        with self._speaking():
            end = {'bytes': self.sent, 'sha256': self.digest.hexdigest()}
            self._send(wire.END, json.dumps(end).encode())
            answer = dict(json.loads(self._receive()[1]))
            if answer != end:
                raise OSError(f'{end} was sent, the inbox answers {answer}')
            self.digest, self.sent = hashlib.sha256(), 0
            return answer

    def is_over(self) -> bool:
        """Was it closed, or has it ended?"""
        return self.ended.is_set() or self.child.popen.poll() is not None

    def close(self) -> None:
        """End the session, whatever it is doing. Any thread."""
        self.ended.set()
        self.child.kill()


def _why(error: Exception, words: str) -> str:
    ours = '' if str(error) in ('end of file', '') or isinstance(error, BrokenPipeError) else f'{error}: '
    return ours + words
