# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the environment that this checkout runs in. System Python, standard library only.

Two layers, so that a fresh clone costs a second and two checkouts never meet:

* the *packages*, shared by every checkout with the same pins and the same Python, in the cache outside the checkout:
  ``${RAWAT_CACHE:-~/.cache/rawat-website}/venvs/<name>-<hash>``; built under a lock, never changed afterwards;
* the checkout's own ``.venv``: a thin environment that reads those packages and adds this checkout, installed
  editable: the package ``rawat`` and, through ``.cache/collections``, the collection.

Usage: ``make_venv.py`` for the checkout's ``.venv``; ``make_venv.py NAME`` for one of the checkers' environments
(``tests/setup/constraints-NAME.txt``), whose folder is printed; ``make_venv.py --requirements NAME`` prints what that
environment asks for; ``make_venv.py --for-python 3.11`` prints the folder of the two packages that a worker needs.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SETUP = CHECKOUT / 'tests' / 'setup'
CACHE = Path(os.environ.get('RAWAT_CACHE') or Path.home() / '.cache' / 'rawat-website')
STAMP = '.complete'
OLDEST_CORE = 'ansible-core==2.16.*'  # as meta/runtime.yml and pyproject.toml say: requires_ansible, ansible-core>=2.16
SITE_PACKAGES = Path('lib', f'python{sys.version_info[0]}.{sys.version_info[1]}', 'site-packages')


def requirements(name: str) -> list[str]:
    """What `name` asks for. ``runtime``: the project's dependencies; ``dev``: these and its extras; else a
    checker's environment: the pins of its own file that are marked as wanted.
    """
    if name not in ('runtime', 'dev'):
        pins = constraints(name).read_text(encoding='utf-8')
        wanted = re.findall(r'^([\w.-]+)==\S+ +# wanted', pins, re.MULTILINE)
        return [OLDEST_CORE if (name, package) == ('core-oldest', 'ansible-core') else package for package in wanted]
    project = (CHECKOUT / 'pyproject.toml').read_text(encoding='utf-8')
    wanted = []
    for table in ('dependencies', 'paper', 's3', 'notify', 'dev')[: 1 if name == 'runtime' else 5]:
        found = re.search(rf'^{table} = \[(.*?)^\]', project, re.MULTILINE | re.DOTALL)
        if not found:
            sys.exit(f'pyproject.toml: the list {table!r} was not found; make_venv.py reads it: mend one or the other')
        wanted += re.findall(r'"([^"]+)"', found[1])
    return wanted


def constraints(name: str) -> Path:
    return SETUP / ('constraints.txt' if name == 'dev' else f'constraints-{name}.txt')


def shared_packages(name: str) -> Path:
    """The folder of the packages `name`, built now if nobody has built it yet."""
    wanted = requirements(name)
    spec = '\n'.join([*wanted, constraints(name).read_text(encoding='utf-8'), sys.version, sys.base_prefix])
    folder = CACHE / 'venvs' / f'{name}-{hashlib.sha256(spec.encode()).hexdigest()[:16]}'
    if (folder / STAMP).exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f'{folder}.lock').open('w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / STAMP).exists():  # somebody may have built it while we waited
            build(folder, wanted, constraints(name))
    return folder


def foreign_packages(version: str) -> Path:
    """The folder of ansible-core and ansible-runner for another Python, x86-64: for machines that reach no registry.

    `packages` in it goes on that Python's path; its programs are started as `python3 -m ansible_runner` and the like.
    """
    wanted = [line for line in requirements('runtime') if re.match('ansible-(core|runner)', line)]
    pins = constraints('dev')
    spec = '\n'.join([*wanted, version, pins.read_text(encoding='utf-8')])
    folder = CACHE / 'venvs' / f'worker-{version}-{hashlib.sha256(spec.encode()).hexdigest()[:16]}'
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f'{folder}.lock').open('w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / STAMP).exists():
            print(f'building {folder} …', file=sys.stderr, flush=True)
            shutil.rmtree(folder, ignore_errors=True)
            platforms = [f'manylinux_2_{minor}_x86_64' for minor in (17, 28)] + ['manylinux2014_x86_64']
            run([str(shared_packages('dev') / 'bin' / 'python'), '-m', 'pip', '--disable-pip-version-check', 'install',
                 '--quiet', '--no-compile', '--target', str(folder / 'packages'), '--python-version', version,
                 '--implementation', 'cp', '--only-binary', ':all:', '--constraint', str(pins),
                 *(word for platform in platforms for word in ('--platform', platform)), *wanted])
            (folder / STAMP).touch()
    return folder


def build(folder: Path, wanted: list[str], pins: Path) -> None:
    """A virtual environment cannot be renamed (its scripts name their folder), so a stamp written last publishes it."""
    print(f'building {folder} ({len(wanted)} requirements with their dependencies) …', file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    create_environment(folder)
    pip = [str(folder / 'bin' / 'python'), '-m', 'pip', '--disable-pip-version-check']
    run([*pip, 'install', '--quiet', '--constraint', str(pins), *wanted])
    run([*pip, 'check'])
    (folder / STAMP).touch()


def create_environment(folder: Path, *options: str) -> None:
    failed = subprocess.run([sys.executable, '-m', 'venv', *options, str(folder)], check=False).returncode
    if failed:
        sys.exit(f'{sys.executable} could not make a virtual environment; on Debian: apt-get install python3-venv')


def run(command: list[str]) -> None:
    result = subprocess.run(command, check=False, stdout=sys.stderr)
    if result.returncode:
        sys.exit(f'exit code {result.returncode} of: {" ".join(command)}\nwhy is said above')


def link_collection() -> None:
    """Ansible and Python find the collection only below a folder ``ansible_collections/rawat``: a link makes one."""
    link = CHECKOUT / '.cache' / 'collections' / 'ansible_collections' / 'rawat' / 'website'
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        temporary = link.with_name(f'.website-{os.getpid()}')
        temporary.symlink_to('../../../..', target_is_directory=True)
        temporary.replace(link)  # atomic, so that two runs at once are safe


def checkout_environment(packages: Path) -> None:
    """The thin ``.venv`` of this checkout; made again when its packages, its place or the project's metadata change."""
    folder = CHECKOUT / '.venv'
    project = (CHECKOUT / 'pyproject.toml').read_text(encoding='utf-8')
    spec = '\n'.join([str(packages), str(CHECKOUT), project, Path(__file__).read_text(encoding='utf-8')])
    stamp = folder / STAMP
    if stamp.exists() and stamp.read_text(encoding='utf-8') == spec:
        return
    (CHECKOUT / '.cache').mkdir(exist_ok=True)
    with (CHECKOUT / '.cache' / 'venv.lock').open('w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text(encoding='utf-8') == spec:
            return
        shutil.rmtree(folder, ignore_errors=True)
        create_environment(folder, '--without-pip')
        shared = packages / SITE_PACKAGES
        # addsitedir, unlike a bare path, also reads the .pth files of that folder
        (folder / SITE_PACKAGES / 'packages.pth').write_text(f'import site; site.addsitedir({str(shared)!r})\n')
        adopt_scripts(packages / 'bin', folder / 'bin')
        run([str(folder / 'bin' / 'python'), '-m', 'pip', '--disable-pip-version-check', 'install', '--quiet',
             '--no-deps', '--no-build-isolation', '--no-index', '--editable', str(CHECKOUT)])
        stamp.write_text(spec, encoding='utf-8')


def adopt_scripts(source: Path, target: Path) -> None:
    """Copy the packages' commands, so that they start *this* environment's Python: the one that sees the checkout."""
    old, new = f'#!{source}/python'.encode(), f'#!{target}/python'.encode()
    for script in source.iterdir():
        if script.is_symlink() or not script.is_file() or (target / script.name).exists():
            continue
        content = script.read_bytes()
        if content.startswith(old):
            (target / script.name).write_bytes(content.replace(old, new, 1))
        else:
            shutil.copy2(script, target / script.name)
        (target / script.name).chmod(0o755)


def main(arguments: list[str]) -> None:
    if sys.version_info < (3, 10):
        sys.exit(f'Python 3.10 or newer is needed, this is {sysconfig.get_python_version()}: '
                 'name another, as in: make PYTHON=python3.11 venv')
    if arguments[:1] == ['--requirements']:
        print('\n'.join(requirements(arguments[1])))
        return
    if arguments[:1] == ['--for-python']:
        print(foreign_packages(arguments[1]))
        return
    if arguments:
        print(shared_packages(arguments[0]))
        return
    link_collection()
    checkout_environment(shared_packages('dev'))


if __name__ == '__main__':
    main(sys.argv[1:])
