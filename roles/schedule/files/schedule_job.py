# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between a timer and `rawat`: window, one job at a time, time limit.

    schedule_job.py FILE    runs the job that FILE (JSON, written by schedule_apply.py) describes

Python 3.9 and its standard library, one file: the role schedule installs it as it is. Its words go into the journal.
Locks are flock(2) on files: they go with the processes that hold them, so nothing is left after a crash.
"""

from __future__ import annotations

import datetime
import fcntl
import json
import os
import random
import signal
import subprocess
import sys
import time
import zoneinfo

OK, BUSY, TIMED_OUT = 0, 75, 124  # exit codes; 75 is EX_TEMPFAIL, 124 that of timeout(1)
LOOK = 20.0  # seconds between two looks at the clock: it may be set, and machines sleep
POLL = 0.5  # seconds between two attempts on a lock
LAST_WORDS = 120  # seconds in which a stopped run writes its record, until it is killed
TAIL = 100  # lines of a failed run that cron mails


class Stopped(Exception):
    """Asked to stop (SIGTERM, SIGINT) before the command was begun."""


def say(job, text):
    """One line for the journal."""
    print(f'{job["name"]}: {text}', flush=True)


# ---------------------------------------------------------------- window
def inside(window, moment):
    """Whether `moment` (a datetime) lies in 'HH:MM-HH:MM', which may go over midnight; always where there is none."""
    if not window:
        return True
    begin, end = ((int(part[:2]) * 60 + int(part[3:])) for part in window.split('-'))
    now = moment.hour * 60 + moment.minute
    return begin <= now < end if begin < end else now >= begin or now < end


def now_in(zone):
    """The wall clock of `zone`, of this machine when it is empty."""
    return datetime.datetime.now(zoneinfo.ZoneInfo(zone) if zone else None)


def await_window(job):
    """False when the job shall be skipped because it is outside of its window; else returns inside of it."""
    window, zone = job.get('window'), job.get('time_zone') or ''
    if inside(window, now_in(zone)):
        return True
    when = f'it is {now_in(zone):%H:%M} {zone}'.strip() + f', outside of the window {window}'
    if job.get('outside') == 'skip':
        say(job, f'skipped: {when}')
        return False
    say(job, f'waits: {when}')
    while not inside(window, now_in(zone)):
        time.sleep(LOOK)
    return True


# ---------------------------------------------------------------- one at a time
def lock(path, wait):
    """A descriptor that holds the lock `path`; None when somebody else held it for `wait` seconds."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(descriptor)
                return None
        time.sleep(POLL)


def take_turn(job):
    """(exit code, None) when the job does not run now, else (0, descriptors of its locks)."""
    own = lock(os.path.join(job['state'], f'{job["name"]}.lock'), 0)
    if own is None:
        say(job, 'skipped: its last run is still at work')
        return OK, None
    while True:
        if not await_window(job):
            return OK, None
        if job['overlap'] == 'allow':
            return OK, (own,)
        shared, path = None, os.path.join(job['state'], 'all.lock')
        shared = lock(path, 0)
        if shared is None and job['overlap'] == 'skip':
            say(job, 'skipped: another job is at work')
            return OK, None
        if shared is None:
            say(job, f'waits: another job is at work; for {job["overlap_wait"]} s at most')
            shared = lock(path, job['overlap_wait'])
        if shared is None:
            say(job, f'not run: another job was at work for {job["overlap_wait"]} s (schedule_overlap_wait)')
            return BUSY, None
        if inside(job.get('window'), now_in(job.get('time_zone') or '')):
            return OK, (own, shared)
        os.close(shared)  # its window closed while it waited


# ---------------------------------------------------------------- running
def environment(job):
    """Our own, with what the job says; the vault password comes as a credential of systemd, or as a file."""
    variables = {**os.environ, **job.get('environment', {})}
    credentials = os.environ.get('CREDENTIALS_DIRECTORY')
    if job.get('vault_password_file'):
        held = os.path.join(credentials, 'vault-password') if credentials else ''
        variables['ANSIBLE_VAULT_PASSWORD_FILE'] = held if os.path.exists(held) else job['vault_password_file']
    return variables


def execute(job, locks):
    """Run the command to its end or to its time limit; returns the exit code. It inherits the locks, and so keeps
    them should we be killed."""
    stopped, children = [], []

    def stop(number, _frame):
        stopped.append(number)
        for one in children:
            one.send_signal(signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    output = open(job['log'], 'wb') if job.get('log') else None  # noqa: SIM115 - closed with us
    child = subprocess.Popen(
        [*job.get('prefix', []), *job['command']], cwd=job['directory'], env=environment(job), pass_fds=locks,
        stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
    )  # fmt: skip
    children.append(child)
    if stopped:
        child.send_signal(signal.SIGTERM)
    code = _ended(job, child, stopped)
    if code and output:
        _show_tail(job, code)
    return code


def _ended(job, child, stopped):
    try:
        code = child.wait(job.get('timeout') or None)
        return 128 - code if code < 0 else code
    except subprocess.TimeoutExpired:
        say(job, f'stopped: not finished after {job["timeout"]} s (timeout)')
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(LAST_WORDS)
    except subprocess.TimeoutExpired:
        say(job, f'killed: it had {LAST_WORDS} s to come to an end')
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    return TIMED_OUT if not stopped else 128 + stopped[0]


def _show_tail(job, code):
    """What cron mails: nothing of a good run, the end of a failed one."""
    with open(job['log'], 'rb') as handle:
        lines = handle.read().decode('utf-8', 'backslashreplace').splitlines()
    say(job, f'failed with exit code {code}; all of its output: {job["log"]}')
    print('\n'.join(lines[-TAIL:]), flush=True)


def run(path):
    """Run the job of the file `path`; returns the exit code."""
    with open(path, encoding='utf-8') as handle:
        job = json.load(handle)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        if job.get('jitter'):  # of cron, which has none itself
            time.sleep(random.uniform(0, job['jitter']))  # noqa: S311 - no secret
        code, locks = take_turn(job)
        return code if locks is None else execute(job, locks)
    except Stopped:
        say(job, 'stopped before it began')
        return 128 + signal.SIGTERM


def _stop(_number, _frame):
    raise Stopped


if __name__ == '__main__':
    sys.exit(run(sys.argv[1]))
