# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption of the archive store by the program age (age-encryption.org/v1): who writes need not be able to read.

A file is encrypted for public keys, the *recipients*; any one of their *identities* opens it. Identities are handed to
age in anonymous memory, never as an argument, never on a disk. age's own checks are beside ours: the SHA-256 of what is
stored is of the ciphertext, so whoever has no identity can tell damage, too.
"""

from __future__ import annotations

import shutil
from typing import Any, BinaryIO

from ansible_collections.rawat.website.plugins.module_utils.age_keys import recipients_of, recipients_problems
from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed, path_of, run, secret_file

METHOD, SUFFIX = 'age', '.age'
NOT_OURS = 'no identity matched'  # age's words; also for a header that was tampered with, so hash before believing them
BROKEN_PIPE = 'broken pipe'  # what a program says whose reader has gone: the reader knows why


class IdentityError(RepositoryError):
    """There is no identity that opens what is stored; nothing is wrong with what is stored."""


class Keys:
    """What one repository encrypts for, and what opens it; either may be missing."""

    def __init__(self, recipients: list[str] | None = None, identities: str | None = None):
        self.recipients, self.identities = sorted(recipients or []), identities or ''
        wrong = list(recipients_problems(self.recipients, 'website_repository.recipients'))
        if wrong:
            raise RepositoryError('; '.join(wrong))
        self._memory: BinaryIO | None = None

    @property
    def suffix(self) -> str:
        """What the name of every data file that is written ends in."""
        return SUFFIX if self.recipients else ''

    def document(self) -> dict[str, Any] | None:
        """The manifest's `encryption`."""
        return {'method': METHOD, 'recipients': self.recipients} if self.recipients else None

    def encrypting(self) -> list[list[str]]:
        """The commands, none or one, through which stored bytes go."""
        return [[METHOD, *(word for one in self.recipients for word in ('-r', one))]] if self.recipients else []

    def opening(self, file: str) -> list[list[str]]:
        """The commands, none or one, that give back what `file` holds. IdentityError without an identity."""
        if not file.endswith(SUFFIX):
            return []
        if not self.identities:
            raise IdentityError(f'{file} is encrypted and no identity is given: set identities of the repository')
        if self._memory is None:  # lives as long as we: children open it by its path under /proc
            self._memory = secret_file(self.identities.encode())
        return [[METHOD, '-d', '-i', path_of(self._memory)]]

    def check(self, where: str) -> None:
        """age is here and takes the recipients; costs some milliseconds. RepositoryError otherwise."""
        if not self.recipients:
            return
        require_program(f'repository {where}: recipients are set')
        try:
            run(self.encrypting()[0], feed=b'rawat')
        except CommandFailed as failure:
            raise RepositoryError(
                f'repository {where}: age does not encrypt for the recipients {", ".join(self.recipients)}: {failure}; '
                'correct website_repository.recipients'
            ) from failure

    def require(self, what: str, encryption: dict | None) -> None:
        """IdentityError, before anything is read, when these identities cannot open `what` (site and point)."""
        if not encryption:
            return
        wanted = encryption.get('recipients') or []
        lock = f'{what} is encrypted for {", ".join(wanted)}'
        remedy = 'give the text of the key file that belongs to one of them as identities of the repository read here'
        if not self.identities:
            raise IdentityError(f'{lock}, and no identity is given: {remedy} (from a vault file, or the escrow sheet)')
        try:
            own = recipients_of(self.identities)
        except ValueError as error:
            raise IdentityError(f'{lock}, but the identities given are not usable: {error}; {remedy}') from error
        if not set(own) & set(wanted):
            raise IdentityError(f'{lock}, but the identities given open {", ".join(own)} only: {remedy}')
        require_program(lock)


def require_program(why: str) -> None:
    """RepositoryError unless age can be run here."""
    if shutil.which(METHOD) is None:
        raise RepositoryError(f'{why}, but the program age is not installed here; install the package "age"')


def verdict(label: str, failures: list[CommandFailed]) -> RepositoryError:
    """What it means that programs failed on a stored file whose hash was as recorded, or is compared by others."""
    told = [failure for failure in failures if not _lost_its_reader(failure)] or failures
    if told[0].program == METHOD and NOT_OURS in told[0].stderr:
        return IdentityError(f'{label} is for other recipients than the identities given open; give one of theirs')
    return DamagedError(f'{label} is damaged: {told[0]}')


def _lost_its_reader(failure: CommandFailed) -> bool:
    return failure.code == -13 or BROKEN_PIPE in failure.stderr.lower()
