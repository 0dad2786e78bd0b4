# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""site_backup on the controller's side: runs the module, shows its progress, and turns a crash into entries.

A module that dies (out of memory, a broken Python) must not take the report along: unless the task wants to fail at
once, its sites become failed entries and the run goes on to the report.
"""

from __future__ import annotations

from ansible.plugins.action import ActionBase
from ansible_collections.rawat.website.plugins.module_utils.record import not_done
from ansible_collections.rawat.website.plugins.plugin_utils.progress_watch import watch


class ActionModule(ActionBase):
    """Runs the module site_backup on the target."""

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return the module's result, with `sites` in it whatever happened, short of an unreachable host."""
        result = super().run(task_vars=task_vars)
        arguments = {key: value for key, value in self._task.args.items() if value is not None}
        with watch(self, task_vars['inventory_hostname']) as progress_file:
            if progress_file:
                arguments['progress_file'] = progress_file
            result |= self._execute_module(module_args=arguments, task_vars=task_vars)
        if 'sites' not in result and not self._task.args.get('fail_on_failed_site', True):
            result = self._entries_instead(result, task_vars)
        return result

    def _entries_instead(self, result: dict, task_vars: dict) -> dict:
        reason = (result.get('msg') or 'the module ended without a result').strip()
        detail = (result.get('module_stderr') or '').strip()[-500:]
        error = f'{reason}: {detail}' if detail else reason
        sites = [not_done(task_vars['inventory_hostname'], site, 'failed', error) for site in self._task.args['sites']]
        kept = {key: value for key, value in result.items() if key not in ('failed', 'exception')}
        return kept | {'changed': True, 'sites': sites}
