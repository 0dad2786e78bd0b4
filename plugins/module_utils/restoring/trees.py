# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A webroot beside the live one: where it is built, how the two change places, and back again.

The new tree lies in a private directory of ours, `.<name>.rawat-new-<id>/tree`, on the file system of the live one and,
where there is a choice, in a folder in which nobody but us could exchange it for something else while we are root.
After the exchange the same directory is called `.<name>.rawat-old-<id>` and `tree` is what was live before.
Which tree is which is told by a mark on each (else by device and inode), so a crash between any two steps leaves no
doubt.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.restoring import durable, exchange, linked
from ansible_collections.rawat.website.plugins.module_utils.webroot.exclude import Exclusions
from ansible_collections.rawat.website.plugins.module_utils.webroot.sync import sync_tree
from ansible_collections.rawat.website.plugins.module_utils.webroot.verify import verify_tree

SHOWN = 5  # differences that an error quotes


def real_path(path: str) -> str:
    """Where `path` really leads. RestoreError when somebody who is not trusted made a link on the way.

    A site's owner could point such a link at anything, and root would put a tree there.
    """
    steps = path.strip('/').split('/')
    for count in range(1, len(steps) + 1):
        step = '/' + '/'.join(steps[:count])
        if os.path.islink(step) and os.lstat(step).st_uid not in (0, os.geteuid()):
            raise RestoreError(
                f'{path} is reached through the link {step}, which belongs to neither root nor this account: '
                'name the real path in the inventory'
            )
    return os.path.realpath(path)


def new_part(webroot: dict, manifest_part: dict, to: str, restore_id: str, sync: bool = False) -> dict:
    """The journal's part for a webroot that shall stand at `to`; looks, but touches nothing.

    `sync`: bring only what differs into the existing tree. So it is done anyway where a mount point or an overlay
    forbids more.
    """
    real = real_path(to)
    exists = os.path.isdir(real) and bool(os.listdir(real))
    mounts = exchange.mounts_within(real) if os.path.isdir(real) else []
    method = 'swap' if os.path.isdir(real) else 'create'
    layered = method == 'swap' and exchange.refuses_renames(real)
    if real in mounts or layered or (exists and (sync or mounts)):
        method = 'sync'
    folder = real if real in mounts else _folder_for(real)
    name = os.path.basename(real)
    return {
        'kind': 'webroot', 'name': manifest_part['path'], 'inventory_path': webroot['path'], 'to': real,
        'exists': exists, 'method': method, 'mounts': mounts, 'keep': [], 'delete': True, 'paths': None,
        'live_id': exchange.identity(real), 'new_id': None,
        'new': os.path.join(folder, f'.{name}.rawat-new-{restore_id}'),
        'old': os.path.join(folder, f'.{name}.rawat-old-{restore_id}'),
    }  # fmt: skip


def existing_folder(path: str) -> str:
    """The nearest directory at or above `path` that is there."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _folder_for(path: str) -> str:
    """The folder in which to build what shall become `path`: the nearest in which only we may rename things.

    Folders of other file systems are no choice, because nothing can be renamed across; then it is the parent.
    """
    parent = folder = existing_folder(os.path.dirname(path))
    device = os.stat(parent).st_dev
    while os.stat(folder).st_dev == device:
        if _is_ours_alone(folder):
            return folder
        if folder == '/':
            break
        folder = os.path.dirname(folder)
    return parent


def _is_ours_alone(folder: str) -> bool:
    found = os.stat(folder)
    shared = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not found.st_mode & stat.S_ISVTX
    return found.st_uid in (0, os.geteuid()) and not shared and os.access(folder, os.W_OK)


def tree_of(part: dict) -> str:
    """The directory in which the other tree lies: the new one before the exchange, the old one after it."""
    return os.path.join(container(part), 'tree')


def container(part: dict) -> str:
    """Our private directory under the name that it has now."""
    return part['old'] if os.path.isdir(part['old']) else part['new']


def build(
    part: dict, repository: Any, manifest: dict, manifest_part: dict, progress: Any, paths: list[str] | None = None
) -> dict:
    """Restore the webroot (or only `paths` of it) beside the live one; {'files', 'bytes', …}."""
    tree = os.path.join(part['new'], 'tree')
    os.makedirs(os.path.dirname(part['new']), 0o755, exist_ok=True)
    os.mkdir(part['new'], 0o700)
    os.mkdir(tree, 0o700)
    facts = repository.restore_webroot(manifest, manifest_part, tree, paths=paths, progress=progress)
    part['new_id'] = exchange.identity(tree)
    return facts


@contextlib.contextmanager
def nursery(part: dict, owner: tuple[int, int]) -> Iterator[str]:
    """A private folder of `owner` beside the new tree, in which a program that runs as that account makes a file.

    From now on others may pass through our directory (not list it): the tree has been verified before.
    """
    folder = os.path.join(container(part), f'nursery-{secrets.token_hex(8)}')
    os.mkdir(folder, 0o700)
    try:
        if os.geteuid() == 0:
            os.chown(folder, *owner)
        os.chmod(container(part), 0o711)  # noqa: S103 - to pass through is all it gives
        yield folder
    finally:
        shutil.rmtree(folder)


def adopt(part: dict, file: str, path: str) -> None:
    """Move a new file to `path` (relative) in the new tree. RestoreError when that is no free place in it."""
    try:
        with linked.folder_of(tree_of(part), path) as folder:
            os.link(file, os.path.basename(path), dst_dir_fd=folder)  # a link, because a rename would replace
    except OSError as error:
        raise RestoreError(
            f'webroot {part["name"]}: {path} of the recovery point is no free place for its database: {error.strerror}'
        ) from error
    os.unlink(file)


def verify(part: dict, stored: dict, lines: Iterable[bytes], excused: Iterable[str]) -> None:
    """Every file of the list is in the new tree as recorded, and nothing else is. RestoreError otherwise.

    `excused`: paths of which the recovery point itself says that they were not captured as they were.
    """
    times = stored.get('kind') != 'snapshot'  # restic's copy and our list are made one after the other
    root = os.geteuid() == 0
    findings = verify_tree(lines, tree_of(part), metadata=root, excused=excused, directory_times=times)
    if findings.total:
        shown = '; '.join(findings.differences[:SHOWN])
        raise RestoreError(
            f'webroot {part["name"]}: {findings.total} differences between what was restored and what was recorded: '
            f'{shown}; the live tree was not touched. Choose another recovery point'
        )


def carry(part: dict, webroot: dict, kept_files: Iterable[str]) -> None:
    """Keep what a recovery point leaves out on purpose: `kept_files` and what the inventory's exclusions match.

    `kept_files` (relative paths) are databases in the webroot that are not restored. Into a tree that shall change
    places they are brought as hard links, so that it costs nothing and nothing that is written meanwhile is lost.
    """
    if part['method'] == 'create' or not os.path.isdir(part['to']):
        return
    exclusions = Exclusions(webroot.get('exclude') or [], [os.fsencode(path) for path in kept_files])
    if part['method'] == 'sync':
        part['keep'] = sorted({*part['keep'], *kept_files, *linked.left_out(part['to'], exclusions)})
    elif exclusions.patterns or exclusions.paths:
        linked.link_left_out(part['to'], tree_of(part), exclusions)


def mark(part: dict) -> None:
    """From now on both trees are told apart after a power cut as well. Not for a tree that is changed file by file."""
    if part['method'] == 'sync':
        return
    tree = os.path.join(part['new'], 'tree')
    exchange.mark(tree, f'{_mark_of(part)} new')
    part['new_id'] = exchange.identity(tree)
    if os.path.isdir(part['to']):
        exchange.mark(part['to'], f'{_mark_of(part)} live')
    part['live_id'] = exchange.identity(part['to'])


def _mark_of(part: dict) -> str:
    """The restore's id."""
    return os.path.basename(part['new']).rpartition('-new-')[2]


def put_live(part: dict, wanted: list | None) -> dict:
    """Make the tree of identity `wanted` the live one (None: none); the other goes where the tree was. Restartable."""
    live, tree = part['to'], tree_of(part)
    aside = os.path.join(os.path.dirname(tree), 'aside')
    if part['method'] == 'sync':
        return _synchronise(part, wanted)
    if exchange.identity(live) != wanted:
        if wanted is None:
            os.makedirs(os.path.dirname(tree), 0o700, exist_ok=True)
            exchange.move(live, tree)
        elif exchange.identity(tree) != wanted:
            raise RestoreError(f'webroot {live}: {tree} is gone or is another one: put it back, or restore again')
        else:
            _change_places(live, tree, aside)
    if exchange.identity(aside):
        exchange.move(aside, tree)
    durable.sync_folders((live, tree))
    return {}


def _change_places(live: str, tree: str, aside: str) -> None:
    if exchange.identity(live) is None:
        os.makedirs(os.path.dirname(live), 0o755, exist_ok=True)
        return exchange.move(tree, live)
    try:
        exchange.exchange(tree, live)
    except OSError as error:
        if error.errno not in exchange.UNKNOWN:
            raise
        exchange.move(live, aside)
        exchange.move(tree, live)
    return None


def _synchronise(part: dict, wanted: list | None) -> dict:
    """Bring what differs into the live tree. Restartable; there is no way back from it but another recovery point."""
    if wanted != part['new_id']:
        raise RestoreError(
            f'webroot {part["to"]} was changed file by file and has no old tree to go back to: '
            'restore the safety recovery point'
        )
    live, box = part['to'], container(part)
    keep = [*part['keep'], *(os.path.relpath(mount, live) for mount in part['mounts'] if mount != live)]
    if os.path.dirname(box) == live:
        keep.append(os.path.basename(box))
    counts = sync_tree(os.path.join(box, 'tree'), live, delete=part['delete'], keep=keep)
    durable.write_out([live])
    return counts


def settle(part: dict) -> str | None:
    """After the exchange: give our directory its lasting name. What is kept where, or None when nothing is."""
    box = container(part)
    if not os.path.isdir(box):
        return None
    if part['method'] == 'sync' or not os.path.isdir(os.path.join(box, 'tree')):
        shutil.rmtree(box)
        durable.sync_folders([box])
        return None
    os.chmod(box, 0o700)
    if box != part['old']:
        os.rename(box, part['old'])
        durable.sync_folders([part['old']])
    return os.path.join(part['old'], 'tree')


def release(part: dict) -> None:
    """What is live now is the site's alone: our mark off. The journal must not need it any more."""
    exchange.unmark(part['to'], _mark_of(part))


def remove(part: dict, *, old: bool) -> list[str]:
    """Remove our directory and all in it. RestoreError if what was live before is in there, unless `old` may go."""
    removed = []
    for box in (part['new'], part['old']):
        if not os.path.isdir(box) or '.rawat-' not in os.path.basename(box):
            continue
        inside = [exchange.identity(os.path.join(box, name)) for name in ('tree', 'aside')]
        if not old and part['live_id'] is not None and part['live_id'] in inside:
            raise RestoreError(f'webroot {part["to"]}: {box} holds what was live before; nothing was removed: use undo')
        shutil.rmtree(box)
        removed.append(box)
    release(part)
    durable.sync_folders(removed)
    return removed
