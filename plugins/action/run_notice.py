# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""run_notice: tells who is to know how a run ends; what goes wrong with that is told, and changes nothing."""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import DELIVERY
from ansible_collections.rawat.website.plugins.module_utils.notifying import notice
from ansible_collections.rawat.website.plugins.module_utils.notifying.settings import NOTIFY, problems
from ansible_collections.rawat.website.plugins.plugin_utils.filing_host import FilingHost, NotFiled

NOTHING: dict[str, Any] = {'events': [], 'waiting': [], 'busy': False}


class ActionModule(ActionBase):
    """Runs on the controller; what is sent is sent from where the filing lies."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return what was sent and what waits; in check mode nothing is sent or written."""
        result = super().run(task_vars=task_vars)
        self._problems: list[str] = []
        settings, sent = None, NOTHING
        if self._task.check_mode:
            return result | {'changed': False, 'skipped': True}
        try:
            # By the variables' names: so the secrets in them are no argument of a task, and in no output of it.
            settings, delivery = self._settings(task_vars)
            if settings:
                sent = self._send(settings, delivery, task_vars)
        except Exception as error:  # whatever it is, the run has its outcome already
            # Errors of templates may quote what they were made of; ours never do.
            cause = str(error) if isinstance(error, (OSError, ValueError, NotFiled)) else type(error).__name__
            self._tell(f'nobody was told of this run: {cause}')
        for event in [event for event in sent['events'] if not event['ok']]:
            self._tell(f'{event["channel"]} to {event["recipient"]} was not sent: {event["text"]}')
        if sent['busy']:
            self._tell('another process is sending; the notice waits in the filing')
        told = {**sent, 'configured': bool(settings), 'problems': self._problems}
        return result | {'changed': bool(sent['events']), 'rawat_notice': told}

    def _send(
        self, settings: dict[str, Any], delivery: dict[str, Any] | None, task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        plan, phase = self._task.args.get('plan') or {}, self._task.args.get('phase') or 'end'
        if phase == 'start':  # from here: the filing has no part in it
            return {**NOTHING, 'events': notice.begin(plan, settings)}
        where, folder = FilingHost(self, task_vars), self._task.args.get('folder') or plan.get('filing')
        root = plan.get('root') or self._task.args.get('filing') or './filing'
        if phase == 'again':
            phase = 'dead' if folder else 'again'
        told = {'root': root if where.host else os.path.abspath(os.path.expanduser(root)), 'filing': folder}
        told |= {key: plan[key] for key in ('kind', 'run_id', 'only', 'office') if key in plan}
        if not where.host and folder and not os.path.isfile(os.path.join(folder, 'record.json')):
            return NOTHING  # run_record said why
        return where.do('notice', {'phase': phase, 'plan': told, 'settings': settings, 'delivery': delivery})

    def _settings(self, task_vars: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """website_notify and website_delivery with their defaults, None where they are not set.

        ValueError for a website_notify that is not usable; report_delivery tells of the other.
        """
        hostvars = task_vars['hostvars']
        hosts = [task_vars['inventory_hostname'], *(task_vars.get('ansible_play_hosts_all') or [])]
        # The task runs for the first host only; the settings may be another's.
        known = next((hostvars[host] for host in hosts if hostvars[host].get('website_notify')), {})
        given, delivery = known.get('website_notify'), known.get('website_delivery')
        if not given:
            return None, None
        checked = ArgumentSpecValidator(NOTIFY).validate(given)
        server = ArgumentSpecValidator(DELIVERY).validate(delivery or {}).validated_parameters if delivery else None
        wrong = [f'website_notify: {line}' for line in checked.error_messages]
        if found := wrong or problems(checked.validated_parameters, server):
            raise ValueError('; '.join(found))
        return dict(checked.validated_parameters), server

    def _tell(self, line: str) -> None:
        self._problems.append(line)
        Display().warning(line)
