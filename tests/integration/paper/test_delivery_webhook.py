# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines are told by a real webhook, over verified TLS, what they may know."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.issuing import delivery, outbox
from ansible_collections.rawat.website.plugins.module_utils.register import code_of
from integration.paper.mailroom import (
    HOST,
    PASSWORD,
    Hook,
    certificate,
    script,
    webhook,
)
from integration.paper.posting import RUN, TOKEN, drips, filed, settings


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return certificate(tmp_path)


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    return tmp_path / 'filing'


def test_a_webhook_that_hangs_holds_the_run_no_longer_than_said(filing: Path) -> None:
    folder = filed(filing)
    with script(drips) as port:
        began = time.monotonic()
        hook = {'url': f'http://{HOST}:{port}/', 'timeout': 1}
        delivery.deliver(str(filing), str(folder), settings(webhook=hook, attempts=1))
        assert time.monotonic() - began < 20
    assert [event['ok'] for event in outbox.events(str(folder))] == [False]


def test_the_webhook_is_told_names_and_outcomes_and_nothing_else(filing: Path, files: tuple[Path, Path]) -> None:
    folder, hook = filed(filing), Hook()
    with webhook(hook, files) as port:
        url = f'https://{HOST}:{port}/hooks/5ecret-path?key=abcdef'
        given = {'url': url, 'token': TOKEN, 'ca_file': str(files[0]), 'timeout': 5}
        delivery.deliver(str(filing), str(folder), settings(webhook=given))
    (told,) = hook.told
    assert hook.paths == ['/hooks/5ecret-path?key=abcdef']
    assert hook.headers[0]['Authorization'] == f'Bearer {TOKEN}'
    assert hook.headers[0]['Content-Type'] == 'application/json'
    assert (told['number'], told['run'], told['outcome']) == ('0007/BKP/2026', RUN, 'failed')
    assert told['code'] == code_of((folder / 'record.json').read_bytes())
    assert {site['site']: site['outcome'] for site in told['sites']} == {
        'peraturan': 'complete', 'berita': 'failed', 'ejurnal': 'unreachable',
    }  # fmt: skip
    text = json.dumps(told)
    for secret in ('/srv/backups', '/var/www', 'Lost connection', 'mariadb', PASSWORD, TOKEN):
        assert secret not in text
    (event,) = outbox.events(str(folder))
    assert (event['ok'], event['text'], event['recipient']) == (True, 'HTTP 204', f'https://{HOST}:{port}')


def test_a_webhook_with_a_wrong_certificate_is_told_nothing(filing: Path, files: tuple[Path, Path]) -> None:
    folder, hook = filed(filing), Hook()
    with webhook(hook, files) as port:
        given = {'url': f'https://{HOST}:{port}/', 'token': TOKEN, 'timeout': 5, 'insecure': True}
        delivery.deliver(str(filing), str(folder), settings(webhook=given))
    assert hook.told == []
    assert 'certificate is not trusted' in outbox.events(str(folder))[0]['text']


def test_a_redirect_does_not_carry_the_token_away(filing: Path) -> None:
    folder, hook, other = filed(filing), Hook(), Hook()
    with webhook(hook, None) as port, webhook(other, None) as elsewhere:
        hook.answers, hook.location = [302], f'http://{HOST}:{elsewhere}/'
        given = {'url': f'http://{HOST}:{port}/', 'token': TOKEN, 'timeout': 5}
        delivery.deliver(str(filing), str(folder), settings(webhook=given))
    assert other.told == []
    assert [event['ok'] for event in outbox.events(str(folder))] == [False]


def test_a_webhook_that_is_busy_is_asked_again_and_one_that_refuses_is_not(filing: Path) -> None:
    folder, hook = filed(filing), Hook()
    with webhook(hook, None) as port:
        given = settings(webhook={'url': f'http://{HOST}:{port}/', 'timeout': 5})
        hook.answers = [503, 429, 200]
        delivery.deliver(str(filing), str(folder), given)
        assert len(hook.told) == 3
        assert outbox.waiting(str(filing)) == []
        second = filed(filing, '20261123T101530Z-0a1c')
        hook.answers = [403, 200]
        delivery.deliver(str(filing), str(second), given)
        assert len(hook.told) == 4
    assert 'HTTP 403' in outbox.events(str(second))[0]['text']
    assert len(outbox.waiting(str(filing))) == 1
