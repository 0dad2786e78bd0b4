#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module site_prune; what it does is in module_utils/retention."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site_prune
short_description: Remove recovery points of web sites by rule
version_added: 0.1.0
description:
  - Decides which recovery points of each site stay and which go, in the repository and in every copy, and removes
    those that were approved. It runs on the vault side, with rights of its own, never with the target's.
  - Never removed are the newest complete point, the newest that a drill brought back, the newest without a remark, what
    is on hold, a full that a kept difference needs, and anything at all while the clock stands before a point.
  - The role P(rawat.website.site_prune#role) files the destruction list in between.
author:
  - The rawat.website authors (@rawat-website)
options:
  approved:
    description:
      - What stands on the destruction list and may be removed. Without it, and in check mode, the module only decides.
      - What is on the list and may not go any more, because somebody put it on hold meanwhile, stays.
    type: list
    elements: dict
    suboptions:
      site:
        description: Name of the site.
        type: str
        required: true
      place:
        description: V(primary) for the repository, or the name of a copy.
        type: str
        required: true
      points:
        description: Names of recovery points.
        type: list
        elements: str
        required: true
  confirm:
    description: Sites of which more than the setting C(prune_share) may go.
    type: list
    elements: str
    default: []
  utc_offset_minutes:
    description: The office's time zone, in minutes east of UTC, by which days begin and end.
    type: int
    default: 420
extends_documentation_fragment:
  - rawat.website.attributes
  - rawat.website.backup
  - rawat.website.settings
  - rawat.website.copies
  - rawat.website.retention
  - rawat.website.repository
"""

EXAMPLES = r"""
- name: Which recovery points would go
  rawat.website.site_prune:
    sites: "{{ website_sites }}"
    repository: "{{ website_vault.repository }}"
    retention:
      keep_daily: 7
      keep_weekly: 5
      keep_monthly: 12
  delegate_to: "{{ website_vault.host }}"
  check_mode: true
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
      description:
        - V(ready) or V(not_ready) where it was only decided; else V(complete), V(remarks) or V(failed).
      type: str
      sample: complete
    error:
      description: What could not be read or removed, and why.
      type: str
    prune:
      description: The places of the site.
      type: dict
      contains:
        places:
          description:
            - The repository and its copies, each with C(place), C(store), C(location), C(policy), C(holds), C(error),
              and C(free_bytes).
            - Where it was only decided with C(points), each with C(keep), C(rules) and C(rule); else with C(removed),
              C(failed), C(spared), C(kept) and C(freed_bytes).
          type: list
          elements: dict
"""

from ansible_collections.rawat.website.plugins.module_utils import prune_face


def main() -> None:
    """Entry point for Ansible."""
    prune_face.main()


if __name__ == '__main__':
    main()
