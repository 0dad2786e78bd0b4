# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The assignments at the top of a Python settings file, read as a syntax tree and never run.

Known beside literals: `BASE_DIR` and its like (`Path(__file__)…parent`, `os.path.dirname`, `join`, `/`), names assigned
before, and what is read from the environment: its default is taken and its name noted.
"""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

SIZE_LIMIT = 128 * 1024  # bytes
# Python's own parser and its trees recurse in C: an endless chain of operators would end the process, not the parsing.
CHAIN_LIMIT = 1500
NAMES_LIMIT = 2000
DEPTH = 40
_PIECES = re.compile(
    r'(?P<text>"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\')'
    r'|(?P<remark>#[^\n]*)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<joined>\\\n)|(?P<line>\n)'
    r'|(?P<word>\w+)|(?P<space>[ \t\r\f]+)|(?P<comma>,)|(?P<sign>.)',
    re.DOTALL,
)
_ENVIRONMENT = frozenset(
    ('os.environ.get', 'os.getenv', 'environ.get', 'getenv', 'env', 'config', 'env.str', 'env.db', 'env.db_url',
     'env.dj_db_url', 'dj_database_url.config', 'dj_database_url.parse', 'decouple.config', 'os.environ', 'environ')
)  # fmt: skip


class Unreadable(ValueError):
    """No Python, or a file that no parser should look at."""


class Unknown:
    """What only Python could say. `variable`: the environment variable that holds it, where that is known."""

    def __init__(self, variable: str | None = None):
        self.variable = variable


class FromEnvironment(str):
    """A default; the environment variable `variable` may say otherwise."""

    variable = ''
    function = ''


def settings(source: str, file: str, load: Callable[[str, int], Mapping[str, Any]] | None = None,
             ) -> tuple[dict[str, Any], set[str]]:  # fmt: skip
    """({NAME: value}, names that are also assigned under a condition). Raises Unreadable.

    Values are text, numbers, None, lists, dicts and Unknown. `load(module, level)` gives the names that
    `from …module import *` brings.
    """
    names: dict[str, Any] = {'__file__': file}
    parsed = _parsed(source)
    for statement in parsed.body:
        if isinstance(statement, ast.ImportFrom) and load and statement.names[0].name == '*':
            names.update(load(statement.module or '', statement.level))
        for target, expression in _assignments(statement):
            value = _value(expression, names, 0)
            if len(names) > NAMES_LIMIT:
                raise Unreadable(f'it assigns more than {NAMES_LIMIT} names')
            if isinstance(target, ast.Name):
                names[target.id] = value
            elif isinstance(target, ast.Subscript):
                _put(target, value, names)
    return names, _assigned_within(parsed)


def _assigned_within(parsed: ast.Module) -> set[str]:
    """Names that are assigned somewhere below the top: under a condition, in a try."""
    found = set()
    for statement in parsed.body:
        if isinstance(statement, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
            for node in ast.walk(statement):
                found |= {target.id for target, _value in _assignments(node) if isinstance(target, ast.Name)}
    return found


def _parsed(source: str) -> ast.Module:
    if len(source) > SIZE_LIMIT:
        raise Unreadable(f'it has more than {SIZE_LIMIT} characters')
    _bounded(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f'it is no Python that can be read ({type(error).__name__})') from error


def _bounded(source: str) -> None:
    """Raises Unreadable for a statement with more operators in a row, or deeper brackets, than people write."""
    chains = [0]  # one for each bracket that is open
    for match in _PIECES.finditer(source):
        kind = match.lastgroup
        if kind == 'open':
            chains[-1] += 1  # a()()() is a chain, too
            chains.append(0)
        elif kind == 'close':
            chains = chains[:-1] or [0]
        elif kind == 'comma' or (kind == 'line' and len(chains) == 1):
            chains[-1] = 0
        elif kind in ('sign', 'word', 'text'):
            chains[-1] += 1
        if chains[-1] > CHAIN_LIMIT or len(chains) > 80:
            raise Unreadable('it has an expression without an end')


def _assignments(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Assign):
        return [(target, node.value) for target in node.targets]
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return [(node.target, node.value)]
    return []


def _put(target: ast.Subscript, value: Any, names: Mapping[str, Any]) -> None:
    """`DATABASES['default'] = …` and `DATABASES['default']['NAME'] = …`."""
    place = target.value
    keys = [_value(target.slice, names, 0)]
    while isinstance(place, ast.Subscript) and len(keys) < 5:
        keys.insert(0, _value(place.slice, names, 0))
        place = place.value
    holder = names.get(place.id) if isinstance(place, ast.Name) else None
    for key in keys[:-1]:
        holder = holder.get(key) if isinstance(holder, dict) and isinstance(key, str) else None
    if isinstance(holder, dict) and isinstance(keys[-1], str):
        holder[keys[-1]] = value


def _value(node: ast.expr, names: Mapping[str, Any], depth: int) -> Any:
    if depth > DEPTH:
        return Unknown()
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, (str, int, float, bool, type(None))) else Unknown()
    if isinstance(node, ast.Name):
        return names.get(node.id, Unknown())
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_value(one, names, depth + 1) for one in node.elts]
    if isinstance(node, ast.Dict):
        pairs = ((_value(key, names, depth + 1), one) for key, one in zip(node.keys, node.values) if key is not None)
        return {key: _value(one, names, depth + 1) for key, one in pairs if isinstance(key, str)}
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
        return _joined(node, names, depth)
    if isinstance(node, ast.Attribute):
        inner = _value(node.value, names, depth + 1)
        return os.path.dirname(inner) or '/' if node.attr == 'parent' and isinstance(inner, str) else Unknown()
    if isinstance(node, ast.Subscript):
        return _element(node, names, depth)
    return _call(node, names, depth) if isinstance(node, ast.Call) else Unknown()


def _joined(node: ast.BinOp, names: Mapping[str, Any], depth: int) -> Any:
    left, right = _value(node.left, names, depth + 1), _value(node.right, names, depth + 1)
    if not isinstance(left, str) or not isinstance(right, str) or len(left) + len(right) > 4096:
        return Unknown()
    return os.path.join(left, right) if isinstance(node.op, ast.Div) else left + right


def _element(node: ast.Subscript, names: Mapping[str, Any], depth: int) -> Any:
    """`os.environ['NAME']`, or `Path(__file__).resolve().parents[1]`."""
    key = _value(node.slice, names, depth + 1)
    if _dotted(node.value) in _ENVIRONMENT and isinstance(key, str):
        return Unknown(key)
    if isinstance(node.value, ast.Attribute) and node.value.attr == 'parents' and isinstance(key, int):
        text = _value(node.value.value, names, depth + 1)
        for _level in range(min(key, 50) + 1):
            text = os.path.dirname(text) or '/' if isinstance(text, str) else text
        return text if isinstance(text, str) else Unknown()
    return Unknown()


def _call(node: ast.Call, names: Mapping[str, Any], depth: int) -> Any:
    function = _dotted(node.func)
    arguments = [_value(one, names, depth + 1) for one in node.args[:10]]
    if function in _ENVIRONMENT:
        return _from_environment(function, node, arguments, names, depth)
    if isinstance(node.func, ast.Attribute) and node.func.attr in ('resolve', 'absolute', 'as_posix'):
        return _value(node.func.value, names, depth + 1)
    texts = [one for one in arguments if isinstance(one, str)]
    if not texts or len(texts) < len(arguments) or sum(map(len, texts)) > 4096:
        return Unknown()
    if function in ('str', 'Path', 'pathlib.Path', 'os.path.abspath', 'os.path.realpath', 'abspath', 'realpath',
                    'os.fspath', 'environ.Path'):  # fmt: skip
        return texts[0]
    if function in ('os.path.dirname', 'dirname'):
        return os.path.dirname(texts[0]) or '/'
    if function in ('os.path.join', 'join') or (isinstance(node.func, ast.Attribute) and node.func.attr == 'joinpath'):
        start = _value(node.func.value, names, depth + 1) if function.endswith('joinpath') else ''  # type: ignore
        return os.path.join(start, *texts) if isinstance(start, str) else Unknown()
    return Unknown()


def _from_environment(function: str, node: ast.Call, arguments: list, names: Mapping[str, Any], depth: int) -> Any:
    by_name = {one.arg: _value(one.value, names, depth + 1) for one in node.keywords[:10] if one.arg}
    is_url = function.startswith('dj_database_url')
    variable = by_name.get('env', 'DATABASE_URL') if is_url else next(iter(arguments), 'DATABASE_URL')
    default = by_name.get('default', arguments[1] if len(arguments) > 1 and not is_url else None)
    if function == 'dj_database_url.parse':
        variable, default = '', next(iter(arguments), None)
    variable = variable if isinstance(variable, str) else None
    if not isinstance(default, str):
        return Unknown(variable)
    found = FromEnvironment(default)
    found.variable, found.function = variable or '', function
    return found


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < 5:
        parts.insert(0, node.attr)
        node = node.value
    return '.'.join([node.id, *parts]) if isinstance(node, ast.Name) else '.'.join(['', *parts])
