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
  policies:
    description: For each site that has its own, its C(retention), by the name of the site.
    type: dict
    default: {}
  forecast_days:
    description: So many days are looked ahead.
    type: int
    default: 30
  utc_offset_minutes:
    description: The office's time zone, in minutes east of UTC.
    type: int
    default: 420
  history:
    description: Tell the whole history as well, in few bytes a recovery point.
    type: bool
    default: false
extends_documentation_fragment:
  - rawat.website.attributes.info_module
  - rawat.website.repository
  - rawat.website.retention
  - rawat.website.settings
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
    copies:
      description: Of the newest good recovery point, the newest result of each of its copies, as in the record.
      type: list
      elements: dict
    retention:
      description:
        - Null without a rule. Otherwise C(expired), how many recovery points a prune would remove, C(oldest), the time
          of the oldest point, C(free_bytes) and C(full_on), a date or null.
      type: dict
    last_proof:
      description: When a drill last ended with grade A or B, in UTC; null when none did.
      type: str
    holds:
      description: Holds in force, of the repository and of the register.
      type: list
      elements: dict
    history:
      description:
        - With I(history) only. One list for each recovery point, newest first; the order of its items is that of
          C(Row) in C(module_utils/point_history.py).
      type: list
      elements: list
    error:
      description: Why the repository could not be read.
      type: str
"""

import calendar
import os
import time
from typing import Any, NamedTuple

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import point_history, process, stores
from ansible_collections.rawat.website.plugins.module_utils.arguments import PARTS, REPOSITORY, RETENTION
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc as manifest_time
from ansible_collections.rawat.website.plugins.module_utils.prune_face import HOLD
from ansible_collections.rawat.website.plugins.module_utils.record import DONE
from ansible_collections.rawat.website.plugins.module_utils.retention.decision import PROVEN, is_empty
from ansible_collections.rawat.website.plugins.module_utils.retention.points import (
    facts,
    holds_for,
    holds_of,
    policy_of,
)
from ansible_collections.rawat.website.plugins.module_utils.retention.simulation import simulate
from ansible_collections.rawat.website.plugins.module_utils.site_face import settings_spec
from ansible_collections.rawat.website.plugins.module_utils.site_run import FAILURES, describe


def listing(name: str, host: str, repository: dict, limit: int, ahead: Ahead, history: bool = False) -> dict:
    """What the repository holds of the site `name`."""
    entry: dict = {'site': name, 'host': host, 'points': [], 'newest_good': None, 'age_seconds': None, 'error': None}
    entry |= {'copies': [], 'retention': None, 'last_proof': None, 'holds': []}
    try:
        place = stores.open_repository({**repository, 'create': False}, name, ahead.settings)
        place.check()
        manifests = place.points()
        events = place.events()
        drills = [event for event in events if event['kind'] == 'drill']
        entry['retention'] = ahead.of(name, manifests, events, place)
        entry['holds'] = holds_of(events) + holds_for(name, ahead.holds)
    except FAILURES as failure:
        return entry | {'error': describe(failure)}
    good = next((manifest for manifest in manifests if is_whole(manifest)), None)
    if good:
        entry.update(newest_good=good['id'], age_seconds=_age(good['finished']), copies=_copies(good, events))
    entry['last_proof'] = next((event['time'] for event in drills if event['document'].get('grade') in PROVEN), None)
    points = [_brief(manifest) | {'drill': _last_drill(manifest, drills)} for manifest in manifests[: limit or None]]
    told = {'history': _history(manifests, drills)} if history else {}
    return entry | {'points': points} | told


def _history(manifests: list[dict], drills: list[dict]) -> list[list]:
    """All points, newest first, each as a short list."""
    last: dict[str, dict] = {}
    for event in drills:
        last.setdefault(event['point'], {**event['document'], 'finished': _finished(event)})
    return [list(point_history.row(one, is_whole(one), last.get(one['id']))) for one in manifests]


def _finished(event: dict) -> str:
    return event['document'].get('finished') or event['time']


class Ahead(NamedTuple):
    """What is asked about the days to come."""

    settings: dict
    retention: dict | None
    policies: dict
    holds: list[dict]
    days: int
    offset: int

    def of(self, name: str, manifests: list[dict], events: list[dict], place: Any) -> dict | None:
        """What a prune would remove of a site, and when there is no more room; None without a rule."""
        policy = policy_of(self.policies.get(name) or self.retention, self.settings)
        if is_empty(policy):
            return None
        known = facts(manifests, [event for event in events if event['kind'] == 'drill'])
        free = place.free_bytes()
        held = holds_of(events) + holds_for(name, self.holds)
        found = simulate(known, policy, held, manifest_time(), self.days, self.offset, free)
        gone = [point for point in found['decision'] if not point['keep']]
        return {
            'expired': len(gone), 'oldest': min((point['time'] for point in found['decision']), default=None),
            'free_bytes': free, 'full_on': found['forecast']['full_on'],
        }  # fmt: skip


def _copies(manifest: dict, events: list[dict]) -> list[dict]:
    """The newest result of each copy of a point."""
    found: dict[str, dict] = {}
    for event in events:
        if event['kind'] == 'copy' and event['point'] == manifest['id']:
            found.setdefault(str(event['document'].get('name')), event['document'])
    return list(found.values())


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


def argument_spec() -> dict:
    """The arguments of the module."""
    return {
        'sites': {'type': 'list', 'elements': 'str', 'required': True},
        'repository': {'type': 'dict', 'required': True, 'options': REPOSITORY},
        'host': {'type': 'str'},
        'limit': {'type': 'int', 'default': 10},
        'retention': {'type': 'dict', 'options': RETENTION},
        'holds': {'type': 'list', 'elements': 'dict', 'default': [], 'options': HOLD},
        'policies': {'type': 'dict', 'default': {}},
        'settings': {'type': 'dict', 'apply_defaults': True, 'options': settings_spec()},
        'forecast_days': {'type': 'int', 'default': 30},
        'utc_offset_minutes': {'type': 'int', 'default': 420},
        'history': {'type': 'bool', 'default': False},
    }


def main() -> None:
    """Entry point for Ansible."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    params = module.params
    host = params['host'] or os.uname().nodename
    names = ('settings', 'retention', 'policies', 'holds', 'forecast_days', 'utc_offset_minutes')
    asked = Ahead(*(params[name] for name in names))
    with process.guard(params['settings']['deadline']):
        told = (host, params['repository'], params['limit'], asked, params['history'])
        sites = [listing(name, *told) for name in params['sites']]
    module.exit_json(changed=False, sites=sites)


if __name__ == '__main__':
    main()
