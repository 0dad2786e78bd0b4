# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recap of a month: every site of the inventory, figures from checked records only, numbers without a gap."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.issuing.recap import gather
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError
from unit import samples
from unit.filings import OFFSET, Filing, inventory, steps

AFTER = '2026-02-02T02:00:00Z'


@pytest.fixture
def filing(tmp_path: Path) -> Filing:
    return Filing(tmp_path)


def recap_of(filing: Filing, *names: str, month: str = '2026-01', now: str = AFTER) -> dict[str, Any]:
    found = gather(str(filing.root), month, inventory(*names), filing.office, OFFSET, now)
    canonical(found)  # no floats, nothing that JSON does not know
    return found


def site_of(recap: dict[str, Any], name: str) -> dict[str, Any]:
    (site,) = [site for site in recap['sites'] if site['name'] == name]
    return site


def told(site: dict[str, Any]) -> set[str]:
    return {finding['what'] for finding in site['findings']}


def drill(grade: str, day: str, **changes: Any) -> dict[str, Any]:
    return samples.drill(grade, finished=f'{day}T03:00:00Z', **changes)


def test_every_site_of_the_inventory_appears_also_one_that_was_never_backed_up(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('peraturan'))
    recap = recap_of(filing, 'ejurnal', 'peraturan')
    assert [(site['name'], site['status']) for site in recap['sites']] == [
        ('ejurnal', 'unreachable'),
        ('peraturan', 'complete'),
    ]
    assert {'not_done', 'never', 'drill_none'} <= told(site_of(recap, 'ejurnal'))
    assert site_of(recap, 'ejurnal')['level'] == 'red'
    assert recap['totals']['sites'] == {'ok': 1, 'of': 2}


def test_a_site_that_left_the_inventory_is_listed_after_the_others_and_not_counted_among_them(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('lama'), samples.site('peraturan'))
    recap = recap_of(filing, 'peraturan')
    assert [site['name'] for site in recap['sites']] == ['peraturan', 'lama']
    assert 'not_in_inventory' in told(site_of(recap, 'lama'))
    assert recap['totals']['sites'] == {'ok': 1, 'of': 1}
    assert recap['totals']['databases'] == {'ok': 2, 'of': 2}


def test_parts_copies_and_size_are_counted_per_site(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('peraturan'), letter='DISP-0001')
    filing.run('2026-01-19', samples.failed('peraturan'), letter='DISP-0002')
    filing.run('2026-01-26', samples.site('peraturan', test_read=None), letter='DISP-0003')
    site = site_of(recap_of(filing, 'peraturan'), 'peraturan')
    assert (site['databases'], site['webroots']) == ({'ok': 2, 'of': 3}, {'ok': 3, 'of': 3})
    assert site['copies'] == {'ok': 2, 'of': 3}
    assert site['bytes'] == 19_000_000 + 68_000_000
    assert site['assignments'] == ['DISP-0001', 'DISP-0002', 'DISP-0003']
    assert site['registers'] == ['0001/BKP/2026', '0002/BKP/2026', '0003/BKP/2026']
    assert site['status'] == 'remarks'
    some = next(finding for finding in site['findings'] if finding['what'] == 'some_failed')
    assert (some['values'], 'Lost connection' in some['evidence']) == ({'count': 1, 'of': 3}, True)


def test_a_site_whose_server_did_not_answer_counts_what_it_usually_has_as_failed(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('ejurnal'))
    filing.run('2026-01-19', samples.unreachable('ejurnal'))
    site = site_of(recap_of(filing, 'ejurnal'), 'ejurnal')
    assert (site['databases'], site['webroots']) == ({'ok': 1, 'of': 2}, {'ok': 1, 'of': 2})
    assert (site['level'], 'newest_failed' in told(site)) == ('red', True)


def test_a_site_of_which_every_backup_failed_is_failed(filing: Filing) -> None:
    filing.run('2026-01-12', samples.failed('berita'))
    site = site_of(recap_of(filing, 'berita'), 'berita')
    assert (site['status'], site['bytes'], site['recoverable']) == ('failed', None, False)
    assert {'no_good_backup', 'never'} <= told(site)


def test_a_late_step_is_counted_four_of_five_with_its_reason(filing: Filing) -> None:
    row = filing.run('2026-01-12', samples.site('peraturan'), six=steps({4: 'listrik padam'}))
    filing.accept(row)
    recap = recap_of(filing, 'peraturan')
    site = site_of(recap, 'peraturan')
    assert site['steps'] == {'met': 4, 'late': 1, 'pending': 0, 'unknown': 0, 'of': 5}
    late = next(finding for finding in site['findings'] if finding['what'] == 'late')
    assert (late['values'], late['evidence']) == ({'number': 4, 'register': '0001/BKP/2026'}, 'listrik padam')
    assert [(step['number'], step['met'], step['late']) for step in recap['steps']][3] == (4, 0, 1)


def test_a_step_that_waits_is_pending_until_its_deadline_and_late_after_it(filing: Filing) -> None:
    filing.run('2026-01-30', samples.site('peraturan'), six=steps(deadline='2026-02-02T09:00:00Z'))
    before = site_of(recap_of(filing, 'peraturan', now='2026-02-02T09:00:00Z'), 'peraturan')['steps']
    after = site_of(recap_of(filing, 'peraturan', now='2026-02-02T09:00:01Z'), 'peraturan')['steps']
    assert (before['met'], before['late'], before['pending']) == (4, 0, 1)
    assert (after['met'], after['late'], after['pending']) == (4, 1, 0)


def test_a_step_that_no_calendar_can_judge_is_neither_met_nor_late(filing: Filing) -> None:
    unjudged = [{**step, 'met': None, 'deadline': None} for step in steps()]
    filing.run('2026-01-12', samples.site('peraturan'), six=unjudged)
    counts = site_of(recap_of(filing, 'peraturan'), 'peraturan')['steps']
    assert counts == {'met': 0, 'late': 0, 'pending': 1, 'unknown': 4, 'of': 5}


def test_a_report_over_several_sites_counts_its_steps_once_in_the_total(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('a'), samples.site('b'))
    recap = recap_of(filing, 'a', 'b')
    assert [site['steps']['of'] for site in recap['sites']] == [5, 5]
    assert recap['totals']['steps']['of'] == 5


@pytest.mark.parametrize('content', [b'', b'{}', None])
def test_a_record_that_was_altered_or_is_gone_is_named_and_counts_for_nothing(
    filing: Filing, content: bytes | None
) -> None:
    row = filing.run('2026-01-12', samples.site('peraturan'))
    path = filing.record_of(row)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    recap = recap_of(filing, 'peraturan')
    (unfit,) = recap['unfit']
    what = 'missing' if content is None else 'altered'
    assert (unfit['what'], unfit['number'], unfit['path']) == (what, '0001/BKP/2026', f'{row["folder"]}/record.json')
    site = site_of(recap, 'peraturan')
    assert (site['runs'], site['level'], f'record_{what}' in told(site)) == ({'ok': 0, 'of': 0}, 'red', True)


def test_one_changed_letter_in_a_record_is_found(filing: Filing) -> None:
    row = filing.run('2026-01-12', samples.failed('peraturan'))
    path = filing.record_of(row)
    path.write_bytes(path.read_bytes().replace(b'"failed"', b'"faiIed"', 1))
    assert [unfit['what'] for unfit in recap_of(filing, 'peraturan')['unfit']] == ['altered']


def test_an_altered_receipt_closes_no_step(filing: Filing) -> None:
    row = filing.run('2026-01-12', samples.site('peraturan'))
    filing.accept(row)
    path = filing.root / row['folder'] / 'receipt.json'
    path.write_bytes(path.read_bytes().replace(b'true', b'null'))
    recap = recap_of(filing, 'peraturan')
    assert [unfit['path'] for unfit in recap['unfit']] == [f'{row["folder"]}/receipt.json']
    assert site_of(recap, 'peraturan')['steps']['met'] == 4


def test_a_run_outside_the_register_counts_and_is_told_apart(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('peraturan'), numbered=False)
    recap = recap_of(filing, 'peraturan')
    assert (recap['runs'], recap['not_in_register']) == (1, 1)
    site = site_of(recap, 'peraturan')
    assert (site['runs'], site['registers'], site['steps']['of']) == ({'ok': 1, 'of': 1}, [], 0)


def test_a_run_outside_the_register_without_a_hash_of_its_record_is_not_believed(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('peraturan'), numbered=False)
    (sums,) = filing.root.glob('2026/01/*/SHA256SUMS')
    sums.unlink()
    recap = recap_of(filing, 'peraturan')
    assert ([unfit['what'] for unfit in recap['unfit']], recap['runs']) == (['altered'], 0)


def test_runs_of_a_standing_assignment_are_checked_against_the_report_of_their_period(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('peraturan'), numbered=False, mode='standing')
    (path,) = filing.root.glob('2026/01/*/record.json')
    runs = [{'run': path.parent.name, 'record_sha256': '0' * 64}]
    filing.run('2026-01-31', samples.site('peraturan'), kind='period', mode='standing', period={'runs': runs})
    recap = recap_of(filing, 'peraturan')
    assert [(unfit['what'], unfit['run']) for unfit in recap['unfit']] == [('altered', path.parent.name)]
    site = site_of(recap, 'peraturan')
    assert (site['runs']['of'], site['registers'], site['steps']['of']) == (0, ['0001/BKP/2026'], 5)


def test_the_month_is_that_of_the_office_not_of_greenwich(filing: Filing) -> None:
    late = samples.record(samples.site('peraturan'), started='2025-12-31T18:00:00Z', id='20251231T180000Z-aaaa')
    folder = filing.root / '2025' / '12' / '20251231T180000Z-aaaa'
    from ansible_collections.rawat.website.plugins.module_utils import record as records

    records.write(late, str(folder), [('report.html', b'<p>')])
    assert recap_of(filing, 'peraturan')['runs'] == 1
    assert recap_of(filing, 'peraturan', month='2025-12')['runs'] == 0


def test_a_report_that_was_issued_in_the_next_month_is_of_the_month_in_which_its_run_began(filing: Filing) -> None:
    filing.run('2026-01-31', samples.site('a'), issued='2026-02-01')
    january, february = recap_of(filing, 'a'), recap_of(filing, 'a', month='2026-02')
    assert (january['runs'], january['register']['count']) == (1, 0)
    assert (february['runs'], february['register']['first']) == (0, '0001/BKP/2026')
    assert site_of(february, 'a')['last_good']['date'] == '2026-01-31'


def test_a_copy_that_was_not_read_back_is_told(filing: Filing) -> None:
    copy = {'location': 's3:bucket', 'verified': None}
    filing.run('2026-01-12', samples.site('a', copies=[copy]), samples.site('b', copies=[{**copy, 'verified': AFTER}]))
    recap = recap_of(filing, 'a', 'b')
    assert [site['copies'] for site in recap['sites']] == [{'ok': 1, 'of': 2}, {'ok': 2, 'of': 2}]
    assert ['unverified' in told(site) for site in recap['sites']] == [True, False]


def test_a_run_with_a_name_of_its_own_is_found(filing: Filing) -> None:
    from ansible_collections.rawat.website.plugins.module_utils import record as records

    document = samples.record(samples.site('a'), started='2026-01-31T16:59:59Z', id='before-the-move')
    records.write(document, str(filing.root / '2026' / '01' / 'before-the-move'), [('report.html', b'<p>')])
    assert [recap_of(filing, 'a', month=month)['runs'] for month in ('2026-01', '2026-02')] == [1, 0]


def test_the_last_drill_may_be_of_an_earlier_month_and_grows_old(filing: Filing) -> None:
    filing.run('2025-10-01', samples.drilled('A', 'peraturan', drill=drill('A', '2025-10-01')), kind='verify')
    filing.run('2026-01-12', samples.site('peraturan'))
    site = site_of(recap_of(filing, 'peraturan'), 'peraturan')
    assert (site['drill']['date'], site['drill']['grade']) == ('2025-10-01', 'A')
    assert ('drill_old' in told(site), site['recoverable']) == (True, False)


@pytest.mark.parametrize(('grade', 'proven'), [('A', True), ('B', True), ('C', False), ('F', False)])
def test_only_a_drill_in_which_all_data_came_back_proves_a_site(filing: Filing, grade: str, proven: bool) -> None:
    filing.run('2026-01-26', samples.site('peraturan', drill=drill(grade, '2026-01-26')))
    recap = recap_of(filing, 'peraturan')
    assert site_of(recap, 'peraturan')['recoverable'] is proven
    assert recap['totals']['drills']['ok'] == int(proven)


def test_a_restore_that_took_too_long_is_told(filing: Filing) -> None:
    slow = drill('A', '2026-01-26', rto_milliseconds=5 * 3_600_000)
    filing.run('2026-01-26', samples.site('peraturan', drill=slow))
    recap = recap_of(filing, 'peraturan')
    assert 'rto' in told(site_of(recap, 'peraturan'))
    assert recap['totals']['drills']['worst_rto_milliseconds'] == 5 * 3_600_000


def test_a_site_that_waits_longer_than_the_policy_says_is_overdue(filing: Filing) -> None:
    filing.run('2026-01-24', samples.site('a'), samples.site('b'))
    filing.run('2026-01-31', samples.site('b'))
    recap = recap_of(filing, 'a', 'b')
    assert ('overdue' in told(site_of(recap, 'a')), 'overdue' in told(site_of(recap, 'b'))) == (False, False)
    filing.office['policy']['frequency_days'] = 6
    recap = recap_of(filing, 'a', 'b')
    assert ('overdue' in told(site_of(recap, 'a')), 'overdue' in told(site_of(recap, 'b'))) == (True, False)


def test_the_numbers_of_the_month_are_listed_and_gap_free(filing: Filing) -> None:
    filing.run('2025-12-30', samples.site('a'))
    for day in ('2026-01-05', '2026-01-12', '2026-02-01'):
        filing.run(day, samples.site('a'))
    register = recap_of(filing, 'a')['register']
    assert (register['first'], register['last'], register['count']) == ('0001/BKP/2026', '0002/BKP/2026', 2)
    assert (register['gap_free'], register['missing']) == (True, [])


def test_a_missing_number_is_named(filing: Filing) -> None:
    for day in ('2026-01-05', '2026-01-12', '2026-01-19'):
        filing.run(day, samples.site('a'))
    rows = [row for row in Register(str(filing.root)).rows() if row['number'] != '0002/BKP/2026']
    recap = gather(str(filing.root), '2026-01', inventory('a'), filing.office, OFFSET, AFTER, rows)
    assert (recap['register']['gap_free'], recap['register']['missing']) == (False, ['0002/BKP/2026'])


def test_the_tip_is_the_hash_of_the_newest_row(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('a'))
    recap = recap_of(filing, 'a')
    assert recap['tip'] == {'row': 1, 'sha256': Register(str(filing.root)).tip()}


def test_open_reports_and_emergencies_without_a_letter_are_listed_until_they_are_settled(filing: Filing) -> None:
    row = filing.run('2026-01-12', samples.site('a'), letter=None, mode='emergency')
    recap = recap_of(filing, 'a')
    assert recap['open_reports'] == [{'number': '0001/BKP/2026', 'date': '2026-01-12', 'state': 'open'}]
    assert recap['open_emergencies'] == [{'number': '0001/BKP/2026', 'date': '2026-01-12'}]
    filing.append('assignment', row['number'], assignment={'number': 'DISP-9', 'date': '2026-01-13'})
    filing.accept(row)
    recap = recap_of(filing, 'a')
    assert (recap['open_reports'], recap['open_emergencies']) == ([], [])


def test_a_register_that_was_altered_gives_no_recap(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('a'))
    path = filing.root / 'register.jsonl'
    path.write_bytes(path.read_bytes().replace(b'complete', b'complele', 1))
    with pytest.raises(RegisterError, match=r'row 1|line 1'):
        recap_of(filing, 'a')


@pytest.mark.parametrize('month', ['2026-13', '2026-1', 'januari', '2026-01-01', ''])
def test_what_is_no_month_is_refused(filing: Filing, month: str) -> None:
    with pytest.raises(ValueError, match='no month'):
        recap_of(filing, 'a', month=month)


def test_a_month_that_has_not_begun_is_refused_and_one_that_runs_is_provisional(filing: Filing) -> None:
    with pytest.raises(ValueError, match='2026-03 has not begun'):
        recap_of(filing, 'a', month='2026-03')
    running = recap_of(filing, 'a', month='2026-02')
    assert (running['month_over'], running['last_day']) == (False, '2026-02-02')
    assert recap_of(filing, 'a')['month_over'] is True


def test_two_sites_of_one_name_are_refused(filing: Filing) -> None:
    with pytest.raises(ValueError, match='more than one site a'):
        recap_of(filing, 'a', 'a')


def test_the_same_filing_gives_the_same_recap(filing: Filing) -> None:
    filing.run('2026-01-12', samples.site('a'), samples.failed('b'))
    first = json.dumps(recap_of(filing, 'a', 'b'))
    assert json.dumps(recap_of(filing, 'a', 'b')) == first
