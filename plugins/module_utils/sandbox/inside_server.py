# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of the site's account: PHP or another program, or a server of static files."""

from __future__ import annotations

import functools
import http.server
import os
import resource
import signal
import sys
import traceback
from typing import Any, Callable, NoReturn

from ansible_collections.rawat.website.plugins.module_utils.sandbox import inside_system as system

FILE_LIMIT = 1 << 30  # bytes of one file that the site may write


def start(spec: dict[str, Any], work: Callable[[], None]) -> int:
    """Run `work` in a child of the site's account; returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        _become(spec)
        work()
    except BaseException:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)


def _become(spec: dict[str, Any]) -> None:
    """No root, no way to it, no terminal, no request channel; what it says goes to stderr."""
    system.no_new_privileges()
    os.setsid()
    nothing = os.open('/dev/null', os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    for kind, limit in {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: FILE_LIMIT}.items():
        resource.setrlimit(kind, (limit, limit))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if os.geteuid() == 0:
        os.setgroups(spec['groups'])
        os.setresgid(spec['group'], spec['group'], spec['group'])
        os.setresuid(spec['user'], spec['user'], spec['user'])
    os.umask(0o022)


def program(spec: dict[str, Any]) -> NoReturn:
    """The rest of a child's life: `argv` in `directory`."""
    os.chdir(spec['directory'])
    os.closerange(3, 256)
    os.execvpe(spec['argv'][0], spec['argv'], spec['environment'])  # noqa: S606  (no shell, that is the point)


class _Files(http.server.SimpleHTTPRequestHandler):
    """Static files below a prefix; hidden from nobody, since only we ask."""

    def __init__(self, *arguments: Any, prefix: str, **settings: Any):
        self.prefix = prefix
        super().__init__(*arguments, **settings)

    def translate_path(self, path: str) -> str:
        return super().translate_path(path[len(self.prefix) :] if path.startswith(f'{self.prefix}/') else path)

    def list_directory(self, *_path: Any) -> None:
        self.send_error(403, 'no index')

    def log_message(self, *_arguments: Any) -> None:
        pass


def static(spec: dict[str, Any]) -> None:
    handler = functools.partial(_Files, directory=spec['directory'], prefix=spec['prefix'])
    http.server.ThreadingHTTPServer(('127.0.0.1', spec['port']), handler).serve_forever()
