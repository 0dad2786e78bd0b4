# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an officer says of the procedure on the command line, read and checked before Ansible starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.procedure import answers, assignment_file, office
from ansible_collections.rawat.website.plugins.module_utils.procedure import assignment as assignments

from rawat.request import UsageProblem
from rawat.terminal import language, say


def procedure_variables(
    assignment: Path | None, late_reasons: list[str] | None = None, remarks: list[str] | None = None
) -> dict[str, Any]:
    """The variables that hand these options to a playbook; UsageProblem with every line that is wrong with them."""
    variables: dict[str, Any] = {}
    wrong: list[str] = []
    reasons, unusable = answers.late_reasons(late_reasons or [])
    wrong += [say('usage.late-reason', value=line) for line in unusable]
    if assignment is not None:
        try:
            variables['website_assignment'] = read_assignment(assignment)
        except UsageProblem as problem:
            wrong += problem.lines
    if wrong:
        raise UsageProblem(wrong)
    if reasons:
        variables['website_late_reasons'] = reasons
    if remarks:
        variables['website_officer_remarks'] = answers.remarks(remarks)
    return variables


def read_assignment(path: Path) -> dict[str, Any]:
    """The settled assignment in the file at `path`, its form checked; the run plan judges validity and sites.

    UsageProblem for a file that cannot be read, or that is none, or whose scan beside it is another one.
    """
    try:
        given = assignment_file.load(str(path), language())
    except assignment_file.AssignmentUnreadable as error:
        raise UsageProblem([str(error)]) from error
    wrong = assignments.problems(
        given, required=False, sites=None, today=None, office=office.settle(None), language=language()
    )
    settled = assignments.settle(given)
    wrong = wrong or assignment_file.scan_problems(settled, str(path), language())
    if wrong:
        raise UsageProblem([f'{path}: {line}' for line in wrong])
    return settled
