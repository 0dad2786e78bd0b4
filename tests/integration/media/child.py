# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One export in a process of its own, as the module would run it; what to do comes on standard input.

`harm`: 'fill' lets somebody fill the disk after it was found to be large enough; 'flip' changes a byte of what was
written before the disk is unmounted.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.media import contents, forecast
from ansible_collections.rawat.website.plugins.module_utils.media.export import ExportRequest, Target, export
from ansible_collections.rawat.website.plugins.module_utils.register.checker import standalone
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run

LEFT = 2 * 1024 * 1024  # bytes that are free on a filled disk


def fill(place: Any, *_rest: Any) -> None:
    room = os.statvfs(place.path)
    with (place.path / 'holiday-pictures.bin').open('wb') as handle:
        os.posix_fallocate(handle.fileno(), 0, room.f_bavail * room.f_frsize - LEFT)


def flip(root: Path, *_rest: Any) -> None:
    with next(root.glob('*/2*/webroot.*.tar.zst')).open('r+b') as handle:
        handle.seek(4096)
        handle.write(b'what the disk made of it')


HARMS: dict[str, Any] = {'fill': (forecast, 'require', fill), 'flip': (contents, 'write_top', flip)}


def afterwards(owner: Any, name: str, harm: Any) -> None:
    """From now on `harm` follows each call of the function, with its arguments."""
    original = getattr(owner, name)

    def harmed(*arguments: Any) -> Any:
        result = original(*arguments)
        setattr(owner, name, original)
        harm(*arguments)
        return result

    setattr(owner, name, harmed)


def main() -> None:
    """Export, and print the entries."""
    given = json.loads(sys.stdin.read())
    if given.get('harm'):
        afterwards(*HARMS[given['harm']])
    request = ExportRequest(
        given['to'], given['media'], given.get('point'), tuple(given.get('recipients') or ()), standalone.script(),
        'here',
    )  # fmt: skip
    run = Run(given['run'], 'here', {}, None, ('databases', 'webroots'), given['options'], '0.0.0')
    with process.guard(given['options']['deadline']):
        entries = export([Target(**target) for target in given['targets']], request, run)
    print(json.dumps(entries))


if __name__ == '__main__':
    main()
