# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the receiver. The role vault installs it as `__main__.py` of the folder that sshd has Python run:
`python3 -I /usr/local/lib/rawat/inbox --area AREA --quota BYTES`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from typing import NoReturn

from ansible_collections.rawat.website.plugins.module_utils.inbox.area import Area
from ansible_collections.rawat.website.plugins.module_utils.inbox.receiver import Session, log
from ansible_collections.rawat.website.plugins.module_utils.inbox.wire import CLOSED, REFUSAL, Ended, Wire

LIMITS: dict[str, tuple[int | None, str]] = {  # the named settings of the command line
    'quota': (None, 'bytes that the area may hold, with what the vault keeps of this target'),
    'idle': (60, 'seconds of silence after which a session is over'),
    'sites': (1000, 'sites of this target'),
    'points': (100, 'points of a site that are open or wait for the vault'),
    'files': (10000, 'files of a point, and events that wait'),
    'name': (240, 'characters of the longest name of a file'),
}


def main() -> None:
    """Serve one connection on stdin and stdout."""
    signal.signal(signal.SIGALRM, _too_long)
    os.umask(0o007)
    arguments = _arguments()
    wire = Wire(sys.stdin.buffer, sys.stdout.buffer, arguments.idle)
    wire.alive()
    try:
        Session(wire, Area(arguments.area, arguments, wire.working)).serve()
    except Ended as reason:
        if str(reason) != CLOSED:
            log(f'{arguments.area}: {reason}')
    except OSError as error:
        log(f'{arguments.area}: {error}')
        with contextlib.suppress(Ended):
            wire.say(REFUSAL, {'error': f'the area of this target cannot be used: {error.strerror}'})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Receives recovery points of one target. The forced command of its key.'
    )
    parser.add_argument('--area', required=True, help='the folder of this target')
    for name, (default, meaning) in LIMITS.items():
        parser.add_argument(f'--{name}', type=int, default=default, required=default is None, help=meaning)
    return parser.parse_args()


def _too_long(_number: int, _frame: object) -> NoReturn:
    raise Ended('silence for too long')


if __name__ == '__main__':
    main()
