# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""website_notify: what is refused, in which words, and that no line quotes a secret."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.rawat.website.plugins.module_utils.notifying.settings import NOTIFY, mail_server, problems

SECRET = 'h1dden-t0ken'
SERVER = {'smtp': {'host': 'mail.example.go.id', 'security': 'starttls', 'sender': 'rawat@example.go.id'}}
PING = 'https://hc.example.go.id/'


def checked(**given: Any) -> dict[str, Any]:
    found = ArgumentSpecValidator(NOTIFY).validate(given)
    assert found.error_messages == []
    return dict(found.validated_parameters)


@pytest.mark.parametrize(
    'given',
    [
        {'success_url': PING},
        {'healthchecks_url': PING, 'ping_kinds': ['backup', 'verify']},
        {'webhook': {'url': 'https://example.go.id/x', 'secret': 'x' * 16}},
        {'mail': {'recipients': ['a@example.go.id']}},
        {'openmetrics': '/var/lib/node_exporter/rawat.prom'},
        {'failure_url': 'http://monitor.local/x', 'insecure': True},
    ],
)
def test_good_settings_have_no_problems(given: dict[str, Any]) -> None:
    assert problems(checked(**given), SERVER) == []


@pytest.mark.parametrize(
    ('given', 'said'),
    [
        ({'on': ['failure']}, 'website_notify tells nobody'),
        ({'start_url': PING}, 'start_url alone'),
        ({'healthchecks_url': PING, 'success_url': PING}, 'two ways to say the same'),
        ({'success_url': f'http://example.go.id/{SECRET}'}, 'success_url is not https'),
        ({'success_url': f'https://u:{SECRET}@example.go.id/'}, 'holds a user name or password'),
        ({'success_url': f'ftp://example.go.id/{SECRET}'}, 'success_url is not usable'),
        ({'success_url': f'https://example.go.id/{SECRET} x'}, 'success_url is not usable'),
        ({'success_url': PING, 'attempts': 0}, 'attempts 0'),
        ({'success_url': PING, 'timeout': 0}, 'timeout 0'),
        ({'success_url': PING, 'pause_seconds': -1}, 'pause_seconds -1'),
        ({'success_url': PING, 'ca_file': '/nowhere.pem'}, 'ca_file'),
        ({'webhook': {'url': f'http://example.go.id/{SECRET}'}}, 'webhook.url is not https'),
        ({'webhook': {'url': PING, 'secret': SECRET}}, 'webhook.secret has less than 16'),
        ({'mail': {'recipients': []}}, 'mail.recipients is empty'),
        ({'mail': {'recipients': ['x']}}, 'is not an address'),
        ({'openmetrics': 'rawat.prom'}, 'openmetrics'),
        ({'openmetrics': '/var/lib/rawat.txt'}, 'openmetrics'),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_with_it(given: dict[str, Any], said: str) -> None:
    found = problems(checked(**given), SERVER)
    assert [line for line in found if said in line], found
    assert SECRET not in ' '.join(found)


def test_mail_needs_a_server_and_takes_that_of_the_delivery() -> None:
    given = checked(mail={'recipients': ['a@example.go.id']})
    assert 'no mail server' in problems(given, None)[0]
    assert mail_server(given, SERVER) == {**SERVER['smtp'], 'recipients': ['a@example.go.id']}
    own = checked(mail={'recipients': ['a@example.go.id'], 'smtp': {'host': 'other', 'sender': 'r@example.go.id'}})
    assert (mail_server(own, SERVER) or {})['host'] == 'other'
    assert mail_server(checked(success_url=PING), SERVER) is None


def test_apprise_that_is_not_installed_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('importlib.util.find_spec', lambda _name: None)
    (line,) = problems(checked(urls=[f'tgram://{SECRET}/1', 'json://x']), None)
    assert "pip install 'rawat[notify]'" in line
    assert SECRET not in line


def test_everything_that_may_hold_a_secret_is_marked_so() -> None:
    hidden = {name for name, option in NOTIFY.items() if option.get('no_log')}
    assert hidden == {'urls', 'start_url', 'success_url', 'failure_url', 'healthchecks_url'}
    assert NOTIFY['webhook']['options']['secret']['no_log'] is True
