# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One attempt to tell somebody: a dead-man ping, a message through Apprise. Mail and webhooks are those of `issuing`.

No URL is ever shown: an error names the kind of service and, of a ping, the server.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ansible_collections.rawat.website.plugins.module_utils.formats import printable
from ansible_collections.rawat.website.plugins.module_utils.issuing.channels import (
    TEXT_LIMIT,
    Undelivered,
    request,
    within,
)
from ansible_collections.rawat.website.plugins.module_utils.masking import MASK, SHORTEST
from ansible_collections.rawat.website.plugins.module_utils.notifying.settings import HEALTHCHECKS, PINGS

SCHEME = re.compile(r'[A-Za-z0-9]+')
NAMESPACE = uuid.UUID('6f0c0f0e-5a55-5d3c-9a59-8d5d0f1c7a11')  # of run ids, so that start and end have one id
LEVELS = {'failed': 'failure', 'remarks': 'warning', 'complete': 'success'}  # outcome -> Apprise's notification types


def ping(settings: dict[str, Any], phase: str, run_id: str, text: str) -> str | None:
    """Tell the dead-man that a run began or how it ended; what it answered, None where no URL is set for that.

    `phase` is 'start', 'success' or 'failure'. A URL of its own is fetched with GET; Healthchecks gets `text` by
    POST, and the run's id, by which it tells runs apart. Raises Undelivered.
    """
    base, own = settings.get('healthchecks_url') or '', settings.get(PINGS[phase])
    if not base and not own:
        return None
    asked = {'url': own, 'timeout': settings['timeout'], 'ca_file': settings.get('ca_file')}
    if own:
        return request('GET', asked, None, {})
    asked['url'] = healthchecks(base, phase, run_id)
    return request('POST', asked, text.encode(), {'Content-Type': 'text/plain; charset=utf-8'})


def healthchecks(base: str, phase: str, run_id: str) -> str:
    """The URL of Healthchecks for a phase of a run."""
    parts = urlsplit(base)
    query = [*parse_qsl(parts.query), ('rid', str(uuid.uuid5(NAMESPACE, run_id)))]
    path = parts.path.rstrip('/') + HEALTHCHECKS[phase]
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query), ''))


def service(url: str) -> str:
    """What may be shown of a URL of Apprise: the kind of service; in many of them even the host is a token."""
    found = SCHEME.match(url)
    return found.group().lower() if found else 'apprise'


def apprise_knows(url: str) -> bool:
    """Whether Apprise understands the URL; nothing is sent, no name is looked up."""
    import apprise

    with _heard():
        return apprise.Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True) is not None


def send_apprise(url: str, subject: str, body: str, outcome: str, timeout: int) -> str:
    """Hand a message to a service that Apprise knows. Raises Undelivered, also when Apprise is not installed."""
    name = service(url)
    try:
        import apprise
    except ImportError:
        text = f"{name}: Apprise is not installed here: pip install 'rawat[notify]'"
        raise Undelivered(text, final=True) from None
    messenger = apprise.Apprise(asset=_asset())
    with _heard() as lines:
        try:
            sent = messenger.add(url) and within(
                timeout, lambda: messenger.notify(body=body, title=subject, notify_type=LEVELS[outcome])
            )
        except Exception as error:  # of some 130 services by as many hands; their words may hold the URL
            raise Undelivered(f'{name}: {_without(url, str(error) or type(error).__name__)}') from None
    if not sent:
        said = _without(url, ' '.join(lines[-2:]) or 'no reason given')
        raise Undelivered(f'{name}: {said}')
    return f'{name} took it'


def _asset() -> Any:
    """Apprise without anything that lies around: no plugins, no storage, no redirects, as our own channels."""
    import apprise

    return apprise.AppriseAsset(
        app_id='rawat', app_desc='rawat.website', plugin_paths=[], storage_mode='memory', secure_logging=True,
        async_mode=False, http_redirects=0,
    )  # fmt: skip


class _Lines(logging.Handler):
    """Keeps what is logged as warnings and errors."""

    def __init__(self, lines: list[str]):
        super().__init__(logging.WARNING)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What Apprise logs meanwhile: its only way to say why; kept from every log of ours."""
    lines: list[str] = []
    logger, handler = logging.getLogger('apprise'), _Lines(lines)
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagated


def _without(url: str, text: str) -> str:
    """What was said, without any part of the URL but its kind."""
    parts = sorted({url, *re.split(r'[/?&=:@]+', url.partition('://')[2])}, key=len, reverse=True)
    for part in parts:
        if len(part) >= SHORTEST:
            text = text.replace(part, MASK)
    return printable(text.replace('\n', ' '))[:TEXT_LIMIT]
