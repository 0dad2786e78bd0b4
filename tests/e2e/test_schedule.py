# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules on real machines: systemd's timers and cron start jobs, whose command is a script that keeps a diary."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from e2e.conftest import healthy
from e2e.product import Ended, Product
from testbed import Host, Testbed

PATIENCE = 180  # seconds; cron looks once a minute
DIARY, HOLD, PASSWORD = '/var/tmp/diary', '/var/tmp/hold', 'word-of-the-vault'
SCRIPT = f"""#!/bin/sh
# The verb is the first word. While there is a file for it the job stays at work.
trap 'echo "$1 stopped" >>{DIARY}; exit 130' TERM
echo "$1 begin $(id -un) $(cat "$ANSIBLE_VAULT_PASSWORD_FILE") $*" >>{DIARY}
while [ -e {HOLD}.$1 ]; do sleep 0.1; done
echo "$1 end" >>{DIARY}
[ "$1" != broken ]
"""
OFTEN, NEVER = '*-*-* *:*:0/2', '2099-01-01 00:00:00'
MADE = ['/etc/rawat-schedule', '/usr/local/lib/rawat-schedule', '/var/lib/rawat-schedule']


class Clock:
    """A host with schedules."""

    def __init__(self, product: Product, host: Host, manager: str):
        self.product, self.host, self.manager = product, host, manager
        host.path('/usr/local/bin/stand-in').write_text(SCRIPT)
        host.path('/etc/vault-word').write_text(PASSWORD)
        for command in ('chmod 755 /usr/local/bin/stand-in', f'touch {DIARY}', f'chmod 666 {DIARY}',
                        'chmod 600 /etc/vault-word', 'mkdir -p /srv/inventory'):
            host.ssh(command)

    def schedule(self, jobs: list[dict[str, Any]], **variables: Any) -> Ended:
        """Play the playbook."""
        settings = {
            'schedule_jobs': jobs, 'schedule_manager': self.manager, 'schedule_command': '/usr/local/bin/stand-in',
            'schedule_inventory': '/srv/inventory', 'schedule_vault_password_file': '/etc/vault-word', **variables,
        }
        self.product.write_inventory({}, None, {self.host.name: {'ansible_host': self.host.ip, **settings}})
        command = self.product.playbook('-e', f'website_schedule_host={self.host.name}')
        return self.product.run([word.replace('website.backup', 'website.schedule') for word in command])

    def diary(self, verb: str, word: str = 'begin') -> list[str]:
        lines = self.host.path(DIARY).read_text().splitlines()
        return [line for line in lines if line.startswith(f'{verb} {word}')]

    def journal(self, name: str) -> str:
        return self.host.ssh(f'journalctl -o cat -u rawat-schedule-{name}.service').stdout

    def start(self, name: str, check: bool = True) -> None:
        self.host.ssh(f'systemctl start rawat-schedule-{name}.service', check=check)

    def hold(self, verb: str) -> None:
        self.host.path(f'{HOLD}.{verb}').touch()

    def release(self, verb: str) -> None:
        self.host.path(f'{HOLD}.{verb}').unlink()

    def units(self) -> list[str]:
        return sorted(path.name for path in self.host.path('/etc/systemd/system').glob('rawat-schedule-*'))


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, 'it did not come about'
        time.sleep(0.2)


@pytest.fixture(scope='module')
def crond(testbed: Testbed, tmp_path_factory: pytest.TempPathFactory) -> Clock:
    """A host with cron, whose job is in the crontab before the other tests begin: it starts at a full minute."""
    host = healthy(testbed, 'clock2', bare=True)
    host.ssh('systemd-run --unit=cron-of-the-test /usr/sbin/cron -f')  # a bare host masks cron.service
    found = Clock(Product(testbed, tmp_path_factory.mktemp('cron')), host, 'cron')
    host.ssh('chown ops: /etc/vault-word')
    jobs = [{'name': 'minute', 'verb': 'backup', 'cron': '* * * * *', 'nice': 5}]
    done = found.schedule(jobs, schedule_user='ops')
    assert done.code == 0, done.text
    return found


@pytest.fixture(scope='module')
def clock(testbed: Testbed, tmp_path_factory: pytest.TempPathFactory, crond: Clock) -> Clock:
    """A host with systemd's timers: jobs that start every two seconds, and some that a test starts."""
    del crond
    host = healthy(testbed, 'clock1', bare=True)
    # As systemd leaves it on a real machine; without it a unit does not see the credentials that systemd mounts for it.
    host.run(['mount', '--make-rshared', '/'])
    found = Clock(Product(testbed, tmp_path_factory.mktemp('clock')), host, 'systemd')
    host.path('/etc/systemd/system/alarm@.service').write_text(
        f'[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo alarm begin %i >>{DIARY}"\n'
    )
    found.hold('slow')
    done = found.schedule(jobs(host), schedule_user='ops')
    assert done.code == 0, done.text
    return found


def jobs(host: Host) -> list[dict[str, Any]]:
    hour = datetime.datetime.fromisoformat(host.ssh('date -Iseconds').stdout.strip()).hour
    later = f'{(hour + 8) % 24:02}:00-{(hour + 10) % 24:02}:00'
    return [
        {'name': 'tick', 'verb': 'tick', 'calendar': OFTEN, 'overlap': 'allow', 'only': ['news', 'wiki'],
         'arguments': ['--json']},
        {'name': 'slow', 'verb': 'slow', 'calendar': OFTEN},
        {'name': 'polite', 'verb': 'polite', 'calendar': NEVER, 'overlap': 'skip'},
        {'name': 'patient', 'verb': 'patient', 'calendar': NEVER, 'overlap': 'wait'},
        {'name': 'night', 'verb': 'night', 'calendar': NEVER, 'window': later, 'outside': 'skip'},
        {'name': 'late', 'verb': 'late', 'calendar': '*-01-01 00:00:00 Asia/Jakarta', 'overlap': 'allow'},
        {'name': 'spread', 'verb': 'spread', 'calendar': 'Mon..Fri 01:30 Asia/Jakarta', 'jitter': 900, 'nice': 7,
         'io_class': 'idle', 'persistent': False},
        {'name': 'broken', 'verb': 'broken', 'calendar': NEVER, 'overlap': 'allow', 'on_failure': 'alarm@%p.service'},
        {'name': 'endless', 'verb': 'endless', 'calendar': NEVER, 'overlap': 'allow', 'timeout': 1},
    ]


def test_a_timer_starts_its_job_as_its_account_with_the_vault_password_of_root(clock: Clock) -> None:
    until(lambda: clock.diary('tick', 'end'))
    assert clock.diary('tick')[0] == (
        f'tick begin ops {PASSWORD} tick -i /srv/inventory --only=news --only=wiki --json'
    )
    assert PASSWORD not in clock.host.ssh('cat /etc/rawat-schedule/*.json /etc/systemd/system/rawat-*').stdout


def test_a_job_that_is_still_at_work_is_not_started_again(clock: Clock) -> None:
    until(lambda: clock.diary('slow'))
    before = len(clock.diary('tick'))
    until(lambda: len(clock.diary('tick')) >= before + 3)  # its own timer had as many occasions
    assert len(clock.diary('slow')) == 1
    assert clock.diary('slow', 'end') == []


def test_a_second_job_skips_or_waits_as_it_was_told_and_says_so(clock: Clock) -> None:
    until(lambda: clock.diary('slow'))
    clock.start('polite')
    assert 'polite: skipped: another job is at work' in clock.journal('polite')
    clock.host.ssh('systemctl start --no-block rawat-schedule-patient.service')
    until(lambda: 'patient: waits: another job is at work; for 14400 s at most' in clock.journal('patient'))
    assert (clock.diary('polite'), clock.diary('patient')) == ([], [])
    clock.release('slow')
    until(lambda: clock.diary('patient', 'end'))
    until(lambda: len(clock.diary('slow')) > 1)  # and its timer goes on


def test_outside_of_its_window_a_job_does_not_run_and_says_so(clock: Clock) -> None:
    clock.start('night')
    assert re.search(r'night: skipped: it is \d\d:\d\d, outside of the window', clock.journal('night'))
    assert clock.diary('night') == []


def test_jitter_and_niceness_are_systemd_s_own(clock: Clock) -> None:
    show = clock.host.ssh('systemctl show -P RandomizedDelayUSec -P Persistent rawat-schedule-spread.timer').stdout
    assert show.split() == ['15min', 'no']
    unit = clock.host.ssh('systemctl show -P Nice -P IOSchedulingClass rawat-schedule-spread.service').stdout
    assert unit.split() == ['7', '3']
    listed = clock.host.ssh('systemctl list-timers --all --no-pager rawat-schedule-spread.timer').stdout
    assert 'rawat-schedule-spread.service' in listed


def test_a_failed_job_starts_the_unit_that_was_named(clock: Clock) -> None:
    clock.start('broken', check=False)
    until(lambda: clock.diary('alarm'))
    assert clock.diary('alarm') == ['alarm begin rawat-schedule-broken']
    clock.host.ssh('systemctl reset-failed')


def test_a_job_over_its_time_is_asked_to_stop_and_fails(clock: Clock) -> None:
    clock.hold('endless')
    clock.start('endless', check=False)
    assert 'endless: stopped: not finished after 1 s (timeout)' in clock.journal('endless')
    assert clock.diary('endless', 'stopped') == ['endless stopped']
    assert clock.host.ssh('systemctl show -P ExecMainStatus rawat-schedule-endless.service').stdout.strip() == '124'
    clock.host.ssh('systemctl reset-failed')


def test_a_start_that_fell_into_a_downtime_is_made_up_for(clock: Clock) -> None:
    assert clock.diary('late') == [], 'the first activation of a timer is no downtime'
    clock.host.ssh("touch -d '2 years ago' /var/lib/systemd/timers/stamp-rawat-schedule-late.timer")
    clock.host.stop()
    clock.host.start()
    until(lambda: clock.diary('late', 'end'))
    assert len(clock.diary('late')) == 1


def test_played_again_nothing_changes(clock: Clock) -> None:
    done = clock.schedule(jobs(clock.host), schedule_user='ops')
    assert done.code == 0, done.text
    assert re.search(r'clock1 .*changed=0 ', done.stdout), done.text


def test_what_cannot_be_scheduled_is_refused_before_anything_is_written_all_at_once(clock: Clock) -> None:
    wrong = {
        "calendar 'Mon..Fri 25:30'": {'calendar': 'Mon..Fri 25:30'},
        "window '1:00-2:00'": {'calendar': OFTEN, 'window': '1:00-2:00'},
        'on_failure': {'calendar': OFTEN, 'on_failure': 'x\nExecStart=/bin/sh'},
        '[Install]': {'calendar': f'{OFTEN}\n[Install]'},
    }
    before = clock.units()
    listed = [{'name': f'new{number}', 'verb': 'backup', **changes} for number, changes in enumerate(wrong.values())]
    done = clock.schedule(listed, schedule_user='ops')
    assert done.code == 2
    assert 'nothing was written' in done.stdout
    for number, reason in enumerate(wrong):
        assert re.search(f"'new{number}'[^;]*{re.escape(reason)}", done.stdout.replace('\\', '')), done.text
    assert clock.units() == before


def test_a_line_that_systemd_does_not_know_is_refused(clock: Clock) -> None:
    before = clock.units()
    done = clock.schedule([{'name': 'new', 'verb': 'backup', 'calendar': OFTEN}], schedule_hardening=['Protect=all'])
    assert done.code == 2
    assert "Unknown key 'Protect'" in done.stdout.replace('\\', ''), done.text
    assert clock.units() == before


def test_jobs_that_left_the_list_are_gone_and_absent_takes_all(clock: Clock) -> None:
    done = clock.schedule([{'name': 'other', 'verb': 'backup', 'calendar': NEVER}])
    assert done.code == 0, done.text
    assert clock.units() == ['rawat-schedule-other.service', 'rawat-schedule-other.timer']
    timers = clock.host.ssh('systemctl list-units --all --plain --no-legend "rawat-schedule-*.timer"').stdout
    assert [line.split()[0] for line in timers.splitlines()] == ['rawat-schedule-other.timer']
    assert [path.name for path in clock.host.path(MADE[0]).iterdir()] == ['other.json']
    done = clock.schedule([], schedule_state='absent')
    assert done.code == 0, done.text
    assert clock.units() == []
    left = clock.host.ssh('ls -d /var/lib/systemd/timers/stamp-rawat-* /etc/systemd/system/*/rawat-*', check=False)
    assert left.stdout == ''
    assert [path for path in MADE if clock.host.path(path).exists()] == []


def test_cron_starts_its_job_and_absent_takes_the_crontab(crond: Clock) -> None:
    until(lambda: crond.diary('backup', 'end'))
    assert crond.diary('backup')[0] == f'backup begin ops {PASSWORD} backup -i /srv/inventory'
    done = crond.schedule([{'name': 'minute', 'verb': 'backup', 'cron': '* 25 * * *'}], schedule_user='ops')
    assert done.code == 2
    assert "'25' is no hour" in done.stdout.replace('\\', '')
    done = crond.schedule([], schedule_state='absent')
    assert done.code == 0, done.text
    assert [path for path in [*MADE, '/etc/cron.d/rawat-schedule'] if crond.host.path(path).exists()] == []
