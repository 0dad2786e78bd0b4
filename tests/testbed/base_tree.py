# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Debian tree that all hosts of all runs share: built once for each spec, read-only ever after."""

from __future__ import annotations

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

from . import machine

HERE = pathlib.Path(__file__).resolve().parent
SUITE = os.environ.get('RAWAT_TESTBED_SUITE', 'bookworm')
EATMYDATA_HOOK = pathlib.Path('/usr/share/mmdebstrap/hooks/eatmydata')  # no fsync while unpacking: half the time
MMDEBSTRAP = (
    'mmdebstrap', '--mode=root', '--variant=minbase', '--format=directory', '--components=main',
    '--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=Acquire::Check-Date "false"',
    '--aptopt=APT::Install-Recommends "false"',
    '--dpkgopt=path-exclude=/usr/share/man/*', '--dpkgopt=path-exclude=/usr/share/locale/*',
    '--dpkgopt=path-exclude=/usr/share/doc/*', '--dpkgopt=path-include=/usr/share/doc/*/copyright',
    '--dpkgopt=path-include=/usr/share/doc/*/examples/*',
)


def packages() -> list[str]:
    """The package names of base_packages.txt, without its reasons."""
    lines = (HERE / 'base_packages.txt').read_text().splitlines()
    return sorted(name for name in (line.partition('#')[0].strip() for line in lines) if name)


def fingerprint(*parts: str) -> str:
    """Twelve hex digits that change when any part changes: the name of a thing in the cache."""
    return hashlib.sha256('\0'.join(parts).encode()).hexdigest()[:12]


def path() -> pathlib.Path:
    """Where the tree for the present spec lies or will lie."""
    spec = fingerprint(SUITE, *packages(), *MMDEBSTRAP, (HERE / 'base_tree.sh').read_text())
    return machine.cache_directory() / f'base-{spec}'


def apt_sources() -> list[str]:
    """One deb line for each source of the suite that this machine's own apt uses (main only).

    The mirror is the machine's own business: no host name is written here.
    """
    form = '$(REPO_URI) $(RELEASE) $(COMPONENT) $(CREATED_BY)'
    wanted = set()
    for line in machine.call('apt-get', 'indextargets', '--format', form).stdout.splitlines():
        uri, release, component, *kind = line.split()
        if kind == ['Packages'] and component == 'main' and release.startswith(SUITE):
            wanted.add(f'deb {uri} {release} main')
    if not wanted:
        raise machine.TestbedError(f"this machine's apt has no source for {SUITE}: add one and run apt-get update")
    return sorted(wanted)


def build(tree: pathlib.Path, lock: int) -> None:
    """Unpack and adapt a Debian tree at ``tree``, which must not exist.

    mmdebstrap inherits the lock: should this process be killed, nobody touches the tree while mmdebstrap still writes.
    """
    if not shutil.which('mmdebstrap'):
        raise machine.TestbedError('mmdebstrap is missing: apt-get install mmdebstrap')
    hook = [f'--hook-dir={EATMYDATA_HOOK}'] if EATMYDATA_HOOK.is_dir() else []
    command = [*MMDEBSTRAP, *hook, '--include=' + ','.join(packages()), SUITE, str(tree), *apt_sources()]
    log = tree.with_name('base-build.log')
    with open(log, 'w') as output:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False,
                                pass_fds=[lock])
    if result.returncode:
        tail = '\n'.join(log.read_text(errors='replace').splitlines()[-15:])
        raise machine.TestbedError(f'mmdebstrap failed with exit {result.returncode}; the end of {log}:\n{tail}')
    machine.call('bash', HERE / 'base_tree.sh', tree)


def ensure() -> pathlib.Path:
    """The path of the finished tree; builds it (four to eight minutes) when it is not there.

    Safe for two runs at once: built under a lock and under another name, published by rename.
    """
    tree = path()
    if tree.is_dir():
        os.utime(tree)  # `prune` goes by the last use
        return tree
    with machine.file_lock(tree.with_name('.base.lock')) as lock:
        if tree.is_dir():  # another run built it while this one waited
            return tree
        started = time.monotonic()
        print(f'testbed: building the base tree {tree} (some minutes, once) ...', file=sys.stderr, flush=True)
        for leftover in tree.parent.glob('base-*.unfinished'):  # the lock is ours: whoever built there is dead
            machine.remove_tree(leftover)
        unfinished = tree.with_name(tree.name + '.unfinished')
        build(unfinished, lock)
        unfinished.rename(tree)
        print(f'testbed: base tree built in {time.monotonic() - started:.0f} s', file=sys.stderr, flush=True)
    return tree
