# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Children: real processes that never outlive us, whatever we die of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils import process

IMPORTS = 'from ansible_collections.rawat.website.plugins.module_utils import process\n'


def is_alive(pid: int) -> bool:
    """Running, and no zombie that only waits to be reaped."""
    try:
        state = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != 'Z'


def wait_until_dead(pid: int, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_alive(pid)


def start_parent(body: str) -> tuple[subprocess.Popen, int]:
    """A Python that guards itself, starts `sleep 60`, prints its pid and runs `body`."""
    start = "child = process.spawn(['sleep', '60'])"
    code = f'{IMPORTS}with process.guard(60):\n {start}\n print(child.pid, flush=True)\n {body}'
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, '-c', code], stdout=subprocess.PIPE, env=environment)
    assert parent.stdout
    return parent, int(parent.stdout.readline())


@pytest.mark.parametrize('number', [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_child_dies_with_its_parent_whatever_kills_that_one(number: signal.Signals) -> None:
    parent, child = start_parent('child.wait()')
    assert is_alive(child)
    parent.send_signal(number)
    parent.wait(10)
    assert wait_until_dead(child)


def test_a_closed_connection_does_not_end_the_work() -> None:
    parent, child = start_parent("import time; time.sleep(0.5); child.kill(); print('went on', flush=True)")
    parent.send_signal(signal.SIGHUP)
    assert parent.stdout
    assert parent.stdout.read() == b'went on\n'
    assert parent.wait(10) == 0
    assert not is_alive(child)


def test_an_exception_leaves_no_child_behind() -> None:
    parent, child = start_parent('raise SystemExit(3)')
    assert parent.wait(10) == 3
    assert wait_until_dead(child)


def test_the_deadline_ends_everything_and_says_which_setting_it_was() -> None:
    children = []

    def work() -> None:
        with process.guard(1):
            children.append(process.spawn(['sleep', '60']))
            children[0].wait()

    with pytest.raises(process.DeadlineExceeded, match='setting: deadline'):
        work()
    assert not is_alive(children[0].pid)


@pytest.mark.filterwarnings('ignore::pytest.PytestUnraisableExceptionWarning')
def test_a_deadline_that_python_swallowed_is_told_again() -> None:
    class Slow:
        def __del__(self) -> None:  # what is raised in here is printed and forgotten
            time.sleep(1.5)

    def work() -> None:
        with process.guard(1):
            Slow()
            time.sleep(20)

    started = time.monotonic()
    with pytest.raises(process.DeadlineExceeded):
        work()
    assert time.monotonic() - started < 5


def test_cleaning_up_after_the_deadline_is_not_disturbed() -> None:
    cleaned = []

    def work() -> None:
        with process.guard(1):
            try:
                time.sleep(20)
            finally:
                time.sleep(2.5)
                cleaned.append(True)

    with pytest.raises(process.DeadlineExceeded):
        work()
    assert cleaned


def test_the_last_words_are_bounded_too() -> None:
    def work() -> None:
        with process.guard(1):
            try:
                time.sleep(20)
            except process.DeadlineExceeded:
                with process.grace(1):
                    time.sleep(20)

    started = time.monotonic()
    with pytest.raises(process.DeadlineExceeded, match='last 1 s'):
        work()
    assert time.monotonic() - started < 5


def test_after_the_deadline_there_is_time_for_last_words() -> None:
    with process.guard(1):
        with pytest.raises(process.DeadlineExceeded):
            time.sleep(10)
        with process.grace(30):
            assert process.run(['echo', 'last words']) == b'last words\n'


def test_a_failure_tells_program_code_and_reason() -> None:
    with pytest.raises(process.CommandFailed, match='sh ended with exit code 3: no such thing') as caught:
        process.run(['sh', '-c', 'echo no such thing >&2; exit 3'])
    assert caught.value.code == 3


def test_a_killed_program_is_a_failure_that_names_the_signal() -> None:
    with pytest.raises(process.CommandFailed, match='killed by signal 9'):
        process.run(['sh', '-c', 'kill -9 $$'])


def test_a_program_that_complains_without_end_neither_blocks_nor_fills_the_memory() -> None:
    child = process.spawn(['sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x >&2; echo the end >&2; exit 1'])
    with pytest.raises(process.CommandFailed, match='the end'):
        child.wait()
    assert len(child.stderr) <= process.STDERR_LIMIT


def test_output_without_end_is_refused() -> None:
    with pytest.raises(process.CommandFailed, match='more than 1000 bytes'):
        process.run(['head', '-c', '100000', '/dev/zero'], limit=1000)


def test_a_secret_reaches_the_program_and_no_disk() -> None:
    secret = process.secret_file(b'geheim')
    path = process.path_of(secret)
    assert process.run(['cat', path]) == b'geheim'
    assert 'memfd:' in str(Path(path).readlink())
    assert Path(path).stat().st_mode & 0o077 == 0
    secret.close()
    assert not Path(path).exists()


def test_the_environment_of_a_child_holds_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('SECRET_OF_OURS', 'geheim')
    output = process.run(['env'], environment={'PGPASSWORD': 'x'}).decode()
    assert 'SECRET_OF_OURS' not in output
    assert 'PGPASSWORD=x' in output
    assert 'LC_ALL=C.UTF-8' in output


@pytest.mark.skipif(os.geteuid() != 0, reason='becoming somebody else needs root')
def test_as_root_a_child_becomes_the_account_with_its_groups_and_still_dies_with_us() -> None:
    assert process.run(['id', '-un'], account='nobody') == b'nobody\n'
    parent, child = start_parent(
        "other = process.spawn(['sleep', '60'], account='nobody'); print(other.pid, flush=True); other.wait()"
    )
    assert parent.stdout
    other = int(parent.stdout.readline())
    parent.kill()
    parent.wait(10)
    assert wait_until_dead(child)
    assert wait_until_dead(other)


def test_children_are_started_from_the_main_thread_only() -> None:
    import threading

    failures: list[BaseException] = []

    def start() -> None:
        try:
            process.spawn(['true'])
        except RuntimeError as error:
            failures.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert 'main thread' in str(failures[0])
