# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module site_drill without its documentation: arguments in, `drill`, entries out."""

from __future__ import annotations

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import site_face
from ansible_collections.rawat.website.plugins.module_utils.drill import DrillRequest, drill
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run


def argument_spec() -> dict:
    """The arguments of site_drill."""
    return site_face.argument_spec(
        point={'type': 'str'},
        sample={'type': 'int'},
        due_only={'type': 'bool', 'default': False},
        drill_host={'type': 'str'},
    )


def main() -> None:
    """Entry point of the module. Check mode skips it: a drill is itself an examination that changes nothing."""
    module = AnsibleModule(
        argument_spec=argument_spec(), mutually_exclusive=[('point', 'sample')], supports_check_mode=False
    )
    sample = module.params['sample']
    if sample is not None and sample < 1:
        module.fail_json(msg=f'nothing was touched: sample {sample} is no number of recovery points: 1 or more')
    site_face.main(module, _work)


def _work(module: AnsibleModule, sites: list, run: Run) -> list:
    params = module.params
    host = params['drill_host'] or os.uname().nodename
    request = DrillRequest(params['point'], params['sample'], params['due_only'], host)
    return drill(sites, run, request, params['progress_file'])
