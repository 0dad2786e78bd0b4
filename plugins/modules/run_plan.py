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
    choices: [backup, verify, restore, copy, prune, export]
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
    description: Directory in which records and reports are filed.
    type: path
    default: ./filing
  filing_host:
    description: Host on which the filing lies, to which the task is delegated then; the controller when empty.
    type: str
    default: ''
  filing_python:
    description: Python of that host, where it is not the one that Ansible takes.
    type: str
    default: ''
  run_id:
    description: Name of the run; made from the time when empty.
    type: str
  part:
    description:
      - A run may be made in pieces, which share O(run_id). A V(piece) files nothing; a V(report) files what the pieces
        left. In a workflow of AWX both are called C(awx-) and the number of the workflow job where O(run_id) is empty.
    type: str
    choices: [whole, piece, report]
    default: whole
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
    description: Settings of the office (C(website_office)), as its papers show it; what is left out has its default.
    type: dict
    default: {}
    suboptions:
      letterhead:
        description: Lines of the letterhead, from the ministry down to the unit.
        type: list
        elements: str
        default:
          - KEMENTERIAN HUKUM REPUBLIK INDONESIA
          - DIREKTORAT JENDERAL PERATURAN PERUNDANG-UNDANGAN
          - 'DIREKTORAT PENGUNDANGAN, PENERJEMAHAN, DAN PUBLIKASI'
          - SUBDIREKTORAT SISTEM INFORMASI
      address:
        description: "Line below the letterhead: address, telephone, page, e-mail."
        type: str
        default: ''
      logo:
        description: Path of the emblem on the controller (PNG or SVG); none is shipped, none is shown without.
        type: str
      city:
        description: Place that stands before the date of a letter.
        type: str
        default: Jakarta
      addressee:
        description: To whom the report is addressed (Yth.).
        type: str
        default: Subkoordinator Sistem Informasi
      copies:
        description: Who gets a copy (Tembusan).
        type: list
        elements: str
        default:
          - Koordinator Sistem Informasi
          - Arsip
      nature:
        description: Nature of the letter (Sifat), as Biasa or Terbatas.
        type: str
        default: Biasa
      letter_number:
        description: "Number that the registry gave the letter. It is never invented: empty leaves a dotted line."
        type: str
        default: ''
      register_code:
        description: Middle part of a register number, as in 0007/BKP/2026.
        type: str
        default: BKP
      archive_class:
        description: Archive classification; [konfirmasi] stays until the archivist has confirmed it.
        type: str
        default: 'TI.05.03 [konfirmasi]'
      retention_years:
        description: How long papers are kept. Nothing is destroyed by itself; destruction is only proposed.
        type: dict
        suboptions:
          report:
            description: "Years for which a report is kept (proposal: 1 + 1)."
            type: int
            default: 2
          recap:
            description: "Years for which a monthly recap is kept (proposal: 1 + 1)."
            type: int
            default: 2
          minutes:
            description: "Years for which minutes of restore drills are kept (proposal: 2 + 4)."
            type: int
            default: 6
      physical_location:
        description: Where the signed paper lies (cabinet, folder); empty leaves a dotted line.
        type: str
        default: ''
      sop:
        description: The SOP that reports cite.
        type: dict
        suboptions:
          number:
            description: Number of the SOP that every report cites.
            type: str
            default: PPE.171.OT.02.02 Tahun 2025
          name:
            description: Name of the SOP, and of the matter (Hal) of every report.
            type: str
            default: Pemeliharaan Website (Backup Database/Web Aplikasi)
          revision:
            description: Date of the revision in force (YYYY-MM-DD). An old report keeps the one of its day.
            type: str
            default: '2025-01-14'
      hours:
        description: Office hours.
        type: dict
        suboptions:
          open:
            description: Opening of the office, local time (HH:MM).
            type: str
            default: '08:00'
          close:
            description: "Close of business, local time (HH:MM): the time of day at which a step is due."
            type: str
            default: '16:00'
      joint_leave_works:
        description: Whether days of joint leave (cuti bersama) count as working days.
        type: bool
        default: false
      calendars:
        description: Directory on the controller of which each YYYY.yml replaces the shipped calendar of that year.
        type: str
      warn_days:
        description: Working days before a deadline on which warnings begin.
        type: int
        default: 1
      standing_allowed:
        description: Whether a standing assignment (disposisi berkala) is accepted.
        type: bool
        default: true
      policy:
        description: Goals of which the SOP says nothing; labelled "policy, not SOP" wherever they are shown.
        type: dict
        suboptions:
          rto_hours:
            description: Hours in which a site must be back (RTO). Policy, not SOP.
            type: int
            default: 4
          rpo_hours:
            description: Hours of work that may be lost at most (RPO). Policy, not SOP.
            type: int
            default: 168
          frequency_days:
            description: Days after which a site without a new good recovery point is overdue. Policy, not SOP.
            type: int
            default: 7
          drill_days:
            description: Days after which a restore of every site must have been drilled again. Policy, not SOP.
            type: int
            default: 90
          prune_days:
            description: Days after which recovery points must have been pruned again. Policy, not SOP.
            type: int
            default: 8
          space_days:
            description: A repository that will be full within so many days is warned of. Policy, not SOP.
            type: int
            default: 30
      templates:
        description: Directory on the controller whose templates replace ours one by one.
        type: str
      font:
        description: "Font of the PDF documents; empty: the one of the renderer."
        type: str
        default: ''
      fonts:
        description: Directory on the controller with the files of that font.
        type: str
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
