# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""POSIX ACLs and extended attributes of an open file: read, as text, as hashes.

The kernel hands ACLs out as the attributes system.posix_acl_access and system.posix_acl_default: a version (2), then
for every entry tag, permissions (16 bit each) and id (32 bit), little endian (linux/posix_acl_xattr.h).
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import struct
from typing import NamedTuple

ACL_ACCESS, ACL_DEFAULT = 'system.posix_acl_access', 'system.posix_acl_default'
ACL_VERSION = 2
TAGS = {0x01: 'user:', 0x02: 'user:{}', 0x04: 'group:', 0x08: 'group:{}', 0x10: 'mask:', 0x20: 'other:'}
CAPABILITY = 'security.capability'
# A label of the target's policy, not of the site: restorecon and the like set it after a restore.
POLICY = ('security.selinux', 'security.ima', 'security.evm', 'security.SMACK64', 'security.apparmor')
SIZE_LIMIT = 1024 * 1024  # bytes of values of one file: some file systems would let its owner fill our memory


class Attributes(NamedTuple):
    """`access` and `default` are ACLs as text ('user::rw-,user:1001:r--,…', numeric ids) or None."""

    access: str | None
    default: str | None
    values: dict[str, bytes]
    ignored: tuple[str, ...]  # names that are not stored and deserve a remark

    def acl(self) -> list[str | None] | None:
        """As in the file list."""
        return [self.access, self.default] if self.access or self.default else None

    def hashes(self) -> dict[str, str] | None:
        """As in the file list."""
        return {name: hashlib.sha256(value).hexdigest() for name, value in sorted(self.values.items())} or None


NONE = Attributes(None, None, {}, ())


def read(descriptor: int) -> Attributes:
    """The attributes of an open file or directory; none where the file system has none. Raises OSError."""
    try:
        names = os.listxattr(descriptor)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return NONE
        raise
    return _read(descriptor, names) if names else NONE


def _read(descriptor: int, names: list[str]) -> Attributes:
    acls: dict[str, str] = {}
    values: dict[str, bytes] = {}
    ignored, size = [], 0
    for name in names:
        if name in (ACL_ACCESS, ACL_DEFAULT):
            value = _value(descriptor, name)
            if value:
                acls[name] = acl_text(value)
        elif name.startswith('user.') or name == CAPABILITY:
            value = _value(descriptor, name)
            size += len(value or b'')
            if value is not None and size <= SIZE_LIMIT:
                values[name] = value
            elif value is not None:
                ignored.append(name)
        elif name not in POLICY:
            ignored.append(name)
    return Attributes(acls.get(ACL_ACCESS), acls.get(ACL_DEFAULT), values, tuple(ignored))


def _value(descriptor: int, name: str) -> bytes | None:
    """None: it was removed since the names were listed."""
    try:
        return os.getxattr(descriptor, name)
    except OSError as error:
        if error.errno == errno.ENODATA:
            return None
        raise


def acl_text(value: bytes) -> str:
    """The kernel's binary ACL as acl_from_text(3) reads it. Raises OSError (EINVAL) for one it does not understand."""
    if len(value) % 8 != 4 or struct.unpack_from('<I', value)[0] != ACL_VERSION:
        raise OSError(errno.EINVAL, 'ACL in an unknown form')
    entries = []
    for tag, permissions, identity in struct.iter_unpack('<HHI', value[4:]):
        if tag not in TAGS:
            raise OSError(errno.EINVAL, 'ACL in an unknown form')
        entries.append(f'{TAGS[tag].format(identity)}:{permission_text(permissions)}')
    return ','.join(entries)


def mode_text(mode: int) -> str:
    """The ACL that a file without one has."""
    return ','.join(
        f'{who}::{permission_text(mode >> shift)}' for who, shift in (('user', 6), ('group', 3), ('other', 0))
    )


def permission_text(bits: int) -> str:
    """'rwx' with dashes, from the lowest three bits."""
    return stat.filemode(bits & 0o7)[-3:]
