# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A removable medium: every recovery point on it, and the files at its top, against their sums. To the last byte."""

from __future__ import annotations

import os
import re

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import (
    JSON_LIMIT,
    SUMS,
    Row,
    cause,
    names_in,
    parse,
    read_file,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.case import Case
from ansible_collections.rawat.website.plugins.module_utils.register.checker.points_check import MANIFEST, Points

LISTED = re.compile(r'([0-9a-f]{64})  ((?:[^/\\\0\n]{1,255}/){0,2}[^/\\\0\n]{1,255})')


def is_medium(folder: str) -> bool:
    """Whether a folder is the top of an archive of recovery points that was made to be carried away."""
    return all(os.path.isfile(os.path.join(folder, name)) for name in ('.rawat-repository', SUMS))


def check_medium(case: Case, folder: str) -> None:
    """All of it: what the list at the top names is there, and what is there is whole."""
    root = os.path.realpath(folder)
    listed = _listed(case, root)
    top = {name: digest for name, digest in listed.items() if '/' not in name}
    if case.check_files((root, name, name, digest) for name, digest in sorted(top.items())):
        case.add(SUMS, True, 'sums_hold', count=len(top))
    named = {name.rpartition('/')[0]: digest for name, digest in listed.items() if name.endswith(f'/{SUMS}')}
    found = _points(root)
    for point in sorted(set(named) - set(found)):
        case.add(point, False, 'medium_lost', path=SUMS)
    for point in found:
        if point in named:
            case.check_files([(os.path.join(root, point), f'{point}/{SUMS}', SUMS, named[point])])
        else:
            case.add(point, None, 'medium_unlisted', path=SUMS)
        _check_point(case, root, point)
    if not found:
        case.add(os.path.basename(root), False, 'medium_empty')


def _listed(case: Case, root: str) -> dict[str, str]:
    """{path: SHA-256} of the list at the top; what is no line of it is a finding."""
    try:
        lines = read_file(os.path.join(root, SUMS), JSON_LIMIT).decode('utf-8', 'surrogateescape').splitlines()
    except OSError as error:
        case.add(SUMS, False, 'file_gone', reason=cause(error))
        return {}
    result = {}
    for number, line in enumerate(lines, 1):
        match = LISTED.fullmatch(line)
        if match:
            result[match[2]] = match[1]
        else:
            case.add(SUMS, False, 'sums_line', line=str(number))
    return result


def _points(root: str) -> list[str]:
    """site/point of every recovery point that is committed."""
    return [
        f'{site}/{point}'
        for site in names_in(root)
        if not site.startswith('.') and os.path.isdir(os.path.join(root, site))
        for point in names_in(os.path.join(root, site))
        if not point.startswith('.') and os.path.isfile(os.path.join(root, site, point, MANIFEST))
    ]


def _check_point(case: Case, root: str, item: str) -> None:
    site, _slash, point = item.partition('/')
    row: Row = {}
    try:
        row = parse(read_file(os.path.join(root, site, point, MANIFEST), JSON_LIMIT))
    except (OSError, ValueError) as error:
        case.add(f'{item}/{MANIFEST}', False, 'file_broken', reason=cause(error))
    Points(case).check({**row, 'repository': {'store': 'archive', 'location': root}, 'site': site}, site, point)
