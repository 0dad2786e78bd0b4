# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the testbed asks of the machine beneath it: programs, locks, sizes, mounts, the cache."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import time
from collections.abc import Iterator

PROGRAMS = {  # program: the Debian package that brings it
    'ip': 'iproute2',
    'losetup': 'util-linux',
    'mkfs.ext4': 'e2fsprogs',
    'nsenter': 'util-linux',
    'setpriv': 'util-linux',
    'ssh': 'openssh-client',
    'ssh-keygen': 'openssh-client',
    'tc': 'iproute2',
    'unshare': 'util-linux',
}
FILE_SYSTEMS = ('ext4', 'overlay', 'cgroup2')


class TestbedError(Exception):
    """The testbed cannot do what it was asked: the text names the thing, the cause and the remedy."""

    __test__ = False  # the name begins like a test class; pytest must not collect it


def cache_directory() -> pathlib.Path:
    """The directory for what is expensive and shared between runs; outside every checkout."""
    root = os.environ.get('RAWAT_CACHE') or pathlib.Path.home() / '.cache' / 'rawat-website'
    return pathlib.Path(root).resolve() / 'testbed'


def call(*command: object, check: bool = True, text_input: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program of this machine; stdout and stderr come together in ``.stdout``.

    Raises TestbedError with the program's own words when it fails and ``check`` is set.
    """
    words = [str(word) for word in command]
    stdin = {'stdin': subprocess.DEVNULL} if text_input is None else {'input': text_input}
    result = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **stdin)
    if check and result.returncode:
        raise TestbedError(f'{" ".join(words)}: exit {result.returncode}\n{result.stdout}')
    return result


@contextlib.contextmanager
def file_lock(path: pathlib.Path) -> Iterator[int]:
    """Hold an exclusive lock on ``path``; the kernel frees it when the process dies, however it dies.

    Yields the lock's descriptor: a child that inherits it keeps the lock until it has ended as well.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'w') as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle.fileno()


def parse_size(text: str) -> int:
    """'300M' -> 314572800 bytes; K, M, G or nothing behind the number."""
    match = re.fullmatch(r'(\d+)([KMG]?)', text.upper())
    if not match:
        raise TestbedError(f'{text!r} is not a size: write a number with K, M or G behind it, such as 300M')
    return int(match[1]) << {'': 0, 'K': 10, 'M': 20, 'G': 30}[match[2]]


def make_file_system(image: pathlib.Path, length: int, kind: str = 'ext4') -> None:
    """Make a sparse image of ``length`` bytes at most; it appears under its name only when it is whole."""
    unfinished = image.with_name(image.name + '.unfinished')
    with open(unfinished, 'wb') as handle:
        handle.truncate(length)
    options = ['-m', '0', '-E', 'lazy_itable_init=1'] if kind == 'ext4' else []
    call(f'mkfs.{kind}', '-q', *options, unfinished)
    unfinished.rename(image)


def mounts_below(path: pathlib.Path) -> list[pathlib.Path]:
    """Mount points at or below ``path``, the deepest first (field 5 of /proc/self/mountinfo, see proc(5))."""
    found = []
    for line in pathlib.Path('/proc/self/mountinfo').read_text().splitlines():
        point = pathlib.Path(re.sub(r'\\(\d{3})', lambda octal: chr(int(octal[1], 8)), line.split()[4]))
        if point == path or path in point.parents:
            found.append(point)
    return sorted(found, key=lambda point: len(point.parts), reverse=True)


def unmount(point: pathlib.Path, patience: float = 10) -> None:
    """Unmount; a dying mount namespace may hold the file system for a moment after its last process."""
    end = time.monotonic() + patience
    while True:
        result = call('umount', point, check=False)
        if result.returncode == 0 or not os.path.ismount(point):
            return
        if time.monotonic() > end:
            raise TestbedError(f'{point} cannot be unmounted after {patience:.0f} s: {result.stdout.strip()}')
        time.sleep(0.1)


def remove_tree(path: pathlib.Path) -> None:
    """Remove a directory of the testbed's own; never through a mount, for what lies there belongs to somebody."""
    mounted = mounts_below(path.resolve())
    if mounted:
        raise TestbedError(f'{path} is not removed: {mounted[0]} is still mounted below it; umount it first')
    if path.exists():
        shutil.rmtree(path)


def cgroup_mount(work: pathlib.Path) -> pathlib.Path:
    """The cgroup2 hierarchy: the machine's (pure or hybrid), else one mounted in the run's work directory."""
    for place in ('/sys/fs/cgroup', '/sys/fs/cgroup/unified'):
        if os.path.exists(f'{place}/cgroup.procs') and os.path.exists(f'{place}/cgroup.controllers'):
            return pathlib.Path(place)
    own = work / 'cgroup2'
    own.mkdir(parents=True, exist_ok=True)
    if not os.path.ismount(own):
        call('mount', '-t', 'cgroup2', 'cgroup2', own)
    return own


def has_file_system(kind: str) -> bool:
    """Whether the running kernel knows this file system (a module that is not loaded yet is tried once)."""
    known = re.compile(rf'^\s*(nodev\s+)?{re.escape(kind)}$', re.M)
    listing = pathlib.Path('/proc/filesystems')
    if not known.search(listing.read_text()) and shutil.which('modprobe'):
        call('modprobe', '--quiet', kind, check=False)
    return bool(known.search(listing.read_text()))


def check_machine() -> None:
    """Raise one TestbedError that lists everything this machine lacks for hosts."""
    lacks = []
    if os.geteuid():
        lacks.append('root is needed for namespaces, mounts and a bridge: run it as root')
    for program, package in sorted(PROGRAMS.items()):
        if not shutil.which(program):
            lacks.append(f'the program {program} is missing: apt-get install {package}')
    lacks += [f'this kernel has no {kind} file system' for kind in FILE_SYSTEMS if not has_file_system(kind)]
    if not lacks and call('unshare', '--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup', '--fork', 'true',
                          check=False).returncode:
        lacks.append('namespaces are refused (unshare): CAP_SYS_ADMIN is needed')
    if lacks:
        raise TestbedError('the testbed cannot start hosts on this machine:\n- ' + '\n- '.join(lacks))
