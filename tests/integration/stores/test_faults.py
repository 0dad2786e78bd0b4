# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of every kind of repository under every fault; what the run finds is the table in docs/backends.md."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from integration.stores import table
from integration.stores.faults import FAULTS, is_right
from integration.stores.kinds import WORLDS

AT_ONCE = 2  # kinds side by side: most of the time is spent in waiting for lines and servers
MINUTES = 20  # of one kind, on the slowest machine


def run_kind(kind: str, work: Path) -> tuple[list[dict], str]:
    """What the matrix says of one kind, and what it complained about."""
    command = [sys.executable, str(Path(__file__).with_name('matrix.py')), kind, str(work)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            output, complaints = child.communicate(timeout=MINUTES * 60)
        except subprocess.TimeoutExpired:
            child.terminate()  # not killed: it has mounts and lines to put away
            output, complaints = child.communicate()
            complaints += f'\nnot finished after {MINUTES} minutes'
    return [json.loads(line) for line in output.splitlines()], complaints


@pytest.fixture(scope='module')
def matrix(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """{kind: ({fault: facts}, complaints)} of the kinds that the chosen tests need."""
    named = {item.callspec.params.get('kind') for item in request.session.items if hasattr(item, 'callspec')}
    chosen = [kind for kind in WORLDS if kind in named]
    work = tmp_path_factory.mktemp('matrix')
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip(chosen, pool.map(lambda kind: run_kind(kind, work / kind), chosen)))
    table.write_found([facts for rows, _stderr in found.values() for facts in rows])
    return {kind: ({facts['fault']: facts for facts in rows}, stderr) for kind, (rows, stderr) in found.items()}


@pytest.mark.parametrize('fault', FAULTS)
@pytest.mark.parametrize('kind', WORLDS)
def test_a_repository_meets_a_fault_as_its_contract_says(matrix: dict, kind: str, fault: str) -> None:
    rows, complaints = matrix[kind]
    assert fault in rows, complaints
    facts = rows[fault]
    assert facts['outcome'] == 'n/a' or is_right(kind, fault, facts['outcome']), facts.get('error')
    assert table.documented()[fault][kind] == facts['words'], 'run python tests/integration/stores/table.py'
