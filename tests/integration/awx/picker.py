# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of a project AWX offers as playbooks, by the rules that were found in AWX 24.6.1.

A file is offered if its name ends in .yml or .yaml and a line of it begins with ``hosts:``, ``include:`` or
``import_playbook:`` (with or without ``- `` and ``ansible.builtin.``), or if it is encrypted by Ansible's vault; and
if no part of its path is ``roles``, ``tasks``, ``group_vars`` or ``host_vars`` or begins with a dot. Links to folders
are not followed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

SKIPPED = {'roles', 'tasks', 'group_vars', 'host_vars'}
PLAY = re.compile(r'\s*(-\s*)?(ansible\.builtin\.)?(hosts|include|import_playbook):')


def offered(project: Path) -> Iterator[str]:
    """The paths inside `project`, as AWX lists them."""
    for folder, folders, names in os.walk(project):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith('.'))
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix in ('.yml', '.yaml') and not name.startswith('.') and looks_like_playbook(path):
                yield str(path.relative_to(project))


def looks_like_playbook(path: Path) -> bool:
    """Judged line by line, so that a file which is no valid YAML is offered as well."""
    try:
        lines = path.read_text(encoding='utf-8', errors='ignore').splitlines()
    except OSError:
        return False
    return lines[:1] != [] and (lines[0].startswith('$ANSIBLE_VAULT;') or any(PLAY.match(line) for line in lines))
