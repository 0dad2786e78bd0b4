# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports on their way: what was filed is queued, sent, and stays queued until everybody has it.

A delivery never changes a run's outcome and never raises for what a server did: it is an event in the run's log.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.issuing import channels, letter, outbox
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import origin
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc

EMAIL, WEBHOOK = 'email', 'webhook'
OLDER = 20  # earlier reports that one run tries again
WAIT = 30  # seconds to wait for another run that is sending
Settings = dict[str, Any]
Sender = Callable[[Any, list[str]], 'tuple[str, channels.Refused]']  # what was said, and who was refused


def deliver(filing: str, folder: str | None, settings: Settings, wait: float = WAIT) -> dict[str, Any]:
    """Send the run in `folder`, then what waits since earlier; returns {events, waiting: [outbox entries], busy}.

    `settings` are `website_delivery` with its defaults, free of problems; `folder` None: only what waits. Raises
    OSError when the filing itself cannot be written.
    """
    return Round(filing, settings).all(folder, wait)


def targets(settings: Settings) -> list[outbox.Target]:
    """Everybody who gets a report; of a webhook's URL only what may be shown."""
    smtp, webhook = settings.get('smtp'), settings.get('webhook')
    return [
        *((EMAIL, recipient) for recipient in dict.fromkeys(smtp['recipients'] if smtp else [])),
        *([(WEBHOOK, origin(webhook['url']))] if webhook else []),
    ]


class Round:
    """One sender's work. A channel that failed as such is left alone for the rest of it: its server is down.

    What is sent, to whom and by which ways is said by `opened`, `targets` and `ways`; another kind says it otherwise.
    """

    kind = outbox.KIND

    def __init__(self, filing: str, settings: Settings):
        self.filing, self.settings = filing, settings
        self.events: list[outbox.Event] = []
        self._down: set[str] = set()

    def opened(self, folder: str) -> Any:
        """What is sent of the run in `folder`, which knows its `folder`."""
        return letter.Filed(folder)

    def targets(self) -> list[outbox.Target]:
        return targets(self.settings)

    def ways(self) -> dict[str, Sender]:
        """What sends by each channel."""
        return {EMAIL: self._mail, WEBHOOK: self._post}

    def all(self, folder: str | None, wait: float) -> dict[str, Any]:
        """See :func:`deliver`."""
        filing, kind = self.filing, self.kind
        own = outbox.queue(filing, folder, kind) if folder else None
        with outbox.sending(filing, wait, kind) as alone:
            if alone:
                if own:
                    self.bring(own, self.settings['attempts'])
                older = [entry for entry in outbox.waiting(filing, kind) if not own or entry['run'] != own['run']]
                for entry in older[:OLDER]:
                    self.bring(entry, self.settings['attempts'] if folder is None else 1)
        return {'events': self.events, 'waiting': outbox.waiting(filing, kind), 'busy': not alone}

    def bring(self, entry: outbox.Entry, attempts: int) -> None:
        """Try everything that an entry still lacks; the entry goes when nothing does."""
        folder = os.path.join(self.filing, entry['folder'])
        try:
            filed = self.opened(folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            texts = [f'the record cannot be read: {error}']
            outbox.store(self.filing, {**entry, 'tried': utc(), 'texts': texts}, self.kind)
            return
        texts = []
        for channel, send in self.ways().items():
            wanted = [target for target in self._missing(folder) if target[0] == channel]
            if wanted and channel not in self._down:
                texts += self._channel(channel, send, filed, [recipient for _channel, recipient in wanted], attempts)
        if not self._missing(folder):
            outbox.remove(self.filing, entry, self.kind)
        elif texts:
            outbox.store(self.filing, {**entry, 'tried': utc(), 'texts': texts}, self.kind)

    def _missing(self, folder: str) -> list[outbox.Target]:
        return outbox.missing(folder, self.targets(), self.kind)

    def _channel(self, channel: str, send: Sender, filed: Any, recipients: list[str], attempts: int) -> list[str]:
        """Send to `recipients`, again where that may help; one event for each. Returns what went wrong."""
        left, refused = recipients, dict[str, channels.Undelivered]()
        for attempt in range(attempts):
            if attempt:
                time.sleep(self.settings['pause_seconds'])
            said, now = self._attempt(channel, send, filed, left)
            for recipient in [one for one in left if one not in now]:
                refused.pop(recipient, None)
                self._note(filed, (channel, recipient), True, said)
            refused.update(now)
            left = [recipient for recipient, problem in now.items() if not problem.final]
            if not left:
                break
        for recipient, problem in refused.items():
            self._note(filed, (channel, recipient), False, str(problem))
        return [f'{recipient}: {problem}' for recipient, problem in refused.items()]

    def _attempt(self, channel: str, send: Sender, filed: Any, recipients: list[str]) -> tuple[str, channels.Refused]:
        self._down.discard(channel)
        try:
            return send(filed, recipients)
        except channels.NobodyAccepted as error:
            return '', error.answers
        except channels.Undelivered as error:
            self._down.add(channel)
            return '', dict.fromkeys(recipients, error)
        except (OSError, ValueError, KeyError, TypeError) as error:  # a record that somebody wrote by hand
            problem = channels.Undelivered(f'the report cannot be read: {error}', final=True)
            return '', dict.fromkeys(recipients, problem)

    def _mail(self, filed: letter.Filed, recipients: list[str]) -> tuple[str, channels.Refused]:
        smtp = self.settings['smtp']
        refused = channels.send_mail(smtp, letter.mail(filed, smtp), recipients)
        return f'accepted by {channels.mail_server(smtp)}', refused

    def _post(self, filed: letter.Filed, _recipients: list[str]) -> tuple[str, channels.Refused]:
        return channels.post(self.settings['webhook'], letter.payload(filed)), {}

    def _note(self, filed: Any, target: outbox.Target, ok: bool, text: str) -> None:
        self.events.append(outbox.note(filed.folder, target, ok, text, self.kind))
