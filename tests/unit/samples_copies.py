# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of a recovery point as a record tells of them: one verified, one pending, one failed, one optional."""

from __future__ import annotations

from typing import Any

VERIFIED = '2026-01-13T02:31:00Z'
REFUSAL = 'Fatal: unable to remove <snapshot/1b9f2c77> from the repository: blob not removed, server response: 403'


def item(name: str, status: str = 'verified', **more: Any) -> dict[str, Any]:
    """A copy; `more` replaces fields."""
    good = status == 'verified'
    return {
        'name': name, 'store': 'archive', 'location': f'/mnt/{name}/backups', 'encryption': None, 'status': status,
        'verified': VERIFIED if good else None, 'locked_until': None, 'required': True,
        'error': None if good else 'connection refused; the next backup or `rawat copy` finishes it',
        'bytes': 52_428_800 if good else None, 'milliseconds': 41_000 if good else None,
        'method': 'files as they are; read back, SHA-256 compared' if good else None, 'medium': None,
        'host': 'vault1.example.go.id', **more,
    }  # fmt: skip


def proof(refused: bool = True) -> dict[str, Any]:
    """A trial deletion."""
    method = 'restic forget of a worthless snapshot with the credentials of the run'
    answer = REFUSAL if refused else 'removed'
    return {'refused': refused, 'method': method, 'answer': answer, 'locked_until': None, 'at': VERIFIED}


FAR = {'store': 'restic', 'location': 'sftp:backup@dc.example.go.id:/srv/restic', 'encryption': 'restic'}


def with_copies(site: dict[str, Any], *copies: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A site of a record with these copies."""
    return {**site, 'copies': list(copies), **more}


def copied(site: dict[str, Any]) -> dict[str, Any]:
    """A site that keeps the 3-2-1-1-0 rule as far as a machine can tell."""
    locked = item('datacentre', locked_until='2026-02-12T02:31:00Z', **FAR)
    return with_copies(site, item('disk'), locked, immutability=proof(), swept=[])


def short(site: dict[str, Any]) -> dict[str, Any]:
    """A site of which one copy is pending and an optional one failed; an older one was finished."""
    cause = 'no space left on device (0 bytes free); free some space there, or prune old recovery points'
    copies = [item('disk'), item('datacentre', 'pending', **FAR), item('spare', 'failed', required=False, error=cause)]
    later = [{'point': '2026-01-12T020100Z', **item('datacentre', **FAR)}]
    remark = f'copy datacentre ({FAR["location"]}) is pending: {copies[1]["error"]}'
    more = {'outcome': 'remarks', 'remarks': [*site['remarks'], remark], 'copied_later': later}
    return with_copies(site, *copies, immutability=proof(False), **more)
