# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives with a history that nobody had to wait for, and the end of a whole run at once."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc

DAY = 86400
PATIENCE = 120  # seconds; what is waited for takes one or two


def fill(location: Path, days: int, site: str = 'peraturan') -> list[str]:
    """An archive with the point of each of so many days; their names, newest first."""
    names = []
    (location / site).mkdir(parents=True)
    (location / '.rawat-repository').write_text('{}\n')
    for day in range(days):
        moment = time.time() - 3600 - day * DAY
        name, started = time.strftime('%Y-%m-%dT%H%M%SZ', time.gmtime(moment)), utc(moment)
        folder = location / site / name
        folder.mkdir()
        part = {'engine': 'sqlite', 'name': 'a', 'label': 'a', 'file': 'a.zst', 'stored_bytes': 100}
        manifest = {
            'schema': 1, 'id': name, 'site': site, 'host': 'web', 'outcome': 'complete', 'started': started,
            'finished': started, 'parts': ['databases', 'webroots'], 'databases': [part], 'webroots': [], 'remarks': [],
            'error': None, 'run': 'r', 'repository': {'store': 'archive', 'location': str(location)},
        }  # fmt: skip
        (folder / 'manifest.json').write_bytes(canonical(manifest))
        (folder / 'a.zst').write_bytes(b'x' * 100)
        names.append(name)
    return names


def end_all(home: Path) -> None:
    """SIGKILL every process with this HOME, which nobody but one controller has, until there is none."""
    until = time.monotonic() + PATIENCE
    while found := _living(f'HOME={home}'.encode()):
        assert time.monotonic() < until, found
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def _living(variable: bytes) -> list[int]:
    found = []
    for name in filter(str.isdigit, os.listdir('/proc')):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if variable in Path(f'/proc/{name}/environ').read_bytes().split(b'\0'):
                found.append(int(name))
    return found
