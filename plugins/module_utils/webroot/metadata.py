# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
r"""Owner, group, mode and ACL of files whose content did not change, as `getfacl --numeric` writes and
`setfacl --restore` applies them.

In a file name a newline, a carriage return and a backslash are written as a backslash and three octal digits (setfacl's
own `unquote`); every other byte stands for itself.
"""

from __future__ import annotations

import re

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


def quoted(path: bytes) -> bytes:
    """`path` as getfacl writes it."""
    return re.sub(rb'[\n\r\\]', lambda match: b'\\%03o' % ord(match[0]), path)
