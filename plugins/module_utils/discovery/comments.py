# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands as comments in an inventory that was made of what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.messages import message

BETTER = {'mariadb': 'discovery.better_mariadb', 'postgresql': 'discovery.better_postgresql'}


def hosts_head(language: str) -> str:
    """At the top of hosts.yml."""
    return message('discovery.hosts_head', language)


def entries_head(language: str, lacking: Sequence[str], has_repository: bool) -> list[str]:
    """At the top of a host's file: what it is, which variables nobody wrote, and that a repository must be named."""
    lines = [message('discovery.entries_head', language)]
    lines += [message('discovery.variable_missing', language, name=name) for name in lacking]
    return lines if has_repository else [*lines, message('discovery.repository_todo', language)]


def of_site(site: Mapping[str, Any], language: str) -> list[str]:
    """What the person who takes the entry over should know."""
    lines = [' '.join(str(part) for part in (site['application'], site['version'], site['file']) if part)]
    lines += [str(remark) for remark in site['remarks']]
    for database in site['databases']:
        if better := BETTER.get(str(database['engine']).replace('mysql', 'mariadb')):
            key = 'discovery.own' if database.get('password_variable') else 'discovery.administrator'
            said = {'name': database['name'], 'user': database.get('login_user', '?')}
            lines.append(message(key, language, better=message(better, language), **said))
    return lines


def templated(site: Mapping[str, Any], language: str) -> str:
    """Instead of an entry that Ansible would evaluate."""
    return message('discovery.templated', language, site=site['name'], file=site['file'])
