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
from ansible_collections.rawat.website.plugins.module_utils import process, site_face
from ansible_collections.rawat.website.plugins.module_utils.arguments import REPOSITORY
from ansible_collections.rawat.website.plugins.module_utils.media import settings
from ansible_collections.rawat.website.plugins.module_utils.media.export import ExportRequest, Target, export
from ansible_collections.rawat.website.plugins.module_utils.repository_settings import repository_problems

SHARED = ('settings', 'run_id', 'fail_on_failed_site', 'progress_file')
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
        'to': {'type': 'str', 'required': True},
        'targets': {'type': 'list', 'elements': 'dict', 'default': [], 'options': TARGET},
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
    found = _problems(module.params)
    if found:
        module.fail_json(msg='nothing was touched: ' + '; '.join(found))
    run = site_face.run_of(module)
    with contextlib.suppress(OSError):
        os.nice(run.options['niceness'])
    with process.guard(run.options['deadline']):
        entries = export(_targets(module.params), _request(module.params), run, module.params['progress_file'])
    site_face.finish(module, entries, run, {})


def _problems(params: dict[str, Any]) -> list[str]:
    found = settings.problems(params['media'])
    for target in params['targets']:
        found += [f'{target["host"]}: {line}' for line in repository_problems(target['repository'])]
    sites = [site['name'] for target in params['targets'] for site in target['sites']]
    if not sites:
        found.append('targets: there is no site to export')
    if params['point'] and len(sites) != 1:
    
    return found


def _targets(params: dict[str, Any]) -> list[Target]:
    return [Target(target['host'], target['sites'], target['repository']) for target in params['targets']]


def _request(params: dict[str, Any]) -> ExportRequest:
    return ExportRequest(
        to=params['to'],
        media=params['media'],
        point=params['point'] or None,
        recipients=tuple(params['recipients']),
        verifier=(params['verifier'] or '').encode(),
        host=params['media_host'] or os.uname().nodename,
    )
