# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sites the web servers of this machine serve, and from where: what nginx.py, apache.py and php_fpm.py find."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.discovery import apache, nginx, php_fpm
from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import Reader
from ansible_collections.rawat.website.plugins.module_utils.discovery.virtual_host import VirtualHost


def virtual_hosts(root: str = '/', reader: Reader | None = None) -> tuple[list[VirtualHost], list[str]]:
    """Every virtual host in the order of the configuration, and remarks; what cannot be read never raises."""
    reader = reader or Reader(root=root)
    found = [*nginx.virtual_hosts(reader), *apache.virtual_hosts(reader)]
    if not any(reader.is_file(path) for path in (*nginx.FILES, *apache.ROOTS)):
        reader.remark('neither nginx nor Apache is configured here: sites of other web servers are not found')
    pools = php_fpm.pools(reader)
    return [_with_account(host, pools) for host in found], reader.remarks


def _with_account(host: VirtualHost, pools: dict[str, str]) -> VirtualHost:
    """The account of the PHP-FPM pool behind the socket, where a pool is known to listen there."""
    listen = php_fpm.listening(host.php or '')
    return host._replace(php=pools.get(listen, host.php)) if host.php else host
