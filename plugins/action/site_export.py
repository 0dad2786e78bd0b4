# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""site_export on the controller's side: what the inventory says becomes arguments; the export enters itself."""

from __future__ import annotations

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.rawat.website.plugins.module_utils.media import custody
from ansible_collections.rawat.website.plugins.module_utils.record import not_done
from ansible_collections.rawat.website.plugins.module_utils.register import RegisterError
from ansible_collections.rawat.website.plugins.module_utils.register.checker import standalone
from ansible_collections.rawat.website.plugins.plugin_utils.site_action import RepositoryAction, SiteAction, reason


class ActionModule(SiteAction):
    """Runs the module site_export for all hosts at once, and enters what it did in the custody log."""

    def run(self, tmp=None, task_vars=None):
        """Return the module's result; a module that died becomes entries, as with all modules that work on sites."""
        arguments = self._task.args
        hosts = arguments.get('hosts') or {}
        if hosts:
            arguments.setdefault('media_host', 'localhost')
            arguments['targets'] = targets(hosts, task_vars['hostvars'], arguments['media_host'])
        arguments['verifier'] = standalone.script().decode()
        result = RepositoryAction.run(self, tmp, task_vars)
        lost = 'sites' not in result and not result.get('skipped')
        if lost and not boolean(arguments.get('fail_on_failed_site', True)):
            error = reason(result)
            entries = [
                not_done(target['host'], site, 'failed', error)
                for target in arguments.get('targets') or []
                for site in target['sites']
            ]
            result = {'changed': True, 'sites': entries}
        return result | self._enter(arguments.get('filing'), result)

    def _enter(self, filing: str | None, result: dict) -> dict:
        """The custody log belongs to the filing; a log that cannot be written to is said, and loses no export."""
        exported = [entry for entry in result.get('sites') or [] if entry.get('export')]
        if not filing or not exported:
            return {}
        try:
            custody.exported(filing, exported, self._task.args.get('run_id') or '')
        except (RegisterError, OSError) as error:
            text = f'the export is not in the custody log of its medium: {error}'
            for entry in exported:
                entry['remarks'].append(text)
                entry['outcome'] = 'remarks'
            return {'warnings': [*(result.get('warnings') or []), text]}
        return {}


def targets(hosts: dict, hostvars, media_host: str) -> list[dict]:
    """For each host of the plan its sites and its repository, as the host with the media reaches it."""
    found = []
    for host, sites in hosts.items():
        named = [site if isinstance(site, dict) else {'name': site} for site in sites]
        listed = [{'name': site['name'], 'url': site.get('url')} for site in named]
        found.append({'host': host, 'sites': listed, 'repository': repository(hostvars[host], media_host)})
    return found


def repository(variables, media_host: str) -> dict:
    """The view with which points are read: the vault's where media are plugged into it, else as drills read."""
    vault = variables.get('website_vault') or {}
    if vault.get('repository') and (vault.get('host') or 'localhost') == media_host:
        return vault['repository']
    return variables.get('website_drill_repository') or variables['website_repository']
