# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-test's sanity tests or units on a copy of the collection.

Usage: ``ansible_test.py ENVIRONMENT sanity|units``. ENVIRONMENT names the packages (make_venv.py): it decides which
ansible-core tests us.

* ansible-test wants a folder ``ansible_collections/rawat/website`` that is a git repository of its own, so it gets a
  copy of what git would take; two runs at once have two copies.
* ansible-test makes virtual environments in $HOME and boots pip in them with a script that it downloads, unless one
  lies in its cache. It gets a HOME of its own in our cache, kept between runs (the first run takes minutes), and
  in it ``get_pip.py`` of this folder. One run at a time uses it.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'setup'))
from make_venv import CACHE, CHECKOUT, SITE_PACKAGES, shared_packages  # noqa: E402

# Not part of the collection; ruff, mypy and shellcheck look after them.
LEFT_OUT = ('benchmarks/', 'tests/checks/', 'tests/e2e/', 'tests/integration/', 'tests/scenarios/', 'tests/setup/',
            'tests/testbed/', 'tests/unit/wrapper/', 'tests/run.py', '.ci/')
# ansible-core 2.19 withdrew this rule for module_utils; 2.16 still has it.
WITHDRAWN = {'core-oldest': ['--skip-test', 'empty-init']}
# pytest runs all of them on the current core already (the step "unit"): these show that ansible-test can.
ENOUGH = {'dev': ['tests/unit/test_arguments.py', 'tests/unit/test_module_documentation.py', 'tests/unit/register/']}


def copy_of_checkout(parent: Path) -> Path:
    """What git tracks, and what it would track, at the place that ansible-test expects."""
    listing = subprocess.run(
        ['git', '-C', str(CHECKOUT), 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
        check=True, capture_output=True, text=True,
    ).stdout
    target = parent / 'ansible_collections' / 'rawat' / 'website'
    for name in filter(None, listing.split('\0')):
        source = CHECKOUT / name
        if name.startswith(LEFT_OUT) or not source.is_file():
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target / name)
    subprocess.run(['git', 'init', '--quiet', str(target)], check=True)
    return target


def place_pip_bootstrap(packages: Path, home: Path) -> None:
    """Under the name of every pip version that this ansible-core may ask for."""
    source = packages / SITE_PACKAGES / 'ansible_test' / '_internal' / 'python_requirements.py'
    versions = re.findall(r"pip='([\d.]+)'", source.read_text(encoding='utf-8'))
    if not versions:
        sys.exit(f'{source} names no pip version any more: see there which bootstrap script it downloads')
    folder = home / '.ansible' / 'test' / 'cache'
    folder.mkdir(parents=True, exist_ok=True)
    for version in versions:
        shutil.copyfile(HERE / 'get_pip.py', folder / f'get_pip_{version.replace(".", "_")}.py')


def place_pip_settings(home: Path) -> None:
    """ansible-test hands on none of pip's variables, and HOME is another: a file there says what pip is set to."""
    command = [sys.executable, '-m', 'pip', 'config', 'list']
    listing = subprocess.run(command, check=True, capture_output=True, text=True)
    lines = ['[global]']
    for key, value in re.findall(r"^(?:global|:env:)\.([\w-]+)='(.*)'$", listing.stdout, re.MULTILINE):
        lines.append(f'{key} = ' + '\n    '.join(value.replace('\\n', ' ').split()))
    folder = home / '.config' / 'pip'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'pip.conf').write_text('\n'.join(dict.fromkeys(lines)) + '\n', encoding='utf-8')


def main(environment: str, kind: str) -> int:
    packages = shared_packages(environment)
    home = CACHE / 'ansible-test' / packages.name
    home.mkdir(parents=True, exist_ok=True)
    place_pip_bootstrap(packages, home)
    place_pip_settings(home)
    python = f'{sys.version_info[0]}.{sys.version_info[1]}'
    command = [str(packages / 'bin' / 'ansible-test'), kind, '--color', 'no',
               '--venv', '--python', python, '--requirements']
    if kind == 'sanity':
        command += WITHDRAWN.get(environment, [])
    else:
        command += ENOUGH.get(environment, [])
    variables = {key: value for key, value in os.environ.items() if not key.startswith('ANSIBLE_')}
    variables |= {'HOME': str(home), 'PATH': f'{packages / "bin"}:{os.environ.get("PATH", os.defpath)}'}
    with (home / 'lock').open('w', encoding='utf-8') as lock, tempfile.TemporaryDirectory(prefix='rawat-') as scratch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = subprocess.run(command, cwd=copy_of_checkout(Path(scratch)), env=variables, check=False, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(result.stdout)
    findings = dict.fromkeys(re.findall(r'^ERROR: [\w./-]+:\d+:.*', result.stdout, re.MULTILINE))
    print('the findings again, without the noise:', *findings, sep='\n')
    if 'All targets skipped' in result.stdout:
        print(f'ansible-test {kind} found nothing to test and calls that a success; we do not')
        return 1
    return result.returncode


if __name__ == '__main__':
    if len(sys.argv) != 3 or sys.argv[2] not in ('sanity', 'units'):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
