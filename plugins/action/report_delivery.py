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
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import DELIVERY
from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery_settings import problems as wrong_settings
from ansible_collections.rawat.website.plugins.plugin_utils.filing_host import FilingHost, NotFiled


class ActionModule(ActionBase):
    """Runs on the controller; what is sent is sent from where the filing lies."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return what was delivered and what waits; in check mode nothing is sent or written."""
        result = super().run(task_vars=task_vars)
        if self._task.check_mode:
            return result | {'changed': False, 'skipped': True}
        plan = self._task.args.get('plan') or {}
        filing = plan.get('root') or self._task.args.get('filing') or './filing'
        where = FilingHost(self, task_vars)
        request = {
            'filing': filing if where.host else os.path.abspath(os.path.expanduser(filing)),
            'folder': self._task.args.get('folder') or plan.get('filing'),
        }
        problems: list[str] = []
        try:
            # By the variable's name: so the secrets in it are no argument of a task, and in no output of it.
            request['settings'] = self._settings(task_vars)
        except Exception as error:  # whatever it is, the run has its outcome already
            # Errors of templates may quote what they were made of; ours never do.
            cause = str(error) if isinstance(error, ValueError) else type(error).__name__
            problems.append(f'website_delivery cannot be used: {cause}')
        try:
            done = where.do('delivery', request)
        except NotFiled as error:
            done = {'events': [], 'waiting': [], 'busy': False, 'feed': None}
            problems.append(f'nothing was delivered: {error}')
        if done.get('skipped'):
            return result | {'changed': False, 'skipped': True}  # run_record said why
        problems += done.pop('problems', [])
        for line in problems:  # a delivery that fails must neither fail the run nor pass unseen
            Display().warning(line)
        delivery = {**done, 'configured': bool(request.get('settings')), 'problems': problems}
        return result | {'changed': bool(done['feed'] or done['events']), 'rawat_delivery': delivery}

    def _settings(self, task_vars: dict[str, Any]) -> dict[str, Any] | None:
        """website_delivery with its defaults, or None where it is not set; ValueError for one that is not usable."""
        name = self._task.args.get('delivery_variable') or 'website_delivery'
        given = task_vars['hostvars'][task_vars['inventory_hostname']].get(name)
        if not given:
            return None
        checked = ArgumentSpecValidator(DELIVERY).validate(given)
        wrong = [f'website_delivery: {line}' for line in checked.error_messages]
        if found := wrong or wrong_settings(checked.validated_parameters):
            raise ValueError('; '.join(found))
        return dict(checked.validated_parameters)
