# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad recovery points, prepared with care: what is stored is changed and every hash above it is made to agree.

So nothing that merely compares sums can notice; the restored copy alone shows what is wrong.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical


class Forge:
    """One point of an archive store, open for changes; `seal` writes manifest and sums as the product would."""

    def __init__(self, point: Path):
        self.point = point
        self.manifest: dict[str, Any] = json.loads((point / 'manifest.json').read_text(encoding='ascii'))

    def seal(self) -> None:
        (self.point / 'manifest.json').write_bytes(canonical(self.manifest))
        files = sorted(path.name for path in self.point.iterdir() if path.name != 'SHA256SUMS')
        sums = (f'{_sha256((self.point / name).read_bytes())}  {name}\n' for name in files)
        (self.point / 'SHA256SUMS').write_text(''.join(sums), encoding='ascii')

    def database(self, index: int = 0) -> dict[str, Any]:
        part: dict[str, Any] = self.manifest['databases'][index]
        return part

    def dump(self, change: Callable[[bytes], bytes]) -> None:
        """Change the text of the dump."""
        part = self.database()
        text = change(_same_not(unpacked(self.point / part['file']), change))
        part['bytes'], part['sha256'] = len(text), _sha256(text)
        part.update(self._stored(part['file'], text))
        self.seal()

    def accounts(self, change: Callable[[bytes], bytes]) -> None:
        """Change the statements that make accounts and grants."""
        part = self.database()
        text = change(_same_not(unpacked(self.point / part['accounts_file']), change))
        stored = self._stored(part['accounts_file'], text)
        part.update({f'accounts_{key}': value for key, value in stored.items()})
        self.seal()

    def file(self, name: str, content: bytes) -> None:
        """Change the content of one file in the webroot's archive; its size stays."""
        part = self.manifest['webroots'][0]
        before, after = io.BytesIO(unpacked(self.point / part['file'])), io.BytesIO()
        found = False
        with tarfile.open(fileobj=before) as source, tarfile.open(fileobj=after, mode='w') as to:
            for member in source:
                data = source.extractfile(member).read() if member.isreg() else b''
                if member.name.removeprefix('./') == name:
                    assert len(data) == len(content)
                    assert data != content
                    data, found = content, True
                to.addfile(member, io.BytesIO(data) if member.isreg() else None)
        assert found, name
        part.update(self._stored(part['file'], after.getvalue()))
        self.seal()

    def _stored(self, name: str, text: bytes) -> dict[str, Any]:
        packed = subprocess.run(['zstd', '-q', '-c'], input=text, capture_output=True, check=True).stdout
        (self.point / name).write_bytes(packed)
        return {'stored_bytes': len(packed), 'stored_sha256': _sha256(packed)}


def unpacked(path: Path) -> bytes:
    """The raw bytes of a stored stream."""
    return subprocess.run(['zstd', '-dc', str(path)], capture_output=True, check=True).stdout


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """A change of the first `old` into `new`."""
    return lambda text: text.replace(old, new, 1)


def flip_byte(path: Path, at: int | None = None) -> None:
    """Turn one byte of a stored file over, in its middle by default."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if at is None else at] ^= 0xFF
    path.chmod(0o600)
    path.write_bytes(data)


def _same_not(text: bytes, change: Callable[[bytes], bytes]) -> bytes:
    assert change(text) != text, 'the change found nothing to change'
    return text


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
