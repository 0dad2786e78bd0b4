#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of discovery_summary, which is an action plugin: everything happens on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: discovery_summary
short_description: Put together what was found on all hosts
version_added: 0.1.0
description:
  - Gathers what M(rawat.website.site_discovery) found on every host, and gives new sites names that are unique in the
    inventory.
  - With O(output) writes C(hosts.yml) and C(host_vars/<host>/discovered.yml), an inventory of the sites that no entry
    protects. How a host is reached is taken over, its passwords are not. An existing file is never overwritten.
author:
  - The rawat.website authors (@rawat-website)
options:
  hosts:
    description: The hosts of the play.
    type: list
    elements: str
    required: true
  result_variable:
    description: Variable under which each host registered the result of M(rawat.website.site_discovery).
    type: str
    default: site_discovery_result
  output:
    description: Folder on the controller; nothing is written when empty.
    type: path
  language:
    description: Language of the comments in what is written.
    type: str
    choices: [id, en]
    default: id
attributes:
  check_mode:
    description: Writes nothing in check mode.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
"""

EXAMPLES = r"""
- name: Put together what was found
  rawat.website.discovery_summary:
    hosts: "{{ ansible_play_hosts_all }}"
  run_once: true
"""

RETURN = r"""
rawat_discovery:
  description:
    - C(sites), C(unclaimed_databases) and C(gone) as of M(rawat.website.site_discovery), each entry with its C(host);
      C(remarks) with C(host) and C(text); C(hosts) that told nothing, each with the reason; C(written) files, and
      C(missing_variables) of each host.
  returned: success
  type: dict
"""
