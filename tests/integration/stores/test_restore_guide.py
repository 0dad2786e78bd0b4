# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The very commands of RESTORE.md, run with stock tools in a fresh folder, bring the site back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import by_hand
import pytest
from ansible_collections.rawat.website.plugins.module_utils.stores.common import webroot_label
from integration.stores.support import PASSWORD, SITE, Case, facts, restic

DUMP = b"BEGIN;\nCREATE TABLE pages (id INTEGER, text TEXT);\nINSERT INTO pages VALUES (1, '%s');\nCOMMIT;\n"


def restore(case: Case, manifest: dict[str, Any], target: Path) -> str:
    """Run RESTORE.md with bash; returns its text."""
    environment = {'PATH': os.environ['PATH'], 'HOME': str(case.work), 'RESTORE': str(target), 'LC_ALL': 'C.UTF-8'}
    if case.store == 'archive':
        folder = case.work / 'copied elsewhere'
        shutil.copytree(case.folder / SITE, folder)
        guide, folder = (folder / manifest['id'] / 'RESTORE.md').read_text(), folder / manifest['id']
    else:
        tag = f'rawat,point={manifest["id"]},part=manifest'
        guide, folder = restic(case.folder, 'dump', '--tag', tag, 'latest', '/RESTORE.md').decode(), case.work / 'empty'
        folder.mkdir()
        environment['RESTIC_PASSWORD'] = PASSWORD
        if case.remote:
            environment['PATH'] = f'{own_ssh(case)}:{environment["PATH"]}'
    done = subprocess.run(
        ['bash', '-c', by_hand.script(guide)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f'{done.stderr}\n{guide}'
    return guide


def own_ssh(case: Case) -> Path:
    """An `ssh` that finds the keys, as an administrator's own configuration would make it."""
    assert case.sshd
    folder, hosts = case.work / 'bin', case.work / 'known_hosts'
    folder.mkdir()
    hosts.write_text(case.sshd.known_hosts)
    key = case.sshd.folder / 'client_key'
    (folder / 'ssh').write_text(
        f'#!/bin/sh\nexec /usr/bin/ssh -F none -i "{key}" -o UserKnownHostsFile="{hosts}" "$@"\n'
    )
    (folder / 'ssh').chmod(0o755)
    return folder


def rows(database: Path) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(database)
    found = connection.execute('SELECT * FROM pages').fetchall()
    connection.close()
    return found


@pytest.mark.parametrize('padding', [10, 9_000_000], ids=['small', 'large'])
def test_a_full_is_restored_by_the_commands(case: Case, site: Path, tmp_path: Path, padding: int) -> None:
    text = b'x' * padding
    manifest = case.back_up(case.ready(), site, {'database.sqlite.x.sql': DUMP % text})
    before = facts(site)
    restore(case, manifest, tmp_path / 'restored')
    assert facts(tmp_path / 'restored' / f'webroot.{webroot_label(str(site))}') == before
    assert rows(tmp_path / 'restored' / 'database.sqlite.x.db') == [(1, text.decode())]


def test_a_difference_is_restored_by_the_commands(case: Case, site: Path, tmp_path: Path) -> None:
    case.back_up(case.ready(), site)
    (site / 'pages' / 'deep' / 'with space\nand newline').unlink()
    (site / 'pages' / 'deep').rmdir()
    (site / 'pages' / 'deep').write_text('a file where a folder was')
    (site / 'pages' / 'big.bin').rename(site / 'renamed.bin')
    (site / 'pages' / 'big.bin').write_text('small now')
    (site / '-rf').write_text('a name like an option')
    os.chown(site / 'link', 123, 456, follow_symlinks=False)
    (site / 'index.php').chmod(0o604)
    case.options['difference_share'] = 200  # the renamed file is as large as the full
    manifest = case.back_up(case.open(), site)
    assert case.store == 'restic' or manifest['webroots'][0]['kind'] == 'difference'
    before = facts(site)
    shutil.rmtree(site)
    guide = restore(case, manifest, tmp_path / 'restored')
    assert facts(tmp_path / 'restored' / f'webroot.{webroot_label(str(site))}') == before
    assert case.store == 'restic' or 'xargs -0' in guide


def test_a_changed_owner_is_restored_from_the_metadata_list(archive: Case, site: Path, tmp_path: Path) -> None:
    archive.back_up(archive.ready(), site)
    for path in site.rglob('*'):
        if not path.is_symlink():
            os.chown(path, 123, 456)
    manifest = archive.back_up(archive.open(), site)
    assert manifest['webroots'][0]['metadata_file']
    assert manifest['webroots'][0]['stored_bytes'] < 10_000
    restore(archive, manifest, tmp_path / 'restored')
    assert facts(tmp_path / 'restored' / f'webroot.{webroot_label(str(site))}') == facts(site)


def test_a_damaged_archive_stops_the_commands_before_anything_is_written(
    archive: Case, site: Path, tmp_path: Path
) -> None:
    archive.back_up(archive.ready(), site)
    manifest = archive.back_up(archive.open(), site)
    tar = archive.folder / SITE / manifest['webroots'][0]['base']['point'] / manifest['webroots'][0]['file']
    tar.write_bytes(tar.read_bytes()[:-1] + b'\0')
    with pytest.raises(AssertionError, match='did NOT match'):
        restore(archive, manifest, tmp_path / 'restored')
    assert not (tmp_path / 'restored').exists()
