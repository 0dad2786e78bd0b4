# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites of Apache, read from its configuration as httpd reads it (httpd.apache.org/docs/2.4/configuring.html).

Only what tells where files lie: Include, Define, VirtualHost, ServerName, DocumentRoot, Alias, the handler of PHP.
Conditions are judged by what the configuration itself loads and defines; a host's rewriting is passed over.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import MAGIC, Reader
from ansible_collections.rawat.website.plugins.module_utils.discovery.virtual_host import (
    ALIAS_LIMIT,
    HOST_LIMIT,
    VirtualHost,
)

# The file that httpd starts with, and its ServerRoot as it was compiled in.
ROOTS = {
    '/etc/apache2/apache2.conf': '/etc/apache2',
    '/etc/apache2/httpd.conf': '/etc/apache2',
    '/etc/httpd/conf/httpd.conf': '/etc/httpd',
    '/usr/local/apache2/conf/httpd.conf': '/usr/local/apache2',
}
ENVIRONMENT = ('/etc/apache2/envvars', '/etc/sysconfig/httpd')
BUILT_IN = frozenset({'core', 'so', 'http', 'log_config', 'logio', 'version', 'watchdog', 'unixd', 'mpm_prefork'})
LINE_LIMIT = 16 * 1024  # characters, also after variables were filled in; httpd's own limit is 8 KiB for most
VALUE_LIMIT = 4096  # characters of a variable: definitions that refer to each other double with each line
_ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|(\S+)', re.DOTALL)
_VARIABLE = re.compile(r'\$\{([^}${]{1,200})\}')
_EXPORT = re.compile(r'(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=["\']?([^"\'`;&|()]*)["\']?$')
_SHELL = re.compile(r'\$\{?[A-Za-z_][A-Za-z0-9_:=-]*\}?')
_PHP_MODULE = re.compile(r'php\d*')


def virtual_hosts(reader: Reader) -> list[VirtualHost]:
    """The virtual hosts in the order of the configuration, the main server last; problems are remarks of the reader."""
    found = []
    for path, server_root in ROOTS.items():
        if reader.is_file(path):
            walk = _Walk(reader, server_root)
            walk.file(path, 0)
            found += walk.finished()
    return found


def lines(text: str) -> Iterator[tuple[int, str]]:
    """(number, text) of each directive: comments left out, continued lines joined, over-long ones cut."""
    whole, begun = '', 0
    for number, line in enumerate(text.split('\n'), start=1):
        begun = begun or number
        if line.endswith('\\'):
            whole += line[:-1] if len(whole) < LINE_LIMIT else ''
            continue
        whole = (whole + line).strip()
        if whole and not whole.startswith('#'):
            yield begun, whole[:LINE_LIMIT]
        whole, begun = '', 0
    if whole.strip() and not whole.strip().startswith('#'):
        yield begun, whole.strip()[:LINE_LIMIT]


def arguments(text: str) -> list[str]:
    """The words of a directive, without their quotes."""
    return [
        re.sub(r'\\(["\'\\])', r'\1', double or single or plain) for double, single, plain in _ARGUMENT.findall(text)
    ]


class _Host:
    def __init__(self, addresses: list[str], file: str, line: int):
        self.addresses, self.file, self.line = addresses, file, line
        self.names: list[str] = []
        self.root = ''
        self.tls = False
        self.aliases: list[tuple[str, str]] = []
        self.php: str | None = None


class _Section:
    """An open section; nothing in it counts unless it is `active`."""

    def __init__(self, name: str, argument: str, active: bool, host: _Host):
        self.name, self.argument, self.active, self.host = name, argument, active, host


class _Walk:
    def __init__(self, reader: Reader, server_root: str):
        self.reader, self.server_root = reader, server_root
        self.main = _Host([], '', 0)
        self.hosts: list[_Host] = []
        self.modules = {f'mod_{name}.c' for name in BUILT_IN} | {f'{name}_module' for name in BUILT_IN}
        self.variables = _environment(reader)
        self.sections = [_Section('', '', True, self.main)]

    def file(self, path: str, depth: int) -> None:
        """Everything of one file, includes and all; sections that it leaves open end with it."""
        if depth > self.reader.limits.depth:
            self.reader.remark(f'{path} is included more than {self.reader.limits.depth} files deep: not followed')
            return
        text = self.reader.text(path)
        if text is None:
            return
        outside = len(self.sections)
        for number, line in lines(text):
            self._line(self._filled(line), path, number, depth, outside)
        if len(self.sections) > outside:
            self.reader.remark(f'{path}: the section {self.sections[-1].name} is not closed')
            del self.sections[outside:]

    def _filled(self, line: str) -> str:
        """${NAME} as Define and the environment have it; an unknown one stays, as it does in httpd."""
        if '${' not in line:
            return line
        return _VARIABLE.sub(lambda match: self.variables.get(match[1], match[0]), line)[:LINE_LIMIT]

    def _line(self, line: str, path: str, number: int, depth: int, outside: int) -> None:
        if line.startswith('</'):
            if len(self.sections) > outside:
                self.sections.pop()
            else:
                self.reader.remark(f'{path} line {number}: {line[:60]} closes nothing')
        elif line.startswith('<'):
            name, _space, argument = line[1:].rstrip('>').strip().partition(' ')
            self._open(name.lower(), argument.strip(), path, number)
        elif self.sections[-1].active:
            name, *words = arguments(line)
            self._directive(name.lower(), words, f'{path} line {number}', path, depth)

    # ---------------------------------------------------------------- sections
    def _open(self, name: str, argument: str, path: str, line: int) -> None:
        outer = self.sections[-1]
        host, active = outer.host, outer.active and self._holds(name, argument)
        if name == 'virtualhost' and active and len(self.hosts) < HOST_LIMIT:
            host = _Host(arguments(argument)[:ALIAS_LIMIT], path, line)
            self.hosts.append(host)
        self.sections.append(_Section(name, argument.strip('"\''), active, host))

    def _holds(self, name: str, argument: str) -> bool:
        """Whether a condition is met. A macro is a text that is used elsewhere, so nothing in it counts here."""
        wanted = not argument.startswith('!')
        argument = argument.removeprefix('!').strip('"\'')
        if name == 'ifmodule':
            return (argument in self.modules) == wanted
        if name == 'ifdefine':
            return (argument in self.variables) == wanted
        if name == 'iffile':
            return self.reader.is_file(self._absolute(argument)) == wanted
        return name != 'macro'

    # ---------------------------------------------------------------- directives
    def _directive(self, name: str, words: list[str], place: str, path: str, depth: int) -> None:
        section = self.sections[-1]
        if not words:
            return
        if name in ('include', 'includeoptional'):
            self._include(words[0], name == 'includeoptional', place, depth)
        elif name == 'loadmodule':
            self._load(words)
        elif name == 'define':
            self.variables[words[0]] = (words[1] if len(words) > 1 else '')[:VALUE_LIMIT]
        elif name == 'undefine':
            self.variables.pop(words[0], None)
        elif name == 'serverroot':
            self.server_root = words[0].rstrip('/') or '/'
        elif name == 'use':
            self.reader.remark(f'{place}: the macro {words[0]} is not followed: its sites are not found')
        elif name == 'listen' and section.host is self.main:
            self.main.addresses = [*self.main.addresses, words[0]][:ALIAS_LIMIT]
        else:
            self._of_host(name, words, section, place)
        if section.host is self.main and not self.main.file:
            self.main.file, self.main.line = path, 1

    def _of_host(self, name: str, words: list[str], section: _Section, place: str) -> None:
        host = section.host
        if name == 'servername':
            host.names.insert(0, _without_port(words[0]))
        elif name == 'serveralias':
            host.names = [*host.names, *words][:ALIAS_LIMIT]
        elif name == 'documentroot':
            host.root = self._directory(words[0], place)
        elif name in ('virtualdocumentroot', 'virtualscriptalias'):
            self.reader.remark(f'{place}: {name} {words[0]} stands for many sites, which are not found this way')
        elif name == 'sslengine':
            host.tls = words[0].lower() in ('on', 'optional')
        elif name in ('alias', 'scriptalias', 'aliasmatch', 'scriptaliasmatch'):
            self._alias(host, words, section, place)
        elif name in ('sethandler', 'proxypassmatch') and words[-1].startswith(('proxy:', 'fcgi:', 'unix:')):
            host.php = host.php or (words[-1] if 'fcgi' in words[-1] else None)

    def _alias(self, host: _Host, words: list[str], section: _Section, place: str) -> None:
        """`Alias /url /directory`; within <Location /url> the URL is the section's."""
        if len(words) == 1 and section.name.startswith('location'):
            words = [section.argument, words[0]]
        if len(words) != 2 or len(host.aliases) >= ALIAS_LIMIT:
            return
        if directory := self._directory(words[1], place):
            host.aliases.append((words[0], directory))

    def _load(self, words: list[str]) -> None:
        """<IfModule> takes the module's identifier (ssl_module) or the name of its source (mod_ssl.c)."""
        name = words[0].removesuffix('_module')
        self.modules |= {words[0], f'mod_{name}.c'}
        if _PHP_MODULE.fullmatch(name):
            self.modules |= {'mod_php.c', 'php_module'}
            self.main.php = self.variables.get('APACHE_RUN_USER', 'mod_php')

    def _include(self, pattern: str, optional: bool, place: str, depth: int) -> None:
        pattern = self._absolute(pattern)
        found = self.reader.matching(pattern)
        if not found and not optional:
            self.reader.remark(f'{place}: Include {pattern} stands for no file')
        for path in found:
            if self.reader.is_folder(path):
                self._folder(path, optional, depth)
            elif not (optional and not MAGIC & set(pattern) and self.reader.real(path) is None):
                self.file(path, depth + 1)

    def _folder(self, path: str, optional: bool, depth: int) -> None:
        """Every file of a folder and below it, as httpd takes them: in the order of their names."""
        if depth > self.reader.limits.depth:
            self.reader.remark(f'{path} is included more than {self.reader.limits.depth} files deep: not followed')
            return
        for name in self.reader.names(path):
            inner = os.path.join(path, name)
            if self.reader.over():
                return
            if self.reader.is_folder(inner):
                self._folder(inner, optional, depth + 1)
            else:
                self.file(inner, depth + 1)

    def _absolute(self, path: str) -> str:
        return os.path.join(self.server_root, path)

    def _directory(self, written: str, place: str) -> str:
        if '$' in written or '%' in written:
            self.reader.remark(
                f'{place}: the directory {written} holds a variable, so its sites are not known: '
                'list them in the inventory by hand'
            )
            return ''
        return self._absolute(written).rstrip('/') or '/'

    def finished(self) -> list[VirtualHost]:
        """What the main server says is every virtual host's where that says nothing itself: its root, its PHP.

        Aliases of the main server are valid in all of them, so they are listed once, with the main server.
        """
        hosts = self.hosts + ([self.main] if self.main.aliases or (self.main.root and not self.hosts) else [])
        return [
            VirtualHost(
                'apache', tuple(dict.fromkeys(host.names)), tuple(host.addresses), host.tls,
                host.root or ('' if host is self.main else self.main.root),
                tuple(dict.fromkeys(host.aliases)), host.php or self.main.php, host.file, host.line,
            )
            for host in hosts
        ]  # fmt: skip


def _without_port(name: str) -> str:
    """'https://example.test:443' is a ServerName, too."""
    return re.sub(r':\d+$', '', name.rpartition('//')[2])


def _environment(reader: Reader) -> dict[str, str]:
    """What the start script exports, as far as plain assignments say so: no shell is run."""
    found: dict[str, str] = {}
    for path in ENVIRONMENT:
        if reader.is_file(path):
            for line in (reader.text(path) or '').splitlines():
                if match := _EXPORT.match(line.strip()):
                    found[match[1]] = _SHELL.sub('', match[2]).strip()[:VALUE_LIMIT]
    return found
