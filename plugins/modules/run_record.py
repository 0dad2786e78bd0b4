#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of run_record, which is an action plugin: everything happens on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: run_record
short_description: File the record and the report of a run
version_added: 0.1.0
description:
  - Builds C(record.json) from what every target reported, also when every host failed or was unreachable, and draws
    C(report.html) from it. Both lie in the run's folder of the filing, with C(SHA256SUMS).
  - With the extra C(paper) on the controller there are C(report.pdf) and C(report.docx), too.
  - A run under an assignment is issued. It gets a number and a row in C(register.jsonl), its steps get deadlines, and
    further documents are drawn. See C(docs/procedure.md).
  - A document that cannot be drawn, or a register that cannot be written, is a warning; the record is filed first.
author:
  - The rawat.website authors (@rawat-website)
options:
  plan:
    description: What M(rawat.website.run_plan) returned as RV(rawat.website.run_plan#module:rawat_plan).
    type: dict
    required: true
  result_variable:
    description:
      - Variable under which each host registered the result of M(rawat.website.site_backup),
        M(rawat.website.site_drill), M(rawat.website.site_restore) or M(rawat.website.site_vault).
    type: str
    default: site_backup_result
  drill_variable:
    description:
      - Variable under which each host registered the drills that followed on the backups of this run; they are filed
        with the backup of their site.
    type: str
  vault_variable:
    description:
      - Variable under which each host registered the result of M(rawat.website.site_vault) after the backups of this
        run; the copies are filed with the backup of their site.
    type: str
  results:
    description:
      - What every host had to say, by its name, instead of what is registered.
      - A list of entries as in the record, or a text (why there is none), or C({unreachable}) with the reason.
    type: dict
    default: {}
  unprotected:
    description:
      - What backups noticed beside the sites of the inventory, each with C(host), instead of what is registered.
    type: list
    elements: dict
  filing_host:
    description: Host on which the filing lies, to which the task is delegated then; the controller when empty.
    type: str
    default: ''
  filing_python:
    description: Python of that host, where it is not the one that Ansible takes.
    type: str
    default: ''
  template:
    description: Jinja2 template of the report; our own when empty.
    type: path
attributes:
  check_mode:
    description: Writes nothing in check mode.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
"""

EXAMPLES = r"""
- name: File the record and the report
  rawat.website.run_record:
    plan: "{{ run_plan_result.rawat_plan }}"
  run_once: true
"""

RETURN = r"""
rawat_record:
  description:
    - Paths of the C(folder), C(record) and C(report), the C(outcome) of the run, the C(number) in the register,
      C(record_sha256) and its C(code), the C(documents) with their SHA-256, C(problems), one sentence each,
      and how the sites of each host C(ended).
  returned: success
  type: dict
"""
