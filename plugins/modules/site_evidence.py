#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module site_evidence; what it does is in module_utils/filing/evidence.py."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site_evidence
short_description: Read what the repository holds of a run
version_added: 0.1.0
description:
  - Reads the manifests of the run with the name O(run_id), failed ones among them, and what was noted of their copies
    and drills. So the report on a run in pieces, or on one whose controller died, is drawn from the evidence alone.
  - A site of which nothing is there was not done, and is an entry with the outcome V(unreachable).
author:
  - The rawat.website authors (@rawat-website)
options:
  sites:
    description: The sites that the run was to be of.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the site.
        type: str
        required: true
      url:
        description: Its address, for the record.
        type: str
      drill:
        description: How often it is to be drilled, as in C(website_sites).
        type: str
  run_id:
    description: Name of the run.
    type: str
    required: true
  kind:
    description: What the run was for.
    type: str
    choices: [backup, verify]
    default: backup
  drills:
    description: Of which sites a drill is expected beside the backup, so that its absence is a failure.
    type: str
    choices: [none, due, all]
    default: none
  copies:
    description: The copies that are expected of every recovery point; nothing is connected to.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the copy.
        type: str
        required: true
      store:
        description: Its store.
        type: str
        default: archive
      location:
        description: Its place, for the record.
        type: str
        required: true
      required:
        description: Whether a run without this copy has a remark.
        type: bool
        default: true
      recipients:
        description: For whom the copy is encrypted.
        type: list
        elements: str
        default: []
  host:
    description: Name of the target in the inventory; the host name when empty.
    type: str
  fail_on_failed_site:
    description: Whether the module fails when a site failed or was not done.
    type: bool
    default: true
extends_documentation_fragment:
  - rawat.website.attributes.info_module
  - rawat.website.repository
  - rawat.website.settings
"""

EXAMPLES = r"""
- name: What did the run of last night leave
  rawat.website.site_evidence:
    sites:
      - name: peraturan
    repository:
      location: /srv/backups
    run_id: awx-1234
    fail_on_failed_site: false
"""

RETURN = r"""
sites:
  description: One entry for each site, as in the record of a run.
  returned: always
  type: list
  elements: dict
  contains:
    site:
      description: Name of the site.
      type: str
      sample: peraturan
    outcome:
      description: V(complete), V(remarks), V(failed), or V(unreachable) when nothing of the run is there.
      type: str
      sample: complete
    recovery_point:
      description: Name of the recovery point.
      type: str
      sample: 2026-11-22T101530Z
    assignment:
      description: The assignment under which it was made.
      type: dict
    error:
      description: Why the site failed, or why there is nothing.
      type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import process, site_face
from ansible_collections.rawat.website.plugins.module_utils.arguments import REPOSITORY
from ansible_collections.rawat.website.plugins.module_utils.filing.evidence import DRILLS, KINDS, Asked, evidence

SITE = {'name': {'type': 'str', 'required': True}, 'url': {'type': 'str'}, 'drill': {'type': 'str'}}
COPY = {
    'name': {'type': 'str', 'required': True},
    'store': {'type': 'str', 'default': 'archive'},
    'location': {'type': 'str', 'required': True},
    'required': {'type': 'bool', 'default': True},
    'recipients': {'type': 'list', 'elements': 'str', 'default': []},
}


def argument_spec() -> dict:
    """The arguments of the module."""
    return {
        'sites': {'type': 'list', 'elements': 'dict', 'required': True, 'options': SITE},
        'repository': {'type': 'dict', 'required': True, 'options': REPOSITORY},
        'run_id': {'type': 'str', 'required': True},
        'kind': {'type': 'str', 'choices': list(KINDS), 'default': KINDS[0]},
        'drills': {'type': 'str', 'choices': list(DRILLS), 'default': DRILLS[0]},
        'copies': {'type': 'list', 'elements': 'dict', 'default': [], 'options': COPY},
        'host': {'type': 'str'},
        'settings': {'type': 'dict', 'apply_defaults': True, 'options': site_face.settings_spec()},
        'fail_on_failed_site': {'type': 'bool', 'default': True},
    }


def main() -> None:
    """Entry point for Ansible."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    params = module.params
    run = site_face.run_of(module)
    with process.guard(run.options['deadline']):
        entries = evidence(params['sites'], run, Asked(params['kind'], params['copies'], params['drills']))
    site_face.finish(module, entries, run, {'changed': False})


if __name__ == '__main__':
    main()
