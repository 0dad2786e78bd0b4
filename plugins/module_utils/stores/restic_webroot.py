# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the restic store keeps a webroot: one `restic backup` of the tree, then our own walk, hashes and comparison.

Our walk comes second, reads what is still in the page cache, and is compared with `restic ls` while it runs.
"""

from __future__ import annotations

import os
import time
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.stores import difference
from ansible_collections.rawat.website.plugins.module_utils.stores.common import ListUnusable, webroot_label
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_cli import EXIT_INCOMPLETE, Patience, summary
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_proof import Proof, exclusions
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable

GRAIN = 1_000_000_000  # ns: clocks of file systems tick slower than ours


def store(point: Any, webroot: dict, capture: Any, points: list[dict], progress: Any) -> dict:
    """Store one webroot in `point` (a ResticPoint); returns the manifest's webroot part."""
    path, label = printable(os.fsencode(webroot['path'])), webroot_label(webroot['path'])
    started = time.monotonic()
    with capture:
        began_ns = time.time_ns() - GRAIN
        facts, incomplete = _back_up(point, path, capture, f'webroot.{label}')
        previous = next(iter(difference.usable_parts(points, path)), None)
        arguments = (point, capture, f'webroot.{label}', facts['snapshot_id'], began_ns, incomplete, progress)
        try:
            listed = _list(*arguments, previous)
        except ListUnusable as failure:
            listed = _list(*arguments, None)
            listed['remarks'] = [f'not compared with the previous point: {failure}', *listed['remarks']]
    return {
        **listed, 'path': path, 'label': label, 'kind': 'snapshot', 'base': None, 'error': None,
        'stored_path': printable(capture.real_path), 'snapshot_part': f'webroot.{label}',
        'snapshot_id': facts['snapshot_id'], 'stored_bytes': facts['data_added'],
        'milliseconds': int((time.monotonic() - started) * 1000),
    }  # fmt: skip


def _back_up(point: Any, path: str, capture: Any, part: str) -> tuple[dict, bool]:
    """(restic's summary, did it miss anything?)"""
    root, rules = capture.real_path, capture.exclusions
    left_out = exclusions(root, rules.patterns, rules.paths)
    command = ['backup', '--json', *point.tags(part), *left_out, b'--', root]
    restic, patience = point.restic, Patience(point.restic.lock_wait)
    while True:
        child, incomplete = restic.start(command), False
        try:
            output = child.stdout.read()
            try:
                child.wait()
            except CommandFailed as failure:
                incomplete = failure.code == EXIT_INCOMPLETE
                if not incomplete:
                    restic.wait_or_raise(failure, f'the webroot {path} cannot be stored', patience)
                    continue
            facts = summary(output)
            point.written.append(facts['snapshot_id'])
            point.added += facts['data_added']
            return facts, incomplete
        finally:
            child.kill()


def _list(
    point: Any,
    capture: Any,
    part: str,
    snapshot_id: str,
    began_ns: int,
    incomplete: bool,
    progress: Any,
    previous: tuple[dict, dict] | None,
) -> dict:
    """Write our file list and compare it with the snapshot while it is made."""
    repository, limit = point.repository, point.repository.options['remark_limit']
    lines = repository.read_file_list(*previous) if previous else None
    writer, kept = point.stream(f'{part}.files'), repository.keep.writer()
    proof = Proof(point.restic.start(['ls', '--json', snapshot_id]), capture.real_path, began_ns, incomplete, limit)

    def write_list(block: Any) -> None:
        writer.write(block)
        kept.write(block)
        proof.feed(block)

    try:
        facts = capture.record(write_list, previous=lines, progress=progress)
        notes = proof.finish()
        stored = writer.finish()
        kept.finish(facts['list_sha256'])
    except CommandFailed as failure:
        writer.abort()
        raise point.restic.error(f'snapshot {snapshot_id} cannot be listed', failure) from failure
    except BaseException:
        writer.abort()
        raise
    finally:
        proof.stop()
        kept.discard()
    facts['skipped'] = (facts['skipped'] + notes.skipped)[:limit]
    facts['skipped_total'] += notes.skipped_total
    facts['remarks'] = facts['remarks'] + notes.remarks()
    listed = {
        'list_file': stored['file'],
        'list_part': stored['snapshot_part'],
        'list_stored_bytes': stored['stored_bytes'],
    }
    return {**facts, **listed}
