# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notices of a run: pings while it happens, one digest when it is filed, figures for Prometheus.

Nothing here changes a run's outcome. What could not be sent is an event in the run's log and waits in `.notices` of
the filing; a ping is only sent while it is true: a missing one is the alarm.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import time
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.issuing import channels as mail_channels
from ansible_collections.rawat.website.plugins.module_utils.issuing import delivery, letter, outbox
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import origin
from ansible_collections.rawat.website.plugins.module_utils.issuing.feed import NAME as FEED
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.notifying import channels, digest, openmetrics
from ansible_collections.rawat.website.plugins.module_utils.notifying.settings import MEANS, PINGS, mail_server

APPRISE, PING, METRICS = 'apprise', 'ping', 'openmetrics'
LOOK_BACK = 200  # newest records among which the run of the same kind before this one is looked for
Plan = dict[str, Any]
Settings = dict[str, Any]
Event = dict[str, Any]  # as of the outbox; {channel, recipient, ok, text}


def begin(plan: Plan, settings: Settings) -> list[Event]:
    """Tell the dead-man that the run begins: one attempt, so that nothing keeps the run waiting for long."""
    return _ping(settings, 'start', plan, plan['run_id'], 1)


def end(plan: Plan, settings: Settings, delivered_by: Settings | None, wait: float = delivery.WAIT) -> dict[str, Any]:
    """Tell how the filed run of `plan` ended, and what waits since earlier; returns {events, waiting, busy}.

    `settings` are `website_notify`, `delivered_by` is `website_delivery`, both free of problems. Raises OSError or
    ValueError when the filing cannot be read or written.
    """
    folder, root = plan['filing'], plan['root']
    record = letter.Filed(folder).record
    outcome = records.outcome(record)
    events = [*_pings(plan, settings, record, outcome), *_metrics(root, settings, plan.get('office'))]
    wanted = _is_wanted(record, outcome, settings, root)
    sent = NoticeRound(root, settings, delivered_by, plan.get('office')).all(folder if wanted else None, wait)
    return {**sent, 'events': [*events, *sent['events']]}


def again(plan: Plan, settings: Settings, delivered_by: Settings | None) -> dict[str, Any]:
    """Try once more what waits in the filing `root` of `plan`; as :func:`end`."""
    return NoticeRound(plan['root'], settings, delivered_by, plan.get('office')).all(None, delivery.WAIT)


def dead(plan: Plan, settings: Settings, delivered_by: Settings | None) -> dict[str, Any]:
    """Tell of a run that died, whose record somebody else filed in `plan`'s `filing`; as :func:`end`."""
    run = letter.Filed(plan['filing']).run
    return end({'only': [], 'run_id': run['id'], 'kind': run.get('kind'), **plan}, settings, delivered_by)


WORKS = {'end': end, 'again': again, 'dead': dead}


def queue(root: str, folder: str) -> None:
    """Let the digest of a filed run wait: it is sent by whoever sends next. Raises OSError."""
    outbox.queue(root, folder, outbox.NOTICE)


def _is_wanted(record: dict[str, Any], outcome: str, settings: Settings, root: str) -> bool:
    """Whether the settings ask for a digest of this run. The first good run after a failure is told with failures."""
    run = record['run']
    if (run.get('kind') or records.KINDS[0]) not in settings['kinds']:
        return False
    return MEANS[outcome] in settings['on'] or ('failure' in settings['on'] and recovered(root, run))


def recovered(root: str, run: dict[str, Any]) -> bool:
    """Whether the run of this kind before `run` failed."""
    kind = run.get('kind') or records.KINDS[0]
    paths = glob.glob(os.path.join(glob.escape(root), '[0-9]*', '[0-9]*', '*', 'record.json'))
    for path in sorted(paths, key=lambda one: one.split(os.sep)[-4:], reverse=True)[:LOOK_BACK]:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            before = letter.Filed(os.path.dirname(path)).record
            same = (before['run'].get('kind') or records.KINDS[0]) == kind
            if same and before['run']['id'] != run['id'] and before['run']['started'] <= run['started']:
                return records.outcome(before) == 'failed'
    return False


def _pings(plan: Plan, settings: Settings, record: dict[str, Any], outcome: str) -> list[Event]:
    phase = 'failure' if outcome == 'failed' else 'success'
    return _ping(settings, phase, plan, record['run']['id'], settings['attempts'], _summary(record, outcome))


def _summary(record: dict[str, Any], outcome: str) -> str:
    """What a ping may say to a service outside the house: counts, no names and no errors."""
    bad = sum(entry['outcome'] in records.FAILED for entry in record['sites'])
    return f'{record["run"]["id"]}: {outcome}, {bad} of {len(record["sites"])} sites failed'


def _ping(settings: Settings, phase: str, plan: Plan, run_id: str, attempts: int, text: str = '') -> list[Event]:
    """A ping is of a run of every site: one of a few sites must not quiet the alarm for the others."""
    kind = plan.get('kind') or records.KINDS[0]
    if kind not in settings['ping_kinds'] or plan.get('only'):
        return []
    if not settings.get(PINGS[phase]) and not settings.get('healthchecks_url'):
        return []
    problem = None
    for attempt in range(attempts):
        if attempt:
            time.sleep(settings['pause_seconds'])
        try:
            said = channels.ping(settings, phase, run_id, text)
            return [_event(PING, phase, True, str(said))]
        except mail_channels.Undelivered as error:
            problem = error
            if error.final:
                break
    return [_event(PING, phase, False, str(problem))]


def _event(channel: str, recipient: str, ok: bool, text: str) -> Event:
    return {'time': utc(), 'kind': outbox.NOTICE, 'channel': channel, 'recipient': recipient, 'ok': ok, 'text': text}


def _metrics(root: str, settings: Settings, office: Settings | None) -> list[Event]:
    """Figures of the feed, where a file for them is named."""
    path = settings.get('openmetrics')
    if not path:
        return []
    try:
        openmetrics.write(path, openmetrics.of_feed(read_feed(root), office, time.time()))
    except (OSError, ValueError) as error:
        return [_event(METRICS, path, False, f'{path} was not written: {error}')]
    return []


def read_feed(root: str) -> dict[str, Any]:
    """The feed of a filing. Raises OSError or ValueError."""
    with open(os.path.join(root, FEED), encoding='utf-8') as handle:
        found = json.load(handle)
    if not isinstance(found, dict) or not isinstance(found.get('sites'), list):
        raise ValueError(f'{FEED} is none: remove it, and the next run makes it anew')
    return found


class NoticeRound(delivery.Round):
    """Digests on their way, as reports are: see `delivery.Round`."""

    kind = outbox.NOTICE

    def __init__(self, root: str, settings: Settings, delivered_by: Settings | None, office: Settings | None):
        super().__init__(root, settings)
        self.smtp, self.office = mail_server(settings, delivered_by), office
        numbered = [(channels.service(url), url) for url in settings['urls']]
        self.urls = {f'{name} ({number})': url for number, (name, url) in enumerate(numbered, 1)}

    def opened(self, folder: str) -> Notice:
        return Notice(folder, self)

    def _missing(self, folder: str) -> list[outbox.Target]:
        """Nobody lacks what is not asked for (any more): settings may have changed since it was queued."""
        record = letter.Filed(folder).record
        wanted = _is_wanted(record, records.outcome(record), self.settings, self.filing)
        return super()._missing(folder) if wanted else []

    def targets(self) -> list[outbox.Target]:
        webhook = self.settings.get('webhook')
        return [
            *((delivery.EMAIL, one) for one in dict.fromkeys(self.smtp['recipients'] if self.smtp else [])),
            *([(delivery.WEBHOOK, origin(webhook['url']))] if webhook else []),
            *((APPRISE, name) for name in self.urls),
        ]

    def ways(self) -> dict[str, delivery.Sender]:
        return {delivery.EMAIL: self._letter, delivery.WEBHOOK: self._hook, APPRISE: self._services}

    def _letter(self, notice: Notice, recipients: list[str]) -> tuple[str, mail_channels.Refused]:
        smtp = self.smtp or {}
        message = letter.plain(smtp, notice.digest.subject, notice.digest.text, f'notice.{notice.run["id"]}')
        return f'accepted by {mail_channels.mail_server(smtp)}', mail_channels.send_mail(smtp, message, recipients)

    def _hook(self, notice: Notice, _recipients: list[str]) -> tuple[str, mail_channels.Refused]:
        return mail_channels.post(self.settings['webhook'], notice.digest.payload()), {}

    def _services(self, notice: Notice, recipients: list[str]) -> tuple[str, mail_channels.Refused]:
        """Each service by itself: one that is down says nothing of the others."""
        refused: mail_channels.Refused = {}
        told, timeout = notice.digest, self.settings['timeout']
        for name in recipients:
            try:
                channels.send_apprise(self.urls[name], told.subject, told.text, told.outcome, timeout)
            except mail_channels.Undelivered as error:
                refused[name] = error
        return 'taken through Apprise', refused


class Notice:
    """The digest of a filed run. Raises OSError or ValueError when its record cannot be read."""

    def __init__(self, folder: str, sender: NoticeRound):
        filed = letter.Filed(folder)
        self.folder, self.run = folder, filed.run
        language = sender.settings.get('language')
        told = digest.Told(folder, verified(sender.filing), sender.office, recovered(sender.filing, filed.run))
        self.digest = digest.build(filed.record, told, language, utc())


def verified(root: str) -> dict[tuple[str, str], dict[str, Any] | None] | None:
    """The newest verified point of each site, as the feed knows it; None without a feed."""
    try:
        return {(site['site'], site['host']): site.get('verified') for site in read_feed(root)['sites']}
    except (OSError, ValueError, KeyError, TypeError):
        return None
