# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The controller's side of the modules that take a repository: the tunnel (`via: controller`), progress, crashes.

A module that dies (out of memory, a broken Python) must not take the report along: unless the task wants to fail at
once, its sites become failed entries and the run goes on to the report.
"""

from __future__ import annotations

import contextlib

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible_collections.rawat.website.plugins.module_utils.record import not_done
from ansible_collections.rawat.website.plugins.plugin_utils import tunnel
from ansible_collections.rawat.website.plugins.plugin_utils.progress_watch import watch

REPOSITORIES = ('repository', 'safety_repository')  # arguments that may need a tunnel


class RepositoryAction(ActionBase):
    """Runs the module of its own name where the task says, with a way to the repository."""

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return the module's result."""
        result = super().run(task_vars=task_vars)
        return result | self._module_result(task_vars)

    def _module_result(self, task_vars: dict) -> dict:
        arguments = {key: value for key, value in self._task.args.items() if value is not None}
        elsewhere = self._task.delegate_to
        try:
            with contextlib.ExitStack() as stack:
                ways = [self._way(name, arguments, stack) for name in REPOSITORIES if arguments.get(name)]
                return tunnel.explained(self._execute(arguments, task_vars), ways)
        except AnsibleConnectionFailure as failure:
            if elsewhere in (None, task_vars['inventory_hostname']):
                raise
            # The target is not to blame, and must not be called unreachable.
            return {'failed': True, 'msg': f'{elsewhere}, where this was to be done, did not answer: {failure}'}
        except AnsibleError as failure:  # no Python on the target, a full /tmp, no tunnel, …
            return {'failed': True, 'msg': str(failure)}

    def _way(self, name: str, arguments: dict, stack: contextlib.ExitStack) -> tunnel.Tunnel | None:
        """Open the way to one of the repositories, until `stack` ends, and tell the module of it."""
        opening = tunnel.opened(self._connection, arguments[name], arguments.get('settings'))
        arguments[name], way = stack.enter_context(opening)
        return way

    def _execute(self, arguments: dict, task_vars: dict) -> dict:
        return self._execute_module(module_args=arguments, task_vars=task_vars)


class SiteAction(RepositoryAction):
    """The same for a module that works on sites: its progress is shown, and its result has entries."""

    def run(self, tmp=None, task_vars=None):
        """Return the module's result, with `sites` in it whatever happened, short of an unreachable target."""
        result = super().run(tmp, task_vars)
        lost = 'sites' not in result and not result.get('skipped')
        if lost and not boolean(self._task.args.get('fail_on_failed_site', True)):
            # Nothing else of the module's is kept: an `rc` among it would fail the task (and the host) all the same.
            error, host = reason(result), task_vars['inventory_hostname']
            entries = [not_done(host, site, 'failed', error) for site in self._task.args['sites']]
            result = {'changed': True, 'sites': entries}
        return result

    def _execute(self, arguments: dict, task_vars: dict) -> dict:
        with watch(self, task_vars['inventory_hostname']) as progress_file:
            if progress_file:
                arguments['progress_file'] = progress_file
            return super()._execute(arguments, task_vars)


def reason(result: dict) -> str:
    """Why a module ended without a result; newer cores say it in an object (2.19), older ones in text."""
    captured = getattr(getattr(result.get('exception'), 'event', None), 'msg', '')
    detail = (result.get('module_stderr') or '').strip()[-500:]
    words = [word for word in (result.get('msg') or captured, detail) if word]
    return ': '.join(words) or 'the module ended without a result (was it killed?)'
