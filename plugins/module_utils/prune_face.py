# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module site_prune without its documentation: arguments in, what goes (or went), entries out."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import site_face, vault_settings
from ansible_collections.rawat.website.plugins.module_utils.arguments import COPIES, RETENTION
from ansible_collections.rawat.website.plugins.module_utils.retention.prune import PruneRequest, prune
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run

HOLD: dict[str, Any] = {
    'site': {'type': 'str', 'required': True},
    'point': {'type': 'str'},
    'reason': {'type': 'str'},
    'at': {'type': 'str'},
}
APPROVED: dict[str, Any] = {
    'site': {'type': 'str', 'required': True},
    'place': {'type': 'str', 'required': True},
    'points': {'type': 'list', 'elements': 'str', 'required': True},
}


def argument_spec() -> dict:
    """The arguments of site_prune."""
    return site_face.argument_spec(
        retention={'type': 'dict', 'options': RETENTION},
        copies={'type': 'list', 'elements': 'dict', 'default': [], 'options': COPIES},
        holds={'type': 'list', 'elements': 'dict', 'default': [], 'options': HOLD},
        approved={'type': 'list', 'elements': 'dict', 'options': APPROVED},
        confirm={'type': 'list', 'elements': 'str', 'default': []},
        utc_offset_minutes={'type': 'int', 'default': 420},
    )


def main() -> None:
    """Entry point of the module. Without `approved`, and in check mode, it only decides."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    params = module.params
    found = vault_settings.problems(None, params['copies'], params['retention'])
    for site in params['sites']:
        found += vault_settings.retention_problems(site.get('retention'), f'site {site["name"]!r}: retention')
    if found:
        module.fail_json(msg='nothing was touched: ' + '; '.join(found))
    site_face.main(module, _work)


def _work(module: AnsibleModule, sites: list, run: Run) -> list:
    params = module.params
    given = None if module.check_mode else params['approved']
    approved = None if given is None else {(one['site'], one['place']): one['points'] for one in given}
    request = PruneRequest(
        params['retention'], params['copies'], params['holds'], approved, frozenset(params['confirm']),
        params['utc_offset_minutes'],
    )  # fmt: skip
    return prune(sites, run, request, params['progress_file'])
