# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat repository new-identity` and `escrow`: private files, never overwritten, never filed; typing is checked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils import age_keys, paper
from ansible_collections.rawat.website.plugins.module_utils.paper.views.escrow import escrow, grouped

IDENTITY = 'AGE-SECRET-KEY-1MC5RRNLDG8TP6V48WCDMCYJH7KTQKQ7JHAS82YCYJ9XD0XVTKTWQQRE0ZT'
RECIPIENT = age_keys.recipient_of(IDENTITY)


def rawat(*arguments: str, directory: Path, typed: str = '') -> subprocess.CompletedProcess[str]:
    command = [sys.executable, '-m', 'rawat', 'repository', *arguments]
    return subprocess.run(command, cwd=directory, input=typed, capture_output=True, text=True, check=False)


def test_a_new_identity_is_private_and_never_overwritten(tmp_path: Path) -> None:
    done = rawat('new-identity', '--output', 'key.txt', directory=tmp_path)
    text = (tmp_path / 'key.txt').read_text()
    (recipient,) = age_keys.recipients_of(text)
    assert done.returncode == 0, done.stderr
    assert recipient in done.stdout
    assert 'website_repository.recipients' in done.stdout
    assert age_keys.identities_of(text)[0] not in done.stdout
    assert (tmp_path / 'key.txt').stat().st_mode & 0o777 == 0o600
    again = rawat('new-identity', '--output', 'key.txt', directory=tmp_path)
    assert (again.returncode, 'not overwritten' in again.stderr) == (2, True)
    assert (tmp_path / 'key.txt').read_text() == text


def test_the_sheet_is_private_and_goes_into_no_filing(tmp_path: Path) -> None:
    (tmp_path / 'key.txt').write_text(IDENTITY)
    done = rawat('escrow', '--identity', 'key.txt', directory=tmp_path)
    assert done.returncode == 0, done.stderr
    assert IDENTITY not in done.stdout + done.stderr
    sheets = sorted(tmp_path.glob('escrow-*'))
    assert f'{tmp_path}/escrow-{RECIPIENT[:12]}.html' in map(str, sheets)
    assert {path.stat().st_mode & 0o777 for path in sheets} == {0o600}
    assert rawat('escrow', '--identity', 'key.txt', directory=tmp_path).returncode == 2
    filing = tmp_path / 'filing'
    (filing / '2026').mkdir(parents=True)
    (filing / 'register.jsonl').touch()
    refused = rawat('escrow', '--identity', 'key.txt', '--output', 'filing/2026', directory=tmp_path)
    assert (refused.returncode, 'filing directory' in refused.stderr) == (2, True)
    assert list((filing / '2026').iterdir()) == []


@pytest.mark.parametrize(
    ('typed', 'recipient', 'code', 'words'),
    [
        ('\n'.join(grouped(IDENTITY)).lower(), RECIPIENT, 0, 'MATCHES'),
        (IDENTITY, 'age1other', 1, 'DIFFERS'),
        (IDENTITY.replace('MC5', 'MC6'), RECIPIENT, 2, 'checksum'),
        ('', RECIPIENT, 2, 'no identity'),
    ],
)
def test_what_was_typed_from_the_sheet_is_checked(
    typed: str, recipient: str, code: int, words: str, tmp_path: Path
) -> None:
    done = rawat('escrow', '--identity', '-', '--check', recipient, directory=tmp_path, typed=typed)
    assert (done.returncode, words in done.stdout + done.stderr) == (code, True), done.stderr
    assert IDENTITY[20:] not in done.stdout + done.stderr


def test_a_sheet_is_for_one_identity(tmp_path: Path) -> None:
    (tmp_path / 'keys.txt').write_text(f'{IDENTITY}\n{IDENTITY}\n')
    done = rawat('escrow', '--identity', 'keys.txt', directory=tmp_path)
    assert (done.returncode, '2 identities' in done.stderr) == (2, True)
    assert rawat('escrow', '--identity', 'none.txt', directory=tmp_path).returncode == 2


@pytest.mark.parametrize('language', ['id', 'en'])
def test_the_sheet_says_in_both_languages_what_it_is(language: str) -> None:
    page = paper.render(escrow(IDENTITY, RECIPIENT, '2026-11-22T10:15:30Z', language), 'html').decode()
    assert ''.join(''.join(grouped(IDENTITY)).split()) == IDENTITY
    for line in (
        *grouped(IDENTITY),
        RECIPIENT,
        'RAHASIA.',
        'SECRET.',
        'Cara memakai',
        'How to use it',
        'age-keygen -y',
    ):
        assert line in page, line
