# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one server carries, and what of it nobody backs up: a whole discovery, and the short form for a warning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery import databases, entries, matching, naming
from ansible_collections.rawat.website.plugins.module_utils.discovery.candidates import Candidate, candidates
from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import Limits, Reader
from ansible_collections.rawat.website.plugins.module_utils.discovery.virtual_host import VirtualHost
from ansible_collections.rawat.website.plugins.module_utils.discovery.webservers import virtual_hosts

WARNED = 50  # unprotected sites that a warning names


def survey(protected: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], root: str = '/') -> dict[str, Any]:
    """{sites, unclaimed_databases, gone, remarks, passwords}, as the module site_discovery documents them.

    `protected` is the host's website_sites. `passwords` is {variable:
    password} and secret; nothing else in the result is. Never raises for what it reads.
    """
    reader = Reader(Limits.of(settings), root)
    hosts, _remarks = virtual_hosts(root, reader)
    found = candidates(hosts, reader)
    listed, remarks = databases.listed() if root == '/' else ([], [])
    inventory = matching.Inventory(protected, reader)
    used = {str(entry.get('name')) for entry in protected}
    sites, passwords = [], {}
    for candidate in found:
        site, secrets = entries.site(candidate, inventory, listed, used, reader)
        sites.append(site)
        passwords.update(secrets)
    claimed = [one for candidate in found for one in (candidate.found.databases if candidate.found else ())]
    claimed += [one for entry in protected for one in entry.get('databases') or []]
    return {
        'sites': sites,
        'unclaimed_databases': databases.unclaimed(listed, claimed),
        'gone': inventory.gone(),
        'remarks': [*reader.remarks, *remarks],
        'passwords': passwords,
    }


def unprotected(known_webroots: Sequence[str], settings: Mapping[str, Any], root: str = '/') -> list[dict[str, Any]]:
    """[{webroot, url, application, server}] of sites whose webroot no entry holds; files are read, nothing is asked.

    For a warning at the end of a backup: what is looked at is the webroot alone. Never raises.
    """
    reader = Reader(Limits.of(settings), root)
    hosts, _remarks = virtual_hosts(root, reader)
    inventory = matching.Inventory([{'webroots': [{'path': path} for path in known_webroots]}], reader)
    beside = [_beside(host, inventory, reader) for host in hosts]
    open_ones = [one for one in candidates(beside, reader) if not inventory.covering(one.real)]
    return [_warning(candidate) for candidate in open_ones[:WARNED]]


def _beside(host: VirtualHost, inventory: matching.Inventory, reader: Reader) -> VirtualHost:
    """A virtual host without what is protected: nobody need look into that, so a server in order costs nothing."""

    def protected(path: str) -> bool:
        real = reader.real(path) if path else None
        return real is not None and inventory.covering(real) is not None

    aliases = tuple(pair for pair in host.aliases if not protected(pair[1]))
    return host._replace(aliases=aliases, document_root='' if protected(host.document_root) else host.document_root)


def _warning(candidate: Candidate) -> dict[str, Any]:
    return {
        'webroot': entries.shown(candidate.webroot),
        'url': entries.shown(candidate.url) if candidate.url else None,
        'application': candidate.found.application if candidate.found else None,
        'server': naming.server_name(candidate.hosts[0].names) or candidate.hosts[0].server,
    }
