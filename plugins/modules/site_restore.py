#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module site_restore; what it does is in module_utils/restoring."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site_restore
short_description: Bring web sites back from a recovery point
version_added: 0.1.0
description:
  - Restores whole sites, one database, one table, or chosen files and folders; in place, beside the live site, on an
    empty server, or as a clone under another address.
  - Without O(confirm) it says what would be overwritten and changes nothing.
  - In place it takes a safety recovery point first, restores beside the live data, compares, and swaps. What was
    replaced is kept until O(discard_old).
  - Interrupted at any moment, the site is either the old or the new one; O(resume) finishes and O(undo) goes back.
author:
  - The rawat.website authors (@rawat-website)
options:
  point:
    description: The recovery point; the newest good one when nothing says otherwise.
    type: str
  before:
    description: The newest good recovery point before this time, such as V(2026-11-22) or V(2026-11-22T10:00:00Z).
    type: str
  register:
    description: The recovery point of the run with this number in the register.
    type: str
  database:
    description: Only this database of the site, by its name.
    type: str
  table:
    description:
      - Only this table of O(database), which may be left out where the site has one database.
      - What cannot be kept that way, such as foreign keys of other tables, is said.
    type: str
  files:
    description: Only these files and folders, as absolute paths in a webroot or relative to the only one.
    type: list
    elements: str
  to_path:
    description: Restore files into this directory instead of over the live ones.
    type: str
  to_database:
    description: Restore the database under this name instead of over the live one.
    type: str
  to_login_host:
    description: Host of another database server.
    type: str
  to_login_port:
    description: Port of another database server.
    type: int
  to_login_unix_socket:
    description: Socket of another database server.
    type: str
  to_login_user:
    description: Account with which the restored database is made.
    type: str
  to_login_password:
    description: Password of that account.
    type: str
  logins:
    description:
      - Administrators' logins of the database servers, with which databases, accounts and grants are made.
      - Without them V(root) over the site's socket for MariaDB, and the account V(postgres) for PostgreSQL.
    type: list
    elements: dict
    default: []
    suboptions:
      engine:
        description: The engine that it is for.
        type: str
        choices: [mariadb, postgresql]
        required: true
      login_host:
        description: Host of the database server.
        type: str
      login_port:
        description: Port of the database server.
        type: int
      login_user:
        description: Account of the database server.
        type: str
      login_password:
        description: Password of that account.
        type: str
      login_unix_socket:
        description: Socket of the database server.
        type: str
      become_user:
        description: Account of the operating system under which the database client runs.
        type: str
  url:
    description:
      - Make a clone for this address. Addresses and paths in databases and known configuration files are rewritten,
        serialised values included; the live site is not touched.
    type: str
  mask:
    description: Personal data to replace in a clone.
    type: list
    elements: dict
    suboptions:
      database:
        description: Name of the database; needed where the site has several.
        type: str
      table:
        description: Name of the table.
        type: str
        required: true
      column:
        description: Name of the column.
        type: str
        required: true
      rule:
        description:
          - What replaces the values. The same value becomes the same one everywhere; V(null) empties, V(fixed) puts
            O(mask[].value).
        type: str
        required: true
        choices: [hash, email, name, phone, 'null', fixed]
      value:
        description: The value of V(fixed).
        type: str
  confirm:
    description: Names of the sites that may be changed. Every site of O(sites) must be here, or nothing is changed.
    type: list
    elements: str
    default: []
  plan:
    description: Whether to say what would happen and change nothing, even with O(confirm). Check mode does the same.
    type: bool
    default: false
  maintenance:
    description: Whether visitors get a maintenance page while the site is replaced.
    type: bool
    default: false
  maintenance_file:
    description: File, relative to each webroot, that makes the site show the page; C(.maintenance) when empty.
    type: str
  maintenance_text:
    description: Content of that file; what WordPress understands when empty.
    type: str
  without_safety_point:
    description: Why no safety recovery point is taken, for instance because the live site cannot be read any more.
    type: str
  resume:
    description: Finish a restore that was interrupted.
    type: bool
    default: false
  undo:
    description: Go back to what the last restore replaced.
    type: bool
    default: false
  discard_old:
    description: Remove what the last restore replaced and kept.
    type: bool
    default: false
  restore_host:
    description: Name of the machine on which the restore happens, for the record; its host name when empty.
    type: str
extends_documentation_fragment:
  - rawat.website.attributes
  - rawat.website.backup
  - rawat.website.settings
  - rawat.website.repository
  - rawat.website.restore
"""

EXAMPLES = r"""
- name: Say what bringing back the newest recovery point would overwrite
  rawat.website.site_restore:
    sites: "{{ website_sites | selectattr('name', 'eq', 'peraturan') | list }}"
    repository: "{{ website_repository }}"
    plan: true

- name: Bring a site back as it was before an incident
  rawat.website.site_restore:
    sites: "{{ website_sites | selectattr('name', 'eq', 'peraturan') | list }}"
    repository: "{{ website_repository }}"
    before: "2026-11-22T10:00:00Z"
    confirm: [peraturan]

- name: Bring back one table
  rawat.website.site_restore:
    sites: "{{ website_sites | selectattr('name', 'eq', 'peraturan') | list }}"
    repository: "{{ website_repository }}"
    table: wp_options
    confirm: [peraturan]

- name: Make a clone for testing without the visitors' addresses
  rawat.website.site_restore:
    sites: "{{ website_sites | selectattr('name', 'eq', 'peraturan') | list }}"
    repository: "{{ website_repository }}"
    url: https://staging.example.go.id/
    to_path: /var/www/staging
    to_database: staging
    mask:
      - table: wp_comments
        column: comment_author_email
        rule: email
    confirm: [peraturan]
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
        - C(complete), C(remarks) or C(failed).
        - C(ready) or C(not_ready) when only the plan was asked for, or nobody confirmed.
      type: str
      sample: complete
    recovery_point:
      description: Name of the recovery point that was restored.
      type: str
      sample: 2026-11-22T101530Z
    error:
      description: Why the restore failed, or cannot be done.
      type: str
    remarks:
      description: What somebody should know.
      type: list
      elements: str
    restore:
      description: The plan, and what came of it.
      type: dict
      contains:
        mode:
          description: C(in_place), C(elsewhere), C(clone), C(empty), C(resume), C(undo) or C(discard_old).
          type: str
        parts:
          description:
            - What is restored. Each has C(kind), C(name), C(to), C(exists), C(bytes) and C(live_bytes), and afterwards
              C(method), C(written), C(deleted), C(unchanged) and C(old) (where the replaced one is kept).
          type: list
          elements: dict
        lost_milliseconds:
          description: What was changed within this time would be lost; null when nothing is overwritten.
          type: int
        needed_bytes:
          description: Room that the restore needs beside the live data.
          type: int
        free_bytes:
          description: Room that there is.
          type: int
        safety_point:
          description: Name of the recovery point that was taken before anything was replaced.
          type: str
        cannot_keep:
          description: What a single table cannot bring back.
          type: list
          elements: str
        pages:
          description: What the site answered afterwards.
          type: list
          elements: dict
        way_back:
          description: How to go back to what was replaced.
          type: list
          elements: str
unconfirmed:
  description: Names of the sites of which the plan was shown, and nothing changed, because O(confirm) lacks them.
  returned: always
  type: list
  elements: str
"""

from ansible_collections.rawat.website.plugins.module_utils import restore_face


def main() -> None:
    """Entry point for Ansible."""
    restore_face.main()


if __name__ == '__main__':
    main()
