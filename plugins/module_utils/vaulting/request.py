# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vault side is asked to do, and the words in which it says what became of a copy."""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.masking import without_password

EVENT = 'copy'  # the kind of the store's event that carries a result
RESET = 'copy-reset'  # … and of one that says: this copy was found empty, so what it had before counts no more
VERIFIED, PENDING, FAILED = 'verified', 'pending', 'failed'
GOOD = ('complete', 'remarks')  # outcomes of the points that are worth a copy
RUN, NEWEST = 'run', 'newest'  # whose point comes first: this run's, or the newest good one
NEXT = 'the next backup or `rawat copy` finishes it'
# What keeps a copy from being made without anything being wrong with it: it is tried again by the next run.
ELSEWHERE = (
    'connection refused', 'connection reset', 'connection closed', 'connection timed out', 'timed out', 'timeout',
    'no route to host', 'network is unreachable', 'could not resolve', 'no such host', 'name or service not known',
    'did not answer', 'broken pipe', 'is its disk mounted', 'stale file handle', 'is being backed up by', 'is locked',
)  # fmt: skip


class VaultRequest(NamedTuple):
    """What one call of site_vault does for the sites of one target."""

    copies: list[dict]  # the inventory's website_copies, each with `host`: where a plain path is one
    inbox: str | None  # where the target's points arrive; None: nothing is to be taken in
    whose: str  # RUN or NEWEST
    target: dict | None  # website_repository, where its locks are proved from here; else None
    live_seconds: int  # so long a backup may take: what began within them may still be alive


def new_item(copy: dict, status: str, error: str | None = None, **more: object) -> dict:
    """A copy in the record."""
    store = copy.get('store') or 'archive'
    encryption = 'restic' if store == 'restic' else 'age' if copy.get('recipients') else None
    item = {
        'name': copy['name'],
        'store': store,
        'location': without_password(copy['location']),
        'encryption': encryption,
        'status': status,
        'verified': utc() if status == VERIFIED else None,
        'locked_until': None,
        'required': bool(copy.get('required', True)),
        'error': error,
        'bytes': None,
        'milliseconds': None,
        'method': None,
        'medium': None,
        'host': copy.get('host'),
    }
    return {**item, **more}


def status_of(error: str) -> str:
    """Is it pending or failed? A place that cannot be reached now may be reached later."""
    return PENDING if any(symptom in error.lower() for symptom in ELSEWHERE) else FAILED
