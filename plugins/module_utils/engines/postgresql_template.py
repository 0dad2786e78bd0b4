# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An empty data directory per server version, made once and copied for each private server: initdb costs a second.

Two that make one at once do not disturb each other: each makes its own, and the first rename counts.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation

INITDB = ('--username=postgres', '--encoding=UTF8', '--locale=C', '--auth=reject', '--no-sync', '--no-instructions')


def copy_template(programs: str, version: str, state_directory: str, data: str, account: str | None) -> None:
    """Make `data` (it must not exist) a fresh data directory of `account`'s. Raises Limitation."""
    folder = f'{state_directory}/templates'
    name = re.sub(r'[^A-Za-z0-9.]', '-', f'postgresql-{version}')
    template = f'{folder}/{name}-{os.geteuid()}'
    if not os.path.isfile(f'{template}/PG_VERSION'):
        _initialise(programs, data, account)
        with contextlib.suppress(OSError):  # no space, or no right: the next one makes it again
            os.makedirs(folder, mode=0o700, exist_ok=True)
            _keep(data, template)
        return
    process.run(['cp', '-a', '--reflink=auto', template, data])


def _initialise(programs: str, data: str, account: str | None) -> None:
    try:
        process.run([f'{programs}/initdb', *INITDB, '-D', data], account=account)
    except process.CommandFailed as failure:
        raise Limitation(f'initdb could not make a private PostgreSQL server in {data}: {failure}') from failure
    os.chmod(data, 0o700)


def _keep(data: str, template: str) -> None:
    temporary = f'{template}.{secrets.token_hex(4)}.new'
    try:
        process.run(['cp', '-a', '--reflink=auto', data, temporary])
        os.rename(temporary, template)  # fails when another was faster: a folder that is not empty is not replaced
    except (OSError, process.CommandFailed):
        shutil.rmtree(temporary, ignore_errors=True)
