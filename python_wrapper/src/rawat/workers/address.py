# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker's address, and the ssh that leads there."""

from __future__ import annotations

import os
import re
import shlex
from typing import NamedTuple
from urllib.parse import urlsplit

from rawat.request import UsageProblem
from rawat.terminal import say

NAME = re.compile(r'[A-Za-z0-9_:][A-Za-z0-9_.:%-]*')  # of a host or an account: never what ssh takes for an option
SSH_ARGUMENTS = 'RAWAT_WORKER_SSH_ARGS'  # further words for ssh; of two values of one option it takes the first
# Nobody answers a question here; a worker without power is noticed after half a minute; each run logs in by itself.
SSH_OPTIONS = (
    *('BatchMode=yes', 'ConnectTimeout=15', 'ServerAliveInterval=10', 'ServerAliveCountMax=3', 'ControlPath=none'),
    *('ClearAllForwardings=yes', 'PermitLocalCommand=no', 'EscapeChar=none', 'LogLevel=ERROR'),
)


class Worker(NamedTuple):
    """Where a worker is: `folder` holds its ansible-runner, '' when its PATH leads there. `text`: as it was given."""

    text: str
    host: str
    user: str = ''
    port: int | None = None
    folder: str = ''

    @property
    def name(self) -> str:
        """What people call it: its host, with the port where one was given."""
        return self.host if self.port is None else f'{self.host}:{self.port}'


def parse(text: str) -> Worker:
    """The worker at ssh://[user@]HOST[:port][/folder]; UsageProblem for anything else, a password among it."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise UsageProblem([say('worker.address', value=text)]) from error
    host = _as_written(parts.netloc, parts.hostname or '')
    names = [host, *([] if parts.username is None else [parts.username])]
    unwanted = parts.password is not None or parts.query or parts.fragment or parts.scheme != 'ssh'
    if unwanted or not all(NAME.fullmatch(name) for name in names):
        raise UsageProblem([say('worker.address', value=text if parts.password is None else 'ssh://USER:…')])
    return Worker(text, host, parts.username or '', port, parts.path.rstrip('/'))


def _as_written(netloc: str, host: str) -> str:
    """The host as it was given: Python makes it lower case, and to ssh an alias is another one then."""
    place = netloc.lower().rfind(host)
    return netloc[place : place + len(host)]


def parse_all(texts: list[str]) -> list[Worker]:
    """Every worker once; UsageProblem with every address that is wrong or given twice."""
    found: list[Worker] = []
    wrong: list[str] = []
    for text in texts:
        try:
            worker = parse(text)
        except UsageProblem as problem:
            wrong += problem.lines
            continue
        wrong += [say('worker.twice', worker=text) for other in found if other[1:4] == worker[1:4]]
        found.append(worker)
    if wrong:
        raise UsageProblem(wrong)
    return found


def ssh_command(worker: Worker, remote: str) -> list[str]:
    """The ssh that runs the shell text `remote` on the worker, without a terminal.

    UsageProblem when RAWAT_WORKER_SSH_ARGS cannot be read.
    """
    try:
        own = shlex.split(os.environ.get(SSH_ARGUMENTS, ''))
    except ValueError as error:
        raise UsageProblem([say('worker.ssh_arguments', name=SSH_ARGUMENTS, reason=error)]) from error
    options = [word for option in SSH_OPTIONS for word in ('-o', option)]
    login = ['-l', worker.user] if worker.user else []
    port = ['-p', str(worker.port)] if worker.port else []
    return ['ssh', *own, *options, '-T', *login, *port, '--', worker.host, remote]
