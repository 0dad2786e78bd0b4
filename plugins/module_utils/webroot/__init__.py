# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
r"""Webroots: walk a directory tree, list and hash it, compare it with earlier lists, write it as a tar.

How a store uses it::

    with open_webroot(webroot, listed_paths, remark_limit=1000) as capture:
        facts = capture.record(
            write_list,              # gets the file list (uncompressed) as bytes-like blocks
            previous=lines_or_None,  # file list of the previous point: counts, and hashes that need not be taken again
            write_tar=write,         # archive store only: gets the tar
            base=lines,              # archive store, difference only: file list of the last full
            write_removed=write,     # difference only: NUL-separated './path' to delete
            write_metadata=write,    # difference only: getfacl format
            progress=progress,       # .add(bytes read from files)
        )

* full: `write_tar`, no `base`. Difference: `write_tar`, `base`, `write_removed`, `write_metadata`. restic: neither.
* Where the previous point *is* the full, hand the same object over as `previous` and `base`: it is read once.
* `previous` and `base` are iterables of lines (bytes, with or without the newline), as `read_file_list` yields them.
* Every `write` gets a bytes-like object (memoryview) that is valid during the call only and must be consumed in full.
  Whatever `write` raises comes out of `record` unchanged, with all descriptors closed; so a store that sees its
  difference outgrow its share raises its own exception there and calls `record` again as a full (a new walk).
* `FullNeeded` (raised by `record` of a difference): the difference cannot express a change (an extended attribute
  removed from a directory). Abort what was written and call `record` again as a full.
* `WebrootError`: the webroot cannot be opened at all or an exclusion is malformed (raised by `open_webroot`).
* `BrokenList` (a WebrootError, raised by `record`): a line of `previous` or `base` is not ours or not in its order.
  Take that list for missing: record again, as a full, without it.
* `capture.measure()` walks only: `(files, bytes)` for a forecast of free space.

`facts` goes into the manifest's webroot part::

    files, directories, links, bytes       what the file list holds; files includes hard links, bytes counts them once
    added, changed, removed                files and links against `previous`; changed = content, target or kind
    metadata_changed                       of those that are neither: only owner, mode, ACL, attributes or mtime differ
    excluded                               entries left out by an exclusion (what lies below them is not counted)
    skipped: [{path, reason}]              what could not be stored, or (a reason that begins with 'stored') not in one
                                           consistent state; the first `remark_limit`, skipped_total is exact
    remarks: [str]                         links that leave, mount points, a webroot that is a link, ...
    list_sha256, list_bytes                of the uncompressed file list
    tar_bytes, stored                      bytes of the tar, members in it
    removed_paths, metadata_paths          entries of the removed list and of the metadata list (0: it is empty)
    milliseconds

A difference is restored so, in the webroot, in this order: the full; `xargs -0 -r rm -rf --` of the removed list; the
difference's tar; `setfacl --restore=` of the metadata list (where it is not empty). Both tars by
`tar --xattrs --xattrs-include='*' --acls --numeric-owner -xpf -`.

**The file list**: one JSON array a line, ASCII, sorted by path components as bytes (`paths.sort_key`)::

    [path, kind, mode, uid, gid, size, mtime_ns, ctime_ns, inode, target, sha256, acl, xattrs]

* path: relative, '.' is the webroot itself; bytes that are not UTF-8 are surrogates (Python's surrogateescape).
* kind: file, directory, link (symbolic), hardlink (a further name of an inode that was listed before).
* mode: permission bits and set-id bits as an integer. size: 0 for directories.
* ctime_ns: 0 where the next run must look again (changed within the last second, or while it was read).
* target: of a link, as stored; of a hardlink, the path listed first; else null.
* sha256: of a file's content as stored; for a file with holes `sparse:` + SHA-256 of the non-zero 4 KiB blocks, each
  after its offset as 8 bytes big-endian (20 GiB of zeros are not hashed); null where reading failed.
  `content.hash_of(fd, sparse=...)` computes either, for a verifier.
* acl: null, or [access text or null, default text or null] with numeric ids. xattrs: null, or {name: SHA-256 of value}.

Only `user.*`, `security.capability` and POSIX ACLs are stored; `security.selinux` and integrity labels are the target's
policy (restorecon), anything else gives a remark. Exclusions: see `exclude.py`.
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError
from ansible_collections.rawat.website.plugins.module_utils.webroot.capture import WebrootCapture, open_webroot
from ansible_collections.rawat.website.plugins.module_utils.webroot.difference import FullNeeded
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import BrokenList

__all__ = ['BrokenList', 'FullNeeded', 'WebrootCapture', 'WebrootError', 'open_webroot']
