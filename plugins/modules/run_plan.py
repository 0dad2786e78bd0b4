#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of run_plan, which is an action plugin: everything happens on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: run_plan
short_description: Check the whole inventory and plan a run
version_added: 0.1.0
description:
  - Validates C(website_sites), C(website_repository) and the assignment of every host of the play at once, before the
    first connection, and names everything that is wrong in one message.
  - Holds the assignment against the sites of the run, its validity and the day, so that a run that may not be begins
    nowhere.
  - Gives the run its name and its place in the filing.
author:
  - The rawat.website authors (@rawat-website)
options:
  hosts:
    description: Hosts of the run.
    type: list
    elements: str
    required: true
  only:
    description: Names of the sites to which the run is limited; all when empty.
    type: list
    elements: str
    default: []
  kind:
    description:
      - What the run is for.
      - A V(restore) must be limited to one site with O(only), unless O(all_sites) says otherwise.
    type: str
    choices: [backup, verify, restore]
    default: backup
  all_sites:
    description: Whether a restore may be of every site of the inventory, as on an empty server.
    type: bool
    default: false
  confirm:
    description:
      - Names of the sites that a restore may overwrite, as somebody gave them.
      - Empty is a restore that only shows its plan; anything but exactly the sites of the run is an error.
    type: list
    elements: str
    default: []
  filing:
    description: Directory on the controller in which records and reports are filed.
    type: path
    default: ./filing
  run_id:
    description: Name of the run; made from the time when empty.
    type: str
  language:
    description: Language of the report.
    type: str
    choices: [id, en]
    default: id
  time_zone:
    description: Zone in which the report gives times; records are always in UTC.
    type: str
    choices: [WIB, WITA, WIT, UTC]
    default: WIB
  assignment:
    description:
      - The assignment (C(disposisi)) under which the run happens, with the suboptions of
        O(rawat.website.site_backup#module:assignment).
      - C(@FILE) reads it from a file of the controller, as C(rawat assign) writes them.
    type: raw
  assignment_answers:
    description:
      - Answers of a form to single fields of O(assignment), over which they win; empty answers are none.
      - All are texts. C(sites) is separated by commas or lines; C(assigner) and C(officer) are
        C(name; personnel number; position).
    type: dict
    default: {}
  assignment_required:
    description: Whether a run without an assignment is refused.
    type: bool
    default: false
  assignment_judged:
    description:
      - Whether an assignment that is missing, has expired or does not cover a site is refused.
      - V(false) is for who only looks; then the plan says what is wrong with the assignment and holds it as it is.
    type: bool
    default: true
  office:
    description: Settings of the office (C(website_office)); what is left out has a default.
    type: dict
    default: {}
  late_reasons:
    description: Why a step was late, by the number of the step, or as lines (or a list) of C(STEP=TEXT).
    type: raw
  officer_remarks:
    description: The officer's own remarks, a list or one a line; shown as his.
    type: raw
attributes:
  check_mode:
    description: Reads only, and does the same in check mode.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
"""

EXAMPLES = r"""
- name: Check the inventory and plan the run
  rawat.website.run_plan:
    hosts: "{{ ansible_play_hosts_all }}"
  run_once: true
  register: run_plan_result
"""

RETURN = r"""
rawat_plan:
  description:
    - The plan, with C(kind), C(run_id), C(started), C(root) (the filing directory), C(filing) (the folder of the run
      in it), C(language), C(assignment), C(assignment_problems) (when it is not judged), C(office), C(late_reasons),
      C(officer_remarks), C(operator), C(hosts) (the sites of each host) and C(filed) (whether the run leaves a record).
  returned: success
  type: dict
rawat_configuration_errors:
  description: Everything that is wrong with the inventory, one line each.
  returned: failure
  type: list
  elements: str
"""
