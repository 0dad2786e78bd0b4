#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module database_backup; what it does is in module_utils/backup.py."""

from __future__ import annotations

DOCUMENTATION = r"""
module: database_backup
short_description: Back up the databases of web sites
version_added: 0.1.0
description:
  - Captures the databases of sites on the target and commits one recovery point a site (databases only).
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
  rawat.website.database_backup:
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
  description: One entry for each site, as in RV(rawat.website.site_backup#module:sites).
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.rawat.website.plugins.module_utils import backup_face


def main() -> None:
    """Entry point for Ansible."""
    backup_face.main(('databases',))


if __name__ == '__main__':
    main()
