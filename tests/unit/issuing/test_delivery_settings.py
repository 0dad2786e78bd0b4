# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that would lose a report or a secret are told, each with its field, and without the secret."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.issuing.channels import hook_secrets, mail_secrets
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import (
    is_loopback,
    origin,
    problems,
)

SECRET = 'rahasia-7Q'


def smtp(**changes: Any) -> dict[str, Any]:
    given = {
        'host': 'mail.example.go.id', 'port': None, 'security': 'starttls', 'username': None, 'password': None,
        'sender': 'rawat@example.go.id', 'recipients': ['a@example.go.id'], 'timeout': 30, 'ca_file': None,
    }  # fmt: skip
    return {'attempts': 3, 'pause_seconds': 2, 'webhook': None, 'smtp': {**given, **changes}}


def hook(**changes: Any) -> dict[str, Any]:
    given = {'url': 'https://example.go.id/x', 'token': None, 'timeout': 30, 'ca_file': None, 'insecure': False}
    return {'attempts': 3, 'pause_seconds': 2, 'smtp': None, 'webhook': {**given, **changes}}


@pytest.mark.parametrize(
    'settings',
    [
        None,
        smtp(),
        smtp(username='u', password=SECRET),
        smtp(security='none'),
        smtp(security='none', host='127.0.0.1', username='u', password=SECRET),
        hook(),
        hook(token=SECRET),
        hook(url='http://localhost:8080/x'),
        hook(url='http://[::1]:8080/x'),
        hook(url='http://inside.example.go.id/', insecure=True),
    ],
)
def test_good_settings_have_no_problems(settings: dict[str, Any] | None) -> None:
    assert problems(settings) == []


@pytest.mark.parametrize(
    ('settings', 'field'),
    [
        ({'attempts': 3, 'pause_seconds': 2}, 'neither smtp nor webhook'),
        (smtp() | {'attempts': 0}, 'website_delivery.attempts 0'),
        (smtp() | {'pause_seconds': -1}, 'website_delivery.pause_seconds -1'),
        (smtp(recipients=[]), 'smtp.recipients is empty'),
        (smtp(sender='Rawat <rawat@example.go.id>'), 'smtp.sender'),
        (smtp(recipients=['a@example.go.id\r\nBcc: x@example.org']), 'smtp.recipients'),
        (smtp(recipients=['a@example.go.id,b@example.go.id']), 'smtp.recipients'),
        (smtp(port=70000), 'smtp.port 70000'),
        (smtp(username='u'), 'username and password belong together'),
        (smtp(password=SECRET), 'username and password belong together'),
        (smtp(username='u', password=SECRET, security='none'), 'would cross the network in clear'),
        (smtp(username='u', password=SECRET + '\xe9'), 'not ASCII'),
        (smtp(timeout=0), 'smtp.timeout 0'),
        (smtp(ca_file='/nowhere/ca.pem'), "smtp.ca_file '/nowhere/ca.pem' is not a file"),
        (hook(url='example.go.id/x'), 'webhook.url is not usable'),
        (hook(url='https://example.go.id:99999/x'), 'webhook.url is not usable'),
        (hook(url='https://example.go.id/x y'), 'webhook.url is not usable'),
        (hook(url='file:///etc/passwd'), 'webhook.url is not usable'),
        (hook(url=f'https://u:{SECRET}@example.go.id/x'), 'user name or password'),
        (hook(url='http://example.go.id/x'), 'webhook.url is not https'),
        (hook(url='http://127.0.0.1.example.org/x'), 'webhook.url is not https'),
        (hook(token=SECRET + '\r\nX: y'), 'webhook.token'),
    ],
)
def test_a_bad_setting_is_named_and_no_secret_with_it(settings: dict[str, Any], field: str) -> None:
    (line,) = problems(settings)
    assert field in line
    assert SECRET not in line


def test_a_webhook_is_shown_without_path_and_query() -> None:
    assert origin('https://example.go.id/hooks/abc?key=def') == 'https://example.go.id'
    assert origin('http://[::1]:8080/x') == 'http://[::1]:8080'


def test_only_this_machine_is_loopback() -> None:
    assert [is_loopback(host) for host in ('localhost', '127.8.8.8', '::1', '[::1]')] == [True] * 4
    assert [is_loopback(host) for host in ('localhost.example.org', '10.0.0.1', '')] == [False] * 3


def test_a_secret_is_known_in_every_spelling_in_which_it_crosses_the_line() -> None:
    spelt = mail_secrets({'username': 'rawat', 'password': SECRET})
    assert {'AHJhd2F0AHJhaGFzaWEtN1E=', 'cmFoYXNpYS03UQ==', SECRET} <= set(spelt)
    assert mail_secrets({'username': None, 'password': None}) == []
    known = hook_secrets({'url': 'https://example.go.id/hooks/abc?key=def', 'token': SECRET})
    assert {SECRET, 'hooks/abc', 'key=def'} <= set(known)
