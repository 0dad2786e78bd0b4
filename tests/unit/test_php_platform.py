# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a site was served with, against what a drill's machine has."""

from __future__ import annotations

import pytest
from ansible_collections.rawat.website.plugins.module_utils import php_platform

HERE = {'php': '8.2.36', 'extensions': ['Core', 'json', 'mbstring']}


def lacking(monkeypatch: pytest.MonkeyPatch, recorded: dict | None, here: dict) -> list[str]:
    monkeypatch.setattr(php_platform, 'cli_platform', lambda _recorded: here)
    return php_platform.lacking(recorded)


@pytest.mark.parametrize('recorded', [None, {'php': None, 'extensions': []}, HERE, {'php': '8.2.1', 'extensions': []}])
def test_a_machine_with_as_much_lacks_nothing(monkeypatch: pytest.MonkeyPatch, recorded: dict | None) -> None:
    assert lacking(monkeypatch, recorded, HERE) == []


def test_another_version_and_missing_extensions_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = {'php': '7.4.33', 'extensions': ['json', 'mysqli', 'cgi-fcgi']}
    assert lacking(monkeypatch, recorded, HERE) == [
        'this machine has PHP 8.2.36, the site was served by PHP 7.4.33',
        'this machine has no PHP extension mysqli',
    ]


def test_no_php_at_all_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lacking(monkeypatch, HERE, {'php': None, 'extensions': []}) == [
        'this machine has no PHP for the command line: install php-cli'
    ]


def test_a_machine_without_php_has_none_to_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(php_platform, 'FPM_PLACES', ())
    monkeypatch.setattr(php_platform.shutil, 'which', lambda _name: None)
    assert php_platform.application_platform() == {'php': None, 'extensions': []}
