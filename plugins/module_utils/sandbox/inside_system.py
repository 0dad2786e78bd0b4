# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""System calls that Python 3.9 does not have: mount(2), umount2(2), pivot_root(2), unshare(2), prctl(2)."""

from __future__ import annotations

import ctypes
import os
import platform
import re

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_NOATIME, MS_NODIRATIME, MS_BIND, MS_REC, MS_PRIVATE, MS_RELATIME = 1024, 2048, 4096, 16384, 1 << 18, 1 << 21
MNT_DETACH = 2
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
PIVOT_ROOT = {'x86_64': 155, 'i686': 217, 'armv7l': 218, 'ppc64le': 203, 's390x': 217}
PIVOT_ROOT_GENERIC = 41  # aarch64, riscv64, loongarch64: asm-generic/unistd.h
# What a remount must keep: in a user namespace these flags of a mount are locked (mount_namespaces(7)).
KEPT = {
    'ro': MS_RDONLY,
    'nosuid': MS_NOSUID,
    'nodev': MS_NODEV,
    'noexec': MS_NOEXEC,
    'noatime': MS_NOATIME,
    'nodiratime': MS_NODIRATIME,
    'relatime': MS_RELATIME,
}

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f'{what}: {os.strerror(number)}')


def mount(source: str, target: str, kind: str = 'none', flags: int = 0, data: str = '') -> None:
    words = [os.fsencode(word) for word in (source, target, kind)]
    _checked(_libc.mount(*words, ctypes.c_ulong(flags), os.fsencode(data) if data else None), f'mount {target}')


def unmount(target: str, flags: int = MNT_DETACH) -> None:
    _checked(_libc.umount2(os.fsencode(target), flags), f'unmount {target}')


def unshare(flags: int) -> None:
    _checked(_libc.unshare(flags), 'unshare')


def pivot_root(new: str, old: str) -> None:
    number = PIVOT_ROOT.get(platform.machine(), PIVOT_ROOT_GENERIC)
    _checked(_libc.syscall(ctypes.c_long(number), os.fsencode(new), os.fsencode(old)), 'pivot_root')


def die_with_parent() -> None:
    _checked(_libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0), 'prctl')


def no_new_privileges() -> None:
    _checked(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 'prctl')


def mounts(table: str = '/proc/self/mountinfo') -> list[tuple[str, int]]:
    """(mount point, flags that are set) of all mounts of this namespace, the older first."""
    found = []
    with open(table, encoding='utf-8', errors='surrogateescape') as lines:
        for line in lines:
            fields = line.split(' ')
            point = re.sub(r'\\([0-7]{3})', lambda code: chr(int(code.group(1), 8)), fields[4])
            found.append((point, sum(KEPT.get(option, 0) for option in fields[5].split(','))))
    return found
