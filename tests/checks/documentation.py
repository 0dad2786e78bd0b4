# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module, plugin and role can be looked up with ansible-doc, and says what a reader needs.

A module: a short description, examples, return values, attributes. A role: every entry point and every option has a
description.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

COLLECTION = 'rawat.website'
DOCUMENTED_PLUGINS = ('module', 'filter', 'callback', 'inventory', 'lookup', 'test')


def ansible_doc(kind: str) -> dict[str, Any]:
    # The collection's name as a filter works with --metadata-dump, but that keeps silent about roles.
    names = json.loads(output('ansible-doc', '--json', '--list', '--type', kind, COLLECTION))
    if not names:
        return {}
    return dict(json.loads(output('ansible-doc', '--json', '--type', kind, *names)))


def output(*command: str) -> str:
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    if result.returncode or 'ERROR' in result.stderr:
        sys.exit(f'exit code {result.returncode} of {" ".join(command)}\n{result.stderr}')
    return result.stdout


def module_problems(name: str, found: dict[str, Any]) -> list[str]:
    wanted = {'short_description': found['doc'].get('short_description'), 'attributes': found['doc'].get('attributes'),
              'EXAMPLES': found.get('examples'), 'RETURN': found.get('return')}
    return [f'module {name}: no {part}' for part, value in wanted.items() if not value]


def undescribed(options: dict[str, Any], path: str) -> list[str]:
    found = []
    for name, option in options.items():
        if not option.get('description'):
            found.append(f'{path}.{name}: no description')
        found += undescribed(option.get('options') or {}, f'{path}.{name}')
    return found


def role_problems(name: str, found: dict[str, Any]) -> list[str]:
    entry_points = found.get('entry_points') or {}
    if not entry_points:
        return [f'role {name}: no argument specification (meta/argument_specs.yml)']
    problems = []
    for entry_point, specification in entry_points.items():
        if not specification.get('short_description'):
            problems.append(f'role {name}, {entry_point}: no short_description')
        problems += undescribed(specification.get('options') or {}, f'role {name}, {entry_point}')
    return problems


def missing(kind: str, folder: str, found: dict[str, Any]) -> list[str]:
    """What lies in the folder, but ansible-doc does not know."""
    there = {path.stem for path in Path(folder).glob('*') if not path.name.startswith(('_', '.'))}
    return [f'{kind} {name}: ansible-doc does not find it' for name in sorted(there)
            if f'{COLLECTION}.{name}' not in found and (kind != 'filter' or Path(folder, f'{name}.yml').exists())]


def main() -> int:
    problems, looked_at = [], 0
    for kind in DOCUMENTED_PLUGINS:
        found = ansible_doc(kind)
        looked_at += len(found)
        problems += missing(kind, f'plugins/{kind}s' if kind == 'module' else f'plugins/{kind}', found)
        if kind == 'module':
            problems += [line for name, doc in found.items() for line in module_problems(name, doc)]
    roles = ansible_doc('role')
    problems += missing('role', 'roles', roles)
    problems += [line for name, doc in roles.items() for line in role_problems(name, doc)]
    print(*problems, f'{looked_at} plugins and {len(roles)} roles looked at, {len(problems)} problems', sep='\n')
    return 1 if problems or not looked_at or not roles else 0


if __name__ == '__main__':
    sys.exit(main())
