# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report to be posted, and the settings by which it is; shared by the tests of delivery."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import DELIVERY, problems
from integration.paper.mailroom import HOST
from unit import samples

TOKEN = 'tok-5f1e8a77c0ffee'
CHIEF, COORDINATOR = 'subkoordinator@example.go.id', 'koordinator@example.go.id'
PDF = b'%PDF-1.7\nnot drawn here\n'
RUN = '20261122T101530Z-0a1b'


def settings(**given: Any) -> dict[str, Any]:
    """website_delivery as the product reads it: checked, with its defaults."""
    checked = ArgumentSpecValidator(DELIVERY).validate({'pause_seconds': 0, **given})
    assert checked.error_messages == []
    assert problems(checked.validated_parameters) == []
    return dict(checked.validated_parameters)


def smtp(port: int, **more: Any) -> dict[str, Any]:
    return {'host': HOST, 'port': port, 'sender': 'rawat@example.go.id', 'recipients': [CHIEF], 'timeout': 5, **more}


def filed(filing: Path, run: str = RUN, language: str = 'id', **changes: Any) -> Path:
    """A run as it lies in the filing."""
    folder = filing / '2026' / '11' / run
    folder.mkdir(parents=True)
    document = samples.record(samples.site(), samples.failed(), samples.unreachable())
    document['run'].update(id=run, language=language, utc_offset_minutes=420)
    document.update({'register': {'number': '0007/BKP/2026', 'year': 2026, 'ordinal': 7, 'code': 'BKP'}, **changes})
    records.write(document, str(folder), [('report.html', b'<!doctype html><p>laporan')])
    (folder / 'report.pdf').write_bytes(PDF)
    return folder


def says_nothing(connection: socket.socket) -> None:
    connection.settimeout(20)
    connection.recv(1000)


def drips(connection: socket.socket) -> None:
    """A byte now and then: no single read ever times out."""
    for _byte in range(60):
        connection.sendall(b'2')
        time.sleep(0.3)
