# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The testbed itself: what the other end-to-end tests stand on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from testbed import Host, Testbed, TestbedError, differences, faults, machine, pages, runs, site_check
from testbed.site_check import Fingerprint

TESTS = Path(__file__).resolve().parents[1]
SLEEPING_RUN = """
import sys, time
sys.path.insert(0, sys.argv[1])
from testbed import Testbed
run = Testbed(sys.argv[2])
(host,) = run.up('lost', bare=True)
print(host.testbed.bridge, flush=True)
time.sleep(120)
"""


@pytest.fixture(scope='module')
def server(testbed: Testbed) -> Iterator[Host]:
    """A server with the sites on which no test writes: web1 and web2 belong to everybody."""
    (host,) = testbed.up('server', layer='sites')
    yield host
    host.destroy()


@pytest.fixture(scope='module')
def untouched_pages(server: Host) -> dict[str, Fingerprint]:
    """What a server answers as the layer made it."""
    return pages(server.ip)


def test_hosts_come_up_with_an_address_an_ssh_key_and_sudo_of_their_own(server: Host, vault1: Host) -> None:
    assert server.ssh('hostname').stdout == 'server\n'
    assert vault1.ssh('hostname').stdout == 'vault1\n'
    assert server.ssh('sudo -n id -u', user='ops').stdout == '0\n'
    assert server.ssh('cat /etc/machine-id').stdout != vault1.ssh('cat /etc/machine-id').stdout
    assert vault1.run(['systemctl', 'is-active', 'mariadb'], check=False).stdout == 'inactive\n'


def test_a_command_that_fails_on_a_host_is_an_error_with_its_own_words(server: Host) -> None:
    with pytest.raises(TestbedError, match='No such file or directory'):
        server.ssh('ls /nowhere')
    assert server.run(['ls', '/nowhere'], check=False).returncode == 2


def test_all_pages_of_the_three_sites_answer(untouched_pages: dict[str, Fingerprint]) -> None:
    assert len(untouched_pages) == 101
    assert {url: page for url, page in untouched_pages.items() if page[0] != 200} == {}


def test_two_hosts_of_the_layer_answer_the_same_and_writing_on_one_is_not_seen_on_the_other(
        server: Host, new_host: Callable[..., Host], untouched_pages: dict[str, Fingerprint]) -> None:
    other = new_host('web8', layer='sites')
    assert differences(untouched_pages, pages(other.ip)) == []
    other.ssh('''runuser -u www-data -- sqlite3 /var/www/news/data/news.db "update news set title='changed' where id=1"
                 rm '/var/www/news/files/lampiran 21.bin' ''')
    before, after = pages(server.ip, ['sqliteapp']), pages(other.ip, ['sqliteapp'])
    assert before.items() <= untouched_pages.items()
    changed = {line.partition(': ')[0] for line in differences(before, after)}
    assert changed == {'http://news.site.test/?id=1', 'http://news.site.test/files/lampiran%2021.bin'}


def test_the_backup_accounts_can_read_and_not_write(server: Host) -> None:
    ask = ['mariadb', '-ubackup', '-pbackup-secret', '-N', 'wordpress', '-e']
    assert int(server.run([*ask, 'select count(*) from wp_posts']).stdout) > 500
    refused = server.run([*ask, 'delete from wp_posts'], check=False)
    assert 'DELETE command denied' in refused.stderr
    count = "cd / && sudo -u postgres psql -Atc 'select count(*) from mediawiki.page' mediawiki"
    counted = server.ssh(count, user='ops')
    assert int(counted.stdout) > 200


def test_a_power_cut_and_back_leaves_the_pages_equal(server: Host, untouched_pages: dict[str, Fingerprint]) -> None:
    server.kill()
    assert not server.running()
    assert site_check.get(server.ip, 'news.site.test', '/')[0] == 0
    server.start()
    assert differences(untouched_pages, pages(server.ip)) == []


def test_a_frozen_or_unplugged_host_is_silent_and_comes_back(vault1: Host) -> None:
    for take_away, give_back in ((vault1.freeze, vault1.thaw), (vault1.network_down, vault1.network_up)):
        take_away()
        assert vault1.ssh('true', check=False, connect_timeout=2).returncode == 255
        give_back()
        vault1.ssh('true')


def test_a_small_root_disk_is_full_where_it_ends(new_host: Callable[..., Host]) -> None:
    small = new_host('small1', bare=True, disk='64M')
    full = small.ssh('head -c 100M /dev/zero > /root/big', check=False)
    assert full.returncode == 1
    assert 'No space left on device' in full.stderr
    assert small.path('/root/big').stat().st_size < 64 << 20


def test_an_external_disk_is_full_where_it_ends_and_keeps_its_contents_when_it_is_pulled(vault1: Host) -> None:
    vault1.disk('/mnt/usb', '32M')
    vault1.ssh('echo kept > /mnt/usb/note')
    full = vault1.ssh('head -c 50M /dev/zero > /mnt/usb/big', check=False)
    assert 'No space left on device' in full.stderr
    vault1.undisk('/mnt/usb')
    assert vault1.ssh('ls /mnt/usb').stdout == ''
    vault1.disk('/mnt/usb', '32M')
    assert vault1.ssh('cat /mnt/usb/note').stdout == 'kept\n'
    vault1.undisk('/mnt/usb')


def test_a_slow_line_is_slow_and_a_lossy_one_loses_and_both_can_be_undone(testbed: Testbed, vault1: Host) -> None:
    def lost_percent() -> float:
        ping = ['ping', '-c', '60', '-i', '0.01', '-W', '1', '-q', '-s', '1000', testbed.address]
        text = vault1.run(ping, check=False).stdout
        return float(text.partition('% packet loss')[0].rpartition(' ')[2])

    vault1.lossy(50)
    assert 40 < lost_percent() < 100
    vault1.heal()
    assert lost_percent() == 0
    vault1.slow('400kbit')
    started = time.monotonic()
    assert len(vault1.ssh('head -c 150000 /dev/zero').stdout) == 150_000  # 1.2 Mbit: three seconds
    assert time.monotonic() - started > 2
    vault1.heal()
    started = time.monotonic()
    vault1.ssh('head -c 10000000 /dev/zero')
    assert time.monotonic() - started < 20, '80 Mbit at 400 kbit/s would take 200 s'


def test_two_runs_side_by_side_do_not_disturb_each_other(testbed: Testbed, vault1: Host) -> None:
    with Testbed(f'{testbed.name}-side', store_size='64M') as side:
        (other,) = side.up('vault1', bare=True)
        assert (side.bridge, other.ip) != (testbed.bridge, vault1.ip)
        assert vault1.run(['ping', '-c', '1', '-W', '1', other.ip], check=False).returncode != 0
        full = other.ssh('head -c 100M /dev/zero > /root/big', check=False)
        assert 'No space left on device' in full.stderr, 'the store of a run has an end'
        assert not vault1.path('/root/big').exists()
        vault1.run(['cp', '/bin/true', '/root/still-room'])
        work, bridge = side.work, side.bridge
    assert not work.exists()
    assert bridge not in machine.call('ip', '-br', 'link').stdout
    vault1.ssh('true')


def test_a_run_under_a_name_that_is_taken_is_refused(testbed: Testbed) -> None:
    with pytest.raises(TestbedError, match='is there already'):
        Testbed(testbed.name)


def test_what_a_dead_run_left_is_swept_by_the_next(testbed: Testbed) -> None:
    name = f'{testbed.name}-dead'
    command = [sys.executable, '-c', SLEEPING_RUN, str(TESTS), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        bridge = run.stdout.readline().strip()
        assert bridge in machine.call('ip', '-br', 'link').stdout
        run.kill()
    assert faults.loops_of(runs.RUNS / name) != []
    assert name in runs.sweep_now()
    assert bridge not in machine.call('ip', '-br', 'link').stdout
    assert not (runs.RUNS / name).exists()
    assert faults.loops_of(runs.RUNS / name) == []
    assert testbed.work.exists()


def test_the_command_line_starts_and_destroys_a_host_that_outlives_it(testbed: Testbed) -> None:
    command = [sys.executable, str(TESTS / 'testbed'), '--run', f'{testbed.name}-hand']

    def verb(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *words], capture_output=True, text=True, check=False)

    assert verb('up', 'hand1', '--bare').returncode == 0
    assert verb('exec', 'hand1', '--', 'hostname').stdout == 'hand1\n'
    assert 'hand1 ansible_host=10.203.' in verb('inventory').stdout
    assert 'there is no host hand2' in verb('kill', 'hand2').stderr
    assert verb('destroy').returncode == 0
    assert not (runs.RUNS / f'{testbed.name}-hand').exists()


def test_ansible_reaches_every_host_of_the_inventory(web1: Host, vault1: Host, inventory: Path) -> None:
    ansible = Path(sys.executable).with_name('ansible')

    def who_answers(group: str) -> set[str]:
        result = subprocess.run([ansible, '-i', inventory, group, '--become', '--one-line', '-m', 'ping'],
                                capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
        return {line.split()[0] for line in result.stdout.splitlines() if 'pong' in line}

    assert {web1.name, vault1.name} <= who_answers('targets')
    assert vault1.name in who_answers('vaults')
    assert vault1.name not in who_answers('webs')
