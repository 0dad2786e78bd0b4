# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checker as one script, `verify.py`: for an archive, so that a third party needs Python and nothing of ours."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Union

from ansible_collections.rawat.website.plugins.module_utils.filing import handed

# Each may import from those before it, so that in the script a name is there when it is needed.
MODULES = (
    'words', 'basics', 'chain', 'pdf_values', 'pdf', 'findings', 'case', 'register_check', 'given_check',
    'folder_check', 'others_check', 'points_check', 'medium_check', 'whole_check', 'command',
)  # fmt: skip
OWN = 'ansible_collections.rawat.website.plugins.module_utils.register.checker.'
INTRODUCTION = '''\
"""Check an archive of website backups: paper -> record -> register -> documents -> recovery points. Offline.

This one file needs Python 3.8 or newer and nothing else; a copy of it lies in every archive, which is why it is one
file. Whatever it reads may have been made to harm: sizes are bounded, paths stay below the filing directory, links are
not followed, and a file that makes no sense is a finding.
"""
'''
Imports = list[Union[ast.Import, ast.ImportFrom]]
END = """if __name__ == '__main__':
    sys.exit(main())
"""


def script() -> bytes:
    """The modules in their order as one file; the same bytes whenever the modules are the same.

    ValueError where a module cannot be joined: an import of another form, or a name that another module has, too.
    """
    handed_over = handed.text(handed.VERIFIER)  # where only Python travels, the sources of others cannot be read
    if handed_over is not None:
        return handed_over
    imports: Imports = []
    names: set[str] = set()
    sections = []
    for place, module in enumerate(MODULES):
        source = _source(module)
        tree = ast.parse(source)
        found = _imports(tree, module)
        imports += [node for node in found if not _is_own(node, module, MODULES[:place])]
        twice = names & top_level(tree)
        if twice:
            raise ValueError(f'{module}.py: defines {sorted(twice)}, as a module before it does')
        names |= top_level(tree)
        sections.append(_section(source, tree, found[-1]))
    head = ['#!/usr/bin/env python3', _licence(), INTRODUCTION, _gathered(imports)]
    return ('\n'.join(head) + '\n' + '\n\n'.join([*sections, END])).encode()


def _source(module: str) -> str:
    return Path(__file__).with_name(f'{module}.py').read_text(encoding='utf-8')


def _licence() -> str:
    source = _source(MODULES[0])
    return source[: source.index('"""')].rstrip()


def top_level(tree: ast.Module) -> set[str]:
    """The names that a module defines: of functions, classes and whatever is assigned."""
    names = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    stores = [node for top in tree.body if isinstance(top, (ast.Assign, ast.AnnAssign)) for node in ast.walk(top)]
    return names | {node.id for node in stores if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _imports(tree: ast.Module, module: str) -> Imports:
    """The imports of a module, which stand together after its docstring and nowhere else."""
    found = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    if not found or found != tree.body[1 : 1 + len(found)]:
        raise ValueError(f'{module}.py: its imports do not all stand after its docstring')
    if any(name.asname for node in found for name in node.names):
        raise ValueError(f'{module}.py: imports something under another name')
    return found


def _is_own(node: ast.Import | ast.ImportFrom, module: str, earlier: tuple[str, ...]) -> bool:
    """Whether names are imported from a module of ours, which falls away; it must be one that comes `earlier`."""
    origin = str(node.module) if isinstance(node, ast.ImportFrom) else node.names[0].name
    if not origin.startswith('ansible_collections.') and not (isinstance(node, ast.ImportFrom) and node.level):
        return False
    if isinstance(node, ast.Import) or origin not in [OWN + name for name in earlier]:
        raise ValueError(f'{module}.py: {ast.unparse(node)}: only names from {", ".join(earlier)} can be joined')
    return True


def _section(source: str, tree: ast.Module, last_import: ast.stmt) -> str:
    """What a module defines, under its docstring as a headline."""
    body = '\n'.join(source.split('\n')[last_import.end_lineno :]).strip('\n')
    headline = [f'# {line}'.rstrip() for line in (ast.get_docstring(tree) or '').split('\n')]
    return '\n'.join(['# ' + '-' * 118, *headline, '', body, ''])


def _gathered(imports: Imports) -> str:
    """The imports of all modules, each once."""
    plain = {name.name for node in imports if isinstance(node, ast.Import) for name in node.names} | {'sys'}
    chosen: dict[str, set[str]] = {}
    for node in imports:
        if isinstance(node, ast.ImportFrom):
            chosen.setdefault(str(node.module), set()).update(name.name for name in node.names)
    future = ', '.join(sorted(chosen.pop('__future__')))
    lines = [f'from __future__ import {future}', '', *(f'import {name}' for name in sorted(plain))]
    lines += [f'from {origin} import {", ".join(sorted(names))}' for origin, names in sorted(chosen.items())]
    return '\n'.join(lines) + '\n'
