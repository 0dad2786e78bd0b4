# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check found: findings in the order in which one would look, as lines for people, as JSON for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import Row
from ansible_collections.rawat.website.plugins.module_utils.register.checker.words import text

GOOD, FAILED, USAGE = 0, 1, 2  # exit codes


@dataclass
class Finding:
    """What was found about `item`: `ok` True, False, or None where it could not be checked here."""

    item: str
    ok: bool | None
    text_key: str
    values: Row

    def text(self, language: str = 'en') -> str:
        """In words."""
        return text(self.text_key, language, **self.values)

    def as_dict(self, language: str = 'en') -> Row:
        """For machines."""
        return {'item': self.item, 'ok': self.ok, 'text_key': self.text_key, 'text': self.text(language)}


class Problem(ValueError):
    """What was asked for names nothing that could be checked."""

    def __init__(self, key: str, **values: Any):
        self.key, self.values = key, values
        super().__init__(text(key, 'en', **values))


def unproved(findings: list[Finding]) -> bool:
    """Whether nothing failed, but nothing was proved either: a numbered record without the register that knows it."""
    alone = any(finding.text_key == 'record_alone' for finding in findings)
    return alone or not any(finding.ok for finding in findings)


def exit_code(findings: list[Finding]) -> int:
    """0 where what was asked for is proved, else 1."""
    failed = any(finding.ok is False for finding in findings)
    return FAILED if failed or unproved(findings) else GOOD


def conclusion(findings: list[Finding], language: str) -> str:
    """One line: the first thing that fails, or that nothing is proved, or that all is good but what was not checked."""
    for finding in findings:
        if finding.ok is False:
            return text('some_bad', language, item=finding.item, text=finding.text(language))
    unchecked = sum(finding.ok is None for finding in findings)
    if unproved(findings):
        return text('unproved', language, count=unchecked)
    rest = text('unchecked', language, count=unchecked) if unchecked else ''
    return text('all_good', language, count=len(findings) - unchecked, rest=rest)


def lines(findings: list[Finding], language: str) -> list[str]:
    """What people read: the conclusion, then every finding in its order."""
    words = {True: 'word_true', False: 'word_false', None: 'word_none'}
    width = max(len(text(key, language)) for key in words.values())
    shown = [
        f'{text(words[finding.ok], language):{width}}  {finding.item}: {finding.text(language)}' for finding in findings
    ]
    return [conclusion(findings, language), *shown]


def as_document(findings: list[Finding], language: str) -> Row:
    """What machines read."""
    items = [finding.as_dict(language) for finding in findings]
    return {'exit_code': exit_code(findings), 'conclusion': conclusion(findings, language), 'findings': items}
