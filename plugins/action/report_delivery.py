# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""report_delivery: renews the feed and sends the report; what goes wrong with that is told, and changes nothing."""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.rawat.website.plugins.module_utils.issuing import feed
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery import deliver
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import DELIVERY, problems


class ActionModule(ActionBase):
    """Runs on the controller only."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return what was delivered and what waits; in check mode nothing is sent or written."""
        result = super().run(task_vars=task_vars)
        if self._task.check_mode:
            return result | {'changed': False, 'skipped': True}
        plan = self._task.args.get('plan') or {}
        filing = os.path.abspath(os.path.expanduser(plan.get('root') or self._task.args.get('filing') or './filing'))
        folder = self._task.args.get('folder') or plan.get('filing')
        if folder and not os.path.isfile(os.path.join(folder, 'record.json')):
            return result | {'changed': False, 'skipped': True}  # run_record said why
        told = Told()
        written = told.attempt('the feed was not written', lambda: feed.write(filing, folder))
        # By the variable's name: so the secrets in it are no argument of a task, and in no output of it.
        settings = told.attempt('website_delivery cannot be used', lambda: self._settings(task_vars))
        sent = settings and told.attempt('the report was not delivered', lambda: deliver(filing, folder, settings))
        sent = sent or {'events': [], 'waiting': [], 'busy': False}
        told.failures(sent)
        delivery = {**sent, 'configured': bool(settings), 'feed': written, 'problems': told.lines}
        return result | {'changed': bool(written or sent['events']), 'rawat_delivery': delivery}

    def _settings(self, task_vars: dict[str, Any]) -> dict[str, Any] | None:
        """website_delivery with its defaults, or None where it is not set; ValueError for one that is not usable."""
        name = self._task.args.get('delivery_variable') or 'website_delivery'
        given = task_vars['hostvars'][task_vars['inventory_hostname']].get(name)
        if not given:
            return None
        checked = ArgumentSpecValidator(DELIVERY).validate(given)
        wrong = [f'website_delivery: {line}' for line in checked.error_messages]
        if found := wrong or problems(checked.validated_parameters):
            raise ValueError('; '.join(found))
        return dict(checked.validated_parameters)


class Told:
    """Problems, each shown as a warning at once: a delivery that fails must neither fail the run nor pass unseen."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def tell(self, line: str) -> None:
        self.lines.append(line)
        Display().warning(line)

    def attempt(self, failure: str, work: Any) -> Any:
        try:
            return work()
        except Exception as error:  # whatever it is, the run has its outcome already
            # Errors of templates may quote what they were made of; ours never do.
            cause = str(error) if isinstance(error, (OSError, ValueError)) else type(error).__name__
            self.tell(f'{failure}: {cause}')
            return None

    def failures(self, sent: dict[str, Any]) -> None:
        for event in [event for event in sent['events'] if not event['ok']]:
            self.tell(f'{event["channel"]} to {event["recipient"]} was not delivered: {event["text"]}')
        if sent['busy']:
            self.tell('another process is delivering; the report stays in the outbox')
