# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module site_vault without its documentation: arguments in, `vaulting`, entries out."""

from __future__ import annotations

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import site_face, vault_settings
from ansible_collections.rawat.website.plugins.module_utils.arguments import COPIES, REPOSITORY
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run
from ansible_collections.rawat.website.plugins.module_utils.vaulting.protocol import vault
from ansible_collections.rawat.website.plugins.module_utils.vaulting.request import NEWEST, RUN, VaultRequest

TARGET = ('location', 'immutable', 'environment', 'ca_certificate')  # what the proof of a lock needs of its view


def argument_spec() -> dict:
    """The arguments of site_vault."""
    return site_face.argument_spec(
        copies={'type': 'list', 'elements': 'dict', 'default': [], 'options': COPIES},
        inbox={'type': 'str'},
        target={'type': 'dict', 'options': {field: REPOSITORY[field] for field in TARGET}},
        vault_host={'type': 'str'},
        whose={'type': 'str', 'default': RUN, 'choices': [RUN, NEWEST]},
    )


def main() -> None:
    """Entry point of the module. Check mode skips it: everything that it does leaves something behind."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=False)
    found = vault_settings.problems(None, module.params['copies'], None)
    if found:
        module.fail_json(msg='nothing was touched: ' + '; '.join(found))
    settings = module.params['settings']
    module.params['settings'] = {**settings, 'deadline': settings['copy_deadline'], 'backup': settings['deadline']}
    site_face.main(module, _work)


def _work(module: AnsibleModule, sites: list, run: Run) -> list:
    params, host = module.params, module.params['vault_host'] or os.uname().nodename
    request = VaultRequest(
        copies=[{**copy, 'host': host} for copy in params['copies']],
        inbox=params['inbox'] or None,
        whose=params['whose'],
        target=params['target'],
        live_seconds=run.options['backup'],
    )
    return vault(sites, run, request, params['progress_file'])
