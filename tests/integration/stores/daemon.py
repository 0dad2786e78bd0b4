# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server process of the tests' own: started until it answers, ended by its own id, gone with the tests."""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

START_SECONDS = 120  # the slowest needs five on a quiet machine


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port: int = probe.getsockname()[1]
        return port


def accepts(port: int) -> bool:
    """Does somebody listen there?"""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(('127.0.0.1', port)) == 0


def responds(url: str) -> bool:
    """Is the address answered with success?"""
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own address
    except OSError:  # HTTPError is one, too
        return False
    return True


class Daemon:
    """One process in the folder `work`, which `start` finds again after `stop` or `kill`."""

    port: int

    def __init__(self, work: Path, name: str = 'server'):
        self.work, self.name = work, name
        self.process: subprocess.Popen | None = None
        work.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        """Program and arguments."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Is it ready?"""
        return accepts(self.port)

    def start(self) -> None:
        """Start it and wait until it answers."""
        log_file = self.work / f'{self.name}.log'
        with log_file.open('ab') as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.work, preexec_fn=_die_with_us
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f'{self.command()[0]} does not answer: {log_file.read_text("utf-8")[-3000:]}')
            time.sleep(0.05)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start it again, after a stop if need be."""
        self.stop()
        self.start()

    def _end(self, number: int) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.process = None


def _die_with_us() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
