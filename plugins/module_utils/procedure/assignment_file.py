# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assignments as files: YAML that `rawat assign` writes, people review, and `-e @FILE` hands to Ansible as it is."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.arguments import ASSIGNMENT
from ansible_collections.rawat.website.plugins.module_utils.messages import message

KEY = 'website_assignment'  # the one key of the file, for -e @FILE; a bare mapping is accepted as well
LIMIT = 1 << 20  # bytes; a letter is a kilobyte


class AssignmentUnreadable(ValueError):
    """There is no assignment to be had from the file; the text says which file, why and what to do."""


def load(path: str, language: str = 'id') -> dict:
    """The assignment in the file at `path`, as it is written there; AssignmentUnreadable in `language` otherwise."""
    content = _content(path, language)
    import yaml

    try:
        node = yaml.compose(content, Loader=yaml.SafeLoader)
        _refuse_duplicates(node, path, language)
        found = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, AssignmentUnreadable):
            raise
        reason = ' '.join(str(error).split())
        raise AssignmentUnreadable(message('assignment.not-yaml', language, path=path, reason=reason)) from error
    if isinstance(found, dict) and set(found) == {KEY}:
        found = found[KEY]
    if not isinstance(found, dict) or not found:
        raise AssignmentUnreadable(message('assignment.shape', language, value=str(found)[:200]))
    return found


def _content(path: str, language: str) -> str:
    try:
        with open(path, encoding='utf-8') as handle:
            content = handle.read(LIMIT + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise AssignmentUnreadable(message('assignment.unreadable', language, path=path, reason=error)) from error
    if len(content) > LIMIT:
        raise AssignmentUnreadable(message('assignment.large', language, path=path, limit=LIMIT))
    return content


def _refuse_duplicates(node: Any, path: str, language: str) -> None:
    """YAML quietly keeps the last of two equal keys: no way to read a letter number."""
    pairs = node.value if node is not None and node.id == 'mapping' else []
    seen = set()
    for key, value in pairs:
        if str(key.value) in seen:
            line = key.start_mark.line + 1
            raise AssignmentUnreadable(message('assignment.twice', language, path=path, name=key.value, line=line))
        seen.add(str(key.value))
        _refuse_duplicates(value, path, language)


def dump(assignment: dict, language: str = 'id') -> str:
    """A settled assignment as the text of a file, each field with a comment; empty fields are left out."""
    lines = ['---', f'# {message("comment.file", language)}', f'{KEY}:']
    for name in ASSIGNMENT:
        value = assignment.get(name)
        if value is None:
            continue
        comment = message(f'comment.{name}', language)
        lines.append(f'  # {comment}')
        if isinstance(value, dict):
            lines += [f'  {name}:', *(f'    {key}: {_scalar(text)}' for key, text in value.items() if text is not None)]
        elif isinstance(value, list):
            lines.append(f'  {name}: [{", ".join(_scalar(item) for item in value)}]')
        else:
            lines.append(f'  {name}: {_scalar(value)}')
    return '\n'.join(lines) + '\n'


def scan_of(path: str) -> dict:
    """{name, sha256} of the scan at `path`; OSError when it cannot be read."""
    digest = hashlib.sha256()
    with open(path, 'rb') as handle:
        for block in iter(lambda: handle.read(1 << 20), b''):
            digest.update(block)
    return {'name': os.path.basename(path), 'sha256': digest.hexdigest()}


def scan_problems(assignment: dict, path: str, language: str) -> list[str]:
    """What is wrong with the scan that lies beside the file at `path`; nothing where none lies there."""
    scan = assignment.get('scan')
    beside = os.path.join(os.path.dirname(path), scan['name']) if scan else ''
    if not scan or not os.path.isfile(beside):
        return []
    found = scan_of(beside)['sha256']
    if found == scan['sha256']:
        return []
    return [message('assignment.altered-scan', language, path=beside, found=found, expected=scan['sha256'])]


def _scalar(value: object) -> str:
    """A YAML scalar that reads back as the very text: JSON's quoting is YAML's."""
    return json.dumps(value, ensure_ascii=False)
