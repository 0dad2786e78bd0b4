# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How tests take a dump: the product's capture and pump, into plain zstd files."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines import engine
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.pump import Stream, pump, put

SILENT = Progress(None, 'test')


class FileWriter:
    """A writer in the sense of the pump that keeps a diary of what was asked of it."""

    def __init__(self, path: Path):
        self.path, self.diary, self.data = path, [], bytearray()

    def write(self, block: bytes) -> None:
        if not self.diary:
            self.diary.append('write')
        self.data += block

    def finish(self) -> dict[str, Any]:
        self.diary.append('finish')
        subprocess.run(['zstd', '-q', '-f', '-o', self.path], input=bytes(self.data), check=True, timeout=60)
        return {'file': self.path.name}

    def abort(self) -> None:
        self.diary.append('abort')


def dump(database: dict[str, Any], folder: Path) -> tuple[dict[str, Any], Stream, Any]:
    """A whole backup of one database into `folder`; returns the manifest's part, the stream and the capture."""
    module = engine(database['engine'])
    assert module.preflight(database).problems == []
    with module.capture(database) as capture:
        census = capture.census()
        writer = FileWriter(folder / f'database.{module.label(database)}.sql.zst')
        stream = pump(capture.dump, writer, capture.inspector, SILENT, lambda: capture.compare(census))
        part = {
            'engine': database['engine'],
            'name': database.get('name') or database['path'],
            'census': census,
            **writer.finish(),
        }
        if statements := capture.accounts():
            accounts = FileWriter(folder / f'database.{module.label(database)}.accounts.sql.zst')
            put(statements, accounts)
            part['accounts_file'] = accounts.finish()['file']
    return part, stream, capture
