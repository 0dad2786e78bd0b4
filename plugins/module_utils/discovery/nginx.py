# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites of nginx, read from its configuration as nginx reads it (nginx.org/en/docs/beginners_guide.html).

Only what tells where files lie: include, server, location, root, alias, listen, server_name, fastcgi_pass. Upstreams
and everything else is passed over.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import Reader
from ansible_collections.rawat.website.plugins.module_utils.discovery.virtual_host import (
    ALIAS_LIMIT,
    HOST_LIMIT,
    VirtualHost,
)

FILES = ('/etc/nginx/nginx.conf', '/usr/local/nginx/conf/nginx.conf', '/usr/local/etc/nginx/nginx.conf')
PREFIX = '/usr/share/nginx'  # what a relative root is relative to, in the packages of Debian and Fedora
STATEMENT_LIMIT = 100_000  # of one file
# A word may hold quotes, but not begin with one. "${" is bounded, or a file of nothing else would cost its square.
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<comment>\#[^\n]*)|(?P<mark>[;{}])"""
    r"""|"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)\'"""
    r"""|(?P<word>(?:\$\{[^\s}{$]{0,200}\}|\\.|[^\s;{}\\])+)""",
    re.DOTALL,
)
_ESCAPED = re.compile(r'\\(["\'\\ trn])')
_ESCAPES = {'t': '\t', 'r': '\r', 'n': '\n'}


class Statement(NamedTuple):
    """One directive; `end` is ';', '{' (a block begins) or '}' (one ends: no words)."""

    words: tuple[str, ...]
    end: str
    line: int


def virtual_hosts(reader: Reader) -> list[VirtualHost]:
    """Every server block of http, in the order of the configuration; problems are remarks of the reader."""
    walk = _Walk(reader)
    for path in FILES:
        if reader.is_file(path):
            walk.configuration = path
            walk.file(path, 0)
    return walk.finished()


def statements(text: str) -> Iterator[Statement]:
    """The directives of a file. Never raises, ends at the end of the text, and takes time in proportion to it."""
    words: list[str] = []
    position = line = begun = 0
    counted = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        line, counted = line + text.count('\n', counted, position), position
        position = match.end() if match else position + 1
        if not match or match.lastgroup in ('space', 'comment'):
            continue
        if match.lastgroup != 'mark':
            begun = begun if words else line
            words.append(_word(match))
            continue
        end = match['mark']
        yield Statement(tuple(words), end, (begun if words else line) + 1)
        if end == '{' and words and words[0].endswith('_by_lua_block'):
            position = _after_block(text, position)
            yield Statement((), '}', line + 1)
        words = []
    if words:
        yield Statement(tuple(words), ';', begun + 1)  # nginx would refuse it; what it says may still lead to a site


def _word(match: re.Match[str]) -> str:
    quoted = match['double'] if match.lastgroup == 'double' else match['single']
    if quoted is None:
        return match['word']
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), quoted)


def _after_block(text: str, position: int) -> int:
    """Where a block of another language ends: Lua has braces of its own."""
    depth = 1
    for match in re.compile('[{}]').finditer(text, position):
        depth += 1 if match.group() == '{' else -1
        if not depth:
            return match.end()
    return len(text)


class _Block:
    """An open block: its kind, a location's argument, and the server that it belongs to."""

    def __init__(self, kind: str, argument: str = '', server: _Server | None = None):
        self.kind, self.argument, self.server = kind, argument, server


class _Server:
    def __init__(self, file: str, line: int):
        self.file, self.line = file, line
        self.names: list[str] = []
        self.addresses: list[str] = []
        self.tls = False
        self.root, self.location_root = '', ''
        self.aliases: list[tuple[str, str]] = []
        self.php: str | None = None


class _Walk:
    def __init__(self, reader: Reader):
        self.reader = reader
        self.configuration = FILES[0]
        self.servers: list[_Server] = []
        self.http_root = ''
        self.blocks = [_Block('main')]
        self._parsed: dict[str, list[Statement]] = {}

    def file(self, path: str, depth: int) -> None:
        """Everything of one file, includes and all; the blocks that it opens end with it."""
        if depth > self.reader.limits.depth:
            self.reader.remark(f'{path} is included more than {self.reader.limits.depth} files deep: not followed')
            return
        text = self.reader.text(path)
        if text is None:
            return
        if path not in self._parsed:
            self._parsed[path] = list(itertools.islice(statements(text), STATEMENT_LIMIT + 1))
            if len(self._parsed[path]) > STATEMENT_LIMIT:
                self.reader.remark(f'{path}: what follows the first {STATEMENT_LIMIT} directives was not looked at')
        outside = len(self.blocks)
        for statement in self._parsed[path]:
            if statement.end != '}':
                self._statement(statement, path, depth)
            elif len(self.blocks) > outside:
                self.blocks.pop()
            else:
                self.reader.remark(f'{path} line {statement.line}: a "}}" that closes nothing')
        if len(self.blocks) > outside:
            self.reader.remark(f'{path}: a "{{" is not closed')
            del self.blocks[outside:]

    def _statement(self, statement: Statement, path: str, depth: int) -> None:
        name, arguments = (statement.words or ('',))[0], statement.words[1:]
        if statement.end == '{':
            self._open(name, arguments, path, statement.line)
        elif name == 'include' and arguments:
            if '$' in arguments[0]:
                self.reader.remark(f'{path} line {statement.line}: include {arguments[0]} holds a variable')
                return
            for included in self.reader.matching(self._beside(arguments[0])):
                self.file(included, depth + 1)
        elif arguments:
            self._setting(name, arguments, path, statement.line)

    def _open(self, name: str, arguments: tuple[str, ...], path: str, line: int) -> None:
        inside = self.blocks[-1]
        if name == 'server' and inside.kind == 'http' and len(self.servers) < HOST_LIMIT:
            server = _Server(path, line)
            self.servers.append(server)
            self.blocks.append(_Block('server', server=server))
        elif name == 'location' and inside.server:
            argument = ' '.join(word for word in arguments if word not in ('=', '^~'))
            self.blocks.append(_Block('location', argument, inside.server))
        else:
            kind = 'http' if name == 'http' and inside.kind == 'main' else 'other'
            self.blocks.append(_Block(kind, server=inside.server))

    def _setting(self, name: str, arguments: tuple[str, ...], path: str, line: int) -> None:
        block = self.blocks[-1]
        if name == 'root' and block.kind == 'http':
            self.http_root = self._directory(arguments[0], path, line)
        server = block.server
        if server is None:
            return
        if name == 'fastcgi_pass':
            server.php = server.php or arguments[0]
        elif name in ('root', 'alias') and block.kind in ('server', 'location'):
            self._place(server, block, name, self._directory(arguments[0], path, line))
        elif block.kind == 'server':
            self._identity(server, name, arguments)

    def _identity(self, server: _Server, name: str, arguments: tuple[str, ...]) -> None:
        if name == 'server_name':
            server.names = (server.names + [word for word in arguments if word])[:ALIAS_LIMIT]
        elif name == 'listen':
            server.addresses = [*server.addresses, arguments[0]][:ALIAS_LIMIT]
            server.tls = server.tls or 'ssl' in arguments[1:]
        elif name == 'ssl' and arguments[0] == 'on':
            server.tls = True

    def _place(self, server: _Server, block: _Block, name: str, directory: str) -> None:
        """A directory of the server. One for the location "/" is its document root whatever else it says."""
        if not directory:
            return
        if block.kind == 'server':
            server.root = directory
        elif block.argument == '/':
            server.location_root = directory
        elif len(server.aliases) < ALIAS_LIMIT:
            prefix = '' if block.argument.startswith(('~', '@')) else block.argument
            # With root the URL's path is added to the directory, with alias it is replaced by it.
            whole = directory + prefix.rstrip('/') if name == 'root' else directory
            server.aliases.append((block.argument, whole.rstrip('/') or '/'))

    def _directory(self, written: str, path: str, line: int) -> str:
        if '$' in written:
            self.reader.remark(
                f'{path} line {line}: the directory {written} holds a variable, so its sites are not known: '
                'list them in the inventory by hand'
            )
            return ''
        return os.path.join(PREFIX, written).rstrip('/') or '/'

    def _beside(self, pattern: str) -> str:
        """An include is relative to the folder of nginx.conf."""
        return os.path.join(os.path.dirname(self.configuration), pattern)

    def finished(self) -> list[VirtualHost]:
        """The servers as they are now that everything was read: nginx does not mind the order of its directives."""
        hosts = []
        for server in self.servers:
            root = server.location_root or server.root or self.http_root
            extra = [('/', server.root)] if server.location_root and server.root else []
            aliases = tuple(dict.fromkeys(pair for pair in [*server.aliases, *extra] if pair[1] != root))
            hosts.append(
                VirtualHost(
                    'nginx', tuple(dict.fromkeys(server.names)), tuple(server.addresses) or ('80',), server.tls, root,
                    aliases, server.php, server.file, server.line,
                )
            )  # fmt: skip
        return hosts
