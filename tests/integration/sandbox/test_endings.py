# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""However a drill ends, nothing of it runs on, nothing stays mounted, and the next one removes its directory."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation
from ansible_collections.rawat.website.plugins.module_utils.sandbox import Sandbox
from integration.sandbox.support import Place

PATIENCE = 10  # seconds in which the kernel must have ended everything
MOMENTS = [
    0.05,
    0.1,
    0.15,
    0.2,
    0.25,
    0.3,
    0.35,
    0.4,
    0.5,
    0.6,
    0.8,
    1.2,
]  # seconds after the start; it takes about 0.5


def processes_of(place: Place, driver: int) -> dict[int, str]:
    """What a drill started: its program is a memory file of the driver's, PHP has the live path in its arguments."""
    found = {}
    for folder in Path('/proc').iterdir():
        if folder.name.isdigit() and int(folder.name) not in (driver, os.getpid()):
            with contextlib.suppress(OSError):
                words = (folder / 'cmdline').read_bytes().decode('utf-8', 'replace')
                if f'/proc/{driver}/fd/' in words or place.live in words:
                    found[int(folder.name)] = words.replace('\0', ' ')
    return found


def wait_until_nothing_is_left(place: Place, driver: int) -> None:
    ends = time.monotonic() + PATIENCE
    while (left := processes_of(place, driver)) and time.monotonic() < ends:
        time.sleep(0.05)
    assert left == {}
    assert place.folder.name not in Path('/proc/self/mountinfo').read_text()


def started(place: Place) -> subprocess.Popen[bytes]:
    place.write({'index.php': '<p>hello'})
    driver = place.hold()
    assert driver.stdout
    assert driver.stdout.readline() == b'ready\n'
    return driver


def swept(place: Place) -> list[str]:
    with Sandbox.create({'drill_directory': str(place.drills), 'state_directory': str(place.drills)}) as sandbox:
        return [name for name in os.listdir(place.drills) if name != os.path.basename(sandbox.directory)]


@pytest.mark.parametrize('moment', MOMENTS)
def test_killed_at_any_moment_nothing_runs_on_and_nothing_stays_mounted(place: Place, moment: float) -> None:
    place.write({'index.php': '<p>hello'})
    driver = place.hold()
    time.sleep(moment)
    driver.kill()
    driver.wait()
    wait_until_nothing_is_left(place, driver.pid)
    assert swept(place) == []


def test_what_the_kill_test_looks_for_is_there_while_a_site_runs(place: Place) -> None:
    driver = started(place)
    words = ' '.join(processes_of(place, driver.pid).values())
    driver.kill()
    driver.wait()
    assert f'/proc/{driver.pid}/fd/' in words
    assert f'-t {place.live}' in words
    wait_until_nothing_is_left(place, driver.pid)


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_a_drill_removes_everything_itself(place: Place, number: int) -> None:
    driver = started(place)
    driver.send_signal(number)
    driver.wait(PATIENCE)
    assert os.listdir(place.drills) == []
    wait_until_nothing_is_left(place, driver.pid)


def test_when_the_outer_process_dies_alone_the_inside_dies_with_it(place: Place) -> None:
    driver = started(place)
    outer = min(processes_of(place, driver.pid))
    os.kill(outer, signal.SIGKILL)
    ends = time.monotonic() + PATIENCE
    while len(processes_of(place, driver.pid)) > 1 and time.monotonic() < ends:  # the outer one waits for the driver
        time.sleep(0.05)
    left = processes_of(place, driver.pid)
    driver.kill()
    driver.wait()
    assert [words for words in left.values() if words] == []


def test_a_drill_that_still_runs_is_not_swept(place: Place) -> None:
    driver = started(place)
    name = os.listdir(place.drills)
    assert swept(place) == name
    assert processes_of(place, driver.pid)
    driver.kill()
    driver.wait()
    assert swept(place) == []


def test_a_tree_that_denies_its_owner_is_removed(place: Place) -> None:
    driver = started(place)
    drill = place.drills / os.listdir(place.drills)[0]
    (drill / 'tree/closed/deep').mkdir(parents=True)
    (drill / 'tree/closed/deep/file').write_text('x')
    place.own(drill / 'tree')
    for folder in (drill / 'tree/closed/deep', drill / 'tree/closed'):
        folder.chmod(0)
    driver.send_signal(signal.SIGTERM)
    driver.wait(PATIENCE)
    assert os.listdir(place.drills) == []


def test_too_little_room_is_a_limitation(own_place: Place) -> None:
    options = {'drill_directory': str(own_place.drills), 'state_directory': str(own_place.drills)}
    with pytest.raises(Limitation, match='bytes are free, this drill needs about'), Sandbox.create(options, 1 << 60):
        pass
    assert os.listdir(own_place.drills) == []


def test_a_drill_is_nobody_elses_to_look_into(own_place: Place) -> None:
    options = {'drill_directory': str(own_place.drills), 'state_directory': str(own_place.drills)}
    with Sandbox.create(options) as sandbox:
        assert os.stat(sandbox.directory).st_mode & 0o066 == 0
    assert not os.path.exists(sandbox.directory)
