# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns at a database server: locks that the server itself keeps for a session of ours.

Wherever runs come from (several controllers, slices of one, other hosts), they meet at the server. A lock goes with its
session, so whoever dies leaves none behind. The session also beats now and then: one that a firewall forgot is noticed,
and of a machine that lost its power the server learns within minutes, not hours.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError

BEAT = 30.0  # seconds between two questions whether the lock is still ours
FORGET = 300  # seconds of silence after which a server may end the session
YES = ('1', 't')  # what MariaDB and PostgreSQL print for true


class Refused(RawatError):
    """The server keeps no lock for us: a right that lacks, or a proxy that hands each statement to another session."""


class Questions(NamedTuple):
    """Statements with `{number}` for the turn; each answers with one value in one row."""

    take: str  # true: it is ours now; false: somebody else's
    holds: str  # true: this very session holds it
    holder: str  # who does, in words


class Turns:
    """The turns of one server; a context manager, because a turn ends with its session."""

    def __init__(self, session: Session, questions: Questions):
        self.session, self.questions = session, questions
        self.number, self.lost = 0, False
        self._ended = threading.Event()
        self._beating = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Turns:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        process.kill(self.session.child.popen)  # first: a beat that waits for its answer ends with it
        if self._beating.is_alive():
            self._beating.join()
        self.session.close()

    def take(self, limit: int) -> bool:
        """Take one of `limit` turns if one is free. Raises Refused or CommandFailed where the server keeps none."""
        for number in range(1, limit + 1):
            if self._asked(self.questions.take, number):
                if not self._asked(self.questions.holds, number):
                    raise Refused('the lock is not held by our session (a proxy that shares sessions?)')
                self.number = number
                self._beating.start()
                return True
        return False

    def kept(self) -> bool:
        """Whether the turn was ours all the time; ask at the end of the work."""
        self._ended.set()
        self._beating.join()
        return not self.lost and self._still()

    def holders(self, limit: int) -> str:
        """Who has the turns, as far as the server tells."""
        found = [self.session.ask(self.questions.holder.format(number=number)) for number in range(1, limit + 1)]
        return ', '.join(rows[0][0] for rows in found if rows and rows[0][0] not in ('', 'NULL')) or 'unknown sessions'

    def _asked(self, question: str, number: int) -> bool:
        rows = self.session.ask(question.format(number=number))
        answer = rows[0][0] if rows else ''
        if answer in ('', 'NULL'):
            raise Refused('the server answered nothing when asked for a lock')
        return answer in YES

    def _still(self) -> bool:
        try:
            return self._asked(self.questions.holds, self.number)
        except (process.CommandFailed, RawatError, OSError):
            return False

    def _beat(self) -> None:
        while not self.lost and not self._ended.wait(BEAT):
            self.lost = not self._still()
