#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module filing; what it does is in module_utils/filing/work.py."""

from __future__ import annotations

DOCUMENTATION = r"""
module: filing
short_description: Work on a filing that lies on another machine
version_added: 0.1.0
description:
  - Does what M(rawat.website.run_record), M(rawat.website.report_delivery), M(rawat.website.run_plan),
    M(rawat.website.destruction_list) and M(rawat.website.report_acceptance) ask for, where C(website_filing_host) is
    set. There is no need to call it.
author:
  - The rawat.website authors (@rawat-website)
options:
  work:
    description: What is to be done.
    type: str
    choices: [record, delivery, holds, destruction_list, acceptance, notice]
    required: true
  request:
    description: What it needs to know. Secrets of a delivery or a notice may be among it.
    type: dict
    required: true
  handed:
    description: Templates, calendars and pictures that lie on the controller.
    type: dict
    default: {}
attributes:
  check_mode:
    description: Skipped in check mode, short of what only reads.
    support: none
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
"""

EXAMPLES = r"""
- name: What is on hold
  rawat.website.filing:
    work: holds
    request:
      filing: /srv/filing
  delegate_to: archive.example.go.id
"""

RETURN = r"""
done:
  description: What the work came to.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils.filing.handed import unpacked
from ansible_collections.rawat.website.plugins.module_utils.filing.work import ERRORS, WORKS
from ansible_collections.rawat.website.plugins.module_utils.issuing.accept import Refused
from ansible_collections.rawat.website.plugins.module_utils.procedure import calendars


def argument_spec() -> dict:
    """The arguments of the module."""
    return {
        'work': {'type': 'str', 'choices': list(WORKS), 'required': True},
        'request': {'type': 'dict', 'required': True, 'no_log': True},
        'handed': {'type': 'dict', 'default': {}, 'no_log': True},
    }


def main() -> None:
    """Entry point for Ansible."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=False)
    # Every word of the request would be blanked in the result, a site's name among them; no work returns a secret.
    module.no_log_values = set()
    handed = module.params['handed']
    calendars.receive(handed.get('calendars') or {})
    try:
        with unpacked(handed):
            done = WORKS[module.params['work']](module.params['request'])
    except ERRORS as error:
        language = module.params['request'].get('language')
        text = error.text(language) if isinstance(error, Refused) and language else str(error)
        module.fail_json(msg=text, rawat_refused=True, invocation={})
    module.exit_json(changed=module.params['work'] != 'holds', done=done, invocation={})


if __name__ == '__main__':
    main()
