# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader who does what a page of the documentation says, word for word, in one shell.

A block ``console`` is typed: its lines with ``$`` are commands, the others must be found in what the command before
them says, in their order; ``…`` stands for anything. ``# exit code N`` behind a command is the exit code that the page
promises (0 without it). A block whose first line is a comment with a file's name is written to that file.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

BLOCK = re.compile(r'^```(\w+)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
NAMED = re.compile(r'(?:#|--) ([\w./-]+\.\w+)\n')
EXIT_CODE = re.compile(r' +# exit code (\d+)$')
LIMIT = 300  # seconds of one command


class Command(NamedTuple):
    line: str
    exit_code: int
    expected: list[str]


class File(NamedTuple):
    path: str
    text: str


def steps(page: str) -> Iterator[Command | File]:
    """What the text of a page wants of its reader, in order."""
    for language, body in BLOCK.findall(page):
        named = NAMED.match(body)
        if language == 'console':
            yield from commands(body)
        elif named:
            yield File(named[1], body)


def commands(block: str) -> Iterator[Command]:
    current: Command | None = None
    for line in block.splitlines():
        if line.startswith('$ '):
            if current:
                yield current
            code = EXIT_CODE.search(line)
            current = Command(EXIT_CODE.sub('', line[2:]), int(code[1]) if code else 0, [])
        elif current and line.strip():
            current.expected.append(line)
    if current:
        yield current


def lacking(said: str, expected: list[str]) -> str | None:
    """The first line that was promised and not said."""
    position = 0
    for line in expected:
        pattern = '.*?'.join(r'\s+'.join(map(re.escape, part.split())) for part in line.split('…'))
        found = re.compile(pattern).search(said, position)
        if not found:
            return line
        position = found.end()
    return None


class Reader:
    """Types what pages say, in one shell whose working directory and variables stay."""

    def __init__(self, folder: Path, environment: Mapping[str, str]):
        self.folder, self.typed = folder, 0
        self.shell = subprocess.Popen(
            ['bash', '--norc'], cwd=folder, env=dict(environment), text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def close(self) -> None:
        assert self.shell.stdin
        self.shell.stdin.close()
        try:
            self.shell.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.shell.pid, 9)

    def read(self, page: Path) -> int:
        """Do all of a page; returns how many commands it had. AssertionError with page, command and what it said."""
        found = list(steps(page.read_text(encoding='utf-8')))
        for step in found:
            if isinstance(step, File):
                path = self.folder / step.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(step.text, encoding='utf-8')
                continue
            code, said = self.type(step.line)
            where = f'{page.name}: {step.line}'
            assert code == step.exit_code, f'{where}: exit code {code}\n{said}'
            lacks = lacking(said, step.expected)
            assert lacks is None, f'{where}: did not say {lacks!r}\n{said}'
        return sum(isinstance(step, Command) for step in found)

    def type(self, line: str) -> tuple[int, str]:
        """Exit code and output of one command."""
        assert self.shell.stdin
        assert self.shell.stdout
        self.typed += 1
        output = self.folder / f'.typed-{self.typed}'
        limited = f'{{ {line}\n}} >{output} 2>&1 </dev/null; echo "ended $?"\n'
        self.shell.stdin.write(limited)
        self.shell.stdin.flush()
        answer = self.shell.stdout.readline()
        assert answer.startswith('ended '), f'the shell went away at: {line}\n{output.read_text()}'
        return int(answer.split()[1]), output.read_text(encoding='utf-8', errors='replace')
