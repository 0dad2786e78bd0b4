#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of report_acceptance, which is an action plugin: everything happens where the filing lies."""

from __future__ import annotations

DOCUMENTATION = r"""
module: report_acceptance
short_description: Close a report with a receipt
version_added: 0.1.0
description:
  - Makes the receipt of a report and enters it into the register, after whoever gave the assignment approved of the
    report. With that the procedure ends. See C(docs/procedure.md).
  - The officer cannot accept his own report. A report that is not, byte for byte, what was issued cannot be accepted,
    nor one that was accepted before.
author:
  - The rawat.website authors (@rawat-website)
options:
  number:
    description: By what the register finds one report, such as its number.
    type: str
    required: true
  name:
    description: Who accepts; who gave the assignment when empty, as the record says.
    type: str
  id:
    description: Personnel number of who accepts.
    type: str
  position:
    description: Position of who accepts.
    type: str
  remark:
    description: What is to be read on the receipt beside that.
    type: str
  late_reasons:
    description: Why steps 5 or 6 were late, by the number of the step, or as lines of C(STEP=TEXT).
    type: raw
  filing:
    description: The filing directory.
    type: str
    default: ./filing
  filing_host:
    description: Host on which the filing lies, to which the task is delegated then; the controller when empty.
    type: str
    default: ''
  filing_python:
    description: Python of that host, where it is not the one that Ansible takes.
    type: str
    default: ''
  office:
    description: Settings of the office (C(website_office)), for the papers.
    type: dict
    default: {}
  language:
    description: Language in which a refusal is said.
    type: str
    choices: [id, en]
    default: id
attributes:
  check_mode:
    description: Does nothing in check mode.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
"""

EXAMPLES = r"""
- name: Accept a report
  rawat.website.report_acceptance:
    number: BKP/2026/0042
    name: Sari Dewi
    filing: /srv/filing
  run_once: true
"""

RETURN = r"""
rawat_acceptance:
  description:
    - The C(number), what was C(accepted) (C(at), C(by), C(remark)), the C(folder) and its C(documents), the
      C(deadlines) that were met, the C(row) of the register, and C(problems), one sentence each.
  returned: success
  type: dict
"""
