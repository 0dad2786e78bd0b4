# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault takes in what lies in an inbox. The area is filled by hand: nothing that comes from there is believed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import stores
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.vaulting import intake
from integration.inbox.support import SILENT, SITE, hand_over, hashes, new_manifest, open_vault

DATA = 'database.sqlite.x.sql.zst'


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """The area of a target."""
    (tmp_path / 'inbox' / 'web1').mkdir(parents=True)
    return tmp_path / 'inbox' / 'web1'


def wait_in(area: Path, content: bytes = b'rows', **manifest: Any) -> str:
    """A committed point that waits in the area, written without a receiver; its name."""
    marker = area / '.rawat-repository'
    settings = {'store': 'archive', 'location': str(area), 'create': True}
    repository = stores.open_repository(settings, SITE, {'state_directory': str(area.parent / 'state')})
    repository.check()
    try:
        return hand_over(repository, content, **manifest)
    finally:
        marker.unlink()


def take(area: Path, vault: Path) -> Any:
    return intake.take_in(str(area), open_vault(vault), SILENT)


def receipts(area: Path) -> set[str]:
    folder = area / SITE / '.accepted'
    return {path.stem for path in folder.glob('*.json')} - {'usage'}


def test_points_are_moved_verified_and_acknowledged(area: Path, vault: Path) -> None:
    assert take(area, vault) is None
    vault.mkdir(exist_ok=True)
    os.chown(vault, 65534, 65534)  # the vault's account
    first, second = wait_in(area), wait_in(area)
    result = take(area, vault)
    assert (result['accepted'], result['refused'], result['files']) == ([first, second], [], 8)
    assert result['location'] == str(vault)
    assert not (area / SITE / first).exists()
    made = [vault / SITE, *(vault / SITE).rglob('*')]
    assert {path.stat().st_uid for path in made} == {65534}
    assert {path.stat().st_mode & 0o077 for path in made} == {0}
    repository = open_vault(vault)
    assert [point['id'] for point in repository.points()] == [second, first]
    assert repository.check_share(0, 1)['problems'] == []
    event = repository.events('intake')[0]
    assert (event['point'], event['document']['location']) == (second, str(vault))
    receipt = json.loads((area / SITE / '.accepted' / f'{first}.json').read_text())
    assert receipt['verified'].startswith('20')
    assert receipt['manifest_sha256'] == repository.events('intake')[1]['document']['manifest_sha256']
    assert take(area, vault) is None
    repository.remove(first)
    take(area, vault)
    assert receipts(area) == {second}  # what was pruned is no base any more


def spoil_data(point: Path) -> None:
    (point / DATA).write_bytes(b'other')


def add_file(point: Path) -> None:
    (point / 'more').write_bytes(b'')


def lose_file(point: Path) -> None:
    (point / DATA).unlink()


def link_out(point: Path) -> None:
    (point / DATA).unlink()
    (point / DATA).symlink_to('/etc/passwd')


def second_name(point: Path) -> None:
    os.link(point / DATA, point.parent / 'kept')


def fifo(point: Path) -> None:
    (point / DATA).unlink()
    os.mkfifo(point / DATA)


def folder_within(point: Path) -> None:
    (point / 'deep').mkdir()


def other_manifest(point: Path) -> None:
    replace_manifest(point, id='2001-01-01T000000Z')


def forged_base(point: Path) -> None:
    base = {'point': '2001-01-01T000000Z', 'file': DATA, 'stored_sha256': '0' * 64}
    replace_manifest(point, webroots=[{'base': base}])


def odd_manifest(point: Path) -> None:
    replace_manifest(point, databases='all')


def replace_manifest(point: Path, **parts: Any) -> None:
    """A manifest whose sum is right."""
    document = json.loads((point / 'manifest.json').read_text())
    (point / 'manifest.json').write_text(json.dumps({**document, **parts}))
    sums = subprocess.run(
        ['sha256sum', 'manifest.json', 'RESTORE.md', DATA], cwd=point, check=True, capture_output=True
    )
    (point / 'SHA256SUMS').write_bytes(sums.stdout)


def no_sums(point: Path) -> None:
    (point / 'SHA256SUMS').write_bytes(b'nonsense')


def link_for_point(point: Path) -> None:
    point.rename(point.parent / 'real')
    point.symlink_to(point.parent / 'real')


@pytest.mark.parametrize(
    ('harm', 'reason'),
    [
        (spoil_data, 'differs from SHA256SUMS'), (add_file, 'not those of SHA256SUMS: more'),
        (lose_file, f'not those of SHA256SUMS: {DATA}'), (link_out, 'no regular file'), (second_name, 'one name'),
        (fifo, 'no regular file'), (folder_within, 'no regular file'), (other_manifest, 'it describes'),
        (forged_base, 'a difference to 2001-01-01T000000Z/.*not here'), (odd_manifest, 'something odd'),
        (no_sums, 'nonsense'), (link_for_point, 'no directory'),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_put_aside_and_told(harm: Any, reason: str, area: Path, vault: Path) -> None:
    good, bad, later = wait_in(area), wait_in(area), wait_in(area)
    harm(area / SITE / bad)
    result = take(area, vault)
    assert result['accepted'] == [good, later]
    [refused] = result['refused']
    assert refused['point'] == bad
    assert re.search(reason, refused['reason'])
    assert receipts(area) == {good, later}
    aside = vault / '.quarantine' / SITE
    assert {path.name for path in aside.iterdir()} == {bad, f'{bad}.reason'}
    assert not (area / SITE / bad).is_symlink()
    assert [point['id'] for point in open_vault(vault).points()] == [later, good]
    assert take(area, vault) is None


def test_neither_the_future_nor_the_past_can_be_forged(area: Path, vault: Path) -> None:
    now = int(time.time())
    here = wait_in(area, moment=now)
    take(area, vault)
    old, future = new_manifest(now - 86400), new_manifest(now + 86400)
    for document in (old, future):
        wait_in(area, **document)
    result = take(area, vault)
    assert result['accepted'] == []
    assert [item['point'] for item in result['refused']] == [old['id'], future['id']]
    assert f'dated before {here}' in result['refused'][0]['reason']
    assert 'clock of the target' in result['refused'][1]['reason']


def test_a_point_is_never_replaced(area: Path, vault: Path) -> None:
    point = wait_in(area, b'the good rows')
    take(area, vault)
    before = hashes(vault / SITE / point)
    wait_in(
        area, b'forged', id=point, started=json.loads((vault / SITE / point / 'manifest.json').read_text())['started']
    )
    result = take(area, vault)
    assert [item['point'] for item in result['refused']] == [point]
    assert 'in the vault already' in result['refused'][0]['reason']
    assert hashes(vault / SITE / point) == before


def test_a_file_that_somebody_still_has_open_is_out_of_his_hands(area: Path, vault: Path) -> None:
    point = wait_in(area, b'rows')
    data = area / SITE / point / DATA
    good = data.read_bytes()
    with data.open('r+b') as handle:
        assert take(area, vault)['accepted'] == [point]
        handle.write(b'changed afterwards')
        handle.flush()
        assert (vault / SITE / point / DATA).read_bytes() == good


def test_only_canaries_and_the_answers_to_them_are_taken_of_a_targets_events(area: Path, vault: Path) -> None:
    point = wait_in(area)
    settings = {'store': 'archive', 'location': str(area), 'create': True}
    forger = stores.open_repository(settings, SITE, {'state_directory': str(area.parent / 'state')})
    forger.check()
    for kind in ('canary', 'removal', 'release', 'drill', 'intake'):
        forger.add_event(kind, point, {})
    result = take(area, vault)
    assert {event['kind'] for event in open_vault(vault).events()} == {'intake', 'canary', 'removal'}
    assert len(open_vault(vault).events('intake')) == 1
    assert len([item for item in result['refused'] if 'has nothing to say' in item['reason']]) == 3


CHILD = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from integration.inbox.support import SILENT, open_vault
from ansible_collections.rawat.website.plugins.module_utils.vaulting import intake
print(intake.take_in({area!r}, open_vault(Path({vault!r})), SILENT))
"""


def test_an_intake_that_is_killed_at_any_share_is_finished_by_the_next(area: Path, vault: Path) -> None:
    paths = [path for path in sys.path if path.endswith(('/tests', '/collections'))]
    source = CHILD.format(paths=paths, area=str(area), vault=str(vault))
    command = [sys.executable, '-c', source]
    content = os.urandom(8_000_000)

    def fill() -> list[str]:
        return [wait_in(area, content) for _ in range(3)]

    expected, started = fill(), time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - started
    for share in (0.5, 0.7, 0.8, 0.9, 0.95):
        expected += fill()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            time.sleep(whole * share)
            child.send_signal(signal.SIGKILL)
        result = take(area, vault)
        assert result is None or result['refused'] == []
        repository = open_vault(vault)
        assert [point['id'] for point in reversed(repository.points())] == expected
        assert receipts(area) == set(expected)
        hidden = {path.name for path in (vault / SITE).iterdir() if path.name.startswith('.')}
        assert hidden == {'.lock', '.events'}
    assert repository.check_share(0, 1)['problems'] == []


def test_an_inbox_on_another_file_system_is_copied_and_emptied(tmp_path: Path, vault: Path) -> None:
    mounted = tmp_path / 'disk'
    mounted.mkdir()
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=32m', 'rawat-test', str(mounted)], check=True)
    try:
        other = mounted / 'web1'
        other.mkdir()
        good, bad = wait_in(other), wait_in(other)
        spoil_data(other / SITE / bad)
        result = take(other, vault)
        assert (result['accepted'], [item['point'] for item in result['refused']]) == ([good], [bad])
        assert not (other / SITE / good).exists()
        assert (other / SITE / f'.refused-{bad}').is_dir()
        assert open_vault(vault).check_share(0, 1)['problems'] == []
    finally:
        subprocess.run(['umount', '--lazy', str(mounted)], check=True)


def test_a_vault_without_its_place_or_inbox_is_a_clear_error(tmp_path: Path, vault: Path) -> None:
    with pytest.raises(RepositoryError, match=r'inbox .*nowhere cannot be taken in: No such file'):
        take(tmp_path / 'nowhere', vault)
