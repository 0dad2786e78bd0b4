# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""site_vault on the controller's side: where the vault side was not heard, its copies are pending, not forgotten."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.vaulting.request import NEXT, PENDING, new_item
from ansible_collections.rawat.website.plugins.plugin_utils.site_action import SiteAction


class ActionModule(SiteAction):
    """Runs the module site_vault."""

    def run(self, tmp=None, task_vars=None):
        """Return the module's result; every entry lists every copy."""
        result = super().run(tmp, task_vars)
        for entry in result.get('sites') or []:
            if entry.get('error') and not entry.get('copies'):
                cause = f'{entry["error"]}; {NEXT}'
                planned = [{**copy, 'host': self._task.args.get('vault_host')} for copy in self._copies()]
                entry['copies'] = [new_item(copy, PENDING, cause) for copy in planned]
        return result

    def _copies(self) -> list[dict]:
        return self._task.args.get('copies') or []
