#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of destruction_list, which is an action plugin: everything happens on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: destruction_list
short_description: File the list of recovery points that a prune removes
version_added: 0.1.0
description:
  - Gathers from every host what M(rawat.website.site_prune) decided, writes C(destruction.json), C(destruction.html)
    and, where the extra C(paper) is installed, C(destruction.pdf) into the folder of the run, and enters a row into
    C(register.jsonl).
  - Where it fails nothing is approved, so nothing is removed.
author:
  - The rawat.website authors (@rawat-website)
options:
  plan:
    description: What M(rawat.website.run_plan) returned as RV(rawat.website.run_plan#module:rawat_plan).
    type: dict
    required: true
  result_variable:
    description: Variable under which each host registered the result of M(rawat.website.site_prune).
    type: str
    default: site_prune_decided
  confirm:
    description: Sites of which more than the setting C(prune_share) may go.
    type: list
    elements: str
    default: []
  filing_host:
    description: Host on which the filing lies, to which the task is delegated then; the controller when empty.
    type: str
    default: ''
  filing_python:
    description: Python of that host, where it is not the one that Ansible takes.
    type: str
    default: ''
attributes:
  check_mode:
    description: Writes nothing in check mode, and approves nothing.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
"""

EXAMPLES = r"""
- name: File what goes
  rawat.website.destruction_list:
    plan: "{{ run_plan_result.rawat_plan }}"
  run_once: true
  register: filed
"""

RETURN = r"""
rawat_destruction:
  description: The list, and what it approves.
  returned: success
  type: dict
  contains:
    approved:
      description: For each host what O(rawat.website.site_prune#module:approved) takes.
      type: dict
    list:
      description: Path of C(destruction.json); null when nothing goes.
      type: str
    points:
      description: How many recovery points are on the list.
      type: int
    row:
      description: Number of its row in the register.
      type: int
"""
