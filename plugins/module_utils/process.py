# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Child processes that never outlive us: dump clients, compressors, ssh, restic.

Ansible can lose the connection, time out or kill the controller while a module works on the target, and none of that
reaches the module. So a module that starts long work calls :func:`guard` once: it gets a deadline, a process group of
its own, and turns signals into exceptions, so that every ``finally`` runs. Children carry ``PR_SET_PDEATHSIG``, so even
``kill -9`` of the module takes them along (prctl(2)).
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import pwd
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, BinaryIO, cast

PR_SET_PDEATHSIG = 1
STDERR_LIMIT = 64 * 1024  # bytes of a child's complaints that are kept: the end, where the cause stands
OUTPUT_LIMIT = 64 * 1024 * 1024  # bytes that `run` accepts from a short command; more is a bug or an attack
RING_AGAIN = 1.0  # seconds until an ending that nobody heard is told again
KILL_GRACE = 5.0  # seconds between SIGTERM and SIGKILL
F_SETPIPE_SZ = 1031  # Linux; the fcntl module names it from Python 3.10 on
PIPE_SIZE = 1024 * 1024  # fewer wake-ups between a dump client and us

_libc = ctypes.CDLL(None, use_errno=True)
_children: set[subprocess.Popen[bytes]] = set()


class CommandFailed(Exception):
    """A child ended with a non-zero exit code; `code` and the end of its `stderr` tell why."""

    def __init__(self, program: str, code: int, stderr: str):
        self.program, self.code, self.stderr = program, code, stderr
        how = f'was killed by signal {-code}' if code < 0 else f'ended with exit code {code}'
        super().__init__(f'{program} {how}: {stderr.strip() or "it printed no reason"}')


class DeadlineExceeded(Exception):
    """The module's time is up; everything it started is stopped."""


class Interrupted(Exception):
    """The module was asked to stop (SIGTERM or SIGINT)."""


class _Bell:
    """Raises an exception in the main thread when it is time, and again every second until that was heard.

    Ringing once is not enough: what a signal handler raises while Python runs a callback of its own (around a fork, in
    a `__del__`) is printed and forgotten.
    """

    def __init__(self) -> None:
        self.ending: tuple[type[Exception], str] = (DeadlineExceeded, '')
        self.rung: Exception | None = None

    def set(self, seconds: float, kind: type[Exception], text: str) -> None:
        """Ring with `kind(text)` in so many seconds."""
        self.ending, self.rung = (kind, text), None
        signal.setitimer(signal.ITIMER_REAL, seconds, RING_AGAIN)

    def ring(self, _number: int, _frame: object) -> None:
        """The handler of SIGALRM. Silent while the last ringing is being dealt with: cleaning up may take its time."""
        heard = sys.exc_info()[1]
        while heard is not None and heard is not self.rung:
            heard = heard.__context__
        if heard is None or self.rung is None:
            self.rung = self.ending[0](self.ending[1])
            raise self.rung

    def stop(self, number: int, _frame: object) -> None:
        """The handler of SIGTERM and SIGINT."""
        self.set(0.001, Interrupted, f'stopped by {signal.Signals(number).name}')


_bell = _Bell()


@contextlib.contextmanager
def guard(deadline_seconds: int) -> Iterator[None]:
    """Own a process group, end after `deadline_seconds`, survive a lost connection, leave no child behind.

    A closed SSH connection is no reason to throw away half an hour of work: SIGHUP is ignored and the recovery point is
    finished; the deadline bounds it. Main thread only (signals).
    """
    with contextlib.suppress(PermissionError):  # already a session leader
        os.setpgid(0, 0)
    handlers: dict[int, Any] = dict.fromkeys((signal.SIGTERM, signal.SIGINT), _bell.stop)
    handlers.update({signal.SIGALRM: _bell.ring, signal.SIGHUP: signal.SIG_IGN})
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    _bell.set(deadline_seconds, DeadlineExceeded, f'not finished after {deadline_seconds} s (setting: deadline)')
    try:
        yield
    finally:
        disarm()
        stop_children()
        for number, handler in before.items():
            signal.signal(number, handler)


def disarm() -> None:
    """The ending was heard and nothing long follows: ring no more."""
    signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def grace(seconds: int) -> Iterator[None]:
    """A last `seconds` for something small after the deadline; what is left of the deadline comes back after it."""
    left, ending, rung = signal.getitimer(signal.ITIMER_REAL)[0], _bell.ending, _bell.rung
    _bell.set(seconds, DeadlineExceeded, f'not finished within the last {seconds} s either')
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, RING_AGAIN if left else 0)
        _bell.ending, _bell.rung = ending, rung


def stop_children() -> None:
    """Kill every child that is still there. SIGKILL, because a store's writer must not tidy up a half stream."""
    for child in list(_children):
        kill(child)


def kill(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL `child` and reap it; nothing happens when it has ended already."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        child.wait()
    _children.discard(child)


def spawn(
    argv: Sequence[str | bytes],
    *,
    stdin: int | None = None,
    stdout: int | None = subprocess.PIPE,
    environment: Mapping[str, str] | None = None,
    account: str | None = None,
    directory: str | None = None,
) -> Child:
    """Start `argv` (never a shell) and return it as a :class:`Child`.

    `environment` is added to a small clean one (PATH, HOME, LANG=C.UTF-8): what the child says must not depend on the
    caller's locale. `account` runs it as that user, which needs root. Call from the main thread only: PDEATHSIG fires
    when the *thread* that started the child ends.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError('children are started from the main thread only (PR_SET_PDEATHSIG)')
    variables = clean_environment(account)
    variables.update(environment or {})
    popen: subprocess.Popen[bytes] = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=variables,
        cwd=directory or ('/' if account else None),
        preexec_fn=_die_with_parent,
        **_become(account),
    )
    _children.add(popen)
    for stream in (popen.stdin, popen.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):  # an unprivileged user may be over his share of pipe memory
                fcntl.fcntl(stream, F_SETPIPE_SZ, PIPE_SIZE)
    return Child(popen, os.fsdecode(argv[0]))


class Child:
    """A running child: `stdin` and `stdout` are its raw pipes, `wait()` says whether it did well."""

    def __init__(self, popen: subprocess.Popen[bytes], program: str):
        self.popen, self.program, self.pid = popen, os.path.basename(program), popen.pid
        # Whoever asked for no pipe does not touch it; the others need not be told that it could be None.
        self.stdin, self.stdout = cast(IO[bytes], popen.stdin), cast(IO[bytes], popen.stdout)
        self._tail = bytearray()
        self._reader = threading.Thread(target=self._keep_tail, daemon=True)
        self._reader.start()

    def _keep_tail(self) -> None:
        """Drain stderr for ever, so that a talkative child never blocks, and keep only its end."""
        stream = cast(IO[bytes], self.popen.stderr)  # spawn always asks for this pipe
        while block := os.read(stream.fileno(), STDERR_LIMIT):
            self._tail += block
            del self._tail[:-STDERR_LIMIT]

    @property
    def stderr(self) -> str:
        """The end of what the child complained about, complete once it has ended."""
        return bytes(self._tail).decode('utf-8', 'backslashreplace')

    def wait(self) -> None:
        """Wait for the end; raises CommandFailed on any exit code but 0."""
        code = self.popen.wait()
        self._finish()
        if code:
            raise CommandFailed(self.program, code, self.stderr)

    def kill(self) -> None:
        """SIGKILL: it must not get the chance to make something valid-looking out of half a stream."""
        kill(self.popen)
        self._finish()

    def _finish(self) -> None:
        self._reader.join(KILL_GRACE)  # a grandchild may hold the pipe: its words are not waited for
        _children.discard(self.popen)
        for stream in (self.popen.stdin, self.popen.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # a dead reader makes closing a buffered pipe fail
                    stream.close()


def run(
    argv: Sequence[str | bytes],
    *,
    feed: bytes = b'',
    environment: Mapping[str, str] | None = None,
    account: str | None = None,
    accept: Sequence[int] = (0,),
    limit: int = OUTPUT_LIMIT,
) -> bytes:
    """Run a short command with `feed` on its stdin; returns its output, or raises CommandFailed."""
    source = secret_file(feed) if feed else None
    child = spawn(argv, stdin=source.fileno() if source else None, environment=environment, account=account)
    try:
        output = _read_all(child, limit)
        try:
            child.wait()
        except CommandFailed as failure:
            if failure.code not in accept:
                raise
        return output
    finally:
        child.kill()
        if source:
            source.close()


def _read_all(child: Child, limit: int) -> bytes:
    blocks, size = [], 0
    while block := child.stdout.read(PIPE_SIZE):
        blocks.append(block)
        size += len(block)
        if size > limit:
            raise CommandFailed(child.program, 0, f'it printed more than {limit} bytes')
    return b''.join(blocks)


def secret_file(content: bytes) -> BinaryIO:
    """An anonymous file in memory (memfd_create(2)) that holds `content`, positioned at its start.

    Give children the path :func:`path_of`: it is readable by our own user only, is on no disk, and is gone with us.
    """
    descriptor = os.memfd_create('rawat', os.MFD_CLOEXEC)
    os.fchmod(descriptor, 0o600)  # ssh and libpq refuse key files that others may read
    handle = os.fdopen(descriptor, 'r+b')
    handle.write(content)
    handle.flush()
    handle.seek(0)
    return handle


def path_of(handle: BinaryIO) -> str:
    """A path by which another process of our user opens `handle`; ssh, for one, closes inherited descriptors."""
    return f'/proc/{os.getpid()}/fd/{handle.fileno()}'


def clean_environment(account: str | None = None) -> dict[str, str]:
    """The environment children start from: nothing of the caller's but what programs cannot do without."""
    entry = pwd.getpwnam(account) if account else pwd.getpwuid(os.geteuid())
    path = os.environ.get('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
    return {
        'PATH': path,
        'HOME': entry.pw_dir,
        'USER': entry.pw_name,
        'LOGNAME': entry.pw_name,
        'LANG': 'C.UTF-8',
        'LC_ALL': 'C.UTF-8',
    }


def may_become(account: str | None) -> bool:
    """Can we run a child as `account`? As root always, else only as ourselves."""
    return not account or os.geteuid() == 0 or pwd.getpwuid(os.geteuid()).pw_name == account


def _become(account: str | None) -> dict[str, Any]:
    if account is None or pwd.getpwuid(os.geteuid()).pw_name == account:
        return {}
    entry = pwd.getpwnam(account)
    groups = os.getgrouplist(account, entry.pw_gid)
    return {'user': entry.pw_uid, 'group': entry.pw_gid, 'extra_groups': groups}


def _die_with_parent() -> None:
    """Runs in the child after it changed its user (a change of credentials would clear the setting, prctl(2))."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
