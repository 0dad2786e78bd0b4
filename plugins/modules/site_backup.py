#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module site_backup; what it does is in module_utils/backup.py."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site_backup
short_description: Back up web sites, databases and webroots as one recovery point each
version_added: 0.1.0
description:
  - Captures whole sites on the target and commits one recovery point a site (databases and webroots) to a repository.
  - Everything streams. No dump is ever written to a temporary file, and memory does not grow with the data.
  - A census of each database is taken inside the dump's own snapshot and compared with what the dump stream holds.
    What was stored is read back and hashed before the recovery point counts.
  - A site that fails does not stop the others. A database that fails does not stop the webroots of its site; the
    recovery point then says C(failed) and why.
  - The work goes on when the connection is lost, and ends at O(settings.deadline) with everything that it started.
author:
  - The rawat.website authors (@rawat-website)
options:
  known_webroots:
    description:
      - Webroots of all sites of this target, also of those that this run does not back up. With it, the configuration
        of the web servers is read, and sites that are not among them are returned as C(unprotected).
    type: list
    elements: str
  concurrency:
    description:
      - How much happens at once, whoever began it (C(website_concurrency)). V(0) sets no limit.
      - Who has waited O(settings.turn_wait) seconds for a turn goes on without one, and says so in a remark.
    type: dict
    suboptions:
      target:
        description: Sites of this target that all runs which share O(settings.state_directory) back up at once.
        type: int
        default: 0
      database_server:
        description:
          - Dumps that one database server makes at once, for targets and controllers of any number.
          - The server keeps the locks (C(GET_LOCK), advisory locks in the database C(postgres)).
        type: int
        default: 0
extends_documentation_fragment:
  - rawat.website.attributes
  - rawat.website.backup
  - rawat.website.settings
  - rawat.website.repository
"""

EXAMPLES = r"""
- name: Back up one site to a disk of the server
  rawat.website.site_backup:
    sites:
      - name: peraturan
        url: https://peraturan.example.go.id/
        webroots:
          - path: /var/www/peraturan
            exclude: [cache/]
        databases:
          - engine: mariadb
            name: peraturan
            login_user: backup
            login_password: "{{ vault_backup_password }}"
            login_unix_socket: /run/mysqld/mysqld.sock
    repository:
      location: /srv/backups
      create: true
"""

RETURN = r"""
unprotected:
  description:
    - Sites (C(webroot), C(url), C(application), C(server)) that are served here beside those of O(known_webroots), the
      first fifty. Nobody backs them up.
  returned: O(known_webroots) is given
  type: list
  elements: dict
sites:
  description: One entry for each site, in the order of O(sites), as in the record of a run.
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
        - C(complete), C(remarks) (complete, with the remarks listed) or C(failed).
        - In check mode C(ready) or C(not_ready).
      type: str
      sample: complete
    recovery_point:
      description: Name of the recovery point, or null when none was committed.
      type: str
      sample: 2026-11-22T101530Z
    error:
      description: Why the site failed.
      type: str
    databases:
      description: What was captured of each database, with the census as counts.
      type: list
      elements: dict
    webroots:
      description: What was captured of each webroot.
      type: list
      elements: dict
    remarks:
      description: What somebody should know although the recovery point is complete.
      type: list
      elements: str
    preflight:
      description: Findings, in check mode only.
      type: dict
"""

from ansible_collections.rawat.website.plugins.module_utils import backup_face


def main() -> None:
    """Entry point for Ansible."""
    backup_face.main(('databases', 'webroots'))


if __name__ == '__main__':
    main()
