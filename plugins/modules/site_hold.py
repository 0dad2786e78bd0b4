#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module site_hold: a hold, or its end, as an event in the repository, where every prune sees it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site_hold
short_description: Put recovery points of web sites on hold
version_added: 0.1.0
description:
  - Notes in the repository that a site, or one recovery point of it, is not to be pruned, or that this has ended.
    M(rawat.website.site_prune) reads it there, whether it knows the register or not.
author:
  - The rawat.website authors (@rawat-website)
options:
  holds:
    description: What is to be held or released.
    type: list
    elements: dict
    required: true
    suboptions:
      site:
        description: Name of the site.
        type: str
        required: true
      point:
        description: The recovery point; the whole site when empty.
        type: str
  state:
    description: Whether it is held from now on.
    type: str
    choices: [held, released]
    default: held
  reason:
    description: Why.
    type: str
    required: true
  by:
    description: Who says so.
    type: str
    default: ''
  host:
    description: Name of the target in the inventory; the host name when empty.
    type: str
extends_documentation_fragment:
  - rawat.website.attributes
  - rawat.website.repository
"""

EXAMPLES = r"""
- name: Nothing of a defaced site is removed
  rawat.website.site_hold:
    holds:
      - site: peraturan
    reason: Defaced on 20 January
    repository: "{{ website_vault.repository }}"
  delegate_to: "{{ website_vault.host }}"
"""

RETURN = r"""
held:
  description: One entry for each, with C(site), C(point), C(location) and C(error), null where it was noted.
  returned: always
  type: list
  elements: dict
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import options, process, stores
from ansible_collections.rawat.website.plugins.module_utils.arguments import REPOSITORY
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.masking import without_password
from ansible_collections.rawat.website.plugins.module_utils.retention.points import SITE, hold_event
from ansible_collections.rawat.website.plugins.module_utils.site_run import FAILURES, describe

KINDS = {'held': 'hold', 'released': 'release'}


def note(hold: dict, params: dict, pretend: bool) -> dict:
    """Add one event; what went wrong is in the result."""
    settings = {**params['repository'], 'create': False}
    found = {**hold, 'location': without_password(settings['location']), 'error': None}
    try:
        repository = stores.open_repository(settings, hold['site'], options.defaults())
        repository.check()
        if hold['point'] and all(manifest['id'] != hold['point'] for manifest in repository.points()):
            raise RepositoryError(f'there is no recovery point {hold["point"]} of {hold["site"]}')
        if not pretend:
            event = hold_event('point' if hold['point'] else 'site', params['reason'], params['by'], utc())
            repository.add_event(KINDS[params['state']], hold['point'] or SITE, event)
    except FAILURES as failure:
        found['error'] = describe(failure)
    return found


def argument_spec() -> dict:
    """The arguments of site_hold."""
    hold = {'site': {'type': 'str', 'required': True}, 'point': {'type': 'str'}}
    return {
        'holds': {'type': 'list', 'elements': 'dict', 'required': True, 'options': hold},
        'state': {'type': 'str', 'default': 'held', 'choices': ['held', 'released']},
        'reason': {'type': 'str', 'required': True},
        'by': {'type': 'str', 'default': ''},
        'host': {'type': 'str'},
        'repository': {'type': 'dict', 'required': True, 'options': REPOSITORY},
    }


def main() -> None:
    """Entry point for Ansible."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    params, host = module.params, module.params['host'] or os.uname().nodename
    with process.guard(options.defaults()['deadline']):
        held = [note(hold, params, module.check_mode) | {'host': host} for hold in params['holds']]
    errors = [f'{one["site"]}: {one["error"]}' for one in held if one['error']]
    if errors:
        module.fail_json(msg='; '.join(errors), held=held)
    module.exit_json(changed=True, held=held)


if __name__ == '__main__':
    main()
