# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what a restic repository holds, share by share: `restic check --read-data-subset`.

restic holds an exclusive lock meanwhile, so other runs wait: make the shares small rather than few.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_cli import Patience
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_read import gone_file

METHOD = 'restic check: structure, presence of every pack, one share of the packs read, MAC and SHA-256 compared'
WHOLE = 'restic check: structure, presence of every pack, every pack read, MAC and SHA-256 compared'
STRUCTURE = 'restic check: structure and presence of every pack; what is in the packs was not read'
SHARES = 256  # restic chooses packs by the first byte of their name
PROBLEMS = 100  # lines of restic's complaints that are told
PACKS = re.compile(r'(\d+) / \d+ packs')
ERRORS = 'repository contains errors'
CHATTER = ('retrying after', 'signal interrupt received', 'create exclusive lock', 'load indexes', 'check all packs')


def check_share(repository: Any, share: int, of: int, progress: Any) -> dict[str, Any]:
    """See stores.Repository. `bytes` is what was read of a local repository, 0 where only restic sees the files."""
    if not 1 <= of <= SHARES or not 0 <= share < of:
        raise RepositoryError(f'restic reads at most {SHARES} shares; share {share + 1} of {of} is not among them')
    started = time.monotonic()
    output, failure = _check(repository, f'{share + 1}/{of}')
    problems = _problems(repository, failure) if failure else []
    size = _bytes_of(repository.location, share, of)
    if progress:
        progress.add(size)
    read = [int(count) for count in PACKS.findall(output)]
    return {
        'share': share, 'of': of, 'files': read[-1] if read else 0, 'bytes': size,
        'milliseconds': int((time.monotonic() - started) * 1000), 'method': METHOD, 'problems': problems,
    }  # fmt: skip


def check_whole(repository: Any, read_data: bool) -> dict[str, Any]:
    """`restic check` of the whole repository, with `read_data` every pack: {'problems', 'method', 'milliseconds'}."""
    started = time.monotonic()
    _output, failure = _check(repository, '1/1' if read_data else '')
    return {
        'problems': _problems(repository, failure) if failure else [],
        'method': WHOLE if read_data else STRUCTURE,
        'milliseconds': int((time.monotonic() - started) * 1000),
    }


def _check(repository: Any, subset: str) -> tuple[str, CommandFailed | None]:
    """(what restic printed, how it failed). Waits while somebody else locks the repository."""
    restic, patience = repository.restic, Patience(repository.restic.lock_wait)
    while True:
        child = restic.start(['check', *([f'--read-data-subset={subset}'] if subset else [])])
        try:
            output = child.stdout.read().decode('utf-8', 'replace')
            child.wait()
            return output, None
        except CommandFailed as failure:
            if _is_about_data(failure):
                return output, failure
            restic.wait_or_raise(failure, 'it cannot be checked', patience)
        finally:
            child.kill()


def _is_about_data(failure: CommandFailed) -> bool:
    return ERRORS in failure.stderr or gone_file(failure.stderr) is not None


def _problems(repository: Any, failure: CommandFailed) -> list[str]:
    """restic's complaints, a line each, with the names of the packs and blobs that it gives."""
    lines = [' '.join(line.split()) for line in failure.stderr.splitlines()]
    telling = [line for line in lines if line and ERRORS not in line and not any(word in line for word in CHATTER)]
    gone = gone_file(failure.stderr)
    if gone and not any(gone.split()[0].rpartition('/')[2] in line for line in telling):
        telling.append(gone)
    unique = list(dict.fromkeys(telling)) or [str(failure)]
    return [f'repository {repository.location}: {line}' for line in unique[:PROBLEMS]]


def _bytes_of(location: str, share: int, of: int) -> int:
    """Bytes of the packs of one share in a local repository: restic takes those whose first byte modulo `of` fits."""
    if not location.startswith('/'):
        return 0
    size = 0
    for folder, _folders, files in os.walk(Path(location) / 'data'):
        for file in files:
            if re.fullmatch(r'[0-9a-f]{64}', file) and int(file[:2], 16) % of == share:
                size += os.stat(os.path.join(folder, file)).st_size
    return size
