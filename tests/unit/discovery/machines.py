# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine out of a folder: configuration files and webroots by their paths, and a reader of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import Limits, Reader

NGINX = 'http { include /etc/nginx/sites-enabled/*; }'


def machine(root: Path, files: Mapping[str, str | bytes]) -> str:
    """Write the files below `root`; returns it as discovery wants it."""
    for name, content in files.items():
        path = root / name.lstrip('/')
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(root)


def reader(root: str, **limits: int) -> Reader:
    """A reader with some limits of its own."""
    return Reader(Limits.of({f'discovery_{name}': value for name, value in limits.items()}), root)
