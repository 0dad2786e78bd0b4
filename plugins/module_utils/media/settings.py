# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory says of removable media (`website_media`), what is wrong with it, and which medium is meant."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError

Medium = dict[str, Any]
ROTATIONS = {'daily': 1, 'weekly': 7, 'monthly': 31, 'quarterly': 92}  # days between two exports
LABEL = re.compile(r'[A-Za-z0-9][A-Za-z0-9._-]{0,31}')
# ext, xfs and btrfs have long ones, FAT a short one (A1B2-C3D4), NTFS one of sixteen digits.
UUID = re.compile(r'[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}|[0-9A-Fa-f]{16}')
SET = re.compile(r'[A-Z][A-Z0-9]{0,7}')

MEDIA: dict[str, Any] = {
    'label': {'type': 'str', 'required': True},
    'uuid': {'type': 'str', 'required': True},
    'serial': {'type': 'str'},
    'set': {'type': 'str'},
    'inventory_number': {'type': 'str'},
    'note': {'type': 'str'},
    'in_use_since': {'type': 'str'},
    'max_age_years': {'type': 'int', 'default': 5},
}


class MediumError(RepositoryError):
    """A medium that is not there, is another one, or cannot be used: the thing, the cause and the remedy."""


def problems(media: list[Medium] | None, rotation: str | None = None) -> list[str]:
    """Everything that is wrong with website_media and website_media_rotation; empty when all is well."""
    found = [line for medium in media or [] for line in _medium_problems(medium)]
    for field in ('label', 'uuid'):
        values = [str(medium[field]).lower() for medium in media or []]
        found += [
            f'website_media: the {field} {value!r} is used {values.count(value)} times: give each medium its own'
            for value in sorted(set(values))
            if values.count(value) > 1
        ]
    if rotation and rotation not in ROTATIONS:
        found.append(f'website_media_rotation {rotation!r} is not known: {", ".join(ROTATIONS)}')
    return found


def _medium_problems(medium: Medium) -> Iterator[str]:
    where = f'website_media {medium["label"]!r}'
    if not LABEL.fullmatch(medium['label']):
        yield f'website_media: label {medium["label"]!r} is not usable: 1 to 32 letters, digits, ".", "_" or "-"'
    if not UUID.fullmatch(medium['uuid']):
        yield f'{where}: uuid {medium["uuid"]!r} is no UUID of a file system: blkid shows it'
    if medium.get('set') and not SET.fullmatch(medium['set']):
        yield f'{where}: set {medium["set"]!r} is no name of a set: A, B, C, …'
    if medium.get('in_use_since') and since(medium) is None:
        yield f'{where}: in_use_since {medium["in_use_since"]!r} is no date: write it as 2026-11-22'
    years = medium.get('max_age_years')
    if years is not None and years < 1:
        yield f'{where}: max_age_years {years} is not usable: 1 or more'


def since(medium: Medium) -> datetime.date | None:
    """The day on which a medium was taken into use; None when it is not known."""
    try:
        return datetime.date.fromisoformat(medium.get('in_use_since') or '')
    except ValueError:
        return None


def is_directory(wanted: str) -> bool:
    """Whether `--to` names a directory and not a medium."""
    return '/' in wanted


def named(media: list[Medium], wanted: str) -> Medium:
    """The medium with this label or UUID; MediumError that tells which ones there are."""
    for medium in media:
        if wanted == medium['label'] or wanted.lower() == medium['uuid'].lower():
            return medium
    known = ', '.join(f'{medium["label"]} ({medium["uuid"]})' for medium in media) or 'none'
    raise MediumError(
        f'{wanted!r} is no medium of website_media ({known}): name one of these, add it to the inventory, '
        'or name a directory (with a "/") into which it is mounted'
    )


def with_uuid(media: list[Medium], uuid: str | None) -> Medium | None:
    """The medium with the file system `uuid`, if it is one of ours."""
    return next((medium for medium in media if uuid and medium['uuid'].lower() == uuid.lower()), None)


def day(text: Any) -> datetime.date:
    """A day, given as text or as one."""
    return text if isinstance(text, datetime.date) else datetime.date.fromisoformat(str(text))
