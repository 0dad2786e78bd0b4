# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module site_export without its documentation: arguments in, `media.export`, entries out.

One call is for the sites of all hosts: an export is one act on one medium. `hosts`, `filing` and `rotation` are the
action plugin's, which makes `targets` and `media` out of the inventory; here they are taken and passed over.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.rawat.website.plugins.module_utils import process, site_face
from ansible_collections.rawat.website.plugins.module_utils.arguments import REPOSITORY
from ansible_collections.rawat.website.plugins.module_utils.masking import masked
from ansible_collections.rawat.website.plugins.module_utils.media import settings
from ansible_collections.rawat.website.plugins.module_utils.media.export import ExportRequest, Target, export
from ansible_collections.rawat.website.plugins.module_utils.repository_settings import repository_problems

# Ansible need not know the shape of `targets` and `settings`: they are checked here, and their secrets are known then.
SHARED = ('run_id', 'fail_on_failed_site', 'progress_file')
SITE: dict[str, Any] = {'name': {'type': 'str', 'required': True}, 'url': {'type': 'str'}}
TARGET: dict[str, Any] = {
    'host': {'type': 'str', 'required': True},
    'sites': {'type': 'list', 'elements': 'dict', 'required': True, 'options': SITE},
    'repository': {'type': 'dict', 'required': True, 'options': REPOSITORY},
}


def argument_spec() -> dict[str, Any]:
    """The arguments of site_export."""
    shared = site_face.argument_spec()
    return {
        **{name: shared[name] for name in SHARED},
        'settings': {'type': 'dict', 'default': {}},
        'to': {'type': 'str', 'required': True},
        'targets': {'type': 'list', 'elements': 'dict', 'default': [], 'no_log': True},
        'media': {'type': 'list', 'elements': 'dict', 'default': [], 'options': settings.MEDIA},
        'point': {'type': 'str'},
        'recipients': {'type': 'list', 'elements': 'str', 'default': []},
        'verifier': {'type': 'str'},
        'media_host': {'type': 'str'},
        'hosts': {'type': 'dict'},
        'filing': {'type': 'path'},
    }


def main() -> None:
    """Entry point of the module. Check mode skips it: everything that it does leaves something on the medium."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=False)
    targets, secrets, found = _checked(module.params['targets'])
    found += _settle(module.params)
    found = found or _problems(module.params, targets)
    if found:
        module.no_log_values = set()  # of `targets` all texts, host names too; our own masking knows better
        module.fail_json(msg='nothing was touched: ' + masked('; '.join(found), secrets, free=True), invocation={})
    run = site_face.run_of(module)._replace(secrets=secrets)
    with contextlib.suppress(OSError):
        os.nice(run.options['niceness'])
    with process.guard(run.options['deadline']):
        entries = export(targets, _request(module.params), run, module.params['progress_file'])
    site_face.finish(module, entries, run, {})


def _checked(given: list[dict[str, Any]]) -> tuple[list[Target], frozenset[str], list[str]]:
    """(the targets with all defaults, the secrets in them, what is wrong with their shape)."""
    targets, secrets, found = [], set[str](), []
    for target in given:
        checked = ArgumentSpecValidator(TARGET).validate(target)
        secrets |= {str(value) for value in checked._no_log_values if value}
        found += checked.error_messages
        if not checked.error_messages:
            targets.append(Target(**checked.validated_parameters))
    return targets, frozenset(secrets), found


def _settle(params: dict[str, Any]) -> list[str]:
    """Complete the settings with their defaults; what is wrong with them."""
    options = site_face.argument_spec()['settings']['options']
    checked = ArgumentSpecValidator(options).validate(params['settings'])
    params['settings'] = checked.validated_parameters
    return list(checked.error_messages)


def _problems(params: dict[str, Any], targets: list[Target]) -> list[str]:
    found = settings.problems(params['media'])
    for target in targets:
        found += [f'{target.host}: {line}' for line in repository_problems(target.repository)]
    sites = [site['name'] for target in targets for site in target.sites]
    if not sites:
        found.append('targets: there is no site to export')
    if params['point'] and len(sites) != 1:
        named = ', '.join(sites)
        found.append(f'point {params["point"]}: it belongs to one site, and {named} were named: say only=SITE')
    return found


def _request(params: dict[str, Any]) -> ExportRequest:
    return ExportRequest(
        to=params['to'],
        media=params['media'],
        point=params['point'] or None,
        recipients=tuple(params['recipients']),
        verifier=(params['verifier'] or '').encode(),
        host=params['media_host'] or os.uname().nodename,
    )
