# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run is given and what is left of it: a small environment, no secret in arguments, nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest
from rawat import private, runner
from rawat.request import Request


@pytest.fixture
def run_directory(tmp_path: Path) -> Path:
    (tmp_path / 'private').mkdir(mode=0o700)
    return tmp_path / 'private'


def environment(run_directory: Path, **request: object) -> tuple[dict[str, str], list[str]]:
    """The environment and the command of a run that would be started."""
    inventory = run_directory.parent / 'hosts.yml'
    inventory.write_text('all: {hosts: {}}\n', encoding='utf-8')
    config = runner._configuration('backup', Request(inventory, **request), {'website_run_id': 'x'}, run_directory)  # type: ignore[arg-type]
    return runner._environment(config.env, run_directory, run_directory / 'progress'), config.command


def test_the_environment_of_the_caller_stays_with_the_caller(
    run_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('AWS_SECRET_ACCESS_KEY', 'hidden')
    monkeypatch.setenv('DATABASE_PASSWORD', 'wanted')
    monkeypatch.setenv('RAWAT_PASS_ENVIRONMENT', 'DATABASE_PASSWORD, OTHER')
    given, _command = environment(run_directory)
    assert 'AWS_SECRET_ACCESS_KEY' not in given
    assert given['DATABASE_PASSWORD'] == 'wanted'
    assert given['PATH'].split(os.pathsep)[0] == str(Path(sys.executable).parent)


@pytest.mark.parametrize(
    ('chosen', 'given'), [('C', 'C.UTF-8'), ('id_ID.UTF-8', 'id_ID.UTF-8'), ('en_US.utf8', 'en_US.utf8')]
)
def test_ansible_gets_a_locale_that_it_accepts(
    run_directory: Path, monkeypatch: pytest.MonkeyPatch, chosen: str, given: str
) -> None:
    monkeypatch.setenv('LC_ALL', chosen)
    assert environment(run_directory)[0]['LC_ALL'] == given


def test_host_keys_stay_checked(run_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv('ANSIBLE_HOST_KEY_CHECKING', raising=False)
    given, _command = environment(run_directory)
    assert 'ANSIBLE_HOST_KEY_CHECKING' not in given


def test_no_value_of_a_variable_is_in_the_command(run_directory: Path) -> None:
    _given, command = environment(run_directory, extra=('password=s3cr3t',), only=('a', 'b'))
    assert 's3cr3t' not in ' '.join(command)
    assert '"only": "a,b"' in (run_directory / 'variables.json').read_text(encoding='utf-8')


def test_our_own_variables_come_last_and_so_win(run_directory: Path) -> None:
    _given, command = environment(run_directory, extra=('only=everything',), check=True)
    files = [part for part in command if part.startswith('@')]
    assert files[-1] == f'@{run_directory}/variables.json'
    assert '--check' in command


def test_a_private_directory_is_ours_alone_and_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('XDG_RUNTIME_DIR', str(tmp_path))
    with contextlib.suppress(RuntimeError), private.private_directory() as place:
        assert place.parent == tmp_path
        assert place.stat().st_mode & 0o777 == 0o700
        (place / 'secret').write_text('x', encoding='utf-8')
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_swept_and_a_live_run_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('XDG_RUNTIME_DIR', str(tmp_path))
    dead = tmp_path / f'{private.PREFIX}dead'
    dead.mkdir()
    (dead / private.LOCK).touch()
    (dead / 'secret').write_text('x', encoding='utf-8')
    with private.private_directory() as first, private.private_directory() as second:
        assert not dead.exists()
        assert first.is_dir()
        assert second.is_dir()


def test_a_link_with_our_name_is_not_followed_by_the_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('XDG_RUNTIME_DIR', str(tmp_path / 'place'))
    victim = tmp_path / 'victim'
    victim.mkdir()
    (tmp_path / 'place').mkdir()
    (victim / private.LOCK).touch()
    (tmp_path / 'place' / f'{private.PREFIX}x').symlink_to(victim)
    with private.private_directory():
        assert (victim / private.LOCK).exists()


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_asks_for_the_end_and_its_handler_comes_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with runner.stop_request() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(5)
    assert signal.getsignal(number) is before
