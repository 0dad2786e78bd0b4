#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module site_export; what it does is in module_utils/media."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site_export
short_description: Export recovery points of web sites to a removable medium
version_added: 0.1.0
description:
  - Puts one recovery point of each site, complete in itself, onto an external disk or into a directory. It is an
    archive repository of its own then, with RESTORE.md (Indonesian and English, the very commands), C(verify.py) and
    C(SHA256SUMS).
  - A medium is found by the UUID of its file system, mounted where nobody else sees it, written, unmounted, mounted
    anew, and read back to the last byte. Only then the export counts.
  - Every point becomes visible whole or not at all. What a medium that was pulled out holds of a half one is removed by
    the next export.
  - One call is for the sites of all hosts, because an export is one act on one medium.
author:
  - The rawat.website authors (@rawat-website)
options:
  to:
    description:
      - Label or UUID of a medium in O(media), or a directory (an absolute path) of the host on which this runs.
      - A directory is not unmounted in between, and the result says so.
    type: str
    required: true
  hosts:
    description:
      - For each inventory host its sites, as in the plan of M(rawat.website.run_plan); names, or dictionaries with
        C(name).
      - The action plugin makes O(targets) out of the variables of these hosts.
    type: dict
  targets:
    description:
      - For each host C(host), C(sites) (each with C(name) and C(url)) and C(repository), as the host on which this runs
        reaches it; C(repository) has the options of O(rawat.website.site_drill#module:repository).
    type: list
    elements: dict
    default: []
  media:
    description: The media that are known.
    type: list
    elements: dict
    default: []
    suboptions:
      label:
        description: What is written on it; unique.
        type: str
        required: true
      uuid:
        description: UUID of its file system, as C(blkid) shows it.
        type: str
        required: true
      serial:
        description: Serial number of the disk, as C(lsblk -o SERIAL) shows it; compared where it is given.
        type: str
      set:
        description: The rotation set to which it belongs, for instance V(A).
        type: str
      inventory_number:
        description: Its number in the office's inventory.
        type: str
      note:
        description: A remark, for instance its capacity.
        type: str
      in_use_since:
        description: The day on which it was taken into use, V(2026-11-22).
        type: str
      max_age_years:
        description: After so many years it should be replaced.
        type: int
        default: 5
  media_host:
    description: Name of the machine into which media are plugged, for the record; its host name when empty.
    type: str
  point:
    description: The recovery point, of a single site; the newest good one of each site when empty.
    type: str
  recipients:
    description: Public keys (age1…) to which the exported points are encrypted.
    type: list
    elements: str
    default: []
  filing:
    description:
      - Directory on the controller in which the export enters itself in the custody log of the medium, a part of the
        register. Nothing is entered when it is empty.
    type: path
  verifier:
    description: Text of C(verify.py); the action plugin fills it in.
    type: str
  settings:
    description: Limits and habits, as in O(rawat.website.site_drill#module:settings).
    type: dict
    default: {}
  run_id:
    description: Name of the run in the record.
    type: str
  fail_on_failed_site:
    description: Whether the task fails when a site was not exported.
    type: bool
    default: true
  progress_file:
    description: File that tells what is being done; the action plugin fills it in.
    type: path
attributes:
  check_mode:
    description: Skipped in check mode. Whatever it does leaves something on the medium.
    support: none
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
  idempotent:
    description: A point that lies on the medium already is read and compared, not written again.
    support: full
"""

EXAMPLES = r"""
- name: Export the newest point of a site to the disk A1
  rawat.website.site_export:
    to: A1
    media:
      - label: A1
        uuid: 0c2a9a6e-3c1e-4b0a-9d6f-2f2f2c7a9b11
        set: A
        inventory_number: 3.10.01.02.001/7
    targets:
      - host: web1
        sites:
          - name: peraturan
        repository:
          location: /srv/backups
  become: true

- name: Export all sites of the play into a directory of the controller
  rawat.website.site_export:
    to: /media/admin/CADANGAN
    hosts: "{{ run_plan_result.rawat_plan.hosts }}"
  run_once: true
  delegate_to: localhost
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
    host:
      description: Inventory host of the site.
      type: str
      sample: web1
    outcome:
      description: V(complete), V(remarks) or V(failed).
      type: str
      sample: complete
    recovery_point:
      description: Name of the recovery point.
      type: str
      sample: 2026-11-22T101530Z
    error:
      description: Why the site is not on the medium.
      type: str
    remarks:
      description: What must be known of the export.
      type: list
      elements: str
    export:
      description: The medium, what was written and read back.
      type: dict
      contains:
        medium:
          description: Label, UUID, serial, set and inventory number; null for a directory that is no known medium.
          type: dict
        directory:
          description: Where it was written.
          type: str
        files:
          description: Number of files of the point.
          type: int
        bytes:
          description: Bytes that were read back.
          type: int
        sums_sha256:
          description: SHA-256 of the point's SHA256SUMS, which stands for all of its files.
          type: str
        manifest_sha256:
          description: SHA-256 of its manifest.
          type: str
        encryption:
          description: V(age), or null.
          type: str
        remounted:
          description: Whether the medium was unmounted and mounted anew before it was read back.
          type: bool
"""

from ansible_collections.rawat.website.plugins.module_utils import export_face


def main() -> None:
    """Entry point for Ansible."""
    export_face.main()


if __name__ == '__main__':
    main()
