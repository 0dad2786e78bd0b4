# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block device that holds the file system of a medium, found by UUID; or a clear word why it is not to be used."""

from __future__ import annotations

import errno
import fcntl
import glob
import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.media.settings import Medium, MediumError, with_uuid

COLUMNS = 'NAME,UUID,SERIAL,FSTYPE,SIZE,RO,MOUNTPOINT,TYPE'  # all known to util-linux 2.36
# What keeps names, directories and renames as an archive needs them; bytes that one file may have at most.
FILE_SYSTEMS = {
    'ext4': 1 << 44, 'ext3': 1 << 40, 'ext2': 1 << 40, 'xfs': 1 << 62, 'btrfs': 1 << 62, 'exfat': 1 << 62,
    'vfat': (1 << 32) - 1,
}  # fmt: skip
BLKFLSBUF = 0x1261  # linux/fs.h: write out and forget what is cached of a block device
NOTHING_THERE = 2  # blkid's exit code
SHOWN = 6  # devices that an error names


class Device(NamedTuple):
    """One block device with a file system; `size` in bytes, `serial` of the disk on which it lies."""

    path: str
    uuid: str
    serial: str | None
    kind: str
    size: int
    read_only: bool
    mounted: str | None


def devices() -> list[Device]:
    """Everything with a file system on this machine. MediumError where lsblk cannot tell."""
    try:
        text = process.run(['lsblk', '--json', '--bytes', '--paths', '--output', COLUMNS])
        tree = json.loads(text)['blockdevices']
    except (process.CommandFailed, OSError, ValueError, KeyError) as error:
        raise MediumError(f'lsblk cannot list the disks of this machine: {error}; is util-linux installed?') from error
    return [device for top in tree for device in _devices(top, None)]


def _devices(node: dict[str, Any], serial: str | None) -> Iterator[Device]:
    """A node and what is in it: partitions have no serial of their own."""
    serial = (node.get('serial') or '').strip() or serial
    uuid, kind = _file_system(node)
    if uuid and kind:
        size, read_only = int(node.get('size') or 0), str(node.get('ro')).lower() in ('1', 'true')
        yield Device(node['name'], uuid, serial, kind, size, read_only, node.get('mountpoint'))
    for child in node.get('children') or []:
        yield from _devices(child, serial)


def _file_system(node: dict[str, Any]) -> tuple[str | None, str | None]:
    """(UUID, type) as the device itself says; what lsblk says is udev's memory, empty where there is no udev.

    An account that may not read the device has to believe that memory.
    """
    try:
        text = process.run(['blkid', '--probe', '--output', 'export', node['name']], accept=(0, NOTHING_THERE))
    except (process.CommandFailed, OSError):
        return node.get('uuid'), node.get('fstype')
    said = dict(line.split('=', 1) for line in text.decode('utf-8', 'replace').splitlines() if '=' in line)
    return said.get('UUID'), said.get('TYPE')


def find(medium: Medium, media: list[Medium]) -> Device:
    """The device of `medium`, fit to be written to. MediumError that names the medium, the cause and the remedy."""
    found = devices()
    same = [device for device in found if device.uuid.lower() == medium['uuid'].lower()]
    if not same:
        raise MediumError(_absent(medium, media, found))
    if len(same) > 1:
        paths = ', '.join(device.path for device in same)
        raise MediumError(
            f'medium {medium["label"]}: {paths} all have the file system {medium["uuid"]}: unplug the copies'
        )
    _refuse(medium, same[0])
    return same[0]


def _absent(medium: Medium, media: list[Medium], found: list[Device]) -> str:
    """The message for a medium that is not plugged in; another of ours that is there is named."""
    ours = [(device, known) for device in found if (known := with_uuid(media, device.uuid))]
    text = f'medium {medium["label"]} is not there: no file system has the UUID {medium["uuid"]}'
    if ours:
        there = ', '.join(f'{known["label"]} ({device.path})' for device, known in ours[:SHOWN])
        return f'{text}. What is plugged in is {there}: wrong disk; plug in {medium["label"]}'
    free = [device for device in found if not device.mounted]
    there = ', '.join(f'{device.path} ({device.kind}, UUID {device.uuid})' for device in free[:SHOWN]) or 'none'
    return f'{text}. Not mounted, and not in website_media: {there}. Plug in {medium["label"]}, and look at its label'


def _refuse(medium: Medium, device: Device) -> None:
    """MediumError for everything that can be known before it is mounted."""
    name = f'medium {medium["label"]} ({device.path})'
    wanted = medium.get('serial')
    if wanted and device.serial and device.serial != wanted:
        raise MediumError(
            f'{name}: the file system is the right one, but the disk has the serial {device.serial} instead of '
            f'{wanted}: wrong disk, a copy of it? Correct website_media if the disk was exchanged'
        )
    if wanted and not device.serial:
        raise MediumError(
            f'{name}: the disk tells no serial, website_media expects {wanted}: is it in another case or adapter? '
            'Remove serial from website_media to go by the UUID alone'
        )
    if device.kind not in FILE_SYSTEMS:
        hint = ': open it (cryptsetup open), mount it, and export to its directory' if 'LUKS' in device.kind else ''
        known = ', '.join(FILE_SYSTEMS)
        raise MediumError(f'{name} holds {device.kind}{hint or f"; format it with one of: {known}"}')
    if device.read_only:
        raise MediumError(f'{name} is read-only: move its write protection switch, or look at the kernel log')
    if places := mounted_at(device):
        raise MediumError(
            f'{name} is already mounted elsewhere ({places}): unmount it, or name that directory to export to'
        )


def mounted_at(device: Device) -> str:
    """Where a device is in use: mount points of any process, or 'in use'; empty when it is free.

    Opening a block device with O_EXCL fails as long as anything holds it (a mount in whatever namespace, a RAID, a
    swap): open(2).
    """
    try:
        os.close(os.open(device.path, os.O_RDONLY | os.O_EXCL | os.O_CLOEXEC))
    except OSError as error:
        if error.errno == errno.EBUSY:
            return device.mounted or ', '.join(_mount_points(device)) or 'something holds it'
        raise MediumError(f'{device.path} cannot be opened: {error.strerror}; a disk is for root only') from error
    return ''


def _mount_points(device: Device) -> list[str]:
    """The mount points of the device in the namespaces of all processes that we may look into."""
    number = os.stat(device.path).st_rdev
    wanted = f'{os.major(number)}:{os.minor(number)}'
    found = set()
    for table in glob.glob('/proc/[0-9]*/mountinfo'):
        try:
            with open(table, encoding='utf-8', errors='surrogateescape') as lines:
                fields = [line.split(' ') for line in lines]
        except OSError:  # a process that has just ended
            continue
        found |= {f'{words[4]} of process {table.split("/")[2]}' for words in fields if words[2] == wanted}
    return sorted(found)[:SHOWN]


def forget(device: Device) -> None:
    """Drop what the kernel remembers of an unmounted device, so that what is read next comes from the disk."""
    try:
        descriptor = os.open(device.path, os.O_RDONLY | os.O_EXCL | os.O_CLOEXEC)
        try:
            fcntl.ioctl(descriptor, BLKFLSBUF, 0)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise MediumError(
            f'{device.path} is not free, or gone, after it was unmounted: {error.strerror}; was it pulled out?'
        ) from error
