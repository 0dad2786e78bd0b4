# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""After the commit: can what was written be removed with the credentials that wrote it? It is tried, not believed.

A repository that is called `immutable` gets a canary beside the new point, and the run tries to remove it. The attempt
and the answer are filed. A canary that could be removed does not make the point worse than it is, but it is a remark:
whoever breaks into the target could have done the same with the points.
"""

from __future__ import annotations

import contextlib

from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.masking import masked
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.site_run import ENDINGS, FAILURES, Run, describe
from ansible_collections.rawat.website.plugins.module_utils.stores import Repository, s3_lock

EVENT = 'removal'  # the kind of the store's event that carries the attempt and its answer
REMEDY = 'let the backup server refuse removal (append-only, inbox, object lock), or set immutable to false'


def prove(repository: Repository, entry: dict, run: Run, progress: Progress) -> dict:
    """`entry` (the record's) with `immutability`, and with a remark when removal was not refused. Never raises.

    The point is committed: nothing that happens here may take it back, not even the end of the run.
    """
    if not run.repository.get('immutable'):
        return entry
    progress.step('canary')
    try:
        answer = repository.canary(entry['recovery_point'])
    except (*FAILURES, *ENDINGS) as failure:
        answer = {'refused': False, 'method': 'not tried to its end', 'answer': describe(failure), 'locked_until': None}
    proof = masked({'proof': {**answer, 'at': utc()}}, run.secrets, free=True)['proof']
    with contextlib.suppress(*FAILURES, *ENDINGS):  # a place that only takes points has no room for it
        repository.add_event(EVENT, entry['recovery_point'], proof)
    return judged(entry, proof)


def judged(entry: dict, proof: dict) -> dict:
    """`entry` with what came of the attempt, and a remark where removal was not refused."""
    entry = {**entry, 'immutability': proof}
    return entry if proof['refused'] or elsewhere(proof) else remarked(entry, [remark(proof)])


def elsewhere(proof: dict) -> bool:
    """Was nothing tried, because only the vault side can (object locks)?"""
    return proof.get('tried') is False


def proved_elsewhere(target: dict | None, run: Run) -> dict | None:
    """The proof that the vault side owes for the repository that a target writes; None where the target gives it.

    `target`: the target's own view, with its own keys, for it is these that must not remove anything.
    """
    if not target or not target.get('immutable') or not target['location'].startswith('s3:'):
        return None
    return masked({'proof': {**s3_lock.proof(target, run.options), 'at': utc()}}, run.secrets, free=True)['proof']


def settled(entry: dict) -> dict:
    """`entry` with a remark when a proof was owed and nobody gave it."""
    proof: dict = entry.get('immutability') or {'refused': True}
    owed = not proof['refused'] and elsewhere(proof) and 'remarks' in entry
    return remarked(entry, [remark(proof)]) if owed and remark(proof) not in entry['remarks'] else entry


def remark(proof: dict) -> str:
    """What somebody has to look at."""
    return f'immutable is set, but removal was not refused ({proof["method"]}: {proof["answer"]}); {REMEDY}'


def remarked(entry: dict, remarks: list[str]) -> dict:
    """`entry` with more remarks: it is no better than *complete with remarks* then."""
    if not remarks:
        return entry
    outcome = 'remarks' if entry['outcome'] == 'complete' else entry['outcome']
    return {**entry, 'outcome': outcome, 'remarks': [*entry['remarks'], *remarks]}
