# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forced command of a target's key for restic over SSH: append-only, within its quota, in its own area.

`python3 -I append_only.py --area /srv/rawat/restic/web1 --quota 50000000000` becomes `rclone serve restic
--append-only --stdio AREA`; what the client asks for is not looked at. rclone has no quota of its own: a session that
begins above it is refused. Only the standard library: the file is copied to the server as it stands.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys

# A clean environment: rclone takes every flag from RCLONE_… variables, too.
ENVIRONMENT = {'PATH': '/usr/local/bin:/usr/bin:/bin', 'LC_ALL': 'C.UTF-8', 'HOME': '/nonexistent'}
RCLONE = ('rclone', 'serve', 'restic', '--config', '', '--append-only', '--stdio')


def used(area: str) -> int:
    """Bytes of all files of the area."""
    total = 0
    for folder, _folders, files in os.walk(area):
        for name in files:
            with contextlib.suppress(FileNotFoundError):
                total += os.lstat(os.path.join(folder, name)).st_size
    return total


def main() -> int:
    """Become rclone; 1 and a line that says why, where that cannot be."""
    parser = argparse.ArgumentParser(description='Serves one restic repository, append-only: the forced command.')
    parser.add_argument('--area', required=True, help='the folder of this target')
    parser.add_argument('--quota', required=True, type=int, help='bytes that the area may hold')
    arguments = parser.parse_args()
    if not os.path.isdir(arguments.area):
        return _refuse('the area of this target is missing: set up the backup server anew (playbook vault.yml)')
    size = used(arguments.area)
    if size >= arguments.quota:
        return _refuse(
            f'the quota of this target is used up: {size} of {arguments.quota} bytes; '
            'prune on the vault side, or raise quota_bytes there'
        )
    os.umask(0o007)  # the vault's account shares the group
    try:
        os.execvpe(RCLONE[0], [*RCLONE, arguments.area], ENVIRONMENT)  # noqa: S606
    except OSError as error:
        return _refuse(f'rclone cannot be started on the backup server: {error.strerror}; install the package "rclone"')


def _refuse(text: str) -> int:
    sys.stderr.write(f'rawat: {text}\n')
    return 1


if __name__ == '__main__':
    raise SystemExit(main())
