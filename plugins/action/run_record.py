# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""run_record: builds the record of the run from every host's result and files it with the report."""

from __future__ import annotations

from ansible.plugins.action import ActionBase
from ansible_collections.rawat.website.plugins.module_utils import immutability, record
from ansible_collections.rawat.website.plugins.module_utils.filing import pieces
from ansible_collections.rawat.website.plugins.module_utils.issuing.issue import AlreadyIssued
from ansible_collections.rawat.website.plugins.plugin_utils.filing_host import FilingHost, NotFiled


class ActionModule(ActionBase):
    """Runs on the controller; the record is made where the filing lies."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return where record and report lie; in check mode nothing is written."""
        result = super().run(task_vars=task_vars)
        if self._task.check_mode:
            return result | {'changed': False, 'skipped': True}
        arguments = self._task.args
        plan, variable = arguments['plan'], arguments.get('result_variable', 'site_backup_result')
        names = [arguments.get(f'{part}_variable') or '' for part in ('drill', 'vault')]
        told = arguments.get('results') or {
            host: results_of(task_vars['hostvars'][host], variable, *names) for host in plan['hosts']
        }
        template = self._task.args.get('template') or None
        plan, problems = pieces.settled(plan, told) if plan.get('pieces') else (plan, [])
        document = record.build(plan, told)
        noticed = arguments.get('unprotected')
        if noticed is None:
            noticed = unprotected({host: task_vars['hostvars'][host].get(variable) for host in plan['hosts']})
        if noticed is not None:
            document['unprotected'] = noticed
        absent = pieces.missing(document) if plan.get('pieces') else None
        problems += [absent] if absent else []
        try:
            request = {'plan': plan, 'document': document, 'template': template}
            filed = FilingHost(self, task_vars).do('record', request, template)
        except NotFiled as error:
            return result | {'failed': True, 'msg': not_filed(plan, str(error))}
        except AlreadyIssued as error:
            return result | {'failed': True, 'msg': str(error)}
        filed['problems'] = problems + filed['problems']
        for problem in filed['problems']:
            result.setdefault('warnings', []).append(problem)
        return result | {'changed': True, 'rawat_record': {**filed, 'ended': ended(document)}}


def not_filed(plan: dict, cause: str) -> str:
    """What to do when the filing host did not do it. The repositories hold the evidence; no second filing is begun."""
    kinds = ('backup', 'verify')
    how = f'playbooks/report.yml -e website_run_id={plan["run_id"]} -e report_kind={plan["kind"]} files it then'
    remedy = how if plan['kind'] in kinds else 'the output of this run is what is left of it'
    return f'the record of run {plan["run_id"]} was not filed: {cause}; mend that: {remedy}'


def ended(document: dict) -> dict[str, list[dict]]:
    """How the sites of each host ended, for run_outcome: what nobody reported is among them."""
    hosts: dict[str, list[dict]] = {}
    for entry in document['sites']:
        hosts.setdefault(entry['host'], []).append({key: entry[key] for key in ('site', 'outcome', 'error')})
    return hosts


def unprotected(registered: dict[str, dict | None]) -> list[dict] | None:
    """[{host, webroot, url, application, server}]: what the backups noticed beside the sites of the inventory.

    None where no host looked: a record that does not know must not say that there is nothing.
    """
    looked = {host: result['unprotected'] for host, result in registered.items() if 'unprotected' in (result or {})}
    return [{'host': host, **one} for host, found in looked.items() for one in found] if looked else None


def results_of(
    variables: dict, variable: str, drill_variable: str, vault_variable: str = ''
) -> list[dict] | dict | str | None:
    """What one host has to say under `variable`, with the copies and the drills that followed on its backups."""
    found = host_result(variables.get(variable))
    vaulted = host_result(variables.get(vault_variable)) if vault_variable else None
    if isinstance(found, list) and vaulted is not None:
        found = record.with_copies(found, vaulted if isinstance(vaulted, list) else _lost(found, vaulted))
    if isinstance(found, list):
        found = [immutability.settled(entry) for entry in found]
    drilled = host_result(variables.get(drill_variable)) if drill_variable else None
    if not isinstance(found, list) or drilled is None:
        return found
    if isinstance(drilled, list):
        return record.with_drills(found, drilled)
    return record.with_drills(found, _lost(found, drilled))


def _lost(found: list[dict], result: dict | str) -> list[dict]:
    """The entries of something that was to follow and of which nothing but its end was heard."""
    cause = result if isinstance(result, str) else str(result['unreachable'])
    return [record.not_done(entry['host'], {'name': entry['site']}, 'failed', cause) for entry in found]


def host_result(registered: dict | None) -> list[dict] | dict | str | None:
    """What one host has to say: its site entries, or the text of its failure, or why it was unreachable, or nothing."""
    if not registered:
        return None
    if registered.get('unreachable'):
        return {'unreachable': (registered.get('msg') or '').removeprefix('Task failed: ') or 'no reason given'}
    if 'sites' in registered:
        return registered['sites']
    if registered.get('skipped'):
        return None
    return registered.get('msg') or 'the task ended without a result'
