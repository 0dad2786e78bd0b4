# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The setting `website_delivery`: where a report is sent, and the checks that a schema cannot express.

`DELIVERY` is an Ansible argument spec. What each option means stands in docs/delivery.md.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, urlsplit

SECURITIES = {'starttls': 587, 'tls': 465, 'none': 25}  # and the port of each (RFC 6409, RFC 8314, RFC 5321)
# One address as SMTP takes it without SMTPUTF8; stricter than RFC 5321, so that nothing can end a header or a command.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
VISIBLE = re.compile(r'[\x21-\x7e]+')  # what a token in an HTTP header may be made of

SMTP: dict = {
    'host': {'type': 'str', 'required': True},
    'port': {'type': 'int'},
    'security': {'type': 'str', 'choices': list(SECURITIES), 'default': 'starttls'},
    'username': {'type': 'str'},
    'password': {'type': 'str', 'no_log': True},
    'sender': {'type': 'str', 'required': True},
    'recipients': {'type': 'list', 'elements': 'str', 'required': True},
    'timeout': {'type': 'int', 'default': 30},
    'ca_file': {'type': 'path'},
}
WEBHOOK: dict = {
    'url': {'type': 'str', 'required': True, 'no_log': True},  # many services put their secret into the path
    'token': {'type': 'str', 'no_log': True},
    'timeout': {'type': 'int', 'default': 30},
    'ca_file': {'type': 'path'},
    'insecure': {'type': 'bool', 'default': False},
}
DELIVERY: dict = {
    'smtp': {'type': 'dict', 'options': SMTP},
    'webhook': {'type': 'dict', 'options': WEBHOOK},
    'attempts': {'type': 'int', 'default': 3},
    'pause_seconds': {'type': 'int', 'default': 2},
}
Settings = dict[str, Any]


def problems(settings: Settings | None) -> list[str]:
    """What is wrong with `website_delivery` (with its defaults filled in), one line each; no line quotes a secret."""
    found: list[str] = []
    if not settings:
        return found
    if not settings.get('smtp') and not settings.get('webhook'):
        found.append('website_delivery names neither smtp nor webhook: give one, or remove website_delivery')
    for field, lowest in (('attempts', 1), ('pause_seconds', 0)):
        if settings[field] < lowest:
            found.append(f'website_delivery.{field} {settings[field]} is not usable: at least {lowest}')
    if settings.get('smtp'):
        found += smtp_problems(settings['smtp'], 'website_delivery.smtp')
    if settings.get('webhook'):
        found += webhook_problems(settings['webhook'], 'website_delivery.webhook')
    return found


def smtp_problems(smtp: Settings, where: str) -> Iterator[str]:
    """What is wrong with a mail server; `where` names the setting."""
    if not smtp['recipients']:
        yield f'{where}.recipients is empty: name at least one address'
    for field, address in [('sender', smtp['sender']), *(('recipients', one) for one in smtp['recipients'])]:
        if not ADDRESS.fullmatch(address):
            yield f'{where}.{field} {address!r} is not an address: write name@example.go.id, without name or brackets'
    if smtp.get('port') is not None and not 0 < smtp['port'] < 65536:
        yield f'{where}.port {smtp["port"]} is not a port: 1 to 65535'
    if bool(smtp.get('username')) != bool(smtp.get('password')):
        yield f'{where}: username and password belong together: give both or neither'
    if smtp.get('password') and not smtp['password'].isascii():
        yield f'{where}.password holds a character that is not ASCII, which SMTP cannot carry: choose another password'
    if smtp.get('password') and smtp['security'] == 'none' and not is_loopback(smtp['host']):
        yield f'{where}.security is none: the password would cross the network in clear; use starttls or tls'
    yield from common_problems(where, smtp)


def webhook_problems(webhook: Settings, where: str) -> Iterator[str]:
    """What is wrong with a webhook; `where` names the setting."""
    yield from usable_url(webhook['url'], webhook['insecure'], f'{where}.url', where)
    if webhook.get('token') and not VISIBLE.fullmatch(webhook['token']):
        yield f'{where}.token holds a space, a line break or a character that is not ASCII: HTTP cannot carry it'
    yield from common_problems(where, webhook)


def usable_url(text: str, insecure: bool, field: str, where: str) -> Iterator[str]:
    """What keeps a URL from being asked; `where` is the setting that has `insecure`."""
    url = _split(text)
    if url is None or url.scheme not in ('http', 'https') or not url.hostname:
        yield f'{field} is not usable: write https://host/path'
        return
    if url.username is not None or url.password is not None:
        yield f'{field} holds a user name or password, which is not sent: remove it (a webhook has token for it)'
    if url.scheme == 'http' and not insecure and not is_loopback(url.hostname):
        safe = f'{where}.insecure: true if {url.hostname} is reached by a safe network'
        yield f'{field} is not https: use https, or {safe}'


def common_problems(where: str, channel: Settings) -> Iterator[str]:
    """What is wrong with the time and the authorities of a channel."""
    if channel['timeout'] < 1:
        yield f'{where}.timeout {channel["timeout"]} is not usable: at least 1 second'
    if channel.get('ca_file') and not os.path.isfile(channel['ca_file']):
        yield f'{where}.ca_file {channel["ca_file"]!r} is not a file: give the PEM file of the certificate authority'


def _split(url: str) -> SplitResult | None:
    """The URL in its parts; None for one that cannot be sent: its bytes would end the line of the request."""
    if not VISIBLE.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return None
    return parts


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by its own word; a name is only trusted when it is 'localhost'."""
    if host == 'localhost':
        return True
    try:
        return ipaddress.ip_address(host.strip('[]')).is_loopback
    except ValueError:
        return False


def origin(url: str) -> str:
    """What may be shown of a webhook's URL: the path and the query may hold its secret."""
    parts = urlsplit(url)
    host = f'[{parts.hostname}]' if ':' in (parts.hostname or '') else parts.hostname
    return f'{parts.scheme}://{host}' + (f':{parts.port}' if parts.port else '')
