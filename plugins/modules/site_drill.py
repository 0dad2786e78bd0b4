#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module site_drill; what it does is in module_utils/drill."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site_drill
short_description: Prove recovery points of web sites by restoring them into a throw-away place
version_added: 0.1.0
description:
  - Restores a recovery point of each site into a private directory and a private database server (own data directory,
    a socket, no network), compares every file and every database with what was recorded when it was made, starts the
    site in namespaces of its own without a way out, and asks it for its pages.
  - Nothing of the live site is touched. Everything is gone afterwards; what a killed drill left is swept by the next.
  - Ends in a grade. V(A) means that the site answered as recorded; V(B) that databases and files are equal, but the
    application was not shown to work, for a reason that lies with the drill; V(C) that the stored data were read and
    hashed only; V(F) that something differs, and what.
  - Every time a share of all stored data is read and hashed, another share each time.
  - The result is kept in the repository beside the point, so that a point knows its last drill.
author:
  - The rawat.website authors (@rawat-website)
options:
  point:
    description: The recovery point; the newest good one when empty.
    type: str
  sample:
    description: So many recovery points of each site, chosen by chance, instead of the newest one.
    type: int
  due_only:
    description: Whether to drill only sites of which O(sites[].drill) says that a drill is due now.
    type: bool
    default: false
  drill_host:
    description: Name of the machine on which the drill happens, for the record; its host name when empty.
    type: str
extends_documentation_fragment:
  - rawat.website.attributes.drill
  - rawat.website.backup
  - rawat.website.settings
  - rawat.website.repository
"""

EXAMPLES = r"""
- name: Prove the newest recovery point of a site
  rawat.website.site_drill:
    sites:
      - name: peraturan
        url: https://peraturan.example.go.id/
        webroots:
          - path: /var/www/peraturan
        databases:
          - engine: mariadb
            name: peraturan
    repository:
      location: /srv/backups

- name: Prove three points of each site on another machine
  rawat.website.site_drill:
    sites: "{{ website_sites }}"
    repository: "{{ website_repository }}"
    host: "{{ inventory_hostname }}"
    drill_host: drill.example.go.id
    sample: 3
  delegate_to: drill.example.go.id
"""

RETURN = r"""
sites:
  description: One entry for each site that was drilled, as in the record of a run.
  returned: always
  type: list
  elements: dict
  contains:
    site:
      description: Name of the site.
      type: str
      sample: peraturan
    outcome:
      description: C(complete) for A, C(remarks) for B and C, C(failed) for F and for a drill that could not be done.
      type: str
      sample: complete
    recovery_point:
      description: Name of the recovery point.
      type: str
      sample: 2026-11-22T101530Z
    error:
      description: What differs, or why there was no drill.
      type: str
    remarks:
      description: Why the grade is not A.
      type: list
      elements: str
    drill:
      description: The result, of the worst point where there are several; null when no drill was done.
      type: dict
      contains:
        grade:
          description: V(A), V(B), V(C) or V(F).
          type: str
          sample: A
        reason:
          description: Why it is this grade, in a sentence.
          type: str
        rto_milliseconds:
          description: Time that bringing the site back took, without the comparisons.
          type: int
        rpo_milliseconds:
          description: Age of the newest good point at that moment, which is what a disaster would have cost.
          type: int
        phases:
          description: Milliseconds of each phase.
          type: dict
        census_equal:
          description: Whether the databases equal the census; null when they were not compared.
          type: bool
        files_equal:
          description: Whether the files equal their list; null when they were not compared.
          type: bool
        pages:
          description: The pages that were asked for, each with C(path), C(status), C(equal) and C(difference).
          type: list
          elements: dict
        differences:
          description: What differs.
          type: list
          elements: str
        limitations:
          description: What this machine lacked.
          type: list
          elements: str
        uncompared:
          description: What cannot be compared, and why.
          type: list
          elements: str
        integrity:
          description: The share of the stored data that was read and hashed.
          type: dict
        host:
          description: The machine on which the drill happened.
          type: str
    drills:
      description: All results, where there are several.
      type: list
      elements: dict
"""

from ansible_collections.rawat.website.plugins.module_utils import drill_face


def main() -> None:
    """Entry point for Ansible."""
    drill_face.main()


if __name__ == '__main__':
    main()
