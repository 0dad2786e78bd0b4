# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies in the record, and what the 3-2-1-1-0 rule makes of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import immutability, record
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.paper.views import findings
from ansible_collections.rawat.website.plugins.module_utils.paper.views.labels import labels
from ansible_collections.rawat.website.plugins.module_utils.paper.views.report import report
from ansible_collections.rawat.website.plugins.module_utils.paper.views.report_copies import machine_of, rule_of
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.vaulting.request import new_item, status_of
from unit import samples
from unit.samples_copies import FAR, copied, item, short, with_copies

SILENT = Progress(None, 'peraturan')


def vaulted(*copies: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the vault side says of the site `peraturan`."""
    return samples.site() | {'copies': list(copies), 'remarks': [], 'error': None, **more}


def merged(*copies: dict[str, Any], **more: Any) -> dict[str, Any]:
    (entry,) = record.with_copies([samples.site()], [vaulted(*copies, **more)])
    return entry


def test_a_point_with_all_its_copies_stays_complete() -> None:
    entry = merged(item('disk'), item('far', **FAR))
    assert entry['outcome'] == 'complete'
    assert [copy['status'] for copy in entry['copies']] == ['verified', 'verified']
    assert entry['remarks'] == []


@pytest.mark.parametrize('status', ['pending', 'failed'])
def test_a_point_short_of_a_required_copy_is_complete_with_remarks_and_never_failed(status: str) -> None:
    entry = merged(item('disk', status), error='copy disk: connection refused', outcome='failed')
    assert entry['outcome'] == 'remarks'
    (remark,) = entry['remarks']
    assert remark.startswith(f'copy disk (/mnt/disk/backups) is {status}: ')
    assert 'rawat copy' in remark
    assert entry['error'] is None


def test_an_optional_copy_that_is_missing_is_listed_and_nothing_more() -> None:
    entry = merged(item('spare', 'failed', required=False))
    assert entry['outcome'] == 'complete'
    assert entry['copies'][0]['status'] == 'failed'


def test_a_vault_side_without_copies_that_failed_is_a_remark_with_its_cause() -> None:
    entry = merged(error='the inbox /srv/inbox/web1 is gone', outcome='failed')
    assert entry['outcome'] == 'remarks'
    assert entry['remarks'] == ['the vault side: the inbox /srv/inbox/web1 is gone']


def test_a_failed_backup_stays_failed_and_has_no_copies() -> None:
    (entry,) = record.with_copies([samples.failed('peraturan')], [vaulted(item('disk', 'pending'))])
    assert (entry['outcome'], entry['copies']) == ('failed', [])


def test_intake_sweeps_and_later_copies_are_told() -> None:
    intake = {'at': '2026-01-13T02:31:00Z', 'files': 5, 'bytes': 10, 'location': '/srv/vault'}
    later = [{'point': '2026-01-12T020100Z', **item('disk')}]
    entry = merged(item('disk'), intake=intake, copied_later=later, swept=['a lock'])
    assert (entry['intake'], entry['copied_later'], entry['swept']) == (intake, later, ['a lock'])


def test_a_site_of_which_the_vault_side_said_nothing_is_as_it_was() -> None:
    assert record.with_copies([samples.site()], []) == [samples.site()]


class Refusing:
    """A repository whose canary answers, or fails, as told."""

    def __init__(self, answer: dict[str, Any] | Exception):
        self.answer = answer

    def canary(self, _point: str) -> dict[str, Any]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def add_event(self, kind: str, _point: str, document: dict[str, Any]) -> None:
        """The answer is kept beside the point: a report on a run in pieces reads it there."""
        assert kind == immutability.EVENT
        assert 'hunter22' not in str(document)


def proved(answer: dict[str, Any] | Exception, **repository: Any) -> dict[str, Any]:
    run = SimpleNamespace(repository={'immutable': True, **repository}, secrets=frozenset({'hunter22'}))
    found: dict[str, Any] = immutability.prove(Refusing(answer), samples.site(), run, SILENT)  # type: ignore[arg-type]
    return found


ANSWER = {'refused': True, 'method': 'rm', 'answer': 'denied to hunter22', 'locked_until': None}


def test_a_refused_deletion_is_filed_without_the_secret_that_it_quotes() -> None:
    entry = proved(ANSWER)
    assert entry['outcome'] == 'complete'
    assert entry['immutability']['refused'] is True
    assert entry['immutability']['answer'] == 'denied to ********'
    assert entry['immutability']['at']


def test_a_canary_that_could_be_removed_is_a_remark_with_a_remedy() -> None:
    entry = proved({**ANSWER, 'refused': False})
    assert entry['outcome'] == 'remarks'
    assert 'removal was not refused' in entry['remarks'][0]
    assert immutability.REMEDY in entry['remarks'][0]


def test_a_canary_that_could_not_be_tried_proves_nothing_and_keeps_the_point() -> None:
    entry = proved(RepositoryError('the line is cut'))
    assert entry['immutability']['refused'] is False
    assert 'the line is cut' in entry['remarks'][0]
    assert entry['recovery_point']


def test_what_is_not_called_immutable_is_not_tried() -> None:
    assert 'immutability' not in proved(RuntimeError('must not be called'), immutable=False)


def test_the_rule_is_computed_from_what_was_verified() -> None:
    rule = rule_of(copied(samples.site()))
    assert (rule.copies, rule.machines, rule.immutable, rule.offline, rule.errors) == (3, 3, True, False, 0)
    assert rule.kept
    worse = rule_of(short(samples.site()))
    assert (worse.copies, worse.machines, worse.immutable, worse.errors) == (2, 2, False, 1)
    assert not worse.kept


def test_two_paths_of_one_machine_are_one_machine() -> None:
    site = samples.site()
    same = with_copies(site, item('disk', host=site['host']), item('second', host=site['host']))
    assert rule_of(same).machines == 1


@pytest.mark.parametrize(
    ('location', 'machine'),
    [
        ('/srv/backups', 'web1.example.go.id'),
        ('ssh://backup@vault.example.go.id:2222/srv', 'vault.example.go.id'),
        ('sftp:backup@vault.example.go.id:/srv', 'vault.example.go.id'),
        ('rest:https://user:secret@rest.example.go.id:8000/a/', 'rest.example.go.id'),
        ('s3:https://s3.example.go.id/bucket', 's3.example.go.id'),
        ('inbox://web1@vault.example.go.id/', 'vault.example.go.id'),
        ('rclone:offsite:backups', 'offsite'),
    ],
)
def test_a_location_names_its_machine(location: str, machine: str) -> None:
    assert machine_of({'location': location}, samples.site()) == machine


def texts(document: Any) -> str:
    return str(document)


def test_the_annex_lists_every_copy_with_its_state_the_rule_and_the_refusal() -> None:
    made = texts(report(samples.record(copied(samples.site()), short(samples.site('arsip'))), 'id'))
    for words in ('datacentre', 'TERTUNDA', 'GAGAL', 'Aturan 3-2-1-1-0', 'BELUM terpenuhi', 'server response: 403'):
        assert words in made
    assert 'tidak dapat diketahui mesin' in made


def test_a_run_that_only_copied_has_a_short_report_in_both_languages() -> None:
    found = samples.record(copied(samples.site()), kind='copy')
    assert 'Penyalinan Cadangan Situs' in texts(report(found, 'id'))
    assert 'Copying of web site backups' in texts(report(found, 'en'))


def test_a_remark_on_a_copy_has_its_own_follow_up() -> None:
    found = findings.problems(samples.record(short(samples.site())), 'en')
    assert [problem['follow_up'] for problem in found] == [
        'Mend the cause, then run rawat copy; the primary backup stands.'
    ]


def test_a_disk_on_which_nothing_lies_gets_no_label() -> None:
    made = texts(labels(samples.record(short(samples.site())), 'id'))
    assert '/mnt/disk/backups' in made
    assert '/mnt/spare/backups' not in made
    assert 'tidak terenkripsi' in made


@pytest.mark.parametrize(
    ('error', 'status'),
    [
        ('ssh: connect to host vault port 22: Connection refused', 'pending'),
        ('repository /mnt/disk: it does not exist. Is its disk mounted?', 'pending'),
        ('wrong password or no key found', 'failed'),
        ('No space left on device', 'failed'),
    ],
)
def test_what_cannot_be_reached_is_pending_and_what_is_wrong_has_failed(error: str, status: str) -> None:
    assert status_of(error) == status


def test_a_password_in_a_location_stays_out_of_the_record() -> None:
    copy = {'name': 'far', 'store': 'restic', 'location': 'rest:https://user:hunter22@rest.example.go.id/'}
    made = new_item(copy, 'verified')
    assert 'hunter22' not in str(made)
    assert made['required'] is True
    assert made['encryption'] == 'restic'
