# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat backup --worker`: the run happens elsewhere, what it leaves is as if it had been here, or it is refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # the path for this is set after pytest has read this file
    from integration.workers.support import Fleet, Loopback

WORKING = 'arsip1: preflight'  # the plain line of a site at work
PATIENCE = 120  # seconds


def wait_for(what: Callable[[], object], why: str) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.1)


def until(process: subprocess.Popen[str], words: str) -> str:
    """Read the output until `words` have been seen."""
    seen = ''
    assert process.stdout is not None
    while words not in seen:
        line = process.stdout.readline()
        assert line, f'it ended before {words!r}: {seen}'
        seen += line
    return seen


def ended(worker: Loopback) -> bool:
    return worker.processes() == [] and list(worker.runtime.iterdir()) == []


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {site['site']: site['outcome'] for site in document['sites']}


def test_secrets_travel_in_memory_and_one_record_has_all_sites(fleet: Fleet) -> None:
    """With variables from a vault and from a file that travels."""
    fleet.hosts(3)
    variables = fleet.folder / 'group_vars' / 'all'
    variables.mkdir(parents=True)
    (variables / 'vault.yml').write_text('a_secret: s3cr3t-value\n', encoding='utf-8')
    (fleet.folder / 'password').write_text('vault-pa55word\n', encoding='utf-8')
    environment = fleet.environment(ANSIBLE_VAULT_PASSWORD_FILE=str(fleet.folder / 'password'))
    encrypt = [str(Path(sys.executable).parent / 'ansible-vault'), 'encrypt', str(variables / 'vault.yml')]
    subprocess.run(encrypt, check=True, env=environment, capture_output=True)
    (fleet.folder / 'here').mkdir()
    (fleet.folder / 'here' / 'language').write_text('en', encoding='utf-8')
    remark = "{{ lookup('file', inventory_dir + '/here/language') }} {{ a_secret | length }}"
    (variables / 'plain.yml').write_text(json.dumps({'website_officer_remarks': [remark]}), encoding='utf-8')
    options = ('--json', '-e', 'token=an0ther-secret', '--worker-file', 'here')
    password = str(fleet.folder / 'password')
    done = fleet.run(
        'backup', '-i', 'hosts.yml', *options, *fleet.addresses(), ANSIBLE_VAULT_PASSWORD_FILE=password
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert (said['exit_code'], said['outcome'], said['errors']) == (0, 'complete', [])
    assert fleet.record()['officer_remarks'] == ['en 12']
    assert outcomes(fleet.record()) == {f'arsip{number}': 'complete' for number in (1, 2, 3)}
    log = Path(said['log']).read_text(encoding='utf-8')
    assert all(f'[127.0.0.1:{worker.sshd.port}]' in log for worker in fleet.workers), 'both had a share'
    assert fleet.places_left() == []
    assert [worker.processes() for worker in fleet.workers] == [[], []]
    for secret in (b's3cr3t-value', b'an0ther-secret', b'vault-pa55word'):
        kept = [path for path in fleet.folder.parent.rglob('*') if path.is_file() and secret in path.read_bytes()]
        assert [path for path in kept if path != fleet.folder / 'password'] == []


def test_a_lost_worker_takes_nothing_along_and_failed_makes_up_for_it(fleet: Fleet) -> None:
    from integration.wrapper.conftest import held

    first, second = fleet.workers
    sites = fleet.hosts(2)
    with held(sites[0]):
        process = fleet.start('backup', '-i', 'hosts.yml', *fleet.addresses())
        seen = until(process, WORKING)
        for session in first.sshd.sessions():
            os.kill(session, signal.SIGKILL)
        out, err = process.communicate(timeout=PATIENCE)
        wait_for(lambda: ended(first), f'nothing of it goes on: {first.processes()}')
    assert process.returncode == 1, seen + out + err
    assert f'the worker {first.address} was lost' in out
    document = fleet.record()
    assert outcomes(document) == {'arsip1': 'unreachable', 'arsip2': 'complete'}
    assert 'was lost' in document['sites'][0]['error']
    assert 'while this site was at: preflight' in document['sites'][0]['error']
    assert document['run']['died'] is None
    assert 'NOT DONE' in fleet.report()
    assert ended(second)
    again = fleet.run('backup', '-i', 'hosts.yml', '--failed', '--json')
    assert again.returncode == 0, again.stdout + again.stderr
    assert outcomes(json.loads(again.stdout)) == {'arsip1': 'complete'}
    nothing = fleet.run('backup', '-i', 'hosts.yml', '--failed', *fleet.addresses())
    assert (nothing.returncode, 'Nothing to do' in nothing.stdout) == (0, True), nothing.stdout + nothing.stderr


@pytest.mark.parametrize(('how', 'code', 'died'), [('interrupt', 130, 'cancelled'), ('timeout', 1, 'timeout')])
def test_a_stopped_run_ends_the_workers_processes_and_leaves_a_record(
    fleet: Fleet, how: str, code: int, died: str
) -> None:
    from integration.wrapper.conftest import held

    sites = fleet.hosts(2)
    limit = ('--timeout', '1') if how == 'timeout' else ()
    with held(sites[0]):
        process = fleet.start('backup', '-i', 'hosts.yml', *limit, *fleet.addresses())
        if how == 'interrupt':
            until(process, WORKING)
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        wait_for(lambda: all(ended(worker) for worker in fleet.workers), 'nothing of it goes on')
    assert process.returncode == code, out + err
    document = fleet.record()
    assert document['run']['died'] == died
    assert outcomes(document)['arsip1'] == 'failed'
    assert f'the run ended ({died})' in document['sites'][0]['error']
    assert fleet.places_left() == []


def test_what_keeps_a_worker_from_taking_part_is_said_before_any_host_is_touched(fleet: Fleet) -> None:
    first, second = fleet.workers
    fleet.hosts(2, ansible_ssh_private_key_file=f'{fleet.folder}/absent/id', ansible_ssh_common_args='-i keys/other')
    plain = fleet.run('backup', '-i', 'hosts.yml', *fleet.addresses())
    assert (plain.returncode, plain.stdout) == (2, ''), plain.stdout + plain.stderr
    assert 'ansible_ssh_common_args names keys/other' in plain.stderr
    assert '--worker-file' in plain.stderr
    absent = f'{fleet.folder}/absent/id'
    fleet.write_inventory(web1=fleet.host(fleet.site('arsip'), ansible_ssh_private_key_file=absent))
    second.sshd.stop()
    bare = first.address.partition(f':{first.sshd.port}')[0] + f':{first.sshd.port}'
    refused = fleet.run('backup', '-i', 'hosts.yml', '--json', '--worker', bare, '--worker', second.address)
    assert refused.returncode == 2, refused.stdout + refused.stderr
    errors = json.loads(refused.stdout)['errors']
    for words in (
        f'{bare} has no ansible-core 2.16', f'{bare} has no ansible-runner 2.4', f'{bare} does not have {absent}',
        f'{second.address} cannot be reached', 'refused',
    ):  # fmt: skip
        assert [line for line in errors if words in line], (words, errors)
    assert not fleet.filing.exists()
    assert not (fleet.folder / 'repository').exists()
    assert fleet.places_left() == []


def test_what_a_killed_keeper_left_is_swept_by_the_next(fleet: Fleet) -> None:
    from rawat.workers.program import remote_command

    place = fleet.workers[0].runtime

    def start() -> tuple[subprocess.Popen[bytes], str]:
        environment = {'PATH': os.environ['PATH'], 'XDG_RUNTIME_DIR': str(place)}
        keeper = subprocess.Popen(
            ['sh', '-c', remote_command()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        keeper.stdin.write(json.dumps({'paths': [str(place / 'absent')], 'folder': ''}).encode() + b'\n')
        keeper.stdin.flush()
        facts = json.loads(keeper.stdout.readline())
        assert facts['missing'] == [str(place / 'absent')]
        return keeper, facts['directory']

    first, old = start()
    first.kill()
    first.communicate()
    assert Path(old).is_dir()
    second, new = start()
    assert not Path(old).exists()
    assert Path(new).stat().st_mode & 0o777 == 0o700
    second.communicate()  # closes its input: nothing is wanted of it
    assert (second.returncode, list(place.iterdir())) == (0, [])
