# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of a site in few bytes: one short row for each recovery point, so that a year of hundreds of sites can be
told at once. A row is a list in the order of `COLUMNS`; both who writes and who reads take the order from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.stores.archive_remove import bases_of


class Row(NamedTuple):
    """`bytes` are those of the site, `stored` those that the point takes; `full`: it needs no other point."""

    id: str
    started: str  # UTC
    outcome: str
    whole: int  # 0: of the databases or the webroots alone, which is no point of the site
    full: int
    milliseconds: int | None
    bytes: int | None
    stored: int | None
    error: str | None
    grade: str | None  # of its last drill, as are the next three
    drilled: str | None  # UTC
    rto_milliseconds: int | None
    reason: str | None


COLUMNS = Row._fields


def row(manifest: Mapping[str, Any], whole: bool, drill: Mapping[str, Any] | None) -> Row:
    """The row of one point; `drill`: the document of its last drill."""
    parts = [*(manifest.get('databases') or []), *(manifest.get('webroots') or [])]
    proof = drill or {}
    return Row(
        id=manifest['id'],
        started=str(manifest.get('started') or manifest.get('finished') or ''),
        outcome=manifest['outcome'],
        whole=int(whole),
        full=int(not bases_of(dict(manifest)) - {manifest['id']}),
        milliseconds=manifest.get('milliseconds'),
        bytes=_sum(parts, 'bytes'),
        stored=_sum(parts, 'stored_bytes'),
        error=manifest.get('error'),
        grade=proof.get('grade'),
        drilled=proof.get('finished'),
        rto_milliseconds=proof.get('rto_milliseconds'),
        reason=None if proof.get('grade') in (None, 'A') else proof.get('reason'),
    )


def _sum(parts: list[dict[str, Any]], key: str) -> int | None:
    known = [part[key] for part in parts if part.get(key) is not None]
    return sum(known) if known else None
