# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ssh to one worker: opened and questioned before any host is touched, then the two pipes of a stream."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, cast

import yaml

from rawat.collection import playbook
from rawat.request import UsageProblem
from rawat.runner import KEPT
from rawat.terminal import say
from rawat.workers.address import Worker, ssh_command
from rawat.workers.program import remote_command

ANSWER = 90  # seconds until a worker has said what it has; two programs start there
HEARTBEAT = 10  # seconds; the keeper gives up after twelve of them that are missing
SILENCE = 120  # seconds without a word from the worker, which says one every fifteen
ENDING = 25  # seconds for a worker to end its processes and say so
KILLED = 5
WORDS = 20  # last lines of what ssh and the worker said beside the stream
ANSWER_LIMIT = 1 << 20  # bytes of the first line
MINIMUM_RUNNER = '2.4'  # as pyproject.toml says of our own
Progress = Callable[[str, Mapping[str, Any]], None]


class WorkerLost(Exception):
    """The connection to a worker ended, or was ended, before its work was done; the text says why."""


class Link:
    """One ssh with the keeper at its far end. Every method but `close` may raise WorkerLost."""

    def __init__(self, worker: Worker, on_progress: Progress):
        self.worker, self._on_progress = worker, on_progress
        self.facts: dict[str, Any] = {}
        self.heard = time.monotonic()
        self.cause = ''  # why we ended it ourselves
        self.sent = False  # whether the worker has all that it is to have
        self._words: deque[str] = deque(maxlen=WORDS)
        self._pulse = threading.Event()
        self._writing = threading.Lock()
        environment = {key: value for key, value in os.environ.items() if key in KEPT}
        command = ssh_command(worker, remote_command())
        try:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                start_new_session=True,  # Ctrl-C in a terminal must not take it away before it can say how things stand
            )  # fmt: skip
        except OSError as error:
            raise UsageProblem([say('worker.no_ssh', worker=worker.name, reason=error)]) from error
        self.input, self.output, self._beside = (
            cast(IO[bytes], pipe) for pipe in (self.process.stdin, self.process.stdout, self.process.stderr)
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    # ---------------------------------------------------------------- before the work
    def ask(self, paths: list[str]) -> list[str]:
        """What keeps this worker from taking part, one line each; `facts` holds what it said. Any text is an answer."""
        timer = threading.Timer(ANSWER, self.end, [say('worker.no_answer', seconds=ANSWER)])
        timer.start()
        try:
            self._write(json.dumps({'paths': paths, 'folder': self.worker.folder}).encode() + b'\n')
            line = self.output.readline(ANSWER_LIMIT)
        except OSError:
            line = b''
        finally:
            timer.cancel()
        try:
            self.facts = json.loads(line)
            self.facts['directory'], self.facts['core'], self.facts['runner'], self.facts['missing']
        except (ValueError, KeyError, TypeError):
            return [self._not_understood(line)]
        self.heard = time.monotonic()
        return self._unfit()

    def _not_understood(self, line: bytes) -> str:
        self.close()
        name, said = self.worker.text, self.words()
        if line.strip():
            return say('worker.chatter', worker=name, said=line[:200].decode(errors='replace').strip())
        if re.search(r'python3.*not found|not found.*python3|[Uu]nknown command.*python3', said):
            return say('worker.no_python', worker=name, said=said)
        return say('worker.unreached', worker=name, reason=self.cause or said or self._exit())

    def _unfit(self) -> list[str]:
        name, lines = self.worker.text, []
        for program, said, least in (
            ('ansible-core', str(self.facts['core']), minimum_core()),
            ('ansible-runner', str(self.facts['runner']), MINIMUM_RUNNER),
        ):
            number = re.fullmatch(r'(?:ansible-playbook \[core )?(\d[\w.]*)\]?', said)
            if not number:
                lines.append(say('worker.lacks', worker=name, program=program, least=least, said=said))
            elif version(number[1]) < version(least):
                lines.append(say('worker.too_old', worker=name, program=program, least=least, found=number[1]))
        return lines + [say('worker.no_file', worker=name, path=path) for path in self.facts['missing']]

    # ---------------------------------------------------------------- the stream
    def watch(self) -> None:
        """From now on end the link when the worker is silent for long; once all is `sent`, say now and then that
        somebody waits.
        """
        self.heard = time.monotonic()
        threading.Thread(target=self._beat, daemon=True).start()

    def _beat(self) -> None:
        while not self._pulse.wait(HEARTBEAT):
            if self.sent:
                with contextlib.suppress(OSError):
                    self._write(b'\n')
            if time.monotonic() - self.heard > SILENCE:
                self.end(say('worker.silent', seconds=SILENCE))

    def _write(self, data: bytes) -> None:
        with self._writing:
            if not self.input.closed:
                self.input.write(data)
                self.input.flush()

    def _listen(self) -> None:
        """What comes beside the stream: progress of hosts, or words that are worth telling when it is lost."""
        for raw in self._beside:
            line = raw.decode(errors='replace').strip()
            try:
                told = json.loads(line)
                self._on_progress(str(told['host']), told['progress'])
            except (ValueError, KeyError, TypeError):
                if line:
                    self._words.append(line)

    # ---------------------------------------------------------------- the end
    def dismiss(self) -> None:
        """Ask for the end: the keeper sees the end of its input, stops the work and lets ansible-runner say so."""
        self._pulse.set()
        if not self.sent and self.facts and self.process.poll() is None:
            self.end(say('worker.dismissed'))  # it may be in the midst of taking something in: nothing runs there yet
        with self._writing, contextlib.suppress(OSError):
            self.input.close()

    def end(self, cause: str) -> None:
        """End it by force; who reads the stream meets its end."""
        self.cause = self.cause or cause
        self._pulse.set()
        with contextlib.suppress(OSError):
            self.process.kill()

    def close(self, patience: float = KILLED) -> None:
        """End it in either way; never raises, never leaves a process."""
        self.dismiss()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._listener.join(KILLED)
        if not self._listener.is_alive():
            for pipe in (self.output, self._beside):
                with contextlib.suppress(OSError):
                    pipe.close()

    def words(self) -> str:
        """What ssh and the worker said last, beside the stream, on one line."""
        self._listener.join(1)
        return ' '.join(self._words)[-1000:]

    def _exit(self) -> str:
        return f'ssh: exit code {self.process.poll()}'

    def lost(self, explanation: str) -> str:
        """Why the stream ended before its end: our own reason, what was said beside it, or what the reader found."""
        return self.cause or '; '.join(part for part in (self.words(), explanation) if part)


def minimum_core() -> str:
    """The oldest ansible-core on which the collection runs, as its meta/runtime.yml says."""
    path = Path(playbook('backup')).parents[1] / 'meta' / 'runtime.yml'
    return str(yaml.safe_load(path.read_text(encoding='utf-8'))['requires_ansible']).lstrip('>= ')


def version(text: str) -> tuple[int, ...]:
    """The numbers of a version, so far as they go: '2.19.0rc1' is (2, 19, 0)."""
    found = re.match(r'\d+(?:\.\d+)*', text)
    return tuple(int(part) for part in found[0].split('.')) if found else ()
