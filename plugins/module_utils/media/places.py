# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an export goes: a medium that we mount ourselves, or a directory that somebody else looks after.

`again()` is what makes the reading that follows worth something: a medium is unmounted, forgotten by the kernel and
mounted anew, for reading only; of a directory only the pages in memory can be dropped, and the export says so.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.media import devices, settings
from ansible_collections.rawat.website.plugins.module_utils.media.mounting import mounted
from ansible_collections.rawat.website.plugins.module_utils.media.settings import Medium, MediumError
from ansible_collections.rawat.website.plugins.module_utils.stores import common

READ_ALONE = (
    'it was read back without being unmounted in between (a directory is not ours to unmount): '
    'unplug it safely, and check it with its verify.py'
)


class Place:
    """`path`: where to write. `medium`: the known one, or None. `remounted`: was it, before it was read again?"""

    def __init__(self, path: Path, medium: Medium | None, kind: str | None):
        self.path, self.medium, self.kind = path, medium, kind
        self.remounted = False
        self.left: dict[str, int] = {}  # room(), at the end

    @property
    def name(self) -> str:
        """For people: the label of the medium, or the directory."""
        return f'medium {self.medium["label"]}' if self.medium else str(self.path)

    @property
    def largest(self) -> int | None:
        """Bytes that one file may have at most; None where that is not known."""
        return devices.FILE_SYSTEMS.get(self.kind or '')

    def remarks(self) -> list[str]:
        """What a reader of the report must know of this place."""
        return []

    def room(self) -> dict[str, int]:
        """{'size_bytes', 'free_bytes'} of the file system."""
        found = os.statvfs(self.path)
        return {'size_bytes': found.f_blocks * found.f_frsize, 'free_bytes': found.f_bavail * found.f_frsize}

    def again(self, writable: bool = False) -> None:
        """What was written is on the disk, and what is read from now on comes from there."""


class MountedMedium(Place):
    """A medium of website_media, mounted for us alone."""

    def __init__(self, medium: Medium, media: list[Medium], folder: Path, stack: contextlib.ExitStack):
        self.media, self.stack, self.known = media, stack, medium
        self.device = devices.find(medium, media)
        super().__init__(folder, medium, self.device.kind)
        self._mount(writable=True)

    def _mount(self, writable: bool) -> None:
        self.stack.enter_context(mounted(self.device, self.path, self.known['label'], writable))

    def again(self, writable: bool = False) -> None:
        """Unmount, forget, find it anew, mount. MediumError where that fails."""
        self.stack.close()
        devices.forget(self.device)
        self.device = devices.find(self.known, self.media)
        self._mount(writable)
        self.remounted = True


class Directory(Place):
    """A directory that exists; a known medium may be mounted there."""

    def __init__(self, wanted: str, media: list[Medium]):
        path = Path(wanted)
        if not path.is_absolute() or not path.is_dir():
            raise MediumError(
                f'{wanted}: there is no such directory on this machine: mount the medium there first, or make it '
                '(an absolute path)'
            )
        mount = _mount_of(path)
        self.is_mount = os.path.ismount(path)
        super().__init__(path, settings.with_uuid(media, mount.get('uuid')), mount.get('fstype'))

    def remarks(self) -> list[str]:
        """See Place."""
        root = self.path.anchor
        same = os.stat(self.path).st_dev == os.stat(root).st_dev
        here = [f'{self.path} lies on the disk of the machine itself: is the medium mounted?'] if same else []
        return [*here, READ_ALONE]

    def again(self, writable: bool = False) -> None:
        """Everything to the disk; whoever reads drops the pages of each file."""
        del writable
        os.sync()


@contextlib.contextmanager
def opened(wanted: str, media: list[Medium], options: dict[str, Any]) -> Iterator[Place]:
    """The place that `--to` names, ready to be written to; unmounted at the end. MediumError."""
    if settings.is_directory(wanted):
        yield Directory(wanted, media)
        return
    medium = settings.named(media, wanted)
    folder = common.state_directory(options) / 'media' / medium['uuid'].lower()
    with contextlib.ExitStack() as stack:
        yield MountedMedium(medium, media, folder, stack)


def _mount_of(path: Path) -> dict[str, str | None]:
    """{'uuid', 'fstype'} of the file system in which `path` lies; empty where findmnt cannot tell."""
    try:
        text = process.run(['findmnt', '--json', '--output', 'UUID,FSTYPE', '--target', str(path)])
        return dict(json.loads(text)['filesystems'][-1])
    except (process.CommandFailed, OSError, ValueError, KeyError, IndexError, TypeError):
        return {}
