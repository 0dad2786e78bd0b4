#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of run_outcome, which is an action plugin: everything happens on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: run_outcome
short_description: End the run as its sites ended
version_added: 0.1.0
description:
  - Fails a host of which a site failed, and marks a host that did not answer as unreachable again, after the report is
    written. So C(ansible-playbook) ends with 2 or 4 although every site had its turn.
  - A restore that nobody confirmed fails as well.
author:
  - The rawat.website authors (@rawat-website)
options:
  result:
    description:
      - What the host registered for M(rawat.website.site_backup), M(rawat.website.site_drill) or
        M(rawat.website.site_restore).
    type: dict
    required: true
  drill:
    description: What the host registered for M(rawat.website.site_drill) in a run that drilled after the backup.
    type: dict
attributes:
  check_mode:
    description: Reads only, and does the same in check mode.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
"""

EXAMPLES = r"""
- name: End as the sites ended
  rawat.website.run_outcome:
    result: "{{ site_backup_result }}"
"""

RETURN = r"""
failed_sites:
  description: Names of the sites that failed.
  returned: always
  type: list
  elements: str
"""
