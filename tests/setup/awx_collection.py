# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Place the collection awx.awx in the cache, for the tests of playbooks/awx.yml, and print where.

Galaxy is not asked: the Python package `ansible` carries the collection. Only that folder of the package (54 MB) is
unpacked; nothing is installed. What it prints is the folder above ``ansible_collections``.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from make_venv import CACHE

PACKAGE, VERSION = 'ansible==12.3.0', '24.6.1'
SHA256 = 'cd156f82fa87f7a899212b0efa9f7ca3a24d609212de9f78428a572eb01e5414'
INSIDE = 'ansible_collections/awx/awx/'


def collection() -> Path:
    """The folder, filled now if nobody has done so yet; two runs at once wait for each other."""
    folder = CACHE / 'collections' / f'awx.awx-{VERSION}'
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f'{folder}.lock').open('w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():  # somebody may have made it while we waited
            fill(folder)
    return folder


def fill(folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix='.awx-', dir=folder.parent) as scratch:
        pip = [sys.executable, '-m', 'pip', '--disable-pip-version-check', 'download', '--quiet', '--no-deps']
        if subprocess.run([*pip, '--dest', scratch, PACKAGE], check=False, stdout=sys.stderr).returncode:
            sys.exit(f'{PACKAGE} could not be downloaded; why is said above')
        (wheel,) = Path(scratch).glob('*.whl')
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
            sys.exit(f'{wheel.name} is not the file that tests/setup/awx_collection.py names by its SHA-256')
        unpacked = Path(scratch, 'unpacked')
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked, [name for name in archive.namelist() if name.startswith(INSIDE)])
        manifest = json.loads((unpacked / INSIDE / 'MANIFEST.json').read_text(encoding='utf-8'))
        if manifest['collection_info']['version'] != VERSION:
            sys.exit(f'{PACKAGE} carries awx.awx {manifest["collection_info"]["version"]}, not {VERSION}')
        shutil.move(unpacked, folder)  # within one file system: atomic


if __name__ == '__main__':
    print(collection())
