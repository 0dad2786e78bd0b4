# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""site_discovery on the controller's side: passwords leave the result here, before anybody sees it."""

from __future__ import annotations

from ansible.plugins.action import ActionBase
from ansible_collections.rawat.website.plugins.plugin_utils import discovered

DATABASE_WORDS = ('engine', 'name', 'path')


class ActionModule(ActionBase):
    """Runs the module; with `output` writes what is secret into an encrypted file."""

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return the module's result without the passwords."""
        result = super().run(task_vars=task_vars)
        arguments = {key: value for key, value in self._task.args.items() if value not in (None, '')}
        repository = arguments.pop('repository', None)
        folder, host = arguments.get('output'), task_vars['inventory_hostname']
        if folder and (problem := discovered.problem(folder, host)):
            return result | {'failed': True, 'msg': problem}
        arguments['protected'] = [_known(site) for site in arguments.get('protected') or []]
        result |= self._quietly(arguments, task_vars)
        passwords = result.pop('rawat_passwords', {})
        if folder and not result.get('failed') and 'sites' in result and not self._task.check_mode:
            secrets = discovered.secrets(result['sites'], passwords, repository)
            result |= discovered.write_secrets(folder, host, secrets, self._loader._vault)
        return result

    def _quietly(self, arguments: dict, task_vars: dict) -> dict:
        """From -vvv on, connections print what they received, unless their own context forbids it."""
        context = self._connection._play_context
        before, context.no_log = context.no_log, True
        try:
            return self._execute_module(module_args=arguments, task_vars=task_vars)
        finally:
            context.no_log = before


def _known(site: dict) -> dict:
    """What the target needs to know of a site of the inventory: no password is among it."""
    databases = [
        {key: one[key] for key in DATABASE_WORDS if one.get(key) is not None} for one in site.get('databases') or []
    ]
    webroots = [
        {'path': one['path'], 'exclude': one.get('exclude') or []}
        for one in site.get('webroots') or []
        if one.get('path')
    ]
    return {'name': site.get('name'), 'webroots': webroots, 'databases': databases}
