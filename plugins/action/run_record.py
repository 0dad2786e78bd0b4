# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""run_record: builds the record of the run from every host's result and files it with the report."""

from __future__ import annotations

from ansible.plugins.action import ActionBase
from ansible_collections.rawat.website.plugins.module_utils import record, report_html


class ActionModule(ActionBase):
    """Runs on the controller only."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return where record and report lie; in check mode nothing is written."""
        result = super().run(task_vars=task_vars)
        if self._task.check_mode:
            return result | {'changed': False, 'skipped': True}
        arguments = self._task.args
        plan, variable = arguments['plan'], arguments.get('result_variable', 'site_backup_result')
        results = {host: host_result(task_vars['hostvars'][host].get(variable)) for host in plan['hosts']}
        document = record.build(plan, results)
        template = arguments.get('template') or self._find_needle('templates', 'report.html.j2')
        html = report_html.render(document, document['run']['language'], template)
        paths = record.write(document, plan['filing'], html)
        return result | {'changed': True, 'rawat_record': {**paths, 'outcome': record.outcome(document)}}


def host_result(registered: dict | None) -> list[dict] | dict | str | None:
    """What one host has to say: its site entries, or the text of its failure, or why it was unreachable, or nothing."""
    if not registered:
        return None
    if registered.get('unreachable'):
        return {'unreachable': (registered.get('msg') or '').removeprefix('Task failed: ') or 'no reason given'}
    if 'sites' in registered:
        return registered['sites']
    return registered.get('msg') or 'the task ended without a result'
