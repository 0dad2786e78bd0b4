#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module repository_admin: passwords, locks and soundness of a repository."""

from __future__ import annotations

DOCUMENTATION = r"""
module: repository_admin
short_description: Look after a repository of recovery points
version_added: 0.1.0
description:
  - Shows and removes locks, checks what is stored, and changes the password of a restic repository.
  - Run it on the vault side, with credentials that may also remove.
author:
  - The rawat.website authors (@rawat-website)
options:
  action:
    description:
      - V(locks) shows who locks the repository; V(unlock) removes restic's locks that nobody holds any more,
        V(remove_live_locks) all of them.
      - V(check) checks the structure; V(read) reads all that is stored.
      - V(keys) lists the keys of a restic repository; V(add_key) adds O(new_password) and proves that it opens the
        repository; V(finish_keys) removes every key but that of O(repository.password).
    type: str
    required: true
    choices: [locks, unlock, remove_live_locks, check, read, keys, add_key, finish_keys]
  sites:
    description: Names of the sites. A restic repository is one for all of them.
    type: list
    elements: str
    required: true
  new_password:
    description: The password that V(add_key) adds.
    type: str
  host:
    description: Name of the target in the inventory; the host name when empty.
    type: str
  settings:
    description: Limits and habits, as of M(rawat.website.site_backup).
    type: dict
    default: {}
attributes:
  action_group:
    description: Use C(group/rawat.website.repository) in C(module_defaults) to set O(repository) once.
    support: full
    membership:
      - rawat.website.repository
  check_mode:
    description: Skipped in check mode.
    support: none
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
  idempotent:
    description: A second run finds the key there, or nothing to remove, and changes nothing.
    support: full
extends_documentation_fragment:
  - rawat.website.repository
"""

EXAMPLES = r"""
- name: Who locks the repository
  rawat.website.repository_admin:
    action: locks
    sites: [peraturan]
    repository: "{{ website_vault.repository }}"
  delegate_to: "{{ website_vault.host }}"
"""

RETURN = r"""
sites:
  description: One entry for each site.
  returned: always
  type: list
  elements: dict
  contains:
    site:
      description: Name of the site.
      type: str
    outcome:
      description: V(ready), or V(failed) with C(error).
      type: str
    error:
      description: What went wrong, or what the check found.
      type: str
    location:
      description: Where the repository is, without a password.
      type: str
    keys:
      description: Keys with C(id), C(current), C(user), C(host) and C(created).
      type: list
      elements: dict
    locks:
      description: Locks that are there, with C(id), C(owner), C(host), C(pid), C(exclusive), C(since), C(age_seconds).
      type: list
      elements: dict
    removed:
      description: Keys (their names) or locks that were removed.
      type: list
      elements: raw
    problems:
      description: What the check found.
      type: list
      elements: str
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import options, process
from ansible_collections.rawat.website.plugins.module_utils.arguments import REPOSITORY
from ansible_collections.rawat.website.plugins.module_utils.masking import masked, url_secrets
from ansible_collections.rawat.website.plugins.module_utils.repository_care import ACTIONS, care


def argument_spec() -> dict:
    """What the module takes."""
    return {
        'action': {'type': 'str', 'required': True, 'choices': list(ACTIONS)},
        'sites': {'type': 'list', 'elements': 'str', 'required': True},
        'repository': {'type': 'dict', 'required': True, 'options': REPOSITORY},
        'new_password': {'type': 'str', 'no_log': True},
        'host': {'type': 'str'},
        'settings': {'type': 'dict', 'default': {}},
    }


def main() -> None:
    """Entry point for Ansible."""
    module = AnsibleModule(argument_spec=argument_spec(), required_if=[('action', 'add_key', ['new_password'])])
    params = module.params
    limits = {**options.defaults(), **(params['settings'] or {})}
    host = params['host'] or os.uname().nodename
    repository, secret = params['repository'], params['new_password'] or ''
    with process.guard(int(limits['deadline'])):
        sites = care(params['action'], params['sites'], host, repository, limits, secret)
    sites = masked(sites, {*module.no_log_values, *url_secrets(repository['location'])})
    module.no_log_values = set()  # Ansible would also blank names that happen to be called like a password
    module.exit_json(changed=any(site['changed'] for site in sites), sites=sites, invocation={})


if __name__ == '__main__':
    main()
