# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of the checker joined into one script: the same every time, whole, and nothing falls under the table."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.register.checker import standalone

FOLDER = Path(standalone.__file__).parent
HEAD = '"""A module."""\n\nfrom __future__ import annotations\n\n'
JOINED = f'from {standalone.OWN}words import text\n'


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """{module: source} that stands in for that of the real module."""
    sources: dict[str, str] = {}
    real = standalone._source
    monkeypatch.setattr(standalone, '_source', lambda module: sources.get(module) or real(module))
    return sources


def test_every_module_goes_into_the_script() -> None:
    assert {path.stem for path in FOLDER.glob('*.py')} == {*standalone.MODULES, '__init__', 'standalone'}


def test_no_two_modules_define_the_same_name_and_the_script_defines_all_of_them() -> None:
    defined = [standalone.top_level(ast.parse((FOLDER / f'{module}.py').read_text())) for module in standalone.MODULES]
    assert all(defined)
    everything = standalone.top_level(ast.parse(standalone.script()))
    assert sum(len(names) for names in defined) == len(everything)
    assert set().union(*defined) == everything


def test_the_script_compiles_and_is_the_same_every_time() -> None:
    script = standalone.script()
    compile(script, 'verify.py', 'exec', dont_inherit=True)
    ast.parse(script, feature_version=(3, 8))
    assert script == standalone.script()


def test_the_script_has_one_head_and_one_end_and_nothing_of_ours_is_imported() -> None:
    script = standalone.script().decode()
    assert script.startswith('#!/usr/bin/env python3\n# SPDX-FileCopyrightText: ')
    assert script.endswith("\n\nif __name__ == '__main__':\n    sys.exit(main())\n")
    for once in ('#!/usr/bin', 'SPDX-License-Identifier', '__main__', 'from __future__', '\nimport os\n'):
        assert script.count(once) == 1, once
    assert 'ansible' not in script.replace("'ansible.log'", '')
    assert max(map(len, script.split('\n'))) <= 120


@pytest.mark.parametrize(
    ('source', 'complaint'),
    [
        (f'from {standalone.OWN}pdf import Pdf\n', 'only names from words can be joined'),
        (f'import {standalone.OWN}words\n', 'only names from words can be joined'),
        ('from . import words\n', 'only names from words can be joined'),
        ('from .words import text\n', 'only names from words can be joined'),
        ('from ansible_collections.rawat.website.plugins.module_utils.manifest import utc\n', 'only names from words'),
        (f'from {standalone.OWN}words import text as words_text\n', 'under another name'),
        ('ONE = 1\nimport os\n', 'do not all stand after its docstring'),
        ('def one():\n    import os\n', 'do not all stand after its docstring'),
        (f'{JOINED}\n\ndef printable():\n    pass\n', r"defines \['printable'\]"),
    ],
)
def test_a_module_that_cannot_be_joined_is_refused_by_name(other: dict[str, str], source: str, complaint: str) -> None:
    other['basics'] = HEAD + source
    with pytest.raises(ValueError, match=f'^basics.py: .*{complaint}'):
        standalone.script()


def test_a_module_in_the_fixed_form_is_joined(other: dict[str, str]) -> None:
    for module in standalone.MODULES[1:]:
        other[module] = f'{HEAD}{JOINED}\n{module.upper()} = 1\n'
    script = standalone.script().decode()
    assert f'# A module.\n\n{standalone.MODULES[-1].upper()} = 1\n\n\nif __name__' in script
    assert JOINED not in script
