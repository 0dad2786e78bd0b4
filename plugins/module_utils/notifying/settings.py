# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The setting `website_notify`: who is told how a run ended, and the checks that a schema cannot express.

`NOTIFY` is an Ansible argument spec. What each option means stands in docs/alarms.md.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import (
    ADDRESS,
    SMTP,
    VISIBLE,
    WEBHOOK,
    common_problems,
    smtp_problems,
    usable_url,
    webhook_problems,
)
from ansible_collections.rawat.website.plugins.module_utils.record import KINDS, PERIOD

OUTCOMES = ('failure', 'remarks', 'success')
MEANS = {'failed': 'failure', 'remarks': 'remarks', 'complete': 'success'}  # outcome of a run -> one of OUTCOMES
PINGS = {'start': 'start_url', 'success': 'success_url', 'failure': 'failure_url'}
# Healthchecks: the base URL is the success (https://healthchecks.io/docs/http_api/).
HEALTHCHECKS = {'start': '/start', 'success': '', 'failure': '/fail'}
SHORTEST_SECRET = 16  # characters of a key of HMAC: a shorter one can be guessed

MAIL_SMTP: dict = {name: option for name, option in SMTP.items() if name != 'recipients'}
MAIL: dict = {
    'recipients': {'type': 'list', 'elements': 'str', 'required': True},
    'smtp': {'type': 'dict', 'options': MAIL_SMTP},  # without it: website_delivery.smtp
}
NOTICE_WEBHOOK: dict = {**WEBHOOK, 'secret': {'type': 'str', 'no_log': True}}
NOTIFY: dict = {
    'on': {'type': 'list', 'elements': 'str', 'choices': list(OUTCOMES), 'default': ['failure', 'remarks']},
    'kinds': {'type': 'list', 'elements': 'str', 'choices': [*KINDS, PERIOD], 'default': list(KINDS)},
    'language': {'type': 'str', 'choices': ['id', 'en']},
    'mail': {'type': 'dict', 'options': MAIL},
    'webhook': {'type': 'dict', 'options': NOTICE_WEBHOOK},
    'urls': {'type': 'list', 'elements': 'str', 'default': [], 'no_log': True},  # of Apprise
    # Many services put their secret into the path of these URLs.
    'start_url': {'type': 'str', 'no_log': True},
    'success_url': {'type': 'str', 'no_log': True},
    'failure_url': {'type': 'str', 'no_log': True},
    'healthchecks_url': {'type': 'str', 'no_log': True},
    'ping_kinds': {'type': 'list', 'elements': 'str', 'choices': list(KINDS), 'default': [KINDS[0]]},
    'insecure': {'type': 'bool', 'default': False},
    'ca_file': {'type': 'path'},
    'openmetrics': {'type': 'path'},
    'timeout': {'type': 'int', 'default': 10},
    'attempts': {'type': 'int', 'default': 3},
    'pause_seconds': {'type': 'int', 'default': 2},
}
Settings = dict[str, Any]


def problems(settings: Settings | None, delivery: Settings | None = None) -> list[str]:
    """What is wrong with `website_notify` (with its defaults filled in), one line each; no line quotes a secret.

    `delivery` is `website_delivery`, whose mail server is used where no other is named.
    """
    if not settings:
        return []
    return [*_nothing(settings), *_numbers(settings), *_mail(settings, delivery), *_urls(settings), *_paths(settings)]


def _nothing(settings: Settings) -> Iterator[str]:
    ways = ('mail', 'webhook', 'urls', *PINGS.values(), 'healthchecks_url', 'openmetrics')
    if not any(settings.get(way) for way in ways):
        yield f'website_notify tells nobody: give one of {", ".join(ways)}, or remove website_notify'
    pings = [name for name in PINGS.values() if settings.get(name)]
    if settings.get('healthchecks_url') and pings:
        yield f'website_notify.healthchecks_url and {", ".join(pings)} are two ways to say the same: give one of them'
    if pings == ['start_url']:
        yield 'website_notify.start_url alone tells of no end: give success_url, too'


def _numbers(settings: Settings) -> Iterator[str]:
    for field, lowest in (('attempts', 1), ('pause_seconds', 0), ('timeout', 1)):
        if settings[field] < lowest:
            yield f'website_notify.{field} {settings[field]} is not usable: at least {lowest}'


def _mail(settings: Settings, delivery: Settings | None) -> Iterator[str]:
    mail, where = settings.get('mail'), 'website_notify.mail'
    if not mail:
        return
    if not mail['recipients']:
        yield f'{where}.recipients is empty: name at least one address'
    for address in mail['recipients']:
        if not ADDRESS.fullmatch(address):
            yield f'{where}.recipients {address!r} is not an address: write name@example.go.id alone'
    if mail.get('smtp'):
        yield from smtp_problems({**mail['smtp'], 'recipients': ['none@example.go.id']}, f'{where}.smtp')
    elif not (delivery or {}).get('smtp'):
        yield f'{where} has no mail server: give {where}.smtp, or website_delivery.smtp for both'


def _urls(settings: Settings) -> Iterator[str]:
    for name in (*PINGS.values(), 'healthchecks_url'):
        if settings.get(name):
            yield from usable_url(settings[name], settings['insecure'], f'website_notify.{name}', 'website_notify')
    webhook = settings.get('webhook')
    if webhook:
        yield from webhook_problems(webhook, 'website_notify.webhook')
        secret = webhook.get('secret')
        if secret is not None and len(secret) < SHORTEST_SECRET:
            yield f'website_notify.webhook.secret has less than {SHORTEST_SECRET} characters: take a longer one'
    yield from _apprise(settings['urls'])


def _apprise(urls: list[str]) -> Iterator[str]:
    """Whether the URLs are of Apprise's, by their number: their text is the secret."""
    if not urls:
        return
    if importlib.util.find_spec('apprise') is None:
        yield "website_notify.urls needs Apprise, which is not here: pip install 'rawat[notify]', or remove urls"
        return
    from ansible_collections.rawat.website.plugins.module_utils.notifying import channels

    for number, url in enumerate(urls, 1):
        if not VISIBLE.fullmatch(url) or not channels.apprise_knows(url):
            yield f'website_notify.urls: number {number} is no URL that Apprise understands: see its documentation'


def _paths(settings: Settings) -> Iterator[str]:
    yield from common_problems('website_notify', settings)
    path = settings.get('openmetrics')
    if path and not (os.path.isabs(path) and path.endswith('.prom')):
        yield f'website_notify.openmetrics {path!r} is not usable: write an absolute path that ends in .prom'


def mail_server(settings: Settings, delivery: Settings | None) -> Settings | None:
    """The SMTP settings by which the digest goes, with its own recipients; None without mail."""
    mail = settings.get('mail')
    if not mail:
        return None
    server = mail.get('smtp') or (delivery or {}).get('smtp')
    return {**server, 'recipients': mail['recipients']} if server else None
