# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries the small progress file of a long module from the target to a folder of the controller, once a second.

Only when the environment names that folder (RAWAT_PROGRESS, set by the wrapper): plain ansible-playbook pays nothing.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import threading
from collections.abc import Iterator

INTERVAL = 1.0  # seconds between two looks


@contextlib.contextmanager
def watch(action, host: str) -> Iterator[str | None]:
    """While the body runs, copy the module's progress to $RAWAT_PROGRESS/<host>.json; yields the module's path."""
    folder = os.environ.get('RAWAT_PROGRESS')
    if not folder:
        yield None
        return
    source = action._connection._shell.join_path(action._make_tmp_path(), 'progress.json')
    done = threading.Event()
    watcher = threading.Thread(
        target=_copy, args=(action._connection, source, os.path.join(folder, f'{host}.json'), done), daemon=True
    )
    watcher.start()
    try:
        yield source
    finally:
        done.set()
        watcher.join(INTERVAL)


def _copy(connection, source: str, target: str, done: threading.Event) -> None:
    """A comfort that must never harm: every error is swallowed, the next look may succeed."""
    while not done.wait(INTERVAL):
        with contextlib.suppress(Exception):
            code, output, _errors = connection.exec_command(f'cat {shlex.quote(source)}', in_data=None, sudoable=False)
            if code == 0 and output:
                with open(f'{target}.new', 'wb') as handle:
                    handle.write(output)
                os.replace(f'{target}.new', target)
