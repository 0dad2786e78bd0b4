# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: what it must say, what must never get into it, and that it is a function of the record alone."""

from __future__ import annotations

import copy
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import conclusion, problems
from ansible_collections.rawat.website.plugins.module_utils.report_html import render
from unit import samples


def text_of(html: str) -> str:
    """What a reader sees, spaces folded."""
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(re.sub(r'<style>.*?</style>', '', html, flags=re.DOTALL))
    return ' '.join(' '.join(parts).split())


def test_a_good_run_says_so_in_both_languages() -> None:
    record = samples.record(samples.site())
    assert '1 dari 1 situs BERHASIL.' in text_of(render(record, 'id'))
    assert 'Tidak ada permasalahan dan tidak ada catatan.' in text_of(render(record, 'id'))
    assert '1 of 1 sites: SUCCESS.' in text_of(render(record, 'en'))


def test_the_facts_of_a_site_are_all_there() -> None:
    seen = text_of(render(samples.record(samples.site()), 'id'))
    for fact in (
        'mariadb 10.11.14-MariaDB', '345.678 baris', '12 tabel, 345.678 baris; trigger 1, view 2', 'mariadb-dump 10.19',
        samples.HASH, samples.HASH[::-1], '2.000 berkas, 120 direktori, 3 tautan', '2.000 / 0 / 0',
        'archive: /srv/backups', '2026-11-22T101530Z', '2,1 detik', 'dump dan sensus dari snapshot yang diselaraskan',
    ):  # fmt: skip
        assert fact in seen


def test_a_failed_site_is_named_with_its_cause_in_words_that_need_no_colour() -> None:
    seen = text_of(render(samples.record(samples.site(), samples.failed()), 'id'))
    assert 'Dari 2 situs: 1 BERHASIL, 1 GAGAL.' in seen
    assert 'Lost connection to server during query' in seen
    assert '2 dari 2 situs BERHASIL' not in seen


def test_an_unreachable_site_is_not_done_rather_than_left_out() -> None:
    seen = text_of(render(samples.record(samples.unreachable()), 'id'))
    assert 'TIDAK DILAKSANAKAN' in seen
    assert 'web2 did not answer' in seen


def test_a_remark_is_explained_and_every_skipped_file_is_listed() -> None:
    seen = text_of(render(samples.record(samples.remarked()), 'id'))
    assert 'BERHASIL DENGAN CATATAN: titik pulih ada dan dibaca ulang, tetapi' in seen
    assert 'private/key.pem' in seen
    assert 'Permission denied' in seen
    assert '2 berkas tidak tersimpan; daftarnya pada lampiran' in seen


@pytest.mark.parametrize(
    ('died', 'words'), [('timeout', 'batas waktu'), ('cancelled', 'pengguna'), ('killed', 'Ansible')]
)
def test_a_run_that_died_says_how(died: str, words: str) -> None:
    seen = text_of(render(samples.record(samples.failed(), died=died), 'id'))
    assert 'PELAKSANAAN TERHENTI' in seen
    assert words in seen


def test_problems_come_before_remarks() -> None:
    found = problems(samples.record(samples.remarked(), samples.failed()), 'en')
    assert [problem['kind'] for problem in found] == ['PROBLEM', 'Remark', 'Remark']


def test_a_run_without_sites_claims_no_success() -> None:
    assert conclusion(samples.record(), 'en') == 'There was no site in this run.'


HOSTILE = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>{{ 7*7 }}\x1b[31m\u202e'


def hostile(value: Any) -> Any:
    """`value` with every text in it replaced by an attack, but for the words that steer the rendering."""
    steering = {'outcome', 'died', 'kind', 'language'}
    if isinstance(value, dict):
        return {key: item if key in steering else hostile(item) for key, item in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return HOSTILE if isinstance(value, str) else value


def test_nothing_in_a_record_can_become_markup() -> None:
    person = {'name': 'Sari', 'id': '1', 'position': 'x'}
    record = samples.record(samples.site(), samples.remarked(), samples.failed(), samples.unreachable())
    record['assignment'] = {
        'number': '1',
        'date': '2026-01-01',
        'assigner': person,
        'officer': person,
        'valid_until': 'x',
    }
    html = render(hostile(record), 'id')
    assert '<script' not in html
    assert '<img' not in html
    assert '49' not in text_of(html).replace('{{ 7*7 }}', '')
    assert '\x1b' not in html
    assert '\u202e' not in html
    assert text_of(html).count('<script>alert(1)</script>') > 20


def test_words_that_the_catalogue_does_not_know_are_shown_as_they_are() -> None:
    record = samples.record(samples.site(outcome='<b>odd</b>'))
    assert '&lt;b&gt;odd&lt;/b&gt;' in render(record, 'en')


def test_the_page_needs_nothing_from_outside() -> None:
    html = render(samples.record(samples.site()), 'id')
    assert not re.search(r'<(script|link|img|iframe|object)\b|@import|url\(', html)
    assert "default-src 'none'" in html


def test_the_same_record_gives_the_same_bytes_and_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    record = samples.record(samples.site(), samples.remarked())
    before = copy.deepcopy(record)
    first = render(record, 'id')
    monkeypatch.setenv('TZ', 'Asia/Jayapura')
    monkeypatch.setenv('LANG', 'de_DE.UTF-8')
    assert render(record, 'id') == first
    assert record == before


def test_an_agency_may_bring_its_own_template(tmp_path: Any) -> None:
    template = tmp_path / 'own.j2'
    template.write_text('{{ record.run.id }} {{ conclusion }} {{ record.sites[0].url }}', encoding='utf-8')
    assert render(samples.record(samples.site(url='<x>')), 'en', template).endswith('1 of 1 sites: SUCCESS. &lt;x&gt;')


def test_a_template_of_the_users_sees_the_document_and_every_filter(tmp_path: Any) -> None:
    template = tmp_path / 'own.j2'
    template.write_text(
        '{{ document.title }}|{{ t("report.run") }}|{{ problems | length }}|{{ outcomes | join("+") }}|'
        '{{ 1500 | number }}|{{ 2048 | size }}|{{ 2000 | duration }}|{{ record.run.started | moment }}|'
        '{{ "2026-01-02" | date }}|{{ "failed" | named("outcome") }}|'
        '{{ record.sites[0].databases | summed("rows") }}|{{ record.sites[0].databases[0].census | census }}',
        encoding='utf-8',
    )
    assert render(samples.record(samples.site(), samples.failed()), 'en', template) == (
        'Website Maintenance Report|Run|1|complete+failed|1,500|2.0 KiB|2.0 s|22 November 2026 17:15:30 WIB|'
        '2 January 2026|FAILED|345678|12 tables, 345,678 rows; trigger 1, view 2'
    )


def test_a_language_that_we_do_not_speak_is_refused() -> None:
    with pytest.raises(ValueError, match="'de'"):
        render(samples.record(), 'de')


def test_a_record_of_a_run_with_many_sites_has_every_site() -> None:
    names = [f'situs-{number:02d}' for number in range(40)]
    seen = text_of(render(samples.record(*[samples.site(name) for name in names]), 'id'))
    assert all(name in seen for name in names)


@pytest.mark.parametrize(
    ('grade', 'indonesian', 'english'),
    [
        ('A', 'situs menjawab seperti tercatat', 'the site answered as recorded'),
        ('B', 'aplikasi belum terbukti berjalan', 'the application was not shown to work'),
        ('C', 'hanya keutuhan data tersimpan', 'only the integrity of what is stored'),
        ('F', 'BERBEDA dari yang dicatat', 'DIFFERS from what was recorded'),
    ],
)
def test_a_drill_is_told_with_grade_reason_rto_and_rpo(grade: str, indonesian: str, english: str) -> None:
    record = samples.record(samples.drilled(grade), kind='verify')
    for language, words, rto in (('id', indonesian, '4,0 detik'), ('en', english, '4.0 s')):
        seen = text_of(render(record, language))
        for fact in (words, samples.drill(grade)['reason'], rto, '2026-11-22T101530Z', 'drill.example.go.id'):
            assert fact in seen, (language, fact)
    assert 'Uji Pulih' in text_of(render(record, 'id'))
    assert 'backs up the databases' not in text_of(render(record, 'en'))


def test_a_drill_that_was_not_done_has_no_grade() -> None:
    record = samples.record(samples.unreachable(), kind='verify')
    assert f' not done {NOTHING} {NOTHING} NOT DONE' in text_of(render(record, 'en'))


def test_a_backup_that_was_drilled_shows_both_and_a_bad_grade_among_the_problems() -> None:
    record = samples.record(samples.failed(drill=samples.drill('F')))
    found = problems(record, 'en')
    assert [problem['text'].partition(':')[0] for problem in found] == ['mariadb.berita', 'drill']
    assert 'DIFFERS from what was recorded' in text_of(render(record, 'en'))


def test_a_restore_tells_what_was_overwritten_the_safety_point_and_the_way_back() -> None:
    record = samples.record(samples.restored(), kind='restore')
    for language, words in (
        ('id', ('di tempat', '2 jam', 'Titik pengaman', 'Jalan kembali')),
        ('en', ('in place', '2 h', 'Safety recovery point', 'The way back')),
    ):
        seen = text_of(render(record, language))
        for fact in (*words, '/var/www/peraturan: 65', '2026-11-22T121530Z', 'rawat restore --only peraturan --undo'):
            assert fact in seen, (language, fact)


def test_a_page_that_a_stranger_wrote_cannot_get_into_the_report() -> None:
    page = {'path': '/<script>', 'status': 200, 'equal': False, 'difference': '<img src=x onerror=alert(1)>\x1b'}
    html = render(samples.record(samples.drilled('F', drill=samples.drill('F', pages=[page])), kind='verify'), 'en')
    assert '<script>' not in html
    assert '<img' not in html
    assert '\x1b' not in html
