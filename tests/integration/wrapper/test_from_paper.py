# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a number on paper to the data behind it: check it, restore it."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Controller

LETTER = (
    'assign', '--number', 'DISP-0007', '--date', '2026-01-12', '--assigner', 'Ratna', '--officer', 'Budi',
    '--output', 'letter.yml',
)  # fmt: skip


def backed_up_twice(controller: Controller) -> Path:
    """Two runs under one letter; between them, and after, the page changes. Returns the page."""
    page = controller.folder / 'sites' / 'arsip' / 'index.html'
    controller.write_inventory(localhost=controller.host(controller.site('arsip')))
    assert controller.run(*LETTER).returncode == 0
    for content in ('second', 'defaced'):
        ended = controller.run('backup', '-i', 'hosts.yml', '--assignment', 'letter.yml')
        assert ended.returncode == 0, ended.stdout + ended.stderr
        page.write_text(content, encoding='utf-8')
    return page


def test_a_register_number_brings_back_the_site_as_that_report_found_it(controller: Controller) -> None:
    page = backed_up_twice(controller)
    listed = json.loads(controller.run('register', '-i', 'hosts.yml', '--json').stdout)
    assert [entry['ordinal'] for entry in listed['entries']] == [1, 2]
    unknown = controller.run('restore', '-i', 'hosts.yml', '--only', 'arsip', '--register', '9', '--confirm', 'arsip')
    assert unknown.returncode == 2
    assert "'9' is not in" in unknown.stderr
    assert page.read_text(encoding='utf-8') == 'defaced'
    ended = controller.run('restore', '-i', 'hosts.yml', '--only', 'arsip', '--register', '2', '--confirm', 'arsip')
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert page.read_text(encoding='utf-8') == 'second'


def test_a_changed_byte_in_a_dump_is_found_from_the_number(controller: Controller) -> None:
    backed_up_twice(controller)
    good = controller.run('check', '1', '-i', 'hosts.yml')
    assert good.returncode == 0, good.stdout + good.stderr
    folder = json.loads(controller.run('register', '-i', 'hosts.yml', '--json').stdout)['entries'][0]['report']
    point = controller.folder / 'repository' / 'arsip' / folder['sites'][0]['recovery_point']
    [dump] = point.glob('database.*.sql.zst')
    content = bytearray(dump.read_bytes())
    content[-1] ^= 1
    dump.write_bytes(bytes(content))
    bad = controller.run('check', '1', '-i', 'hosts.yml')
    assert bad.returncode == 1
    assert bad.stdout.startswith('FAILED: arsip/')
    assert dump.name in bad.stdout.splitlines()[0]
    assert controller.run('check', '2', '-i', 'hosts.yml').returncode == 0
