#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module site_discovery; what it does is in module_utils/discovery/."""

from __future__ import annotations

DOCUMENTATION = r"""
module: site_discovery
short_description: Find the web sites of a server and those that nobody backs up
version_added: 0.1.0
description:
  - Reads the configuration of nginx, Apache and PHP-FPM and that of known web applications, and lists the databases of
    the server's own MariaDB and PostgreSQL. Nothing is written, and no code of a site is run.
  - What cannot be read (too large, binary, includes in a circle, no right) is a remark.
  - Passwords that applications keep in their configuration are returned to nobody. With O(output) the action plugin
    writes them into a file that is encrypted by ansible-vault, on the controller.
author:
  - The rawat.website authors (@rawat-website)
options:
  protected:
    description: What the inventory says of this server's sites, C(website_sites).
    type: list
    elements: dict
    default: []
  output:
    description:
      - Folder on the controller. The passwords of the sites that no entry protects are written to
        C(host_vars/<host>/vault.yml) in it, encrypted, where Ansible was given a vault password. An existing file is
        never overwritten.
    type: path
  repository:
    description:
      - C(website_repository) of this server, for the inventory that is written with O(output). Its secrets go into the
        encrypted file, too.
    type: dict
extends_documentation_fragment:
  - rawat.website.settings
attributes:
  check_mode:
    description: Reads only, and does the same in check mode; the files of O(output) are not written then.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
  idempotent:
    description: A second run finds the same, and changes nothing on the target.
    support: full
"""

EXAMPLES = r"""
- name: What does this server carry?
  rawat.website.site_discovery:
    protected: "{{ website_sites | default([], true) }}"
"""

RETURN = r"""
sites:
  description: One entry for each webroot that a web server serves.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the inventory entry that protects it, or a new one that is free.
      type: str
      sample: peraturan-example-go-id
    url:
      description: Where it is served, as far as its configuration tells.
      type: str
    application:
      description: What was recognised, such as C(WordPress); C(PHP) or C(static) otherwise.
      type: str
    version:
      description: Version of the application.
      type: str
    server:
      description: C(nginx) or C(apache).
      type: str
    server_names:
      description: The names under which it is served.
      type: list
      elements: str
    file:
      description: Where its virtual host is configured.
      type: str
    user:
      description: Account (or socket) that runs its PHP.
      type: str
    webroots:
      description: Its folders, as in C(website_sites).
      type: list
      elements: dict
    databases:
      description:
        - Its databases, as in C(website_sites), without passwords. C(password_variable) names the variable that holds
          one, where one is needed.
      type: list
      elements: dict
    site_application:
      description: What is to be said of it in C(website_sites[].application).
      type: dict
    protected:
      description: Whether an inventory entry holds its webroots and all its databases.
      type: bool
    protected_by:
      description: The name of the inventory entry that holds its webroot, or null.
      type: str
    remarks:
      description: What somebody should know or decide.
      type: list
      elements: str
unclaimed_databases:
  description: Databases (C(engine), C(name), C(bytes), C(tables)) that neither a site nor an inventory entry names.
  returned: always
  type: list
  elements: dict
gone:
  description: Inventory entries (C(name), C(webroots)) of which a webroot is not there any more.
  returned: always
  type: list
  elements: dict
remarks:
  description: What was not looked at, and why.
  returned: always
  type: list
  elements: str
written:
  description: With O(output), the files that the action plugin wrote on the controller.
  returned: O(output) is given
  type: list
  elements: str
missing_variables:
  description: With O(output), variables that nobody wrote because Ansible has no vault password.
  returned: O(output) is given
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.discovery.survey import survey
from ansible_collections.rawat.website.plugins.module_utils.site_face import settings_spec

DATABASE_SECONDS = 60  # beyond discovery_seconds, for servers that are asked for their databases


def argument_spec() -> dict:
    """What the module takes."""
    return {
        'protected': {'type': 'list', 'elements': 'dict', 'default': []},
        'output': {'type': 'path'},
        'repository': {'type': 'dict'},
        'settings': {'type': 'dict', 'apply_defaults': True, 'options': settings_spec()},
    }


def main() -> None:
    """Entry point for Ansible. The passwords leave in a key of their own, which the action plugin takes out."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    settings = module.params['settings']
    try:
        with process.guard(settings['discovery_seconds'] + DATABASE_SECONDS):
            found = survey(module.params['protected'], settings)
    except (process.DeadlineExceeded, process.Interrupted) as ending:
        module.fail_json(msg=f'the sites of this host were not found: {ending}')
    passwords = found.pop('passwords')
    module.no_log_values = set()  # Ansible would also blank names that happen to be called like a password
    secrets = {'rawat_passwords': passwords} if module.params['output'] else {}
    module.exit_json(changed=False, invocation={}, **found, **secrets)


if __name__ == '__main__':
    main()
