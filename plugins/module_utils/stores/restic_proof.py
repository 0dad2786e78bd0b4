# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in a restic snapshot, compared with our own walk: names, kinds, sizes and times, in constant memory.

`restic ls --json` and our file list come in the same order (names of a folder by their bytes, a folder before what it
contains), so one pass over both is enough. restic shows names that are not UTF-8 with replacement characters; those are
compared as a sum over all of them.
"""

from __future__ import annotations

import calendar
import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError, WebrootError
from ansible_collections.rawat.website.plugins.module_utils.process import Child
from ansible_collections.rawat.website.plugins.module_utils.webroot.notes import Notes
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import from_text, printable, sort_key

KINDS = {'file': 'file', 'hardlink': 'file', 'dir': 'dir', 'link': 'symlink'}
APPEARED = 'appeared after restic had read its folder: not stored'
CHANGED = 'stored as it was before it changed under our hands'
GONE = 'stored, but gone when the file list was made'
UNREAD = 'restic could not read it: not stored'


class Node(NamedTuple):
    """One entry, of the snapshot or of the list."""

    key: bytes
    path: bytes
    kind: str  # restic's word
    size: int
    mtime_ns: int
    fresh: bool = False  # of the list: changed since restic began


class Proof:
    """Takes the file list as it is written (`feed`) and compares it with the snapshot; `finish` gives what differs."""

    def __init__(self, listing: Child, root: bytes, began_ns: int, incomplete: bool, limit: int):
        self.listing, self.began_ns, self.incomplete = listing, began_ns, incomplete
        self.notes, self.rest, self.missing, self.first = Notes(limit), b'', 0, b''
        self.odd = [0, 0]  # sums over names that are not UTF-8: the list's, the snapshot's
        self.nodes = self._snapshot(root)
        self.head: Node | None = next(self.nodes, None)

    def feed(self, block: Any) -> None:
        """The next bytes of the file list."""
        lines = (self.rest + bytes(block)).split(b'\n')
        self.rest = lines.pop()
        for line in lines:
            self._compare(line)

    def _compare(self, line: bytes) -> None:
        path, kind, _mode, _uid, _gid, size, mtime, ctime, *_rest = json.loads(line)
        raw = from_text(path)
        node = Node(sort_key(raw), raw, KINDS[kind], size, mtime, ctime == 0 or ctime >= self.began_ns)
        if _is_odd(raw):
            self.odd[0] += _weight(raw, node)
            return
        while self.head and self.head.key < node.key:
            self.notes.skip(self.head.path, GONE)
            self.head = next(self.nodes, None)
        if not self.head or self.head.key != node.key:
            self._missed(node)
            return
        if _differs(self.head, node):
            self.notes.skip(node.path, CHANGED)
        self.head = next(self.nodes, None)

    def _missed(self, node: Node) -> None:
        if node.fresh or self.incomplete:
            self.notes.skip(node.path, APPEARED if node.fresh else UNREAD)
            return
        self.missing += 1
        self.first = self.first or node.path

    def finish(self) -> Notes:
        """What differs, explained. WebrootError when the snapshot lacks something without any reason."""
        if self.rest:
            raise RepositoryError('the file list ends within a line')
        while self.head:
            self.notes.skip(self.head.path, GONE)
            self.head = next(self.nodes, None)
        self.listing.wait()
        if self.missing:
            raise WebrootError(
                f'the restic snapshot lacks {self.missing} entries of the webroot, first {printable(self.first)}; '
                'restic gave no reason: look for a rule on this machine that keeps restic from reading them'
            )
        if self.odd[0] != self.odd[1]:
            self.notes.remark(
                'the snapshot and the webroot differ in files whose names are not UTF-8 (changed meanwhile)'
            )
        return self.notes

    def stop(self) -> None:
        """End restic."""
        self.listing.kill()

    def _snapshot(self, root: bytes) -> Iterator[Node]:
        """The nodes of the snapshot below `root`, its own first; odd names go into their sum."""
        shown = _shown(root.rstrip(b'/'))
        for line in self.listing.stdout:
            entry = json.loads(line)
            path = entry.get('path', '')
            if entry.get('struct_type') != 'node' or entry['type'] not in ('file', 'dir', 'symlink'):
                continue
            if _squeeze(path) != shown and not _squeeze(path).startswith(f'{shown}/'):
                continue  # restic stores the folders above, too
            relative = _squeeze(path)[len(shown) + 1 :].encode('utf-8') or b'.'
            node = Node(sort_key(relative), relative, entry['type'], entry.get('size', 0), _nanoseconds(entry['mtime']))
            if b'\xef\xbf\xbd' in relative:
                self.odd[1] += _weight(relative, node)
            else:
                yield node


def _differs(stored: Node, listed: Node) -> bool:
    if stored.kind != listed.kind:
        return True
    return stored.kind == 'file' and (stored.size, stored.mtime_ns) != (listed.size, listed.mtime_ns)


def _is_odd(path: bytes) -> bool:
    """Would restic show this name with replacement characters?"""
    return '\ufffd' in path.decode('utf-8', 'replace')


def _shown(path: bytes) -> str:
    return _squeeze(path.decode('utf-8', 'replace'))


def _squeeze(text: str) -> str:
    """Go and Python replace a different number of bytes by one character: any run counts as one."""
    return re.sub('\ufffd+', '\ufffd', text) if '\ufffd' in text else text


def _weight(path: bytes, node: Node) -> int:
    size = node.size if node.kind == 'file' else 0
    return hash((_shown(path), node.kind, size))


def _nanoseconds(text: str) -> int:
    """'2026-11-22T18:18:54.843010379+07:00' (RFC 3339, as Go writes it) since the epoch."""
    whole, zone = (text[:-1], '+00:00') if text.endswith('Z') else (text[:-6], text[-6:])
    moment, _point, fraction = whole.partition('.')
    seconds = calendar.timegm(time.strptime(moment, '%Y-%m-%dT%H:%M:%S'))
    offset = (int(zone[1:3]) * 60 + int(zone[4:6])) * (60 if zone[0] == '+' else -60)
    return (seconds - offset) * 1_000_000_000 + int(fraction.ljust(9, '0') or 0)


def exclusions(root: bytes, patterns: list[str], paths: Iterable[bytes] = ()) -> list[bytes]:
    """restic's --exclude options for the inventory's patterns (their meaning: webroot/exclude.py) and exact `paths`.

    Each is tied to the webroot, or restic would apply it to the folders above; the root's own wildcards are escaped.
    """
    base = literal(root.rstrip(b'/'))
    options = [b'--exclude=' + base + b'/' + literal(path) for path in sorted(paths)]
    for pattern in patterns:
        glob = os.fsencode(pattern).replace(b'\\', b'\\\\').replace(b'[!', b'[^')  # Go's spelling of a negated class
        if pattern.endswith('/'):
            glob += b'*'
        options.append(b'--exclude=' + base + (b'/' if b'/' in os.fsencode(pattern) else b'/**/') + glob)
    return options


def literal(path: bytes) -> bytes:
    """A path as a pattern of restic that matches it alone."""
    return re.sub(rb'([\\*?\[])', rb'\\\1', path)
