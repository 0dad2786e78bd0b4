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
  retention:
    description:
      - How many recovery points stay, where a site or a copy says nothing of its own.
      - Each rule keeps the newest recovery point of each of its periods; what any rule keeps stays. With no rule at all
        nothing is removed.
    type: dict
    suboptions:
      keep_last:
        description: So many of the newest ones.
        type: int
        default: 0
      keep_hourly:
        description: The newest one of each of so many hours.
        type: int
        default: 0
      keep_daily:
        description: The newest one of each of so many days.
        type: int
        default: 0
      keep_weekly:
        description: The newest one of each of so many weeks.
        type: int
        default: 0
      keep_monthly:
        description: The newest one of each of so many months.
        type: int
        default: 0
      keep_yearly:
        description: The newest one of each of so many years.
        type: int
        default: 0
      keep_within:
        description: All of the last time, such as V(14d), V(8w), V(6m) or V(1y).
        type: str
        default: ''
  copies:
    description: Further repositories, which are pruned by their own O(copies[].retention).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the copy.
        type: str
        required: true
      store:
        description: V(archive) keeps plain tar and zstd files; V(restic) an encrypted, deduplicated restic repository.
        type: str
        choices: [archive, restic]
        default: archive
      location:
        description:
          - For V(archive) an absolute path of the target or C(ssh://user@host/path).
          - For V(restic) what restic takes, such as a path or C(sftp:user@host:/path).
        type: str
        required: true
      create:
        description: Whether a missing repository is made.
        type: bool
        default: false
      password:
        description: Password of a restic repository.
        type: str
      environment:
        description: Environment variables for restic's backends.
        type: dict
        default: {}
      ssh_private_key:
        description:
          - Text of the private key for the backup server.
          - It is handed over for the run only and never written to a disk.
        type: str
      ssh_known_hosts:
        description: Host key lines of the backup server, as in C(known_hosts).
        type: str
      ca_certificate:
        description: Text of the certificate (PEM) by which a C(rest:https:) or C(s3:https:) server is known.
        type: str
      recipients:
        description:
          - Public keys of age for which V(archive) encrypts every data file.
          - With them a target can write recovery points, and read none.
        type: list
        elements: str
        default: []
      identities:
        description: Text of the age identities that open what was encrypted. Only drills and restores need them.
        type: str
      append_only:
        description:
          - Whether these credentials can add but not remove.
          - What a run leaves behind is then swept by the vault side.
        type: bool
        default: false
      immutable:
        description: Whether every run is to prove that what was written cannot be removed with these credentials.
        type: bool
        default: false
      via:
        description:
          - With V(controller) the repository is reached through a tunnel that the control side opens for the run.
        type: str
        choices: [target, controller]
        default: target
      tunnel_port:
        description: Port of that tunnel on the target. Filled in by the action plugin.
        type: int
      required:
        description: Whether a recovery point without this copy is I(complete with remarks) at best.
        type: bool
        default: true
      retention:
        description: How many recovery points stay there; O(retention) when it says nothing.
        type: dict
        suboptions:
          keep_last:
            description: So many of the newest ones.
            type: int
            default: 0
          keep_hourly:
            description: The newest one of each of so many hours.
            type: int
            default: 0
          keep_daily:
            description: The newest one of each of so many days.
            type: int
            default: 0
          keep_weekly:
            description: The newest one of each of so many weeks.
            type: int
            default: 0
          keep_monthly:
            description: The newest one of each of so many months.
            type: int
            default: 0
          keep_yearly:
            description: The newest one of each of so many years.
            type: int
            default: 0
          keep_within:
            description: All of the last time, such as V(14d), V(8w), V(6m) or V(1y).
            type: str
            default: ''
  holds:
    description:
      - What the register knows to be on hold. What the repository itself knows (M(rawat.website.site_hold)) is added.
    type: list
    elements: dict
    default: []
    suboptions:
      site:
        description: Name of the site.
        type: str
        required: true
      point:
        description: The recovery point; the whole site when empty.
        type: str
      reason:
        description: Why.
        type: str
      at:
        description: Since when, in UTC.
        type: str
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
