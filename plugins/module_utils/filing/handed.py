# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are no Python, where papers are drawn: templates, calendars, the office's emblem and fonts.

On the controller they lie where they lie. To another machine (`website_filing_host`) Ansible brings only Python, so
they are handed over with the work: `collected` here, `unpacked` there. Records keep the names of the inventory.
"""

from __future__ import annotations

import base64
import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

MOST_BYTES = 32 * 1024 * 1024  # of all that is handed over: fonts are the largest
VERIFIER, TEMPLATES = 'verify.py', 'templates'  # what is ours: where it lies differs from machine to machine
OFFICE = ('templates', 'logo', 'fonts')  # settings of the office that name files; calendars travel as data
_places: dict[str, str] = {}  # the name on the controller -> where it lies here


def here(path: str | Path, name: str = '') -> Path:
    """Where the file or directory at this path of the controller lies on this machine; `name`: of what is ours."""
    return Path(_places.get(name or str(path), path))


def collected(paths: Mapping[str, str | Path], texts: Mapping[str, bytes]) -> dict[str, Any]:
    """What must go along, for `unpacked`: files and whole directories under their paths or names, `texts` under names.

    A path that is not there is left out: the paper that needs it says so. ValueError when it is too much.
    """
    files = {}
    for name, path in [(name, Path(path)) for name, path in paths.items()]:
        inside = sorted(path.rglob('*')) if path.is_dir() else [path]
        found = {str(item.relative_to(path)): item for item in inside if item.is_file()}
        files[name] = {inner: item.read_bytes() for inner, item in found.items()}
    files.update({name: {'.': text} for name, text in texts.items()})
    size = sum(len(content) for parts in files.values() for content in parts.values())
    if size > MOST_BYTES:
        raise ValueError(
            f'{", ".join(path for path in files if os.path.isabs(path))}: {size} bytes are too much to be handed to '
            f'website_filing_host, at most {MOST_BYTES}: name only the fonts and templates that are used'
        )
    encoded = {
        path: {name: base64.b64encode(content).decode() for name, content in parts.items()}
        for path, parts in files.items()
    }
    return {'files': encoded}


@contextlib.contextmanager
def unpacked(handed: Mapping[str, Any]) -> Iterator[None]:
    """While it lasts, what was handed over lies in a private directory, and `here` finds it."""
    with tempfile.TemporaryDirectory(prefix='rawat-handed-') as folder:
        for number, (path, parts) in enumerate(sorted((handed.get('files') or {}).items())):
            top = Path(folder, str(number), Path(path).name)
            for name, content in parts.items():
                target = top if name == '.' else top / name
                if '..' in Path(name).parts or os.path.isabs(name):
                    raise ValueError(f'{path}: {name!r} is no file in it')
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(base64.b64decode(content))
            _places[path] = str(top)
        try:
            yield
        finally:
            _places.clear()


def text(name: str) -> bytes | None:
    """What was handed over under a name that is no path; None where nothing was."""
    return Path(_places[name]).read_bytes() if name in _places else None
