# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proof that is owed by the vault side: given, refused, or never given."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import immutability, record
from ansible_collections.rawat.website.plugins.module_utils.stores import s3_lock

OWED = {**s3_lock.elsewhere(), 'at': '2026-01-12T01:00:00Z'}
GIVEN = {
    'refused': True, 'tried': True, 'method': 'S3', 'answer': 'AccessDenied', 'locked_until': '2026-02-12T01:00:00Z',
    'at': '2026-01-12T01:02:00Z',
}  # fmt: skip


def backed_up(proof: dict[str, Any] | None) -> dict[str, Any]:
    """A site's entry after its backup."""
    entry = record.not_done('web1', {'name': 'a'}, 'complete', '')
    return entry | {'recovery_point': '2026-01-12T010000Z', 'immutability': proof}


def vaulted(proof: dict[str, Any] | None, remarks: list[str]) -> dict[str, Any]:
    """What the vault side has to say of it."""
    return {'site': 'a', 'copies': [], 'remarks': remarks, 'error': None, 'immutability': proof}


def test_a_proof_that_the_vault_side_gives_takes_the_place_of_the_one_that_was_owed() -> None:
    (entry,) = record.with_copies([backed_up(OWED)], [vaulted(GIVEN, [])])
    assert immutability.settled(entry) == entry
    assert (entry['outcome'], entry['immutability']) == ('complete', GIVEN)


def test_a_proof_that_nobody_gave_is_a_remark_and_never_a_claim() -> None:
    entry = immutability.settled(backed_up(OWED))
    assert entry['outcome'] == 'remarks'
    assert ['website_vault' in remark for remark in entry['remarks']] == [True]
    assert immutability.settled(entry) == entry


def test_what_the_vault_side_could_not_try_is_said_once() -> None:
    lost = {**GIVEN, 'refused': False, 'tried': False, 'answer': 'boto3 is not installed here', 'locked_until': None}
    (entry,) = record.with_copies([backed_up(OWED)], [vaulted(lost, [immutability.remark(lost)])])
    assert immutability.settled(entry)['remarks'] == [immutability.remark(lost)]
    assert entry['outcome'] == 'remarks'


def test_a_site_without_a_claim_needs_no_proof() -> None:
    assert immutability.settled(backed_up(None)) == backed_up(None)
