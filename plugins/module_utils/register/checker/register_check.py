# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The register itself: where it is, whether its chain holds, and which of its rows a number or a code names."""

from __future__ import annotations

import os
import time

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import (
    CLIMB,
    FAULTS_SHOWN,
    REGISTER,
    REGISTER_LIMIT,
    Row,
    canonical,
    cause,
    read_file,
    sha256,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.case import Case
from ansible_collections.rawat.website.plugins.module_utils.register.checker.chain import (
    FIRST,
    SEAL,
    named,
    read_chain,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.findings import Problem


def filing_above(folder: str) -> str | None:
    """The directory, `folder` or one above it, that holds a register."""
    for _step in range(CLIMB):
        if os.path.isfile(os.path.join(folder, REGISTER)):
            return folder
        folder = os.path.dirname(folder)
    return None


def check_register(case: Case) -> None:
    """Read the rows into the case; whether there are any, whole, and in one chain."""
    path = os.path.join(case.filing or '.', REGISTER)
    try:
        content = _register_content(path)
    except OSError as error:
        if case.filing is None:
            return case.add(REGISTER, None, 'register_none', path=REGISTER)
        return case.add(path, False, 'file_gone', reason=cause(error))
    case.rows, faults, tail = read_chain(content)
    case.tips |= {sha256(canonical(row)) for row in case.rows}
    for key, values in faults[:FAULTS_SHOWN]:
        case.add(REGISTER, False, key, **values)
    if tail:
        case.add(REGISTER, False, 'register_torn', bytes=len(tail))
    if not faults and not tail:
        tip = sha256(canonical(case.rows[-1])) if case.rows else FIRST
        case.add(path, True, 'register_whole', rows=len(case.rows), tip=tip)
    return None


def _register_content(path: str) -> bytes:
    content = read_file(path, REGISTER_LIMIT)
    if not content.endswith(b'\n'):
        time.sleep(0.3)  # somebody may just be writing
        content = read_file(path, REGISTER_LIMIT)
    return content


def row_named(case: Case, what: str) -> Row | None:
    """The row of a number, a code, a QR text, a run or a hash; Problem where it may be one of several."""
    seal = SEAL.fullmatch(what.strip())
    found = named(case.reports(), seal[1] if seal else what)
    if len({row['number'] for row in found}) > 1:
        raise Problem('entry_many', what=what, numbers=', '.join(row['number'] for row in found[-FAULTS_SHOWN:]))
    if not found:
        case.add(what, False, 'entry_none')
        return None
    case.add(what, True, 'entry_found', row=found[0]['row'], number=found[0]['number'])
    return found[0]
