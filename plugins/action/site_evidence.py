# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""site_evidence on the controller's side: of the inventory's copies and sites only what is no secret goes along."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.masking import without_password
from ansible_collections.rawat.website.plugins.plugin_utils.site_action import RepositoryAction, SiteAction

COPY = ('name', 'store', 'location', 'required', 'recipients')
SITE = ('name', 'url', 'drill')


class ActionModule(SiteAction):
    """Runs the module site_evidence; it is quick, so its progress is not watched."""

    def _execute(self, arguments: dict, task_vars: dict) -> dict:
        copies, sites = arguments.get('copies') or [], arguments.get('sites') or []
        arguments['copies'] = [
            {**public(copy, COPY), 'location': without_password(copy['location'])} for copy in copies
        ]
        arguments['sites'] = [public(site, SITE) for site in sites]
        return RepositoryAction._execute(self, arguments, task_vars)


def public(given: dict, names: tuple[str, ...]) -> dict:
    """Those of the named fields that say something."""
    return {name: given[name] for name in names if given.get(name) is not None}
