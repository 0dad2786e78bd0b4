# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small facts about a point that come after it: the result of a drill, a copy that was made. Added, never changed.

An event is canonical JSON: {'schema', 'kind', 'point', 'time' (UTC), 'document', 'sha256' (of the document)}.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import SCHEMA, canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.stores.common import sha256

FOLDER = '.events'  # of the archive store, beside the points
KIND = re.compile(r'[a-z][a-z-]{0,39}')
POINT = re.compile(r'[A-Za-z0-9_.-]{1,200}')
NAME = re.compile(r'(\d{4}-\d\d-\d\dT\d{6}-\d{6}Z)\.([a-z-]+)\.([A-Za-z0-9_.-]+)\.json')
FIELDS = ('kind', 'point', 'time', 'document')


def new(kind: str, point_id: str, document: dict) -> dict[str, Any]:
    """An event of now. ValueError for a kind or point that does not fit into a name or a tag."""
    if not KIND.fullmatch(kind) or not POINT.fullmatch(point_id):
        raise ValueError(f'an event of kind "{kind}" about "{point_id}" cannot be named')
    text = canonical(document)
    event = {'kind': kind, 'point': point_id, 'time': utc(), 'document': document}
    return {**event, 'schema': SCHEMA, 'sha256': sha256(text)}


def text_of(event: dict) -> bytes:
    """As it is stored."""
    return canonical(event)


def file_name(event: dict) -> str:
    """A name that sorts by time, down to the microsecond, so that no two are the same."""
    now = time.time_ns()
    stamp = time.strftime('%Y-%m-%dT%H%M%S', time.gmtime(now // 10**9))
    return f'{stamp}-{now // 1000 % 10**6:06d}Z.{event["kind"]}.{event["point"]}.json'


def is_name(name: str, kind: str | None) -> bool:
    """Is it the name of an event (of that kind)?"""
    found = NAME.fullmatch(name)
    return found is not None and kind in (None, found[2])


def parse(text: bytes) -> dict | None:
    """The event without its own hash; None when it is damaged."""
    try:
        event = json.loads(text)
        if sha256(canonical(event['document'])) == event['sha256'] and event['schema'] == SCHEMA:
            return {field: event[field] for field in FIELDS}
    except (ValueError, KeyError, TypeError):
        pass
    return None
