# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PHP that serves sites on this machine: what a site was served with, and whether a drill's machine has as much."""

from __future__ import annotations

import glob
import os
import re
import shutil
from collections.abc import Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process

VERSION = re.compile(rb'PHP (\d+\.\d+\.\d+)')
# No site needs them.
NOT_SERVED = frozenset({'readline', 'pcntl', 'cgi-fcgi', 'cli_server', 'Zend OPcache', 'xdebug'})
FPM_PLACES = (
    *('/usr/sbin/php-fpm*', '/usr/bin/php-fpm*', '/usr/local/sbin/php-fpm*'),
    '/opt/remi/php*/root/usr/sbin/php-fpm',
)


def application_platform() -> dict[str, Any]:
    """{'php': '8.2.31' or None, 'extensions': [...]} of php-fpm, else of the PHP of the command line. Never raises."""
    servers = [path for pattern in FPM_PLACES for path in glob.glob(pattern) if os.access(path, os.X_OK)]
    for program in [*sorted(servers, key=_by_number, reverse=True), shutil.which('php')]:
        found = _ask(program) if program else None
        if found:
            return found
    return {'php': None, 'extensions': []}


def cli_platform(recorded: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The same of the PHP that a drill starts: the command line's, of the recorded version where there is one."""
    program = cli(recorded)
    return (_ask(program) if program else None) or {'php': None, 'extensions': []}


def cli(recorded: Mapping[str, Any] | None = None) -> str | None:
    """The path of PHP for the command line; php8.2 rather than php where 8.2 served the site."""
    version = minor((recorded or {}).get('php'))
    return (shutil.which(f'php{version}') if version else None) or shutil.which('php')


def settings_of(version: str | None) -> dict[str, str]:
    """Environment by which the PHP of the command line reads the settings of php-fpm beside it (Debian keeps two)."""
    folder = f'/etc/php/{minor(version)}/fpm'
    if not version or not os.path.isfile(f'{folder}/php.ini'):
        return {}
    return {'PHPRC': folder, 'PHP_INI_SCAN_DIR': f'{folder}/conf.d'}


def lacking(recorded: Mapping[str, Any] | None) -> list[str]:
    """Sentences: what this machine's PHP lacks of what served the site; [] when it lacks nothing."""
    if not recorded or not recorded.get('php'):
        return []
    here = cli_platform(recorded)
    if not here['php']:
        return ['this machine has no PHP for the command line: install php-cli']
    lines = []
    if minor(here['php']) != minor(recorded['php']):
        lines.append(f'this machine has PHP {here["php"]}, the site was served by PHP {recorded["php"]}')
    gone = set(recorded.get('extensions') or []) - set(here['extensions']) - NOT_SERVED
    return lines + [f'this machine has no PHP extension {name}' for name in sorted(gone)]


def minor(version: str | None) -> str | None:
    """'8.2' of '8.2.31'."""
    return '.'.join(version.split('.')[:2]) if version else None


def _by_number(path: str) -> list[int]:
    return [int(number) for number in re.findall(r'\d+', os.path.basename(path))]


def _ask(program: str) -> dict[str, Any] | None:
    """Version and extensions as `program` tells them; None when it does not run."""
    try:
        version = VERSION.search(process.run([program, '-v']))
        listed = process.run([program, '-m'], environment=settings_of(version.group(1).decode() if version else None))
    except (process.CommandFailed, OSError):
        return None
    names = {line.strip() for line in listed.decode('utf-8', 'replace').splitlines() if line and line[0] != '['}
    return {'php': version.group(1).decode(), 'extensions': sorted(names)} if version else None
