# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user asked for, checked as far as that goes without Ansible."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rawat.terminal import say

DEFAULT_INVENTORY = 'inventory'  # what `rawat init` writes
OK, SITE_FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130  # exit codes


class UsageProblem(Exception):
    """What was asked cannot be done as asked; nothing was touched. `lines` name thing, cause and remedy."""

    def __init__(self, lines: list[str]):
        self.lines = lines
        super().__init__('\n'.join(lines))


@dataclass(frozen=True)
class Request:
    """One call of a verb that runs a playbook. `extra`: the user's -e in their order; `timeout` in seconds.

    `variables`: what the verb's own options say; they win over `extra`.
    """

    inventory: Path
    only: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    as_json: bool = False
    verbosity: int = 0
    check: bool = False
    timeout: int | None = None
    forks: int | None = None
    variables: Mapping[str, object] = field(default_factory=dict)


def find_inventory(given: Path | None) -> Path:
    """The absolute path of the inventory: what was given, or ./inventory; UsageProblem when it is not there."""
    path = given or Path(DEFAULT_INVENTORY)
    if not path.exists():
        raise UsageProblem([say('usage.inventory_missing', path=path) if given else say('usage.no_inventory')])
    return path.absolute()


def extra_files(extra: tuple[str, ...], directory: Path) -> list[str]:
    """The user's -e as paths of files for `-e @path`, in their order, so that no value shows in a process list.

    KEY=VALUE is one string: unlike Ansible's own reading of it, spaces do not begin a second pair.
    """
    paths, wrong = [], []
    for index, item in enumerate(extra):
        try:
            paths.append(_extra_file(item, directory / f'extra-{index}.yml'))
        except UsageProblem as problem:
            wrong += problem.lines
    if wrong:
        raise UsageProblem(wrong)
    return paths


def _extra_file(item: str, path: Path) -> str:
    if item.startswith('@'):
        source = Path(item[1:]).expanduser()
        if not source.is_file():
            raise UsageProblem([say('usage.extra_missing', value=item)])
        return str(source.absolute())
    key, equals, value = item.partition('=')
    if item.lstrip().startswith(('{', '[')):
        write_private(path, item)
    elif equals and key.strip().isidentifier():
        write_private(path, json.dumps({key.strip(): value}))
    else:
        raise UsageProblem([say('usage.extra', value=key)])
    return str(path)


def write_private(path: Path, text: str) -> None:
    """Write `text` into a new file that only we can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, 'w', encoding='utf-8') as handle:
        handle.write(text)
