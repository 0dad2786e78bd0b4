# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the three backup modules have in common: arguments in, `backup` or (in check mode) `preflight`, entries out."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import backup, concurrency, preflight, process, site_face
from ansible_collections.rawat.website.plugins.module_utils.discovery.survey import unprotected
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run


def argument_spec() -> dict:
    """The arguments of the three backup modules."""
    limits = {'type': 'dict', 'apply_defaults': True, 'options': concurrency.CONCURRENCY}
    return site_face.argument_spec(concurrency=limits, known_webroots={'type': 'list', 'elements': 'str'})


def main(parts: tuple[str, ...]) -> None:
    """Run the module for `parts` ('databases', 'webroots') of every site."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    if found := concurrency.problems(module.params['concurrency']):
        module.fail_json(msg='nothing was touched: ' + '; '.join(found))
    site_face.main(module, _work, parts, **_unprotected(module))


def _unprotected(module: AnsibleModule) -> dict[str, Any]:
    """What beside the sites of the inventory is served here; whatever happens there, the backup goes on."""
    known = module.params['known_webroots']
    if known is None:
        return {}
    try:
        with process.guard(module.params['settings']['discovery_seconds'] * 2):
            return {'unprotected': unprotected(known, module.params['settings'])}
    except Exception as error:
        return {'warnings': [f'sites that nobody backs up were not looked for: {error!r}']}


def _work(module: AnsibleModule, sites: list, run: Run) -> list:
    work = preflight.examine if module.check_mode else backup.back_up
    return work(sites, run, module.params['progress_file'])
