# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest: causes and remedies in the officer's language, what it means for the procedure, by working days."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.messages import CATALOGUE
from ansible_collections.rawat.website.plugins.module_utils.notifying import digest
from ansible_collections.rawat.website.plugins.module_utils.notifying.causes import OTHER, WORDS, kind_of
from ansible_collections.rawat.website.plugins.module_utils.record import KINDS
from unit import samples
from unit.samples_procedure import procedure_record

FOLDER = '/srv/filing/2026/01/20260113T020000Z-0a1b'
TUESDAY = '2026-01-13T03:00:00Z'  # 10.00 WIB, the day on which step 2 is due
KNOWN = {('berita', 'web1.example.go.id'): {'taken': '2026-01-10T02:00:00Z'}}


def made(record: dict[str, Any], now: str = TUESDAY, language: str = 'id', **told: Any) -> digest.Digest:
    given = {'folder': FOLDER, 'verified': KNOWN, 'office': None, 'recovered': False, **told}
    return digest.build(record, digest.Told(**given), language, now)


@pytest.mark.parametrize(
    ('error', 'kind'),
    [
        ('restic: Fatal: unable to save snapshot: write /srv/x: no space left on device', 'space'),
        ("mariadb.web: run as administrator: GRANT SHOW VIEW ON `web`.* TO 'backup'@'localhost';", 'grants'),
        ("MariaDB web: (1045, \"Access denied for user 'backup'@'localhost' (using password: YES)\")", 'login'),
        ("MariaDB web: Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)", 'database'),
        ('mariadb-dump ended with exit code 2: Got error 2013: Lost connection to server during query', 'database'),
        ('repository /srv/backups: it does not exist. Is its disk mounted?', 'repository'),
        ('repository sftp:vault:/srv: wrong password or no key found', 'repository_key'),
        ('drill: table wp_posts has 4 rows instead of 5', 'drill'),
        ('the run ended (killed) while this site was at: dump', 'died'),
        ('zstd is not installed here; install the package zstd', 'program'),
        ('the dump ended without its end marker: the stored stream is not whole', 'dump'),
        ('webroot /var/www/x: PermissionError: [Errno 13] Permission denied', 'permission'),
        ('SQLite database /var/www/x.db: No such file or directory', 'missing'),
        ('something that nobody foresaw', OTHER),
        (None, OTHER),
    ],
)
def test_an_error_has_a_kind(error: str | None, kind: str) -> None:
    assert kind_of({'outcome': 'failed', 'error': error}) == kind


def test_every_kind_has_a_cause_and_a_remedy() -> None:
    for kind in ('unreachable', OTHER, *(name for name, _words in WORDS)):
        assert {f'cause.{kind}', f'remedy.{kind}'} <= set(CATALOGUE)
    for kind in KINDS:
        assert f'notice.{kind}' in CATALOGUE
        assert kind == 'backup' or f'effect.{kind}' in CATALOGUE


def test_a_failure_is_told_with_cause_remedy_and_the_step_in_danger() -> None:
    told = made(procedure_record([samples.failed('berita'), samples.unreachable(), samples.site()]))
    assert told.subject == 'Pencadangan situs web: GAGAL, 2 dari 3 situs (0007/BKP/2026)'
    for words in (
        'Sebab: server database tidak menjawab',
        'Tindakan: periksa apakah layanan database',
        'Bukti (berita): mariadb.berita: mariadb-dump ended with exit code 2',
        (
            'Langkah 2 SOP (pencadangan database) belum selesai untuk berita, ejurnal. '
            'Batasnya Selasa, 13 Januari 2026 pukul 16.00 WIB (HARI INI).'
        ),
        (
            'Langkah 3 SOP (pencadangan aplikasi web) belum selesai untuk ejurnal. '
            'Batasnya Rabu, 14 Januari 2026 pukul 16.00 WIB (sisa hari kerja: 1).'
        ),
        'Situs berita: cadangan baik terakhir Sabtu, 10 Januari 2026 pukul 09.00 WIB.',
        'Situs ejurnal: dalam arsip ini belum pernah ada cadangan yang baik.',
        # Friday the 16th is a holiday, then comes the weekend.
        'Laporan 0007/BKP/2026 tetap diserahkan dan diterima (langkah 5) paling lambat Senin, 19 Januari 2026',
        'rawat backup --only',
        FOLDER,
    ):
        assert words in told.text, told.text
    assert max(len(line) for line in told.text.splitlines()) < 500


def test_a_deadline_that_is_past_asks_for_its_reason() -> None:
    told = made(procedure_record([samples.failed('berita')]), '2026-01-13T09:00:01Z', 'en')
    assert 'It is due on Tuesday, 13 January 2026 at 16:00 WIB (ALREADY PAST).' in told.text
    assert '--late-reason 2=REASON' in told.text
    missed = made(procedure_record([samples.failed('berita')]), '2026-01-18T02:00:00Z', 'en')
    assert 'has been MISSED since Saturday, 17 January 2026 at 09:00 WIB' in missed.text


def test_without_an_assignment_no_deadline_is_invented() -> None:
    told = made(samples.record(samples.failed()), language='en')
    assert 'no deadline of the SOP is running' in told.text
    assert 'Step 2' not in told.text
    assert 'Assignment' not in told.text


def test_without_a_feed_nothing_is_claimed_of_older_backups() -> None:
    assert 'RPO' not in made(samples.record(samples.failed()), verified=None).text
    assert 'TIDAK ADA' not in made(samples.record(samples.failed()), verified=None).text


def test_many_sites_make_one_short_message() -> None:
    told = made(samples.record(*(samples.failed(f'situs-{number}') for number in range(300))), language='en')
    assert len(told.text) < 5000
    assert told.text.count('Cause:') == 1
    assert 'and 288 more' in told.text
    assert 'rawat backup --failed' in told.text
    assert len(told.document['failures'][0]['sites']) == 300


@pytest.mark.parametrize(('kind', 'said'), [
    ('verify', 'drill is due every 90 days'), ('restore', 'The time to be back (RTO) is 4 hours'),
    ('copy', 'lack a copy'), ('prune', 'the disk may fill up'), ('export', 'cannot be filed yet'),
])  # fmt: skip
def test_every_kind_of_run_says_what_its_failure_means(kind: str, said: str) -> None:
    told = made(samples.record(samples.drilled('F'), kind=kind), language='en')
    assert said in told.text
    assert f'rawat {kind} --only peraturan' in told.text


def test_remarks_and_a_recovery_are_told_and_nothing_else() -> None:
    told = made(samples.record(samples.remarked(), samples.site()), recovered=True)
    assert told.subject == 'Pencadangan situs web: PULIH KEMBALI, 2 situs'
    assert '- arsip (web1.example.go.id): the link current leaves the webroot: /srv/shared (dan 2 lainnya)' in told.text
    assert 'LANGKAH BERIKUTNYA' not in told.text
    assert 'APA YANG GAGAL' not in told.text


def test_what_strangers_wrote_ends_no_line() -> None:
    error = 'a\nTindakan: rm -rf\x1b[31m / ' + 'x' * 5000
    told = made(samples.record(samples.site(outcome='failed', error=error)))
    (line,) = [line for line in told.text.splitlines() if 'rm -rf' in line]
    assert line.strip().startswith('Bukti (peraturan): a Tindakan')
    assert '\x1b' not in told.text
    assert len(line) < 500
