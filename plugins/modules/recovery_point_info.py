#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module recovery_point_info: which recovery points a site has, read from the repository itself."""

from __future__ import annotations

DOCUMENTATION = r"""
module: recovery_point_info
short_description: List the recovery points of web sites
version_added: 0.1.0
description:
  - Reads the manifests in the repository, which are the only evidence that a recovery point exists.
author:
  - The rawat.website authors (@rawat-website)
options:
  sites:
    description: Names of the sites.
    type: list
    elements: str
    required: true
  host:
    description: Name of this target in the inventory; the host name when empty.
    type: str
  limit:
    description: How many recovery points to list of each site, the newest ones; 0 lists all.
    type: int
    default: 10
extends_documentation_fragment:
  - rawat.website.attributes.info_module
  - rawat.website.backup.repository
"""

EXAMPLES = r"""
- name: Which recovery points are there
  rawat.website.recovery_point_info:
    sites: [peraturan]
    repository:
      location: /srv/backups
"""

RETURN = r"""
sites:
  description: One entry for each site.
  returned: always
  type: list
  elements: dict
  contains:
    site:
      description: Name of the site.
      type: str
    points:
      description:
        - Its recovery points, newest first.
        - Each has C(id), C(outcome), C(finished), C(bytes), C(databases), C(webroots) and C(drill), its last drill with
          C(grade), C(reason), C(finished) and C(age_seconds), or null.
      type: list
      elements: dict
    newest_good:
      description: Name of the newest one that is complete, with or without remarks; null when there is none.
      type: str
    age_seconds:
      description: Seconds since that one was finished.
      type: int
    error:
      description: Why the repository could not be read.
      type: str
"""

import calendar
import os
import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import options, process, stores
from ansible_collections.rawat.website.plugins.module_utils.arguments import PARTS, REPOSITORY
from ansible_collections.rawat.website.plugins.module_utils.record import DONE
from ansible_collections.rawat.website.plugins.module_utils.site_run import FAILURES, describe


def listing(name: str, host: str, repository: dict, limit: int) -> dict:
    """What the repository holds of the site `name`."""
    entry: dict = {'site': name, 'host': host, 'points': [], 'newest_good': None, 'age_seconds': None, 'error': None}
    try:
        place = stores.open_repository({**repository, 'create': False}, name, options.defaults())
        place.check()
        manifests = place.points()
        drills = place.events('drill')
    except FAILURES as failure:
        return entry | {'error': describe(failure)}
    good = next((manifest for manifest in manifests if is_whole(manifest)), None)
    if good:
        entry.update(newest_good=good['id'], age_seconds=_age(good['finished']))
    points = [_brief(manifest) | {'drill': _last_drill(manifest, drills)} for manifest in manifests[: limit or None]]
    return entry | {'points': points}


def is_whole(manifest: dict) -> bool:
    """A point of the databases alone is no point of the site."""
    return manifest['outcome'] in DONE and set(manifest['parts']) == set(PARTS)


def _last_drill(manifest: dict, drills: list[dict]) -> dict | None:
    """What the repository holds of the last drill of a point. `drills`: events of all points, newest first."""
    for event in drills:
        if event['point'] == manifest['id']:
            found = {key: event['document'].get(key) for key in ('grade', 'reason', 'finished')}
            return found | {'age_seconds': _age(found['finished'] or event['time'])}
    return None


def _age(moment: str) -> int:
    """Seconds since a moment in UTC."""
    return int(time.time()) - calendar.timegm(time.strptime(moment, '%Y-%m-%dT%H:%M:%SZ'))


def _brief(manifest: dict) -> dict:
    parts = manifest['databases'] + manifest['webroots']
    brief = {key: manifest[key] for key in ('id', 'outcome', 'finished', 'run', 'error', 'parts')}
    brief.update(manifest['repository'], bytes=sum(part.get('stored_bytes') or 0 for part in parts))
    return brief | {'databases': len(manifest['databases']), 'webroots': len(manifest['webroots'])}


def main() -> None:
    """Entry point for Ansible."""
    spec = {
        'sites': {'type': 'list', 'elements': 'str', 'required': True},
        'repository': {'type': 'dict', 'required': True, 'options': REPOSITORY},
        'host': {'type': 'str'},
        'limit': {'type': 'int', 'default': 10},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    params = module.params
    host = params['host'] or os.uname().nodename
    with process.guard(options.defaults()['deadline']):
        sites = [listing(name, host, params['repository'], params['limit']) for name in params['sites']]
    module.exit_json(changed=False, sites=sites)


if __name__ == '__main__':
    main()
