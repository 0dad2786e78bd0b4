# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that lives in the namespaces of a copy. It is fed to `python -I` as text; its parent speaks JSON with it.

Two processes: the outer one makes the namespaces and waits; the inner one is process 1 of them, builds the root, starts
the site and asks it for pages, one line of JSON on stdin for each. It ends when stdin ends or the outer one dies, and
the kernel then kills everything inside and forgets the mounts: there is nothing to clean up, however we die.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.sandbox import (
    inside_network,
    inside_root,
    inside_server,
)
from ansible_collections.rawat.website.plugins.module_utils.sandbox import inside_system as system

NAMESPACES = system.CLONE_NEWNS | system.CLONE_NEWNET | system.CLONE_NEWPID | system.CLONE_NEWUTS | system.CLONE_NEWIPC
HIGH = 20000


def main(spec: dict[str, Any]) -> None:
    os.umask(0o022)
    try:
        _leave()
    except OSError as error:
        tell({'error': f'this machine makes no namespaces for {_who()}: {error.strerror}'})
        os._exit(1)
    system.die_with_parent()  # again: new credentials may have cleared it
    alive, breath = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(breath)
        _live(spec, alive)
        os._exit(0)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0)


def _who() -> str:
    return 'root' if os.geteuid() == 0 else 'an ordinary account (run drills as root)'


def _leave() -> None:
    """Root makes the namespaces as root; anybody else in a user namespace in which only his own number exists."""
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        system.unshare(NAMESPACES)
        return
    system.unshare(system.CLONE_NEWUSER | NAMESPACES)
    for name, text in {'setgroups': 'deny', 'uid_map': f'{user} {user} 1', 'gid_map': f'{group} {group} 1'}.items():
        with open(f'/proc/self/{name}', 'w', encoding='ascii') as file:
            file.write(text)


def _live(spec: dict[str, Any], alive: int) -> None:
    system.die_with_parent()
    os.set_blocking(alive, False)
    try:
        if not os.read(alive, 1):  # our parent died before we asked to die with it
            return
    except BlockingIOError:
        pass
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # process 1 has orphans: the kernel reaps them
    problem = _begin(spec)
    tell({'error': problem} if problem else {'ready': True, 'port': spec['port']})
    for line in sys.stdin if not problem else ():
        tell(inside_network.ask({**json.loads(line), 'port': spec['port'], 'headers': spec['headers']}))


def _begin(spec: dict[str, Any]) -> str | None:
    """Build everything and start the site; says what stands in the way."""
    try:
        inside_network.loopback(spec['addresses'])
        listeners = inside_network.listeners(spec['ports'])
        inside_root.build(spec)
        if spec['port'] < 1024 and not inside_network.open_low_ports():
            spec['port'] += HIGH  # the site cannot call itself then; everything else works
        inside_root.leave_machine()
    except OSError as error:
        return f'this machine does not let a private place be made for the site: {error}'
    if listeners:
        inside_server.start(spec, lambda: inside_network.forward(listeners))
    if not os.path.isdir(spec['directory']):
        return f'the document root {spec["directory"]} is not in the recovery point: say application.document_root'
    port = str(spec['port'])
    spec['argv'] = [word.replace('{port}', port) for word in spec['argv']]
    spec['environment']['PORT'] = port
    work = inside_server.static if spec['kind'] == 'static' else inside_server.program
    server = inside_server.start(spec, lambda: work(spec))
    return inside_network.wait_for(spec['port'], spec['start_seconds'], lambda: _runs(server))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def tell(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + '\n')
    sys.stdout.flush()
