# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
r"""Owner, group, mode and ACL of files whose content did not change, as `getfacl --numeric` writes and
`setfacl --restore` applies them.

In a file name a newline, a carriage return and a backslash are written as a backslash and three octal digits (setfacl's
own `unquote`); every other byte stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.webroot.attributes import mode_text
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import Line
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import in_archive


def stanza(line: Line) -> bytes:
    """The block of one file, with the empty line that ends it."""
    access = (line.acl[0] if line.acl else None) or mode_text(line.mode)
    entries = access.replace(',', '\n')
    return b'# file: %b\n# owner: %d\n# group: %d\n%b\n\n' % (
        quoted(in_archive(line.path)),
        line.uid,
        line.gid,
        entries.encode(),
    )


def acl_stanza(line: Line) -> bytes:
    """The ACLs of one directory, the default one included, as `setfacl --set-file` reads them."""
    access, default = line.acl or [None, None]
    entries = (access or mode_text(line.mode)).split(',')
    entries += [f'default:{entry}' for entry in (default or '').split(',') if entry]
    return ('\n'.join(entries) + '\n').encode()


def quoted(path: bytes) -> bytes:
    """`path` as getfacl writes it."""
    return re.sub(rb'[\n\r\\]', lambda match: b'\\%03o' % ord(match[0]), path)


def stanzas(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(path as in the archive, block of that file) of everything that :func:`stanza` wrote."""
    for block in text.split(b'\n\n'):
        if block.strip():
            first = block.split(b'\n', 1)[0]
            yield unquoted(first[len(b'# file: ') :]), block + b'\n\n'


def unquoted(path: bytes) -> bytes:
    """The path that :func:`quoted` wrote."""
    return re.sub(rb'\\([0-7]{3})', lambda match: bytes([int(match[1], 8) & 0xFF]), path)


def without_owners(block: bytes) -> bytes:
    """A block for an ordinary user, who cannot give files away: without its owner and group."""
    return b'\n'.join(line for line in block.split(b'\n') if not line.startswith((b'# owner:', b'# group:')))
