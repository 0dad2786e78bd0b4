# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Against an AWX of somebody's own: RAWAT_AWX_URL and RAWAT_AWX_TOKEN. It looks, and changes nothing.

Left out, and said so in the summary, where RAWAT_AWX_URL is not set (conftest.py).
"""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from . import contract
from .conftest import OFFICE, Run

URL, TOKEN = os.environ.get('RAWAT_AWX_URL', ''), os.environ.get('RAWAT_AWX_TOKEN', '')


@pytest.mark.parametrize('kind', sorted(set(contract.RECORDED) - {'labels'}))
def test_the_contract_of_that_awx_has_every_field_that_was_recorded(kind: str) -> None:
    request = urllib.request.Request(  # noqa: S310  (the tester's own URL)
        f'{URL.rstrip("/")}/api/v2/{kind}/', method='OPTIONS', headers={'Authorization': f'Bearer {TOKEN}'}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        told: dict[str, Any] = json.load(answer)['actions']['POST']
    assert set(contract.RECORDED[kind]['POST']) <= set(told)


def test_the_playbook_passes_there_with_check(tmp_path: Path) -> None:
    run = Run(tmp_path, URL, {**OFFICE, 'awx_token': TOKEN, 'awx_organization': 'rawat tests'}, '--check')
    assert run.code == 0, run.output
