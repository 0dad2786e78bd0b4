# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restored tree, and the driver that serves it as a given account."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[3]
PYTHON = '/usr/bin/python3'  # the system's: an ordinary account may not enter the folder of the tests' own


class Place:
    """`folder`: world-readable and the account's own; it holds the product, drills and trees."""

    def __init__(self, account: str | None):
        self.folder = Path(tempfile.mkdtemp(prefix='rawat-sandbox-'))
        self.folder.chmod(0o755)
        self.account = account if account != 'root' else None
        product = self.folder / 'collections/ansible_collections/rawat/website/plugins/module_utils'
        shutil.copytree(CHECKOUT / 'plugins/module_utils', product, ignore=shutil.ignore_patterns('__pycache__'))
        self.drills, self.live = self.folder / 'drills', f'/srv/{self.folder.name}'
        self.drills.mkdir()
        self.tree = self.folder / 'tree'
        self.tree.mkdir()
        self.own(self.folder)

    def own(self, *paths: Path) -> None:
        """Give files to the account; the tree is the web server's where root drills."""
        if os.geteuid() == 0:
            entry = pwd.getpwnam(self.account or 'www-data')
            for path in paths:
                for found in [path, *path.rglob('*')]:
                    os.chown(found, entry.pw_uid, entry.pw_gid, follow_symlinks=False)

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.own(self.tree)

    def request(self, ask: list[str], **other: Any) -> dict[str, Any]:
        """`other`: site (added to the usual one), manifest, trees, servers, hold."""
        live = other.pop('live', self.live)
        settings = {
            'drill_directory': str(self.drills),
            'state_directory': str(self.drills),
            'page_timeout': 10,
            'page_bytes': 1_000_000,
        }
        site = {'name': 'x', 'url': 'http://site.test/', **other.pop('site', {})}
        manifest = {'webroots': [{'path': live}], 'databases': [], **other.pop('manifest', {})}
        usual = {'trees': {live: str(self.tree)}, 'servers': {}, 'hold': False}
        known = {'collections': str(self.folder / 'collections'), 'options': settings, 'site': site}
        return {**known, 'manifest': manifest, 'ask': ask, **usual, **other}

    def serve(self, *ask: str, **other: Any) -> dict[str, Any]:
        """{path: page as a dictionary}, and 'probes'; or {'limitation'}."""
        request = json.dumps(self.request(list(ask), **other))
        done = subprocess.run(
            self.driver(),
            input=request,
            capture_output=True,
            text=True,
            timeout=120,
            cwd='/',
            check=False,
            **self.user(),
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def hold(self, **other: Any) -> subprocess.Popen[bytes]:
        """A driver that says 'ready' and waits to be killed."""
        driver = subprocess.Popen(
            self.driver(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd='/',
            **self.user(),
        )
        assert driver.stdin
        driver.stdin.write(json.dumps(self.request([], hold=True, **other)).encode())
        driver.stdin.close()
        return driver

    def driver(self) -> list[str]:
        copy = self.folder / 'driver.py'
        if not copy.exists():
            shutil.copy(Path(__file__).with_name('driver.py'), copy)
            copy.chmod(0o644)
        return [PYTHON, '-B', str(copy)]

    def user(self) -> dict[str, Any]:
        return (
            {'user': self.account, 'group': pwd.getpwnam(self.account).pw_gid, 'extra_groups': []}
            if self.account
            else {}
        )


def lines(page: dict[str, Any]) -> list[str]:
    assert page['error'] is None, page
    return page['lines']
