#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module site_vault; what it does is in module_utils/vaulting."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site_vault
short_description: Take recovery points out of a target's reach and copy them to further repositories
version_added: 0.1.0
description:
  - Runs on the vault side, with its own rights, never on the target. Takes points in from an inbox, sweeps what dead
    runs left, and brings every recovery point to each of O(copies).
  - A copy is verified when it was read back where it lies. What cannot be done now stays pending and is done by the
    next run; every result is kept in the repository beside the point.
  - One copy that fails never stops another.
author:
  - The rawat.website authors (@rawat-website)
options:
  inbox:
    description:
      - Directory of this machine in which the target's recovery points arrive. They are moved into O(repository).
    type: str
  target:
    description:
      - The repository as the target reaches it, with the target's keys. Object locks of S3 are proved with them,
        because it is the target that must not be able to remove anything.
    type: dict
    suboptions:
      location:
        description: As in O(repository).
        type: str
        required: true
      immutable:
        description: Whether there is anything to be proved.
        type: bool
        default: false
      environment:
        description: The target's keys.
        type: dict
        default: {}
      ca_certificate:
        description: Text of the certificate (PEM) by which the server is known.
        type: str
  vault_host:
    description: Name of the machine on which this happens, for the record; its host name when empty.
    type: str
  whose:
    description: Whose recovery point comes first and is listed in C(copies), that of O(run_id) or the newest good one.
    type: str
    choices: [run, newest]
    default: run
extends_documentation_fragment:
  - rawat.website.attributes.drill
  - rawat.website.backup
  - rawat.website.settings
  - rawat.website.copies
  - rawat.website.repository
"""

EXAMPLES = r"""
- name: Bring the recovery points of a site to a second disk and to another building
  rawat.website.site_vault:
    sites:
      - name: peraturan
        webroots:
          - path: /var/www/peraturan
    repository:
      location: /srv/vault/web1
    copies:
      - name: disk
        location: /mnt/second/backups
      - name: datacentre
        store: restic
        location: sftp:backup@dc.example.go.id:/srv/restic
        password: "{{ vault_datacentre_password }}"
        ssh_private_key: "{{ vault_datacentre_key }}"
        ssh_known_hosts: "{{ datacentre_host_keys }}"
    whose: newest
  delegate_to: vault.example.go.id
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
      description: V(complete); V(remarks) while something is pending; V(failed) when a required copy failed.
      type: str
      sample: complete
    recovery_point:
      description: Name of the recovery point whose copies are listed; null where there was none.
      type: str
      sample: 2026-11-22T101530Z
    copies:
      description: The copies of that point.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the copy.
          type: str
        status:
          description: V(verified), V(pending) or V(failed).
          type: str
        verified:
          description: When it was read back.
          type: str
        error:
          description: Why it is pending or failed.
          type: str
        method:
          description: How it came there.
          type: str
        bytes:
          description: Bytes that were read back.
          type: int
    copied_later:
      description: The same of older points that a copy still lacked, each with its C(point).
      type: list
      elements: dict
    intake:
      description: What was moved out of the inbox.
      type: dict
    swept:
      description: What dead runs had left, and was removed.
      type: list
      elements: str
    remarks:
      description: What somebody should look at.
      type: list
      elements: str
    error:
      description: Why the site failed.
      type: str
"""

from ansible_collections.rawat.website.plugins.module_utils import vault_face


def main() -> None:
    """Entry point for Ansible."""
    vault_face.main()


if __name__ == '__main__':
    main()
