# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody is root on a target. What he finds there is the repository's description: the key and the host key.

With them he tries to delete, overwrite and read: with OpenSSH's own tools, and with frames of the protocol that no
client of ours would send. Whatever was there before is there afterwards, and nothing of another target comes back.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.inbox import wire
from integration.inbox.server import Inbox
from integration.inbox.support import SITE, hand_over, hashes, open_inbox, take_in

SECRET = b'the rows of the other target'
FIRST_USER = 64101  # numbers without accounts: each target is a user of its own
TOKEN = 'a' * 32
LATER = '2031-01-01T000000Z'


class Scene:
    """A server with two targets; web1 is lost. Each has a point in its inbox and one in the vault."""

    def __init__(self, work: Path):
        self.work, self.vault = work, work / 'points'
        self.inbox = Inbox(work / 'server', 'web1', 'web2', user=FIRST_USER)
        self.points = {}
        for name in ('web1', 'web2'):
            repository = open_inbox(self.inbox, work, name)
            hand_over(repository, SECRET + name.encode())
            take_in(self.inbox, self.vault / name, name)
            self.points[name] = hand_over(repository, SECRET + name.encode())
            repository.place.disconnect()
        self.known = work / 'known_hosts'
        self.known.write_text(self.inbox.sshd.known_hosts)
        self.before = self.state()

    def state(self) -> dict[str, str]:
        """Everything that is kept; locks are no data."""
        found = {**hashes(self.work / 'server' / 'inbox'), **hashes(self.vault)}
        return {path: what for path, what in found.items() if not path.endswith('.lock')}

    def assert_nothing_lost(self) -> None:
        after = self.state()
        assert {path: after.get(path) for path in self.before} == self.before

    def ssh(self, *words: str, program: str = 'ssh', feed: bytes = b'') -> bytes:
        """What one of OpenSSH's programs says with the stolen key."""
        port = '-p' if program == 'ssh' else '-P'
        settings = {'IdentityFile': self.inbox.work / 'key-web1', 'UserKnownHostsFile': self.known, 'BatchMode': 'yes',
                    'IdentitiesOnly': 'yes', 'IdentityAgent': 'none', 'LogLevel': 'ERROR'}  # fmt: skip
        options = [word for pair in settings.items() for word in ('-o', '='.join(map(str, pair)))]
        argv = [program, '-F', 'none', *options, port, str(self.inbox.sshd.port), *words]
        done = subprocess.run(argv, input=feed, capture_output=True, timeout=60)
        return done.stdout + done.stderr

    def raw(self, *frames: bytes, target: str = 'web1') -> bytes:
        """What a receiver of the target says to these bytes, without ssh around it; it always ends by itself."""
        argv = self.inbox.commands[target]
        done = subprocess.run(argv, input=b''.join(frames), capture_output=True, timeout=60, cwd='/')
        assert b'Traceback' not in done.stderr
        return done.stdout

    def ask(self, **request: Any) -> tuple[bytes, bytes]:
        """(kind, payload) of the last frame of the answer."""
        return frames_of(self.raw(frame(wire.REQUEST, request)))[-1]


def frame(kind: bytes, document: Any) -> bytes:
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    return wire.HEADER.pack(kind, len(payload)) + payload


def frames_of(data: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    while data:
        kind, size = wire.HEADER.unpack(data[: wire.HEADER.size])
        found.append((kind, data[wire.HEADER.size : wire.HEADER.size + size]))
        data = data[wire.HEADER.size + size :]
    return found


@pytest.fixture(scope='module')
def scene() -> Iterator[Scene]:
    work = Path(tempfile.mkdtemp(prefix='rawat-inbox-'))
    work.chmod(0o755)  # pytest's own folders are closed to other users
    place = Scene(work)
    yield place
    place.inbox.stop()
    shutil.rmtree(work)


def test_the_key_opens_no_shell_no_file_transfer_and_no_terminal(scene: Scene) -> None:
    user = f'{scene.inbox.sshd.user}@127.0.0.1'
    area = scene.inbox.areas['web2']
    said = [
        scene.ssh(user, f'id; rm -rf {area}; cat {area}/*/*/*', feed=b'id\n'),
        scene.ssh('-tt', user, 'sh', feed=b'id\n'),
        scene.ssh('-A', user, 'ssh-add -l'),
        scene.ssh('-o', 'SetEnv=PYTHONPATH=/tmp LD_PRELOAD=/tmp/x.so BASH_ENV=/tmp/x', user, 'id'),
        scene.ssh('-s', user, 'sftp', feed=b'\x00\x00\x00\x05\x01\x00\x00\x00\x03'),
        scene.ssh('-b', '-', user, program='sftp', feed=f'ls {area}\nrm {area}/*\n'.encode()),
        scene.ssh(
            f'{user}:{area}/{SITE}/{scene.points["web2"]}/manifest.json', str(scene.work / 'stolen'), program='scp'
        ),
        scene.ssh(user, f'scp -t {area}', feed=b'C0644 3 x\nid\n\0'),  # scp as it was before it spoke sftp
    ]
    assert [text for text in said if b'uid=' in text or SECRET in text or scene.points['web2'].encode() in text] == []
    assert not (scene.work / 'stolen').exists()
    scene.assert_nothing_lost()


def test_the_key_forwards_no_port_in_either_direction(scene: Scene) -> None:
    user = f'{scene.inbox.sshd.user}@127.0.0.1'
    with socket.create_server(('127.0.0.1', 0)) as inner:
        inner.settimeout(1)
        port = inner.getsockname()[1]
        said = scene.ssh('-W', f'127.0.0.1:{port}', user)
        assert b'prohibited' in said or b'failed' in said
        said = scene.ssh('-o', 'ExitOnForwardFailure=yes', '-R', f'127.0.0.1:0:127.0.0.1:{port}', user)
        assert b'forwarding failed' in said
        with pytest.raises(TimeoutError):
            inner.accept()


@pytest.mark.parametrize(
    'request_',
    [
        {'verb': 'begin', 'token': TOKEN}, {'verb': 'put', 'file': 'manifest.json'}, {'verb': 'put', 'file': 'new'},
        {'verb': 'withdraw', 'file': 'manifest.json'}, {'verb': 'discard', 'token': TOKEN},
        {'verb': 'commit', 'token': TOKEN}, {'verb': 'sums', 'file': 'database.sqlite.x.sql.zst'},
        {'verb': 'read', 'file': 'database.sqlite.x.sql.zst'}, {'verb': 'rename'}, {'verb': ['hello']}, {'verb': None},
    ],
    ids=lambda request: f'{request["verb"]} {request.get("file", "")}',
)  # fmt: skip
def test_nothing_reaches_a_committed_point(scene: Scene, request_: dict) -> None:
    """One that waits, and one that the vault has taken in."""
    taken = {path.name for path in (scene.vault / 'web1' / SITE).iterdir() if not path.name.startswith('.')}
    for point in (scene.points['web1'], *taken):
        kind, said = scene.ask(site=SITE, point=point, **request_)
        assert kind == wire.REFUSAL
        assert SECRET not in said
    scene.assert_nothing_lost()


TRICKS = (
    '..', '../web2/peraturan', '/etc', '.', '', 'a/b', 'peraturan/../../web2', '.accepted', '.events', '.partial-x',
    '\0', 'x' * 64, 'x' * 100_000, '\uff05', 'a\n', '-rf', '~root', '$(id)', '`id`', '*', '\ud800',
)  # fmt: skip


def test_no_name_leads_out_of_the_area(scene: Scene) -> None:
    for verb, field in (('names', 'site'), ('manifest', 'point'), ('put', 'file'), ('event', 'name')):
        usual = {'verb': verb, 'site': SITE, 'point': LATER, 'file': 'x', 'token': TOKEN, 'text': ''}
        answers = frames_of(scene.raw(*(frame(wire.REQUEST, {**usual, field: trick}) for trick in TRICKS)))
        assert [kind for kind, _said in answers] == [wire.REFUSAL] * len(TRICKS)
        assert len([said for _kind, said in answers if b'is not usable' in said]) >= len(TRICKS) - 1  # one fits a file
    scene.assert_nothing_lost()


def test_links_in_the_area_lead_nowhere(scene: Scene) -> None:
    """No request makes one; should one ever be there, it is not followed."""
    area, other = scene.inbox.areas['web1'], scene.inbox.areas['web2']
    (area / 'evil').symlink_to(other / SITE)
    try:
        for verb in ('names', 'manifest'):
            kind, said = scene.ask(verb=verb, site='evil', point=scene.points['web2'])
            assert kind == wire.REFUSAL
            assert SECRET not in said
    finally:
        (area / 'evil').unlink()


def test_the_receiver_of_one_target_cannot_enter_the_area_of_another(scene: Scene) -> None:
    """Even a receiver that obeyed: its user may not."""
    argv = list(scene.inbox.commands['web1'])
    argv[argv.index('--area') + 1] = str(scene.inbox.areas['web2'])
    asked = frame(wire.REQUEST, {'verb': 'names', 'site': SITE})
    done = subprocess.run(argv, input=asked, capture_output=True, timeout=60, cwd='/')
    [(kind, said)] = frames_of(done.stdout)
    assert kind == wire.REFUSAL
    assert b'Permission denied' in said


@pytest.mark.parametrize(
    'sent',
    [
        wire.HEADER.pack(wire.REQUEST, 2**32 - 1), wire.HEADER.pack(wire.DATA, 2**31) + b'x' * 100,
        wire.HEADER.pack(b'Z', 0), frame(wire.DATA, b'x'), frame(wire.END, {}), b'GET / HTTP/1.1\r\n\r\n', b'Q',
        frame(wire.REQUEST, b'[' * 100_000), frame(wire.REQUEST, b'\xff'), frame(wire.REQUEST, b'9' * 200_000),
        wire.HEADER.pack(wire.REQUEST, 100) + b'short',
    ],
)  # fmt: skip
def test_what_is_no_protocol_ends_the_session_or_is_refused(scene: Scene, sent: bytes) -> None:
    answers = frames_of(scene.raw(sent))
    assert {kind for kind, _said in answers} <= {wire.REFUSAL}
    scene.assert_nothing_lost()


def test_random_requests_lose_nothing_and_tell_nothing(scene: Scene) -> None:
    """Sessions of requests with known verbs and everything else by chance; the same chance every time."""
    chance = random.Random(20261123)
    points = [*scene.points.values(), LATER, '2031-01-01T000001Z']
    values: list[Any] = [*TRICKS, *points, SITE, 'manifest.json', 'SHA256SUMS', None, 0, -1, 1e300, [], {}, True, TOKEN]
    verbs = ['hello', 'names', 'accepted', 'manifest', 'event-text', 'lock', 'begin', 'put', 'sums', 'withdraw',
             'discard', 'commit', 'event']  # fmt: skip
    for _ in range(30):
        frames = []
        for _ in range(40):
            usual = {
                'site': SITE,
                'point': chance.choice(points),
                'file': 'x',
                'token': TOKEN,
                'owner': 'x',
                'text': '',
            }
            odd = {field: chance.choice(values) for field in usual if chance.random() < 0.15}
            frames.append(frame(wire.REQUEST, {'verb': chance.choice(verbs), **usual, **odd}))
            if chance.random() < 0.2:
                frames.append(frame(chance.choice([wire.DATA, wire.END, wire.BEAT]), os.urandom(chance.choice([0, 9]))))
        said = scene.raw(*frames)
        assert SECRET not in said
        assert b'web2' not in said.replace(b'../web2/peraturan', b'').replace(b'../../web2', b'')
    scene.assert_nothing_lost()
    assert take_in(scene.inbox, scene.vault / 'web2', 'web2')['refused'] == []  # the other target works on as ever
