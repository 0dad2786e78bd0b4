# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, by the step in which it does. Every message names the thing, the cause and the remedy."""

from __future__ import annotations


class RawatError(Exception):
    """The base of everything that we raise on purpose: its text is fit for the report."""


class PreflightError(RawatError):
    """Something that must be mended before anything is touched; `problems` has one line each."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__('; '.join(problems))


class DumpError(RawatError):
    """A database dump that failed, ended early or lacks an object of the census."""


class CensusError(RawatError):
    """A census that cannot be complete, for instance because the account may not see the whole catalogue."""


class WebrootError(RawatError):
    """A webroot that cannot be read at all."""


class RepositoryError(RawatError):
    """A repository that is missing, unreachable, full, locked away or broken."""


class RepositoryBusy(RepositoryError):
    """Another live run holds the lock; the message names it and since when."""


class DamagedError(RepositoryError):
    """What is stored is gone or differs from what was written; the message names the site, the point and the file."""


class TestReadError(RepositoryError):
    """What was written does not read back as it was written."""

    __test__ = False  # pytest takes classes named Test* for its own


class Limitation(RawatError):
    """This machine lacks something that a drill needs: the drill is limited, the backup is not bad."""


class RestoreError(RawatError):
    """Something could not be brought back: the statement or file, the cause and the remedy."""
