# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of restic >= 0.14: its environment, its locks, its words for what went wrong.

The password is in the environment of each restic process alone; the SSH key of an sftp: repository is in anonymous
memory. Each call costs 0.4 to 0.7 CPU seconds (it derives the key anew), so callers make few.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryBusy, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.masking import MASK
from ansible_collections.rawat.website.plugins.module_utils.process import Child, CommandFailed, run, spawn
from ansible_collections.rawat.website.plugins.module_utils.stores.common import explain
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_backends import Backend, cache_directory
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import REMEDIES as SSH_REMEDIES
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import RemoteFailed, Session, reason

LOCKED = 'already locked'  # in every version's message
LOCK_PAUSE = 2.0  # seconds between two tries; each try costs a key derivation
EXIT_INCOMPLETE = 3  # `backup` saved a snapshot, but could not read everything (restic manual, "Exit status codes")

LOOK = 0.2  # seconds between two looks at what a running restic complains about
# Its reports of a retry after which nothing will be better: a stored file that is gone, a disk that is full, a removal
# that the server forbids. Not those of locks: another restic may have removed its own a moment ago.
FORBIDDEN = r'(?:403|Forbidden|Access ?Denied|[Pp]ermission denied)'
REFUSED = re.compile(rf'Remove\(<(?:data|index|snapshot|key)/[^\n]*{FORBIDDEN}[^\n]*')
VAIN = re.compile(
    r'Load\(<(?:data|index|snapshot)/[^\n]*retrying after[^\n]*(?:no such file|not exist)'
    r'|Save\([^\n]*retrying after[^\n]*(?:no space left on device|read-only file system)'
    r'|(?s:(?:Save\([^\n]*retrying after[^\n]*SSH_FX_FAILURE.*?){4})'  # all that a full disk says over SFTP
    rf'|(?:Save|Remove)\(<(?:data|index|snapshot|key|config)[^\n]*retrying after[^\n]*{FORBIDDEN}'
)
SHORT = re.compile(r'Load\(<(?:data|index|snapshot)/[^\n]*retrying after[^\n]*EOF')  # over a network it may be the line

APPEND_ONLY = (
    'these credentials may not remove anything there: set website_repository.append_only to true, and let the vault '
    'side (website_vault.repository) forget and prune'
)
NO_SESSION = 'unable to start the sftp session'  # restic, of an ssh that ended before it was connected
REMEDIES = {
    'wrong password': 'correct website_repository.password; if it is right, what held the repository there is gone',
    'no key found': 'correct website_repository.password; if it is right, what held the repository there is gone',
    LOCKED: 'wait for the other restic to end',
    'SSH_FX_FAILURE': 'the server gives no cause over SFTP: is its disk full or its quota used up?',
    'server response unexpected: 401': 'correct user and password in website_repository.location',
    '401 Unauthorized': 'correct user and password in website_repository.location',
    'x509': "put the certificate of the server's authority into website_repository.ca_certificate",
    'Access Denied': 'correct the AWS_* keys in website_repository.environment, or what they are allowed to',
    'does not exist in our records': 'correct the AWS_* keys in website_repository.environment',
    'SignatureDoesNotMatch': 'correct AWS_SECRET_ACCESS_KEY in website_repository.environment',
    'connection refused': 'is the server running there, on that port?',
    'no such host': 'the host name is not known here',
    'rclone: not found': 'install the package "rclone" on the backup server',
    **SSH_REMEDIES,
}
# What restic says of a server that it cannot talk to ends in "Is there a repository at the following location?", too.
ELSEWHERE = re.compile(
    r'(?i)\b40[13]\b|denied|x509|tls:|certificate|refused|no such host|timeout|timed out|unreachable|EOF'
)
MISSING = ('unable to open config file', 'repository does not exist', 'Is there a repository at the following location')


class Restic:
    """restic for one repository."""

    def __init__(self, repository: dict, options: dict, cache: Path):
        if not repository.get('password'):
            raise RepositoryError('website_repository.password is missing: restic encrypts everything with it')
        self.backend = Backend(repository, options)
        self.location, self.local = self.backend.label, self.backend.kind == 'local'
        self.lock_wait, self.append_only = options['lock_wait'], bool(repository.get('append_only'))
        self.environment = {
            **self.backend.environment,
            'RESTIC_CACHE_DIR': cache_directory(options, cache),
            'RESTIC_PROGRESS_FPS': '0.01',  # status lines would fill the pipe that nobody reads meanwhile
        }
        self.address, self.connector = self.backend.far_folder, self.backend.connector
        self._session: Session | None = None

    def _argv(self, arguments: list[str | bytes]) -> list[str | bytes]:
        return ['restic', *self.backend.words, *arguments]

    def start(self, arguments: list[str | bytes], *, fed: bool = False, directory: str | None = None) -> Child:
        """Start restic; `fed`: with a pipe as its stdin."""
        stdin = subprocess.PIPE if fed else None
        try:
            child = spawn(self._argv(arguments), stdin=stdin, environment=self.environment, directory=directory)
        except FileNotFoundError as error:
            raise RepositoryError(
                'restic is not installed here; install the package "restic" (0.14 or newer)'
            ) from error
        threading.Thread(target=_end_vain_retries, args=(child, self.local), daemon=True).start()
        return child

    def call(self, arguments: list[str | bytes], what: str, **how: Any) -> bytes:
        """What restic prints; RepositoryError saying `what` when it fails. Waits while somebody else locks it."""
        patience = Patience(self.lock_wait)
        while True:
            child = self.start(arguments, **how)
            try:
                output = child.stdout.read()
                child.wait()
                return output
            except CommandFailed as failure:
                self.wait_or_raise(failure, what, patience)
            finally:
                child.kill()

    def wait_or_raise(self, failure: CommandFailed, what: str, patience: Patience) -> None:
        """Return when another try makes sense (the repository was locked and time is left), else raise."""
        if LOCKED not in failure.stderr:
            raise self.error(what, failure)
        self.unlock()
        if not patience.another_try():
            raise RepositoryBusy(
                f'repository {self.location} is locked: {_locker(failure.stderr)}; waited {self.lock_wait} s. '
                'Let that restic end, or raise the setting lock_wait'
            ) from failure
        time.sleep(LOCK_PAUSE)

    def session(self) -> Session | None:
        """A far shell on the backup server of an sftp: repository; None where there is none. Main thread only."""
        if self.connector and self.address and self._session is None:
            session = Session(self.connector)
            session.open()
            try:
                session.run('command -v sha256sum')
                self._session = session
            except (RemoteFailed, ConnectionError):
                session.close()
        return self._session

    def unlock(self) -> None:
        """Remove locks that restic itself holds for stale: of dead processes of this host, or older than 30 minutes."""
        run(self._argv(['unlock', '--quiet']), environment=self.environment, accept=range(256))

    def error(self, what: str, failure: CommandFailed) -> RepositoryError:
        """A RepositoryError in restic's words, with our remedy."""
        text = self._without_secrets(_essence(failure.stderr) or str(failure))
        if NO_SESSION in text:
            text = f'{text} ({self._words_of_ssh()})'
        message = explain(self.location, what, text, self.free_bytes())
        remedy = next((remedy for symptom, remedy in REMEDIES.items() if symptom in text), None)
        if refused := refusal(failure.stderr):
            remedy = f'{refused}: {APPEND_ONLY}'
        return RepositoryError(f'{message}; {remedy}' if remedy else message)

    def _words_of_ssh(self) -> str:
        """Why no session could be started: restic often ends before it has passed on what its ssh said last."""
        if not self.connector:
            return 'no cause is known'
        child = self.connector.start('true')
        child.stdin.close()
        reason(child)
        return ' '.join(child.stderr.split()) or 'ssh itself connects now'

    def _without_secrets(self, text: str) -> str:
        for secret in self.backend.secrets:
            text = text.replace(secret, MASK)
        return text

    def free_bytes(self) -> int | None:
        """Bytes free below a local repository or on a backup server with a shell; None elsewhere."""
        session = self.session()
        if session and self.address:
            with contextlib.suppress(RemoteFailed, ConnectionError, ValueError, IndexError):
                return int(session.run(f'df -B1 --output=avail -- {shlex.quote(self.address.path)}').split()[-1])
        if not self.local:
            return None
        folder = Path(self.location)
        while not folder.exists():
            folder = folder.parent
        state = os.statvfs(folder)
        return state.f_bavail * state.f_frsize


def _end_vain_retries(child: Child, local: bool) -> None:
    """Stop a restic that tries again what cannot succeed (VAIN): it would take it most of a minute for each file.

    SIGINT, because on that one restic removes its lock and saves nothing.
    """
    while child.popen.poll() is None:
        text = child.stderr
        if VAIN.search(text) or (local and SHORT.search(text)):
            with contextlib.suppress(ProcessLookupError):
                child.popen.send_signal(signal.SIGINT)
            return
        time.sleep(LOOK)


class Patience:
    """How long to wait for a lock; there is always a second try, for the first may have met a dead one."""

    def __init__(self, seconds: float):
        self.until, self.tries = time.monotonic() + seconds, 0

    def another_try(self) -> bool:
        """Is there to be one?"""
        self.tries += 1
        return self.tries < 2 or time.monotonic() < self.until


def _essence(stderr: str) -> str:
    """The end of restic's words without its reports of retries (unless there is nothing else), on one line."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    telling = [line for line in lines if 'retrying after' not in line and 'signal interrupt' not in line] or lines
    return ' '.join(telling[-4:])[-800:]


def refusal(stderr: str) -> str:
    """What a server said that forbids the removal of something (not of a lock); empty when none did."""
    found = REFUSED.search(stderr)
    return found.group().partition('error, retrying after')[2].partition(': ')[2].strip() if found else ''


def is_missing(error: RepositoryError) -> bool:
    """Does this error of `call` say that there is no repository?"""
    text = str(error)
    return any(words in text for words in MISSING) and not ELSEWHERE.search(text.replace(MISSING[2], ''))


def summary(output: bytes) -> dict[str, Any]:
    """The summary that `backup --json` ends with; RepositoryError when there is none."""
    for line in reversed(output.splitlines()):
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and message.get('message_type') == 'summary' and message.get('snapshot_id'):
            return message
    raise RepositoryError('restic ended well but named no snapshot: nothing is known to be stored')


def _locker(text: str) -> str:
    """'by PID 123 on host by root (...), lock was created at ...' out of restic's message."""
    found = re.search(r'(?:already locked|exclusively)[^\n]*(?:\n[^\n]*){0,2}', text)
    return ' '.join((found.group() if found else text).split())


def tags_of(snapshot: dict) -> dict[str, str]:
    """{'site': …, 'point': …, 'part': …} of a snapshot."""
    return dict(tag.split('=', 1) for tag in snapshot.get('tags') or [] if '=' in tag)
