# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can befall a repository while a target backs up into it, and the ground on which that is tried.

A fault is a function of a Ground; it returns the outcome that it saw: SURVIVES (a new point), REFUSED (a clear error,
nothing of the point is visible), ENDED (the same by the deadline of the run) or RESTORED. What is right:
`is_right`.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from integration.stores.disk import Disk
from integration.stores.kinds import World
from integration.stores.line import Line
from integration.stores.support import facts, make_site

RESTORED, HOLDS, KEPT, SURVIVES = 'restored', 'holds', 'kept', 'survives'
REFUSED, ENDED, EITHER, OR_ENDED = 'refused', 'ended', 'either', 'or ended'
DUMP, SMALL_DUMP = 1_000_000, 60_000  # bytes of random data: what the slow line takes, what the lossy one takes
# seconds of a run; of one that nothing can help; of one on a line that may take for ever
DEADLINE, SHORT, PATIENCE = 240, 20, 30
RUNNER = Path(__file__).with_name('one_run.py')


class Run:
    """One backup in a process of its own."""

    def __init__(self, command: list[str], order: dict[str, Any]):
        self.manifest, self.final = order['manifest'], {}  # type: dict, dict
        self.process = subprocess.Popen([*command, sys.executable, str(RUNNER)], stdin=-1, stdout=-1, text=True)
        self.say(json.dumps(order))

    def say(self, text: str) -> None:
        """One line to it; it may be dead."""
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(text + '\n')
            self.process.stdin.flush()

    def until(self, *places: str) -> dict[str, Any]:
        """Wait until it says one of these, or ends."""
        assert self.process.stdout
        for line in self.process.stdout:
            said: dict[str, Any] = json.loads(line)
            if said['at'] in ('committed', 'failed'):
                self.final = said
            if said['at'] in places or self.final:
                return said
        return {'at': 'dead'}

    def end(self) -> dict[str, Any]:
        """How it ended."""
        if not self.final:
            self.until('committed', 'failed')
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        return self.final

    def kill(self) -> None:
        """SIGKILL, which its children do not outlive."""
        self.process.kill()
        self.end()


class Ground:
    """A world with a disk and a line of its own, and what must be in it: `committed`, oldest first."""

    def __init__(self, world: World, work: Path, disk: Disk | None = None):
        self.world, self.work = world, work
        self.disk = disk or Disk(work / 'disk.img', world.folder)
        self.own_disk, self.words = disk is None, ''
        self.line = Line() if world.line else None
        self.site, self.committed, self.seconds = make_site(work / 'www'), [], 0.0  # type: Path, list[dict], float
        world.options['lock_wait'] = 90  # a server sees the end of a cut connection when it sees it
        world.prepare()
        self.good()

    def start(self, size: int = DUMP, pause: bool = False, deadline: int = DEADLINE, **changes: Any) -> Run:
        """A run, over the line where there is one."""
        order = {
            'paths': [path for path in sys.path if path.endswith(('/tests', '/collections'))], 'bytes': size,
            'repository': self.world.settings(**changes), 'options': self.world.options, 'webroot': str(self.site),
            'manifest': self.world.manifest(), 'pause': pause, 'deadline': deadline,
        }  # fmt: skip
        return Run(self.line.inside if self.line else [], order)

    def good(self) -> dict:
        """A run that nothing befalls."""
        run, began = self.start(), time.monotonic()
        if run.until('begun')['at'] == 'begun':
            began = time.monotonic()
        final = run.end()
        self.seconds = time.monotonic() - began
        assert final.get('at') == 'committed', final
        self.world.settle()
        self.committed.append(final['manifest'])
        self.intact()
        return dict(final['manifest'])

    def intact(self) -> None:
        """Exactly the committed points are there, as they were."""
        assert self.world.vault().points() == self.committed[::-1]

    def outcome(self, run: Run) -> str:
        """What became of a run. Half a point, a lost point or a message that helps nobody is a failure."""
        final = run.end()
        if final.get('at') == 'committed':
            self.world.settle()
            self.committed.append(final['manifest'])
            self.intact()
            return SURVIVES
        assert final.get('at') == 'failed', f'the run ended without a word, exit code {run.process.returncode}'
        self.words, late = final['error'], final['kind'] == 'DeadlineExceeded'
        places = self.world.settings()['location'].split('@')[-1], str(self.world.folder)
        assert late or any(place in final['error'] for place in places), final
        assert len(final['error']) < 2000, final
        self.world.settle()
        self.intact()
        return ENDED if late else REFUSED

    def close(self) -> None:
        """Put everything away."""
        self.world.stop()
        if self.line:
            self.line.close()
        if self.own_disk:
            self.disk.pull()


# -------------------------------------------------------------------------------------------- the faults
def round_trip(ground: Ground) -> str:
    """A full and a difference; what the vault side restores is what was there."""
    (ground.site / 'index.php').write_text(f'<?php echo {len(ground.committed)};')
    manifest, vault = ground.good(), ground.world.vault()
    if ground.world.store == 'archive':
        assert manifest['webroots'][0]['kind'] == 'difference'
    place = ground.work / 'restored'
    place.mkdir()
    vault.restore_webroot(manifest, manifest['webroots'][0], str(place))
    assert facts(place) == facts(ground.site)
    shutil.rmtree(place)
    assert sum(map(len, vault.read_stream(manifest, manifest['databases'][0]))) == DUMP  # hashed by the store itself
    assert vault.check_share(0, 1)['problems'] == []
    return RESTORED


def interrupted(ground: Ground) -> str:
    """Our process is killed at shares of the time that a run takes."""
    for share in (0.3, 0.7):
        run = ground.start()
        assert run.until('begun')['at'] == 'begun'
        time.sleep(share * ground.seconds)
        run.kill()
        ground.world.settle()
        found = ground.world.vault().points()
        if found != ground.committed[::-1]:  # the kill came after the commit: then it is a point like any other
            assert found[1:] == ground.committed[::-1]
            assert found[0]['id'] == run.manifest['id']
            ground.committed.append(found[0])
        ground.good()
    return REFUSED


def wrong_key(ground: Ground) -> str:
    """The password or the key is another one."""
    assert ground.world.secret
    return ground.outcome(ground.start(deadline=SHORT, **ground.world.secret))


def wrong_identity(ground: Ground) -> str:
    """A target needs no secret; whoever reads without the right one is told so before anything is written."""
    from ansible_collections.rawat.website.plugins.module_utils import age_keys

    place = ground.work / 'unread'
    place.mkdir()
    manifest = ground.committed[-1]
    for identity in (None, age_keys.new_identity()):
        ground.words = ''
        try:
            ground.world.vault(identities=identity).restore_webroot(manifest, manifest['webroots'][0], str(place))
        except RepositoryError as error:
            ground.words = str(error)
        assert 'identit' in ground.words, 'it was restored without its identity'
        assert list(place.iterdir()) == []
    place.rmdir()
    return REFUSED


def read_only(ground: Ground) -> str:
    """The file system below the repository takes no writes."""
    with ground.disk.read_only():
        run = ground.start(deadline=SHORT)
        run.end()
    ground.world.repair()
    return ground.outcome(run)


def full(ground: Ground) -> str:
    """The file system has room for the beginning only."""
    with ground.disk.full():
        run = ground.start(deadline=SHORT)
        run.end()
    ground.world.repair()
    return ground.outcome(run)


def vanished(ground: Ground) -> str:
    """The place is gone in the middle of a run, and is back for the next one."""
    run = ground.start(pause=True, deadline=SHORT)
    assert run.until('half')['at'] == 'half'
    ground.disk.pull()
    run.say('go')
    run.end()
    ground.disk.plug()
    ground.world.repair()
    return ground.outcome(run)


def slow(ground: Ground) -> str:
    """2 Mbit/s in either direction."""
    assert ground.line
    with ground.line.slow('2mbit'):
        return ground.outcome(ground.start())


def lossy(ground: Ground) -> str:
    """30 % of the packets are lost, in either direction."""
    assert ground.line
    with ground.line.lossy(30):
        return ground.outcome(ground.start(size=SMALL_DUMP, deadline=PATIENCE))


def cable(ground: Ground) -> str:
    """The cable is pulled in the middle of a run, for as long as a whole run takes."""
    assert ground.line
    run = ground.start(pause=True)
    assert run.until('half')['at'] == 'half'
    ground.line.cut()
    run.say('go')
    time.sleep(ground.seconds)
    ground.line.plug()
    return ground.outcome(run)


def server_killed(ground: Ground) -> str:
    """The server is killed in the middle of a run, and started again."""
    run = ground.start(pause=True)
    assert run.until('half')['at'] == 'half'
    ground.world.kill_server()
    run.say('go')
    ground.world.start_server()
    return ground.outcome(run)


def failed_dump(ground: Ground) -> str:
    """A dump that is given up half-way is in no point, and the point is committed without it."""
    world, manifest = ground.world, ground.world.manifest(outcome='failed')
    repository = world.open()
    with repository.lock('test'):
        point = repository.begin(manifest['id'])
        writer = point.stream('database.bad.sql')
        writer.write(bytes(DUMP))
        writer.abort()
        good = point.stream('database.good.sql')
        good.write(b'good')
        good.finish()
        manifest['test_read'] = point.test_read(None)
        point.commit(manifest)
    world.settle()
    ground.committed.append(manifest)
    ground.intact()
    return HOLDS


def events(ground: Ground) -> str:
    """Small facts that the vault side adds are listed, newest first, and disturb no point."""
    vault, point = ground.world.vault(), ground.committed[0]['id']
    before = len(vault.events('drill'))
    for number in (1, 2):
        vault.add_event('drill', point, {'number': number})
    assert [event['document']['number'] for event in ground.world.vault().events('drill')][:2] == [2, 1]
    assert len(vault.events('drill')) == before + 2
    ground.intact()
    return HOLDS


def removal(ground: Ground) -> str:
    """The vault side removes a point that no other one needs; what append-only credentials ask for is refused."""
    world, last = ground.world, ground.good()
    if world.append_only:
        try:
            repository = world.open()
            with repository.lock('test'):
                repository.remove(last['id'])
        except RepositoryError as error:
            ground.words = str(error)
        else:
            raise AssertionError('append-only credentials removed a point')
        ground.intact()
    vault = world.vault()
    with vault.lock('test'):
        vault.remove(last['id'])
    ground.committed.remove(last)
    ground.intact()
    return KEPT if world.append_only else HOLDS


FAULTS: dict[str, Callable[[Ground], str]] = {
    'round trip': round_trip,
    'dump given up half-way': failed_dump,
    'events of a point': events,
    'point removed': removal,
    'interrupted write': interrupted,
    'wrong password or key': wrong_key,
    'read-only': read_only,
    'full': full,
    'vanished': vanished,
    'slow line, 2 Mbit/s': slow,
    'packet loss, 30 %': lossy,
    'cable cut and plugged in': cable,
    'server killed and restarted': server_killed,
}
ON_THE_LINE = (slow, lossy, cable, server_killed)
CHANCE = (lossy, cable, server_killed)  # what becomes of the run is decided by which packet is hit


def fault_for(kind: str, name: str) -> Callable[[Ground], str]:
    """What is done to this kind."""
    return wrong_identity if (kind, name) == ('archive-age', 'wrong password or key') else FAULTS[name]


def not_applicable(world: type[World], kind: str, name: str) -> str:
    """Why this fault cannot befall this kind; empty when it can."""
    fault = fault_for(kind, name)
    if fault in ON_THE_LINE and not world.line:
        return 'a directory of this machine'
    return 'no key of its own' if fault is wrong_key and kind == 'archive-local' else ''


def is_right(kind: str, name: str, outcome: str) -> bool:
    """Is that what must come of it?"""
    fault = fault_for(kind, name)
    if fault in CHANCE:
        return outcome in (SURVIVES, REFUSED, ENDED)
    if fault in (read_only, full, vanished) and kind in ('restic-ssh', 'restic-rest', 'restic-s3', 'archive-rclone'):
        return outcome in (REFUSED, ENDED)  # these servers do not say what is wrong, so it is tried for a while
    if fault is removal:
        return outcome in (KEPT, HOLDS)
    wanted = {round_trip: RESTORED, failed_dump: HOLDS, events: HOLDS, slow: SURVIVES}
    return outcome == wanted.get(fault, REFUSED)


def words(kind: str, name: str, outcome: str) -> str:
    """What stands in the table: the same at every run that is right."""
    if fault_for(kind, name) in CHANCE and outcome in (SURVIVES, REFUSED, ENDED):
        return WORDS[EITHER]
    if outcome in (REFUSED, ENDED) and is_right(kind, name, REFUSED) and is_right(kind, name, ENDED):
        return WORDS[OR_ENDED]
    if fault_for(kind, name) is interrupted and outcome == REFUSED:
        return 'nothing is lost; swept'
    if fault_for(kind, name) is removal and outcome == HOLDS:
        return 'gone: one account for both'
    return WORDS[outcome]


WORDS = {
    RESTORED: 'comes back, byte for byte',
    HOLDS: 'as it must be',
    KEPT: 'refused; the vault side may',
    SURVIVES: 'the run survives',
    REFUSED: 'clear error',
    ENDED: 'ended by its deadline',
    OR_ENDED: 'clear error or deadline',
    EITHER: 'survives or clear error',
}
