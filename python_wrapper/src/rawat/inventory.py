# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory says, read without connecting to any host: its sites by name, and single settings.

Vaulted values stay encrypted and are no obstacle; a template is evaluated by Ansible, and only where it stands in what
we need. No secret is asked for, so none can come out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from functools import cached_property
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import ZONES
from ansible_collections.rawat.website.plugins.module_utils.procedure import office as offices

from rawat.collection import ansible_directory
from rawat.request import UsageProblem
from rawat.terminal import say

TIMEOUT = 120  # seconds; inventory plugins may ask a cloud
TOLD = 500  # characters of what Ansible said
NAMES = "{{ website_sites | map(attribute='name') | list | to_json }}"
ANSWER = re.compile(r'^(\S+) \| SUCCESS => ', re.MULTILINE)
Site = dict[str, Any]


def inventory_sites(path: Path) -> list[Site]:
    """[{name, host, url}] of every site of the inventory at `path`, host after host. UsageProblem."""
    return Inventory(path).sites()


class Inventory:
    """The inventory at `path`; everything raises UsageProblem naming the variable and its hosts."""

    def __init__(self, path: Path):
        self.path = path

    @cached_property
    def hosts(self) -> dict[str, dict[str, Any]]:
        """{host: its variables as they are written}, in the order of the inventory."""
        listing = json.loads(self._ansible('ansible-inventory', '--list'))
        variables = listing.get('_meta', {}).get('hostvars', {})
        ordered: dict[str, None] = {}
        for group in listing.values():
            ordered.update(dict.fromkeys(group.get('hosts', []) if isinstance(group, dict) else []))
        return {host: variables.get(host, {}) for host in [*ordered, *(set(variables) - set(ordered))]}

    def sites(self) -> list[Site]:
        """[{name, host, url}]; `url` is None where it is a template."""
        written = {host: values['website_sites'] for host, values in self.hosts.items() if values.get('website_sites')}
        evaluated = self._evaluated([host for host, sites in written.items() if _is_template(_names(sites))], NAMES)
        found = []
        for host, sites in written.items():
            names = evaluated.get(host) or _names(sites)
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                raise self._problem('inventory.malformed', 'website_sites', [host])
            urls = [_plain(site.get('url')) for site in sites] if isinstance(sites, list) else [None] * len(names)
            found += [{'name': name, 'host': host, 'url': url} for name, url in zip(names, urls)]
        return found

    def setting(self, name: str) -> Any:
        """The value of a variable that is one for all hosts ('website_office'); None when no host has it."""
        said = {host: values[name] for host, values in self.hosts.items() if values.get(name) is not None}
        templated = [host for host, value in said.items() if _is_template(value)]
        said.update(self._evaluated(templated, f'{{{{ {name} | to_json }}}}', name))
        different = {json.dumps(value, sort_keys=True): value for value in said.values()}
        if len(different) > 1:
            values = ', '.join(different)[:TOLD]
            raise UsageProblem([say('inventory.differs', path=self.path, field=name, values=values)])
        return next(iter(different.values()), None)

    def office(self) -> dict[str, Any]:
        """`website_office`, settled and found good."""
        try:
            office = offices.settle(self.setting('website_office'))
        except TypeError as error:
            raise UsageProblem([say('inventory.office', path=self.path, problem=error)]) from error
        if wrong := offices.problems(office):
            raise UsageProblem([say('inventory.office', path=self.path, problem=problem) for problem in wrong])
        return office

    def offset(self) -> int:
        """`website_time_zone` in minutes east of UTC."""
        zones = {name: minutes for minutes, name in ZONES.items()}
        zone = self.setting('website_time_zone') or 'WIB'
        if zone not in zones:
            raise self._problem('inventory.malformed', f'website_time_zone {zone!r}', list(self.hosts))
        return zones[zone]

    def _evaluated(self, hosts: list[str], template: str, name: str = 'website_sites') -> dict[str, Any]:
        """What Ansible makes of `template` on `hosts`: {host: value}; nothing is run on them."""
        if not hosts:
            return {}
        try:
            arguments = json.dumps({'msg': template})
            said = self._ansible('ansible', ','.join(hosts), '-m', 'ansible.builtin.debug', '-a', arguments)
            found = {
                match[1]: json.JSONDecoder().raw_decode(said, match.end())[0]['msg'] for match in ANSWER.finditer(said)
            }
            # Ansible may hand on JSON as what it stands for.
            return {host: json.loads(found[host]) if isinstance(found[host], str) else found[host] for host in hosts}
        except (UsageProblem, ValueError, KeyError, TypeError) as error:
            raise self._problem('inventory.templated', name, hosts) from error

    def _ansible(self, program: str, *arguments: str) -> str:
        command = [f'{ansible_directory()}/{program}', '-i', str(self.path), *arguments]
        settings = {'ANSIBLE_NOCOLOR': '1', 'ANSIBLE_FORCE_COLOR': '0', 'ANSIBLE_STDOUT_CALLBACK': 'minimal'}
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=TIMEOUT,
                env={**os.environ, **settings},
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UsageProblem([say('inventory.unreadable', path=self.path, reason=error)]) from error
        if done.returncode:
            reason = (done.stderr or done.stdout).strip()[-TOLD:]
            raise UsageProblem([say('inventory.unreadable', path=self.path, reason=reason)])
        return done.stdout

    def _problem(self, key: str, field: str, hosts: list[str]) -> UsageProblem:
        return UsageProblem([say(key, path=self.path, field=field, hosts=', '.join(hosts))])


def _names(sites: Any) -> Any:
    """The names of sites as they are written; what is no list of sites as it is."""
    if not isinstance(sites, list) or not all(isinstance(site, dict) for site in sites):
        return sites
    return [site.get('name') for site in sites]


def _is_template(value: Any) -> bool:
    """Whether a template stands anywhere in `value`."""
    if isinstance(value, dict):
        return any(_is_template(item) for item in value.values())
    if isinstance(value, list):
        return any(_is_template(item) for item in value)
    return isinstance(value, str) and ('{{' in value or '{%' in value)


def _plain(value: Any) -> str | None:
    return value if isinstance(value, str) and not _is_template(value) else None
