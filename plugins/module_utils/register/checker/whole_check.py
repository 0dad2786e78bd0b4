# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is looked at, in its order."""

from __future__ import annotations

import os

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import RECORD, mapping
from ansible_collections.rawat.website.plugins.module_utils.register.checker.case import Case
from ansible_collections.rawat.website.plugins.module_utils.register.checker.findings import Finding, Problem
from ansible_collections.rawat.website.plugins.module_utils.register.checker.folder_check import (
    check_folder,
    check_sums,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.given_check import check_given, record_in
from ansible_collections.rawat.website.plugins.module_utils.register.checker.medium_check import check_medium, is_medium
from ansible_collections.rawat.website.plugins.module_utils.register.checker.others_check import check_others
from ansible_collections.rawat.website.plugins.module_utils.register.checker.points_check import check_points
from ansible_collections.rawat.website.plugins.module_utils.register.checker.register_check import (
    check_register,
    filing_above,
    row_named,
)


def check(what: str, filing: str | None = None, deep: bool = False) -> list[Finding]:
    """Everything that can be said of `what`: a file, a folder, a medium, a code on paper, its QR code, a number.

    `filing`: the directory that holds register.jsonl; looked for above the file (or here) when None. `deep`: read the
    recovery points to the last byte whatever their size. Problem (a ValueError) where `what` names nothing.
    """
    if is_medium(what):
        case = Case(None, True)
        check_medium(case, what)
        return case.findings
    path = os.path.join(what, RECORD) if os.path.isfile(os.path.join(what, RECORD)) else what
    is_file = os.path.isfile(path)
    if filing is None:
        filing = filing_above(os.path.dirname(os.path.realpath(path)) if is_file else os.getcwd())
    if not is_file and filing is None:
        raise Problem('needs_filing', what=what)
    case = Case(filing, deep)
    about_register = _register_findings(case)
    row = check_given(case, path) if is_file else row_named(case, what)
    if row:
        check_folder(case, row)
    elif is_file:
        check_sums(case, os.path.dirname(os.path.abspath(path)), [])
    case.findings += about_register
    check_others(case, row)
    check_points(case, mapping(row or record_in(path)))
    return case.findings


def _register_findings(case: Case) -> list[Finding]:
    """What is to be said of the register after what was given; nothing when it was broken, and so came first."""
    check_register(case)
    if any(finding.ok is False for finding in case.findings):
        return []  # nothing can be said by a register that is broken
    later, case.findings = case.findings, []
    return later
