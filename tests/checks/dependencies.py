# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What we lean on is said once, with its reason, in docs/dependencies.md; and what says it a second time must agree."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'setup'))
from make_venv import requirements


def name_of(requirement: str) -> str:
    return re.split(r'[^\w.-]', requirement, maxsplit=1)[0].lower()


def listed_packages(path: Path) -> set[str]:
    """The first words of a file of one package a line, with # comments."""
    lines = (line.split('#')[0].strip() for line in path.read_text(encoding='utf-8').splitlines())
    return {name_of(line) for line in lines if line}


def main() -> int:
    reasons = Path('docs/dependencies.md').read_text(encoding='utf-8')
    explained = {name.lower() for name in re.findall(r'^\| `([^`]+)`', reasons, re.MULTILINE)}
    environments = ('dev', 'importer', 'awx', 'core-oldest', 'docs')
    wanted = {name_of(text) for environment in environments for text in requirements(environment)}
    found = [f'docs/dependencies.md: no row for {name}' for name in sorted(wanted - explained)]
    found += [f'docs/dependencies.md: {name} is not a dependency any more' for name in sorted(explained - wanted)]
    runtime = {name_of(text) for text in requirements('runtime')}
    if listed_packages(Path('requirements.txt')) != runtime - {'ansible-core', 'ansible-runner'}:
        found.append('requirements.txt (for execution environments, which bring ansible-core and ansible-runner) and '
                     'the dependencies of pyproject.toml differ')
    print(*found, f'{len(wanted)} dependencies looked at, {len(found)} problems', sep='\n')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
