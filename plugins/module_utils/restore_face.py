# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module site_restore without its documentation: arguments in, a plan or the restore itself, entries out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import restoring, site_face, staging
from ansible_collections.rawat.website.plugins.module_utils.arguments import DATABASES, REPOSITORY
from ansible_collections.rawat.website.plugins.module_utils.repository_settings import repository_problems
from ansible_collections.rawat.website.plugins.module_utils.restoring.request import DESTINATION
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run
from ansible_collections.rawat.website.plugins.module_utils.staging.masks import RULES

MASK: dict[str, Any] = {
    'database': {'type': 'str'},
    'table': {'type': 'str', 'required': True},
    'column': {'type': 'str', 'required': True},
    'rule': {'type': 'str', 'required': True, 'choices': list(RULES)},
    'value': {'type': 'str'},
}
LOGIN: dict[str, Any] = {
    'engine': {'type': 'str', 'required': True, 'choices': ['mariadb', 'postgresql']},
    **{key: DATABASES[key] for key in DATABASES if key.startswith('login_') or key == 'become_user'},
}
REQUEST: dict[str, dict[str, Any]] = {
    'point': {'type': 'str'},
    'before': {'type': 'str'},
    'register': {'type': 'str'},
    'database': {'type': 'str'},
    'table': {'type': 'str'},
    'files': {'type': 'list', 'elements': 'str'},
    'to_path': {'type': 'str'},
    'to_database': {'type': 'str'},
    'to_login_host': {'type': 'str'},
    'to_login_port': {'type': 'int'},
    'to_login_unix_socket': {'type': 'str'},
    'to_login_user': {'type': 'str'},
    'to_login_password': {'type': 'str', 'no_log': True},
    'logins': {'type': 'list', 'elements': 'dict', 'default': [], 'options': LOGIN},
    'url': {'type': 'str'},
    'mask': {'type': 'list', 'elements': 'dict', 'options': MASK},
    'confirm': {'type': 'list', 'elements': 'str', 'default': []},
    'maintenance': {'type': 'bool', 'default': False},
    'maintenance_file': {'type': 'str'},
    'maintenance_text': {'type': 'str'},
    'without_safety_point': {'type': 'str'},
    'resume': {'type': 'bool', 'default': False},
    'undo': {'type': 'bool', 'default': False},
    'discard_old': {'type': 'bool', 'default': False},
}
EXCLUSIVE = [('point', 'before', 'register'), ('table', 'files'), ('database', 'files')]
AFTERWARDS = ('resume', 'undo', 'discard_old')  # what is done with a restore that was begun


def argument_spec() -> dict:
    """The arguments of site_restore."""
    own: dict[str, dict[str, Any]] = {
        'plan': {'type': 'bool', 'default': False},
        'restore_host': {'type': 'str'},
        'safety_repository': {'type': 'dict', 'options': REPOSITORY},
    }
    return site_face.argument_spec(**REQUEST, **own)


def main() -> None:
    """Entry point of the module."""
    module = AnsibleModule(argument_spec=argument_spec(), mutually_exclusive=EXCLUSIVE, supports_check_mode=True)
    found = list(_problems(module.params))
    if found:
        module.fail_json(msg='nothing was touched: ' + '; '.join(found))
    site_face.main(module, _work, unconfirmed=[] if _plan_only(module) else _unconfirmed(module))


def _problems(params: dict) -> Iterator[str]:
    chosen = [name for name in AFTERWARDS if params[name]]
    if len(chosen) > 1:
        yield f'{", ".join(chosen)} exclude each other: keep one of them'
    if params['mask'] and not params['url']:
        yield 'mask is for clones: add url, the address of the clone, or leave it out'
    if params['safety_repository']:
        yield from repository_problems(params['safety_repository'], 'safety_repository')
    another_machine = params['restore_host'] not in (None, params['host'])
    if params['url'] and not another_machine and not any(params[name] for name in DESTINATION):
        yield f'url {params["url"]!r} would make the live site its own clone: add to_path and to_database, or to_host'


def _plan_only(module: AnsibleModule) -> bool:
    return bool(module.check_mode or module.params['plan'])


def _unconfirmed(module: AnsibleModule) -> list[str]:
    """Names of the sites that nobody confirmed; one is enough to leave everything as it is."""
    return [site['name'] for site in module.params['sites'] if site['name'] not in module.params['confirm']]


def _work(module: AnsibleModule, sites: list, run: Run) -> list:
    params = module.params
    only_plan = _plan_only(module) or _unconfirmed(module)
    given = {name: params[name] for name in REQUEST if params[name] is not None}
    given['logins'] = {login['engine']: _said(login) for login in params['logins']} or None
    host, safety = params['restore_host'] or os.uname().nodename, params['safety_repository']
    request = restoring.RestoreRequest(**given, host=host, safety_repository=safety)
    if only_plan:
        return restoring.plan(sites, run, request, params['progress_file'])
    transform = staging.transform(request) if request.url else None
    return restoring.apply(sites, run, request, params['progress_file'], transform)


def _said(login: dict) -> dict:
    """What the administrator's login says, without what it leaves open."""
    return {key: value for key, value in login.items() if key != 'engine' and value is not None}
