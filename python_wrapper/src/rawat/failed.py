# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`--failed`: the sites that the newest filed run of a kind did not do well."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.record import DONE

from rawat.filing import filing_directory, read_record
from rawat.request import Request, UsageProblem
from rawat.terminal import say


def only_failed(kind: str, request: Request) -> Request | None:
    """`request` for the sites that failed or were not done in the newest filed run of `kind`; None when there is none.

    With --only among those. Raises UsageProblem when no such run is filed, or its record is broken.
    """
    filing = filing_directory(_given(request.extra), request.inventory)
    path, document = newest(filing, kind)
    names = [entry['site'] for entry in document['sites'] if entry['outcome'] not in DONE]
    wanted = [name for name in names if not request.only or name in request.only]
    if not wanted:
        sentence = say('failed.nothing', run=document['run']['id'], path=path)
        print(json.dumps({'exit_code': 0, 'nothing': sentence, 'sites': []}) if request.as_json else sentence)
        return None
    return replace(request, only=tuple(dict.fromkeys(wanted)))


def newest(filing: Path, kind: str) -> tuple[Path, dict[str, Any]]:
    """(path, record) of the newest run of `kind` that is filed below `filing`."""
    for month in sorted(filing.glob('[0-9]*/[0-9]*'), reverse=True):
        for path in sorted(month.glob('*/record.json'), key=_started, reverse=True):
            document = read_record(path)
            if document['run'].get('kind', 'backup') == kind:
                return path, document
    raise UsageProblem([say('failed.none', kind=kind, path=filing)])


def _started(path: Path) -> str:
    try:
        return str(json.loads(path.read_bytes())['run']['started'])
    except (OSError, ValueError, KeyError, TypeError):
        return '9'  # a broken record is not passed over: it comes first, and read_record says what is wrong with it


def _given(extra: tuple[str, ...]) -> Path | None:
    """The filing directory that -e names, if it does so in plain words."""
    found = [item.partition('=')[2] for item in extra if item.startswith('website_filing=')]
    return Path(found[-1]) if found else None
