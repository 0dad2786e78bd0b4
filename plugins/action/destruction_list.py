# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""destruction_list: files what a prune may remove, before it removes anything."""

from __future__ import annotations

from ansible.plugins.action import ActionBase
from ansible_collections.rawat.website.plugins.action.run_record import host_result
from ansible_collections.rawat.website.plugins.module_utils.issuing import destruction
from ansible_collections.rawat.website.plugins.module_utils.register import RegisterError
from ansible_collections.rawat.website.plugins.plugin_utils.filing_host import FilingHost, NotFiled


class ActionModule(ActionBase):
    """Runs on the controller; the list is made where the filing lies."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return the list and what is approved by it; in check mode nothing is written, and nothing approved."""
        result = super().run(task_vars=task_vars)
        plan, variable = self._task.args['plan'], self._task.args.get('result_variable', 'site_prune_decided')
        approved: dict[str, list] = {host: [] for host in plan['hosts']}
        if self._task.check_mode:
            return result | {'changed': False, 'rawat_destruction': {'approved': approved, 'list': None}}
        found = (host_result(task_vars['hostvars'][host].get(variable)) for host in plan['hosts'])
        entries = [entry for told in found if isinstance(told, list) for entry in told]
        sites = destruction.approved(entries, self._task.args.get('confirm') or [])
        try:
            filed = FilingHost(self, task_vars).do('destruction_list', {'plan': plan, 'sites': sites})
        except (RegisterError, OSError, NotFiled) as error:
            message = f'nothing was removed, for the destruction list cannot be filed: {error}'
            return result | {'failed': True, 'msg': message}
        for site in sites:
            approved[site['host']] += [
                {'site': site['site'], 'place': place['place'], 'points': [point['id'] for point in place['points']]}
                for place in site['places']
            ]
        result.setdefault('warnings', []).extend(filed.pop('problems'))
        return result | {'changed': bool(filed['list']), 'rawat_destruction': {'approved': approved, **filed}}
