# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""run_plan: checks the whole inventory at once, before the first connection, and gives the run its name and place."""

from __future__ import annotations

import datetime
import os
import re
import secrets

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible_collections.rawat.website.plugins.module_utils import concurrency, vault_settings
from ansible_collections.rawat.website.plugins.module_utils.arguments import (
    COPIES,
    REPOSITORY,
    RETENTION,
    SITES,
    VAULT,
    duplicates,
    problems,
)
from ansible_collections.rawat.website.plugins.module_utils.issuing import delivery_settings
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.media import settings as media_settings
from ansible_collections.rawat.website.plugins.module_utils.messages import message
from ansible_collections.rawat.website.plugins.module_utils.notifying import settings as notify_settings
from ansible_collections.rawat.website.plugins.module_utils.procedure import answers, assignment_file, office
from ansible_collections.rawat.website.plugins.module_utils.procedure import assignment as assignments
from ansible_collections.rawat.website.plugins.module_utils.procedure.operator import operator
from ansible_collections.rawat.website.plugins.module_utils.record import KINDS
from ansible_collections.rawat.website.plugins.module_utils.register import RegisterError
from ansible_collections.rawat.website.plugins.module_utils.version import VERSION
from ansible_collections.rawat.website.plugins.plugin_utils.filing_host import FilingHost, NotFiled

# A run may be made in pieces (slices of AWX, workers), which share its name; its report is made when they are done.
WHOLE, PIECE, REPORT = PARTS_OF_A_RUN = ('whole', 'piece', 'report')
RUN_ID = re.compile(r'[A-Za-z0-9][A-Za-z0-9._-]{0,63}')
TIME_ZONES = {'WIB': 420, 'WITA': 480, 'WIT': 540, 'UTC': 0}  # minutes east of UTC (Keppres 41/1987)
HOST_SPEC = {
    'website_sites': {'type': 'list', 'elements': 'dict', 'options': SITES},
    'website_repository': {'type': 'dict', 'options': REPOSITORY},
    'website_delivery': {'type': 'dict', 'options': delivery_settings.DELIVERY},
    'website_notify': {'type': 'dict', 'options': notify_settings.NOTIFY},
    'website_vault': {'type': 'dict', 'options': VAULT},
    'website_copies': {'type': 'list', 'elements': 'dict', 'options': COPIES},
    'website_retention': {'type': 'dict', 'options': RETENTION},
    'website_concurrency': {'type': 'dict', 'options': concurrency.CONCURRENCY},
    'website_media': {'type': 'list', 'elements': 'dict', 'options': media_settings.MEDIA},
    'website_media_rotation': {'type': 'str'},
}
ARGUMENTS = {
    'hosts': {'type': 'list', 'elements': 'str', 'required': True},
    'only': {'type': 'list', 'elements': 'str', 'default': []},
    'filing': {'type': 'path', 'default': './filing'},
    'filing_host': {'type': 'str', 'default': ''},
    'filing_python': {'type': 'str', 'default': ''},
    'kind': {'type': 'str', 'choices': list(KINDS), 'default': KINDS[0]},
    'all_sites': {'type': 'bool', 'default': False},
    'confirm': {'type': 'list', 'elements': 'str', 'default': []},
    'run_id': {'type': 'str'},
    'part': {'type': 'str', 'choices': list(PARTS_OF_A_RUN), 'default': WHOLE},
    'language': {'type': 'str', 'choices': ['id', 'en'], 'default': 'id'},
    'time_zone': {'type': 'str', 'choices': list(TIME_ZONES), 'default': 'WIB'},
    'assignment': {'type': 'raw'},  # its rules, and what they say in the reader's language: procedure/assignment.py
    'assignment_answers': {'type': 'dict', 'default': {}},
    'assignment_required': {'type': 'bool', 'default': False},
    'assignment_judged': {'type': 'bool', 'default': True},
    'office': {'type': 'dict', 'default': {}},  # its rules: procedure/office.py
    'late_reasons': {'type': 'raw'},
    'officer_remarks': {'type': 'raw'},
}


class ActionModule(ActionBase):
    """Runs on the controller only; no host is contacted."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):  # noqa: ARG002 - the signature is Ansible's
        """Return the plan, or fail with every error of the inventory."""
        result = super().run(task_vars=task_vars)
        checked = ArgumentSpecValidator(ARGUMENTS).validate(
            {key: value for key, value in self._task.args.items() if value != ''}
        )
        errors, params = list(checked.error_messages), checked.validated_parameters
        if not errors:
            params['run_id'] = run_name(params, task_vars)
            params['filing_given'] = str(self._task.args.get('filing') or '')
        hosts: dict[str, list[dict]] = {}
        refused: list[str] = []
        if not errors:
            hosts, found = inventory_sites(params['hosts'], task_vars['hostvars'])
            params['notify'] = any(task_vars['hostvars'][host].get('website_notify') for host in params['hosts'])
            settled, wrong = settings(params)
            errors += found + wrong + selection_problems(hosts, params)
            if params['kind'] == 'restore' and not params['confirm']:
                params['assignment_judged'] = False  # it only shows its plan
            refused = assignment_problems(hosts, params, settled)
            if not params['assignment_judged']:  # who only looks is told of it, and not kept from looking
                params, refused = params | {'assignment_problems': refused}, []
            if not errors and params['kind'] == 'restore':
                errors += restore_problems(chosen_sites(hosts, params), params)
            if not errors and (params['kind'] == 'prune' or not params['assignment_judged']):
                params['holds'], wrong = register_holds(params['filing'], FilingHost(self, task_vars))
                errors += wrong if params['kind'] == 'prune' else []  # a broken register hides no recovery point
            params |= {
                'office': settled,
                'operator': operator(*(awx(task_vars, name) for name in ('user_name', 'job_id'))),
            }
        if errors or refused:
            text = refusal(errors, refused, params.get('language', 'id'))
            return result | {'failed': True, 'msg': text, 'rawat_configuration_errors': errors + refused}
        return result | {'changed': False, 'rawat_plan': plan(hosts, params)}


def inventory_sites(names: list[str], hostvars) -> tuple[dict[str, list[dict]], list[str]]:
    """The sites of every host as [{name, url}], and all errors of all hosts, each line with its host in front."""
    hosts, errors, owners = {}, [], []
    for host in names:
        given = {key: hostvars[host][key] for key in HOST_SPEC if hostvars[host].get(key) is not None}
        checked = ArgumentSpecValidator(HOST_SPEC).validate(given)
        found = list(checked.error_messages)
        sites = checked.validated_parameters.get('website_sites') or []
        if not found:
            found = problems(sites, checked.validated_parameters.get('website_repository'))
            found += delivery_settings.problems(checked.validated_parameters.get('website_delivery'))
            told = (checked.validated_parameters.get(f'website_{part}') for part in ('notify', 'delivery'))
            found += notify_settings.problems(*told)
            found += concurrency.problems(checked.validated_parameters.get('website_concurrency'))
            vaulted = (checked.validated_parameters.get(f'website_{part}') for part in ('vault', 'copies', 'retention'))
            found += vault_settings.problems(*vaulted)
            kept = (checked.validated_parameters.get(f'website_media{part}') for part in ('', '_rotation'))
            found += media_settings.problems(*kept)
        errors += [f'{host}: {line}' for line in found]
        owners += [(site.get('name') or '', host) for site in sites]
        if sites:
            hosts[host] = [{'name': site.get('name'), 'url': site.get('url')} for site in sites]
    elsewhere = [(name, host) for name, host in sorted(set(owners)) if name]
    return hosts, errors + duplicates(elsewhere)


def run_name(params: dict, task_vars: dict) -> str:
    """The name that was given; pieces of a workflow of AWX and their report share one without being told.

    `rawat_run_id` is what an earlier job of the workflow handed on: slices run in a workflow of their own, so that its
    number is not theirs (AWX 24.6.1, main/models/unified_jobs.py, get_workflow_job).
    """
    workflow = awx(task_vars, 'workflow_job_id')
    shared = task_vars.get('rawat_run_id') or (f'awx-{workflow}' if workflow else '')
    return params['run_id'] or (str(shared) if params['part'] != WHOLE else '')


def selection_problems(hosts: dict[str, list[dict]], params: dict) -> list[str]:
    """What is wrong with the run as a whole: no site, an unknown name, a run id or a reason that cannot be used."""
    known = {site['name'] for sites in hosts.values() for site in sites}
    errors = [
        f'only: there is no site {name!r} in the inventory; there are: {", ".join(sorted(known)) or "none"}'
        for name in params['only']
        if name not in known
    ]
    if not known:
        errors.append(
            'website_sites: no host of the inventory has a site: add website_sites to a host '
            '(rawat init writes an example)'
        )
    errors += filing_host_problems(params)
    run_id = params['run_id']
    if run_id and not RUN_ID.fullmatch(run_id):
        errors.append(f'run_id {run_id!r} is not usable: 1 to 64 letters, digits, ".", "_" or "-"')
    if not run_id and params['part'] != WHOLE:
        errors.append(
            'website_run_id: say which run the pieces belong to: all of them and their report take the same name '
            '(-e website_run_id=NAME; in a workflow of AWX it is known)'
        )
    for line in answers.late_reasons(params['late_reasons'])[1]:
        errors.append(f'website_late_reasons {line!r} is not usable: write STEP=TEXT with a step from 1 to 6')
    return errors


def filing_host_problems(params: dict) -> list[str]:
    """What cannot be where the filing lies on another machine."""
    if not params['filing_host']:
        return []
    errors = []
    if not params['filing'].startswith('/') or params['filing_given'].startswith('~'):
        errors.append(
            f'website_filing {params["filing_given"]!r} must be an absolute path: it is one on website_filing_host '
            f'{params["filing_host"]}'
        )
    if params['kind'] == 'export':
        errors.append(
            'website_filing_host: an export enters its medium in the custody log of a filing on the controller: play '
            'export.yml on the filing host itself, with -e website_filing_host='
        )
    return errors


def settings(params: dict) -> tuple[dict, list[str]]:
    """The settings of the office, settled, and what is wrong with them."""
    try:
        settled = office.settle(params['office'])
    except TypeError as error:
        return {}, [str(error)]
    return settled, office.problems(settled)


def assignment_problems(hosts: dict[str, list[dict]], params: dict, settled: dict) -> list[str]:
    """What is wrong with the assignment for the sites of this run, in the reader's language.

    The assignment is replaced by the one that holds: read from its file (@FILE), with the answers of a survey.
    """
    given, language = params['assignment'], params['language']
    try:
        if isinstance(given, str) and given.startswith('@'):
            given = assignment_file.load(os.path.expanduser(given[1:]), language)
    except assignment_file.AssignmentUnreadable as error:
        return [str(error)]
    params['assignment'] = given = answers.merged(given, params['assignment_answers'])
    if not params.get('assignment_judged', True) or params['part'] == REPORT:  # the pieces were judged on their day
        return assignments.problems(given, required=False, sites=None, today=None, office=settled, language=language)
    names = {site['name'] for sites in chosen_sites(hosts, params).values() for site in sites}
    zone = datetime.timezone(datetime.timedelta(minutes=TIME_ZONES[params['time_zone']]))
    today = datetime.datetime.now(zone).date()
    required = params['assignment_required']
    return assignments.problems(given, required=required, sites=names, today=today, office=settled, language=language)


def refusal(errors: list[str], refused: list[str], language: str) -> str:
    """The one message of a refused run; what concerns the assignment is for the officer, so in his language."""
    if refused:
        return message('assignment.refused', language, problems='; '.join(refused + errors))
    return 'nothing was touched; mend the inventory: ' + '; '.join(errors)


def awx(task_vars: dict, name: str) -> object:
    """What AWX (or Tower before it) says of the job that this run is; None outside of it."""
    return task_vars.get(f'awx_{name}') or task_vars.get(f'tower_{name}')


def restore_problems(chosen: dict[str, list[dict]], params: dict) -> list[str]:
    """A restore is of one site that was named, or expressly of all; a word of confirmation names exactly these."""
    names = sorted(site['name'] for sites in chosen.values() for site in sites)
    if len(names) != 1 and not params['all_sites']:
        listed = ', '.join(names)
        return [f'only: {listed} would be restored: name one site with only=SITE, or say all_sites=true']
    wrong = sorted(set(names) ^ set(params['confirm'])) if params['confirm'] else []
    if wrong:
        said, listed = ', '.join(params['confirm']), ', '.join(names)
        return [f'confirm: {said} was confirmed, but the restore is of {listed}: write exactly the names of its sites']
    return []


def register_holds(filing: str, where: FilingHost) -> tuple[list[dict], list[str]]:
    """What the register knows to be on hold; without that knowledge nothing may be pruned."""
    try:
        return where.do('holds', {'filing': os.path.abspath(os.path.expanduser(filing))})['holds'], []
    except (RegisterError, NotFiled) as error:
        return [], [f'nothing is pruned while it is not known what is on hold: {error}']


def chosen_sites(hosts: dict[str, list[dict]], params: dict) -> dict[str, list[dict]]:
    """The sites of each host to which the run is limited; hosts without one are left out."""
    only = set(params['only'])
    chosen = {host: [site for site in sites if not only or site['name'] in only] for host, sites in hosts.items()}
    return {host: sites for host, sites in chosen.items() if sites}


def settled_assignment(params: dict, started: str) -> dict | None:
    """The assignment as the run, its points and its record hold it."""
    if not params['assignment'] or params.get('assignment_problems'):
        return None
    if not params.get('assignment_judged', True) or params['part'] == REPORT:
        return assignments.settle(params['assignment'])  # nothing runs under it now
    return assignments.timed(assignments.settle(params['assignment']), started, answered(params))


def answered(params: dict) -> bool:
    """Whether the letter came in by a form."""
    return bool(answers.merged(None, {'number': params['assignment_answers'].get('number')}))


def plan(hosts: dict[str, list[dict]], params: dict) -> dict:
    """The plan; `root` is the absolute filing directory, `filing` this run's <root>/<year>/<month>/<run id>."""
    started = utc()
    run_id = params['run_id'] or f'{re.sub("[-:]", "", started)}-{secrets.token_hex(2)}'
    root = os.path.abspath(os.path.expanduser(params['filing']))
    only_shown = params['kind'] == 'restore' and not params['confirm']
    return {
        'kind': params['kind'],
        'filed': not only_shown and params['part'] != PIECE,  # whether this play leaves a record
        'run_id': run_id,
        'started': started,
        'root': root,
        'filing_host': params['filing_host'],  # where that is; '' for the controller
        'filing_python': params['filing_python'],
        'filing': os.path.join(root, started[:4], started[5:7], run_id),
        'language': params['language'],
        'utc_offset_minutes': TIME_ZONES[params['time_zone']],
        'collection_version': VERSION,
        'controller': os.uname().nodename,
        'operator': params['operator'],
        'office': params['office'],
        'assignment': settled_assignment(params, started),
        'assignment_problems': params.get('assignment_problems') or [],
        'late_reasons': answers.late_reasons(params['late_reasons'])[0],
        'officer_remarks': answers.remarks(params['officer_remarks']),
        'hosts': chosen_sites(hosts, params),
        'only': params['only'],
        'notify': bool(params.get('notify')),  # whether anybody is to be told how the run ended
        'holds': params.get('holds') or [],
        # Of a run in pieces: its start and its letter are known when their results are (module_utils/evidence).
        'pieces': {'answered': answered(params)} if params['part'] == REPORT else None,
    }
