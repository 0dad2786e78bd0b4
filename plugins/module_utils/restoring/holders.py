# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who still has a database open that has given way: a worker with a persistent connection follows the file, not the
name, and goes on reading and writing what is kept aside. Nobody but that program can change it, so it is told.
"""

from __future__ import annotations

import contextlib
import os

from ansible_collections.rawat.website.plugins.module_utils.restoring import trees


def remarks(parts: list[dict]) -> list[str]:
    """A sentence for each SQLite database in a tree that was exchanged and is still in use where it is kept now."""
    places = {part['name']: trees.tree_of(part) for part in parts if part['kind'] == 'webroot'}
    found = []
    for part in parts:
        if part['kind'] != 'database' or not part['within'] or part['within']['webroot'] not in places:
            continue
        programs = _programs(os.path.join(places[part['within']['webroot']], part['within']['path']))
        if programs:
            shown = ', '.join(
                f'{name} ({", ".join(map(str, sorted(pids)))})' for name, pids in sorted(programs.items())
            )
            found.append(
                f'database {part["to"]}: {shown} still has the former file open and reads and writes that one: restart '
                'it now, or pages stay old and what visitors write is lost'
            )
    return found


def _programs(path: str) -> dict[str, list[int]]:
    """{name: pids} of the processes that have the file open, as far as this account may see (proc_pid_fd(5))."""
    programs: dict[str, list[int]] = {}
    for process in filter(str.isdigit, os.listdir('/proc')):
        with contextlib.suppress(OSError):  # it ended, or is another account's
            if any(_leads_to(f'/proc/{process}/fd/{number}', path) for number in os.listdir(f'/proc/{process}/fd')):
                with open(f'/proc/{process}/comm', encoding='utf-8', errors='replace') as name:
                    programs.setdefault(name.read().strip(), []).append(int(process))
    return programs


def _leads_to(descriptor: str, path: str) -> bool:
    with contextlib.suppress(OSError):
        return os.readlink(descriptor) == path
    return False
