# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""discovery_summary: what was found on all hosts in one place, and the inventory that may be written of it."""

from __future__ import annotations

from ansible.plugins.action import ActionBase
from ansible_collections.rawat.website.plugins.plugin_utils import discovered


class ActionModule(ActionBase):
    """Runs on the controller only."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return `rawat_discovery`."""
        result = super().run(task_vars=task_vars)
        arguments = self._task.args
        variables = {host: task_vars['hostvars'][host] for host in arguments['hosts']}
        summary = discovered.summary(variables, arguments.get('result_variable', 'site_discovery_result'))
        folder = arguments.get('output')
        if folder and not self._task.check_mode:
            written, problem = discovered.write_inventory(folder, summary, variables, arguments.get('language', 'id'))
            if problem:
                return result | {'failed': True, 'msg': problem}
            summary['written'] += written
        return result | {'changed': bool(summary['written']), 'rawat_discovery': summary}
