# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the filing lies: on the controller, where the work is a function call, or on website_filing_host.

A task that works on the filing has `filing_host` among its arguments and is delegated to that host where it is set.
"""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible_collections.rawat.website.plugins.module_utils.filing.work import WORKS, belongings

# Works that draw papers or count working days, which need templates and calendars.
DRAWING = ('record', 'destruction_list', 'acceptance', 'notice')
MODULE = 'rawat.website.filing'


class NotFiled(Exception):
    """What was asked of the filing host was not done; the text says why and what to do."""


class FilingHost:
    """The filing as the task of an action plugin reaches it."""

    def __init__(self, action: Any, task_vars: dict[str, Any]):
        self._action, self._task_vars = action, task_vars
        self.host = action._task.args.get('filing_host') or ''
        self._python = action._task.args.get('filing_python') or ''

    def do(self, work: str, request: dict[str, Any], template: str | None = None) -> dict[str, Any]:
        """The result of a work (filing.work.WORKS). Here it raises what the work raises, from afar NotFiled."""
        if not self.host:
            return WORKS[work](request)
        handed = self._belongings(request, template) if work in DRAWING else {}
        arguments = {'work': work, 'request': request, 'handed': handed}
        try:
            result = self._action._execute_module(
                module_name=MODULE, module_args=arguments, task_vars=self._variables()
            )
        except (AnsibleConnectionFailure, AnsibleError) as failure:
            raise NotFiled(f'website_filing_host {self.host} did not answer: {failure}') from failure
        if 'done' not in result:
            cause = result.get('msg') or 'the module ended without a result'
            detail = '' if result.get('rawat_refused') else str(result.get('module_stderr') or '').strip()[-500:]
            raise NotFiled(f'website_filing_host {self.host}: {": ".join(part for part in (cause, detail) if part)}')
        return dict(result['done'])

    def _belongings(self, request: dict[str, Any], template: str | None) -> dict[str, Any]:
        office = request.get('office') or (request.get('plan') or {}).get('office')
        try:
            return belongings(office, template)
        except (OSError, ValueError) as error:
            raise NotFiled(str(error)) from error

    def _variables(self) -> dict[str, Any]:
        """The task's variables, with website_filing_python as the interpreter of the filing host where it is set."""
        if not self._python:
            return self._task_vars
        chosen = {'ansible_python_interpreter': self._python}
        known = dict(self._task_vars.get('ansible_delegated_vars') or {})
        known[self.host] = {**known.get(self.host, {}), **chosen}
        return {**self._task_vars, 'ansible_delegated_vars': known, **chosen}
