# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark needs from outside, fetched once into the cache and installed nowhere.

PHP programs, whose files make a webroot, and borg come as Debian packages of this machine's own suite; borgmatic comes
from PyPI into an environment of its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

CACHE = Path(os.environ.get('RAWAT_CACHE') or Path.home() / '.cache' / 'rawat-website') / 'benchmarks'
CHECKOUT = Path(__file__).resolve().parents[1]
PHP_PROGRAMS = ('wordpress', 'mediawiki', 'phpmyadmin', 'dokuwiki')
BORG = ('borgbackup', 'python3-msgpack')
BORGMATIC = 'borgmatic==2.1.10'
PROGRAMS = (
    'mariadbd', 'mariadb-install-db', 'mariadb-dump', 'mariadb', 'pg_dump', 'psql', 'restic', 'zstd', 'tar', 'gzip',
)
SYSTEM_PYTHON = '/usr/bin/python3'  # what targets have; Debian's borg is compiled for it


def end_cleanly() -> None:
    """A benchmark that is told to end (SIGTERM) stops its servers and removes its folders first, as with Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))


def require_programs() -> None:
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        sys.exit(f'missing programs: {", ".join(missing)}; "make setup" installs them')
    if os.getuid() != 0:
        sys.exit('the benchmark needs root: the kernel tells only root what each ended process has used')


def debian_package(name: str) -> Path:
    """The folder into which the package was unpacked, newest version that this machine's sources have."""
    folder = CACHE / 'packages' / name
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        run(['apt-get', '--quiet', '--quiet', '-o', 'APT::Sandbox::User=root', 'download', name], cwd=scratch)
        (package,) = Path(scratch).glob('*.deb')
        run(['dpkg-deb', '-x', str(package), f'{scratch}/tree'])
        (Path(scratch) / 'tree' / 'VERSION').write_text(f'{package.stem}\n')
        (Path(scratch) / 'tree').rename(folder)
    return folder


def borgmatic() -> Path:
    """The folder of the programs `borgmatic` and `borg`."""
    packages = [debian_package(name) for name in BORG]
    folder = CACHE / 'venvs' / BORGMATIC
    if not (folder / 'complete').exists():
        shutil.rmtree(folder, ignore_errors=True)
        run([SYSTEM_PYTHON, '-m', 'venv', str(folder)])
        run([f'{folder}/bin/python', '-m', 'pip', '--quiet', '--disable-pip-version-check', 'install', BORGMATIC])
        (site_packages,) = (folder / 'lib').glob('python3*/site-packages')
        lines = [f'{package}/usr/lib/python3/dist-packages\n' for package in packages]
        (site_packages / 'borg.pth').write_text(''.join(lines))
        borg = (packages[0] / 'usr' / 'bin' / 'borg').read_text().split('\n', 1)[1]
        (folder / 'bin' / 'borg').write_text(f'#!{folder}/bin/python\n{borg}')
        (folder / 'bin' / 'borg').chmod(0o755)
        run([f'{folder}/bin/borg', '--version'])
        (folder / 'complete').touch()
    return folder / 'bin'


def run(
    command: list[str], feed: bytes | None = None, cwd: str | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run `command` quietly; its words are shown when it fails, and the benchmark ends."""
    variables = {**os.environ, **(environment or {})}
    result = subprocess.run(command, check=False, capture_output=True, input=feed, cwd=cwd, env=variables)
    if result.returncode:
        told = (result.stderr + result.stdout).decode(errors='replace').strip()
        sys.exit(f'exit code {result.returncode} of: {" ".join(command)}\n{told}')
    return result
