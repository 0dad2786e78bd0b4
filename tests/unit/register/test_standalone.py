# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of the checker joined into one script: the same every time, whole, and nothing falls under the table."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.register.checker import standalone
from unit.register import archives

RUN = f'2026/11/{archives.run_id(1)}'
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


def test_the_script_imports_nothing_but_the_standard_library_and_reads_on_an_old_python() -> None:
    tree = ast.parse(standalone.script(), feature_version=(3, 8))
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {name.name for node in imports if isinstance(node, ast.Import) for name in node.names}
    names |= {str(node.module) for node in imports if isinstance(node, ast.ImportFrom)}
    own = {'argparse', 'base64', 'collections.abc', 'dataclasses', 'hashlib', 'json', 'os', 're', 'stat', 'sys', 'time'}
    assert names == own | {'__future__', 'typing', 'zlib'}


def script(*arguments: str, directory: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The copy in the archive, as a third party runs it: no collection, no site-packages."""
    command = [sys.executable, '-I', '-S', str(directory / 'verify.py'), *arguments]
    environment = {'PATH': os.environ['PATH'], **variables}
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_copy_in_an_archive_stands_alone(archive: Path) -> None:
    folder = archive / 'filing' / RUN
    (folder / 'verify.py').write_bytes(standalone.script())
    ended = script(directory=folder)
    assert (ended.returncode, ended.stderr) == (0, '')
    assert ended.stdout.startswith('BENAR: ')
    assert 'GOOD' in script('1', '--language', 'en', directory=folder).stdout
    assert json.loads(script('1', '--json', directory=folder).stdout)['exit_code'] == 0
    assert script('9', directory=folder).returncode == 1
    assert script('--nonsense', directory=folder).returncode == 2


def test_a_folder_that_was_taken_away_says_what_could_not_be_checked(archive: Path, tmp_path: Path) -> None:
    shutil.copytree(archive / 'filing' / RUN, tmp_path / 'usb')
    (tmp_path / 'usb' / 'verify.py').write_bytes(standalone.script())
    ended = script(RAWAT_LANG='en', directory=tmp_path / 'usb')
    assert ended.returncode == 1
    assert 'nothing could be compared with the register' in ended.stdout
    assert ended.stdout.splitlines()[0].startswith('NOT PROVED: no register is here')
    (tmp_path / 'usb' / 'report.html').write_bytes(b'changed')
    ended = script(RAWAT_LANG='en', directory=tmp_path / 'usb')
    assert ended.returncode == 1
    assert ended.stdout.splitlines()[0].startswith('FAILED: usb/SHA256SUMS: report.html: was changed')
    ended = script('0001/BKP/2026', RAWAT_LANG='en', directory=tmp_path / 'usb')
    assert (ended.returncode, ended.stdout) == (2, '')
    assert '--filing' in ended.stderr
