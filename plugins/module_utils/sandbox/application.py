# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is started to serve a restored site, as whom, and from which document root.

The inventory may say (`website_sites[].application`); else it is found out from the tree: a document root is where an
index.php or index.html lies. Raises Limitation where this machine, or what is known of the site, does not suffice.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.rawat.website.plugins.module_utils import php_platform
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation
from ansible_collections.rawat.website.plugins.module_utils.pages.client import port_of
from ansible_collections.rawat.website.plugins.module_utils.sandbox import router

FOLDERS = ('', 'public', 'web', 'htdocs', 'public_html', 'www', 'html', 'httpdocs')
INDEXES = {'index.php': 'php', 'index.html': 'static', 'index.htm': 'static'}
ACCOUNTS = ('www-data', 'apache', 'nginx', 'http', 'wwwrun', 'nobody')
ROUTER = '/run/rawat/router.php'
COMMAND_PORT = 8080
PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
WORKERS = '4'  # a site that calls itself (WordPress) waits for ever with one
START_SECONDS = 30
HOME = '/tmp'  # noqa: S108  (the inside has a /tmp of its own)
SWITCHES = {
    'sendmail_path': '/bin/false',
    'session.save_path': HOME,
    'sys_temp_dir': HOME,
    'log_errors': '1',
    'zend.exception_ignore_args': '1',  # else a stack trace may quote the password of a failed connection
}


def application(site: Mapping[str, Any], manifest: Mapping[str, Any], trees: Mapping[str, str]) -> dict[str, Any]:
    """The part of the inside's `spec` that says what to run. `trees`: {live path: restored directory}."""
    said = site.get('application') or {}
    if said.get('kind') == 'none':
        raise Limitation(f'{site["name"]}: application.kind is none: the restored site is not started')
    kind, root = _kind_and_root(site, said, [part['path'] for part in manifest['webroots']], trees)
    url = urlsplit(site.get('url') or 'http://localhost/')
    known: dict[str, Any] = {'kind': kind, 'directory': root, 'prefix': url.path.rstrip('/'), 'argv': [], 'files': {}}
    known.update(_account(said.get('user'), inside(trees, root)), port=port_of(url), start_seconds=START_SECONDS)
    known['environment'] = {'PATH': PATH, 'HOME': HOME, 'LANG': 'C.UTF-8', 'HOST': '127.0.0.1'}
    if kind == 'php':
        known = _php(known, (manifest.get('application') or {}).get('platform'), url.scheme, url.netloc)
    elif kind == 'command':
        known.update(argv=list(said['command']), port=said.get('port') or COMMAND_PORT)
    known['environment'].update({name: str(value) for name, value in (said.get('environment') or {}).items()})
    return known


def _kind_and_root(
    site: Mapping[str, Any], said: Mapping[str, Any], webroots: Sequence[str], trees: Mapping[str, str]
) -> tuple[str, str]:
    kind, root = said.get('kind') or 'auto', said.get('document_root')
    if kind == 'auto' and said.get('command'):
        kind = 'command'
    if kind == 'command':
        if not said.get('command'):
            raise Limitation(f'{site["name"]}: application.kind is command, but application.command is missing')
        return kind, root or webroots[0]
    for folder in [root] if root else [os.path.join(path, name).rstrip('/') for path in webroots for name in FOLDERS]:
        for index, served_by in INDEXES.items():
            if os.path.isfile(os.path.join(inside(trees, folder), index)) and kind in ('auto', served_by):
                return served_by, folder
    if root and kind != 'auto':
        return kind, root
    raise Limitation(
        f'{site["name"]}: no index.php or index.html in {", ".join([root] if root else webroots)}: '
        'say application.document_root, or application.command for what is neither PHP nor static'
    )


def inside(trees: Mapping[str, str], path: str) -> str:
    """Where the live `path` lies in the restored trees; a path that is in none of them does not exist."""
    for live in sorted(trees, key=len, reverse=True):
        if path == live or path.startswith(f'{live.rstrip("/")}/'):
            return os.path.join(trees[live], os.path.relpath(path, live))
    return '/nonexistent'


def _account(name: str | None, root: str) -> dict[str, Any]:
    """{'user', 'group', 'groups'} as numbers: the inventory's, else the owner of the document root; never root."""
    if os.geteuid() != 0:
        return {'user': os.geteuid(), 'group': os.getegid(), 'groups': []}
    if name:
        try:
            return _named(name)
        except KeyError:
            raise Limitation(f'this machine has no account {name!r} (application.user)') from None
    with contextlib.suppress(OSError):
        found = os.stat(root)
        if found.st_uid:
            with contextlib.suppress(KeyError):
                return _named(pwd.getpwuid(found.st_uid).pw_name)
            return {'user': found.st_uid, 'group': found.st_gid or found.st_uid, 'groups': []}
    for account in ACCOUNTS:
        with contextlib.suppress(KeyError):
            return _named(account)
    raise Limitation(f'this machine has none of the accounts {", ".join(ACCOUNTS)}: say application.user')


def _named(name: str) -> dict[str, Any]:
    entry = pwd.getpwnam(name)
    if entry.pw_uid == 0:
        raise Limitation(f'a site never runs as root: say another application.user than {name!r}')
    groups = [group for group in os.getgrouplist(name, entry.pw_gid) if group]
    group = entry.pw_gid or grp.getgrnam('nogroup').gr_gid
    return {'user': entry.pw_uid, 'group': group, 'groups': groups}


def _php(known: dict[str, Any], platform: Mapping[str, Any] | None, scheme: str, netloc: str) -> dict[str, Any]:
    program = php_platform.cli(platform)
    if not program:
        raise Limitation('this machine has no PHP for the command line: install php-cli')
    found = php_platform.cli_platform(platform)
    settings = [word for name, value in SWITCHES.items() for word in ('-d', f'{name}={value}')]
    argv = [program, *settings, '-S', '127.0.0.1:{port}', '-t', known['directory'], ROUTER]
    environment = {**php_platform.settings_of(found['php']), 'PHP_CLI_SERVER_WORKERS': WORKERS}
    host = netloc.rpartition('@')[2]
    text = router.script(known['directory'], known['prefix'], scheme, host, known['port'])
    return {**known, 'argv': argv, 'files': {ROUTER: text}, 'environment': {**known['environment'], **environment}}
