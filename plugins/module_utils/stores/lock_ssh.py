# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of a site on a backup server: a directory there, kept by a far shell that lives with its connection.

The holder's end, whatever it dies of, closes the connection; the far shell then reads end-of-file and removes the lock.
Where nobody could do that (power cut, cut network), the heartbeat stops: whoever waits sees the same heartbeat for
STALE seconds of his own clock (clocks are never compared) and takes the lock over. A holder that was only cut off finds
out before it commits (`still_ours`), so two runs never commit at once. STALE is longer than ssh takes to notice a dead
connection (ssh.ALIVE_INTERVAL x ssh.ALIVE_COUNT).
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shlex
import threading
import time
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import Child
from ansible_collections.rawat.website.plugins.module_utils.stores import common
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import write_all
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import Connector, reason

LOCK = '.lock.d'
BEAT, POLL, STALE = 5.0, 1.0, 60.0  # seconds

# The far shell. Words on its stdin: 'try' takes the lock or shows the holder (owner, then beat, then a line "held");
# 'beat N' renews the heartbeat, if the lock is still ours; 'break TOKEN' puts away the lock whose owner has that token.
# The name it is put away under comes from its owner, and rename refuses a directory that is not empty: so of two that
# break the same dead lock, the slower one cannot put away the quicker one's new lock.
FAR_SHELL = """
cd {root} || exit 1
ours() {{ held=; IFS= read -r held 2>/dev/null <{lock}/owner && [ "$held" = {owner} ]; }}
release() {{ if ours; then rm -rf -- {lock} .broken-*; fi; }}
trap release EXIT
while read -r word argument; do
  case $word in
  try)
    if mkdir -- {lock} 2>/dev/null; then
      printf '%s\\n' {owner} >{lock}/owner && printf '0\\n' >{lock}/beat && printf 'taken\\n' || exit 1
    elif [ -d {lock} ]; then
      held=; beat=
      IFS= read -r held 2>/dev/null <{lock}/owner
      IFS= read -r beat 2>/dev/null <{lock}/beat
      printf '%s\\n%s\\nheld\\n' "$held" "$beat"
    else
      mkdir -- {lock} && rmdir -- {lock} || exit 1
      printf '\\n\\nheld\\n'
    fi ;;
  beat) if ours; then printf '%s\\n' "$argument" >{lock}/beat; printf 'kept\\n'; else printf 'lost\\n'; fi ;;
  break) : >{lock}/dead; mv -T -- {lock} ".broken-$argument" 2>/dev/null; printf 'put away\\n' ;;
  *) exit 2 ;;
  esac
done
"""


class RemoteLock:
    """One holder of one site's lock."""

    def __init__(self, connector: Connector, root: str, what: str):
        self.connector, self.root, self.what = connector, root, what
        self.token, self.lost = secrets.token_hex(8), ''
        self.turn, self.ended = threading.Lock(), threading.Event()

    def still_ours(self) -> str:
        """A shell condition that holds while the lock is ours; RepositoryError if it is known to be lost."""
        if self.lost:
            raise RepositoryError(f'{self.what}: the lock was lost ({self.lost}); nothing was committed, run it again')
        lost = 'printf "the lock was lost to another run"; false'
        return f'case $(cat -- {shlex.quote(f"{self.root}/{LOCK}/owner")}) in *{self.token}*) ;; *) {lost} ;; esac'

    @contextlib.contextmanager
    def hold(self, owner: str, wait: int) -> Iterator[None]:
        """Hold the lock; RepositoryBusy when a live run keeps it for `wait` seconds."""
        text = json.loads(common.owner_text(owner))
        line = json.dumps({**text, 'token': self.token}, sort_keys=True)
        script = FAR_SHELL.format(root=shlex.quote(self.root), lock=LOCK, owner=shlex.quote(line))
        child = self.connector.start(script)
        try:
            self._acquire(child, wait)
            beating = threading.Thread(target=self._beat, args=(child,), daemon=True)
            beating.start()
            try:
                yield
            finally:
                self.ended.set()
                with self.turn:
                    child.stdin.close()  # end-of-file: the far shell removes the lock and ends
                beating.join()
                with contextlib.suppress(Exception):
                    child.popen.wait(STALE)
        finally:
            child.kill()

    def _ask(self, child: Child, words: str, last: tuple[bytes, ...]) -> list[str]:
        """The answer's lines up to one of `last`. RepositoryError when the connection ended."""
        try:
            with self.turn:
                write_all(child.stdin.fileno(), f'{words}\n'.encode())
                lines = [child.stdout.readline()]
                while lines[-1].rstrip(b'\n') not in last:
                    lines.append(child.stdout.readline())
                    if not lines[-1]:
                        raise OSError('end of file')
        except (OSError, ValueError) as error:
            raise RepositoryError(f'{self.what} cannot be locked: {reason(child)}') from error
        return [line.decode('utf-8', 'backslashreplace').rstrip('\n') for line in lines]

    def _acquire(self, child: Child, wait: int) -> None:
        begun = changed = time.monotonic()
        seen: tuple[str, str] | None = None
        alive = False  # was the holder's heart seen beating?
        while (answer := self._ask(child, 'try', (b'taken', b'held')))[-1] != 'taken':
            now, state = time.monotonic(), (answer[0], answer[1])
            if seen is not None and state != seen:
                alive = True
            if state != seen:
                seen, changed = state, now
            if now - changed >= STALE:
                self._ask(child, f'break {_token(state[0])}', (b'put away',))
                continue
            if now - begun >= wait and alive:
                raise common.busy(self.what, state[0].encode(), wait)
            time.sleep(POLL)

    def _beat(self, child: Child) -> None:
        count = 0
        while not self.ended.wait(BEAT):
            count += 1
            try:
                if self._ask(child, f'beat {count}', (b'kept', b'lost')) == ['lost']:
                    self.lost = 'another run took it over'
                    return
            except RepositoryError as error:
                if not self.ended.is_set():
                    self.lost = str(error)
                return


def _token(owner: str) -> str:
    """The token of a lock's owner; of one that died before it wrote its name, 'unknown'."""
    try:
        token = json.loads(owner)['token']
    except (ValueError, KeyError, TypeError):
        return 'unknown'
    return token if isinstance(token, str) and token.isalnum() else 'unknown'
