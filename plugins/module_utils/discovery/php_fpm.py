# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Under which account PHP-FPM runs what is sent to which socket (php-fpm.conf and its pools)."""

from __future__ import annotations

import os

from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import Reader

PATTERNS = ('/etc/php/*/fpm/php-fpm.conf', '/etc/php-fpm.conf', '/etc/php*/php-fpm.conf', '/usr/local/etc/php-fpm.conf')


def pools(reader: Reader) -> dict[str, str]:
    """{where it listens: account} of every pool."""
    found: dict[str, str] = {}
    for pattern in PATTERNS:
        for path in reader.matching(pattern):
            if reader.is_file(path):
                _Pools(reader, found).file(path, '', 0)
    return found


def listening(address: str) -> str:
    """A socket in the words of a pool: 'unix:/run/x.sock', 'proxy:unix:/run/x.sock|fcgi://localhost' -> the path."""
    address = address.removeprefix('proxy:').partition('|')[0]
    return address.removeprefix('unix:').removeprefix('fcgi://').rstrip('/')


class _Pools:
    def __init__(self, reader: Reader, found: dict[str, str]):
        self.reader, self.found = reader, found
        self.known: dict[str, dict[str, str]] = {}

    def file(self, path: str, pool: str, depth: int) -> str:
        """Read one file; returns the pool whose section is open at its end."""
        if depth > self.reader.limits.depth:
            self.reader.remark(f'{path} is included more than {self.reader.limits.depth} files deep: not followed')
            return pool
        for line in (self.reader.text(path) or '').splitlines():
            pool = self._line(line.partition(';')[0].strip(), pool, path, depth)
        return pool

    def _line(self, line: str, pool: str, path: str, depth: int) -> str:
        if line.startswith('[') and line.endswith(']'):
            return line[1:-1].strip()
        key, equals, value = (part.strip() for part in line.partition('='))
        value = value.strip('"\'').replace('$pool', pool)
        if not equals:
            return pool
        if key == 'include':
            for included in self.reader.matching(os.path.join(os.path.dirname(path), value)):
                pool = self.file(included, pool, depth + 1)
        elif pool and pool != 'global' and key in ('user', 'listen'):
            settings = self.known.setdefault(pool, {})
            settings[key] = value
            if len(settings) == 2:
                self.found[settings['listen']] = settings['user']
        return pool
