# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file system that a copy of a site sees: a root of its own, in memory, into which only what it may see is bound.

A new root, and not the machine's with some places covered: what is not bound does not exist, so no live file, socket or
pipe needs to be known to be hidden. And a site that needs a file which no recovery point holds shows that here.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.sandbox import inside_system as system

MACHINE = ('usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'etc', 'opt', 'nix', 'gnu')
DEVICES = ('null', 'zero', 'full', 'random', 'urandom')
SCRATCH = ('/run', '/tmp', '/dev/shm', '/var/tmp', '/var/lib/php/sessions', '/var/cache', '/var/log')  # noqa: S108
PRIVATE = system.MS_NOSUID | system.MS_NODEV
LIMITS = 'size=256m,nr_inodes=100k'
OLD = '/.machine'  # the machine's root, until everything is bound
MOUNTS = f'{OLD}/proc/self/mountinfo'


def build(spec: dict[str, Any]) -> None:
    """Make the new root on the empty directory `spec['root']`, and go into it.

    `trees`: {live path: restored directory}, writable; `sockets`: {live path: private socket}; `visible`: more paths of
    the machine; `hidden`: live sockets; `files`: {path: text} that the inside reads instead of the machine's.
    """
    system.mount('none', '/', flags=system.MS_REC | system.MS_PRIVATE)
    system.mount('tmpfs', spec['root'], 'tmpfs', PRIVATE, f'mode=755,{LIMITS}')
    os.mkdir(spec['root'] + OLD)
    os.chdir(spec['root'])
    system.pivot_root('.', OLD[1:])
    os.chdir('/')
    _machine()
    _own_places()
    _visible(spec['visible'])
    _hide(spec['hidden'])
    for path, text in spec['files'].items():
        _write(path, text)
    trees = [_bind(restored, live) for live, restored in sorted(spec['trees'].items())]  # an outer tree comes first
    sockets = {os.path.realpath(live): private for live, private in spec['sockets'].items()}  # /var/run is /run
    for live, private in sockets.items():
        _bind(private, live)
    _close(trees)


def leave_machine() -> None:
    """From here on the machine's files are out of reach for good, and settings of the kernel cannot be written."""
    bits = system.MS_BIND | system.MS_REMOUNT | system.MS_RDONLY | PRIVATE
    if os.path.ismount('/proc'):
        system.mount('none', '/proc', flags=bits | system.MS_NOEXEC)
    system.unmount(OLD)
    os.rmdir(OLD)
    system.mount('none', '/', flags=bits)


def _machine() -> None:
    """Programs and settings, read-only at once; links at the top (bin -> usr/bin) as they are."""
    for name in MACHINE:
        source = f'{OLD}/{name}'
        if os.path.islink(source):
            os.symlink(os.readlink(source), f'/{name}')
        elif os.path.isdir(source):
            os.mkdir(f'/{name}')
            _bind_read_only(source, f'/{name}')


def _visible(paths: list[str]) -> None:
    """What the inventory wants the site to read beside its trees."""
    for path in paths:
        if os.path.exists(OLD + path) and not os.path.exists(path):
            _bind_read_only(OLD + path, _place(path, os.path.isdir(OLD + path)))


def _bind_read_only(source: str, target: str) -> None:
    system.mount(source, target, flags=system.MS_BIND | system.MS_REC)
    for point, flags in system.mounts(MOUNTS):
        if point == target or point.startswith(f'{target}/'):
            bits = flags | PRIVATE | system.MS_BIND | system.MS_REMOUNT | system.MS_RDONLY
            system.mount('none', point, flags=bits)


def _own_places() -> None:
    for path in SCRATCH:
        os.makedirs(path, exist_ok=True)
        system.mount('tmpfs', path, 'tmpfs', PRIVATE, f'mode={"755" if path == "/run" else "1777"},{LIMITS}')
    for path in ('/var/cache', '/var/log'):  # with the folders that packages make, empty: nobody restores a cache
        for entry in os.scandir(OLD + path) if os.path.isdir(OLD + path) else ():
            if entry.is_dir(follow_symlinks=False):
                os.mkdir(f'{path}/{entry.name}')
                os.chmod(f'{path}/{entry.name}', 0o1777)  # noqa: S103  (as /tmp)
    for name, target in {'run': '/run', 'lock': '/run/lock'}.items():
        os.symlink(target, f'/var/{name}')
    for name in DEVICES:
        _touch(f'/dev/{name}')
        system.mount(f'{OLD}/dev/{name}', f'/dev/{name}', flags=system.MS_BIND)
    for name, number in {'fd': '', 'stdin': '/0', 'stdout': '/1', 'stderr': '/2'}.items():
        os.symlink(f'/proc/self/fd{number}', f'/dev/{name}')
    os.mkdir('/proc')
    with contextlib.suppress(PermissionError):  # refused where parts of the machine's are covered: then there is none
        system.mount('proc', '/proc', 'proc', PRIVATE | system.MS_NOEXEC)


def _hide(sockets: list[str]) -> None:
    for path in sockets:
        if os.path.exists(path) and stat.S_ISSOCK(os.stat(path).st_mode):
            system.mount('/dev/null', path, flags=system.MS_BIND)


def _write(path: str, text: str) -> None:
    """Only here does `path` hold `text`; the machine's file stays as it is."""
    source = f'/run/.own-{path.replace("/", "-")}'
    _touch(source)
    with open(source, 'w', encoding='utf-8') as file:
        file.write(text)
    system.mount(source, _place(path, folder=False), flags=system.MS_BIND)


def _bind(source: str, path: str) -> str:
    source = OLD + source
    target = _place(path, os.path.isdir(source))
    system.mount(source, target, flags=system.MS_BIND)
    return target


def _place(path: str, folder: bool) -> str:
    """Make a mount point for `path` and return it, links resolved. Nothing on the machine is touched for it."""
    target = os.path.realpath(path)
    if not os.path.exists(target):
        parent = _place(os.path.dirname(target), folder=True)
        target = os.path.join(parent, os.path.basename(target))
        try:
            os.mkdir(target) if folder else _touch(target)
        except OSError:  # the parent is the machine's, and read-only
            _shadow(parent)
            os.mkdir(target) if folder else _touch(target)
    return target


def _shadow(directory: str) -> None:
    """Put a directory in memory over `directory`, with all its children bound into it, so that others can be added."""
    children = {entry.name: entry for entry in os.scandir(directory)}
    below = os.open(directory, os.O_PATH | os.O_DIRECTORY)
    system.mount('tmpfs', directory, 'tmpfs', PRIVATE, f'mode=755,{LIMITS}')
    for name, entry in children.items():
        source, target = f'{OLD}/proc/self/fd/{below}/{name}', f'{directory}/{name}'
        if entry.is_symlink():
            os.symlink(os.readlink(name, dir_fd=below), target)
            continue
        if entry.is_dir():
            os.mkdir(target)
        elif entry.is_file():
            _touch(target)
        else:
            continue  # a socket or a pipe of the machine
        system.mount(source, target, flags=system.MS_BIND | system.MS_REC)
    os.close(below)


def _touch(path: str) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))


def _close(trees: list[str]) -> None:
    """Everything but the trees and the scratch places read-only; says what still is not."""
    kept = (*trees, *SCRATCH, *(f'/dev/{name}' for name in DEVICES), '/', '/proc')
    for point, flags in _reachable().items():
        bits = flags | system.MS_BIND | system.MS_REMOUNT
        if point in trees:
            system.mount('none', point, flags=bits | PRIVATE)
        elif point not in kept and not flags & system.MS_RDONLY:
            system.mount('none', point, flags=bits | system.MS_RDONLY)
    left = [point for point, flags in _reachable().items() if point not in kept and not flags & system.MS_RDONLY]
    if left:
        raise OSError(f'{", ".join(left)} could not be made read-only')


def _reachable() -> dict[str, int]:
    """{mount point: flags} of what we mounted; of several at one place the last covers the others."""
    return {point: flags for point, flags in system.mounts(MOUNTS) if not point.startswith(OLD)}
