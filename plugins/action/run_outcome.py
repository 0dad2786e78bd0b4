# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""run_outcome: each host ends as its sites ended, after the report is written."""

from __future__ import annotations

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible_collections.rawat.website.plugins.module_utils.record import DONE


class ActionModule(ActionBase):
    """Runs on the controller only."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Fail, be unreachable, or do nothing."""
        result = super().run(task_vars=task_vars)
        found = [registered for key in ('result', 'drill') if (registered := self._task.args.get(key))]
        for registered in found:
            if registered.get('unreachable'):
                raise AnsibleConnectionFailure(registered.get('msg') or 'the host did not answer')
        entries = [entry for registered in found for entry in registered.get('sites') or []]
        failed = [entry for entry in entries if entry['outcome'] not in DONE]
        lines = [f'{entry["site"]}: {entry["error"]}' for entry in failed]
        for site in [site for registered in found for site in registered.get('unconfirmed') or []]:
            lines.append(f'{site}: nothing was changed; read the plan, then say confirm={site}')
        result |= {'changed': False, 'failed_sites': sorted({entry['site'] for entry in failed})}
        if lines:
            result |= {'failed': True, 'msg': '; '.join(lines)}
        return result
