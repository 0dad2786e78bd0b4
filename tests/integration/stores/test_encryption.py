# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The encrypted archive: who writes cannot read, who has an identity gets everything back, damage is told apart."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import by_hand
import pytest
from ansible_collections.rawat.website.plugins.module_utils import age_keys
from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores import archive_read
from ansible_collections.rawat.website.plugins.module_utils.stores.age import IdentityError
from ansible_collections.rawat.website.plugins.module_utils.stores.common import webroot_label
from integration.stores.support import SITE, Case, facts, write

SAFE, OFFICE, STRANGER = (age_keys.new_identity() for _ in range(3))
RECIPIENTS = [age_keys.recipient_of(identity) for identity in (SAFE, OFFICE)]
# Bytes that no compressor shortens, so that they would be seen as they are in a file that is not encrypted.
SECRET = random.Random(5).randbytes(40_000)
MARKER, NAME = SECRET[20_000:20_064], 'rahasia-dinas-pribadi.txt'
DUMP = b"BEGIN;\nCREATE TABLE pages (id INTEGER, text TEXT);\nINSERT INTO pages VALUES (1, 'isi');\nCOMMIT;\n"


@pytest.fixture(params=['archive-local', 'archive-ssh'])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    """A repository as a target sees it: it knows recipients and no identity."""
    remote = request.param == 'archive-ssh'
    return public(Case(request.param, tmp_path, request.getfixturevalue('sshd') if remote else None))


@pytest.fixture
def local(tmp_path: Path) -> Case:
    """The same in a folder."""
    return public(Case('archive-local', tmp_path, None))


def public(case: Case) -> Case:
    settings = case.settings
    case.settings = lambda **changes: settings(**{'recipients': RECIPIENTS, **changes})  # type: ignore[method-assign]
    return case


def reader(case: Case, identities: str = SAFE) -> Any:
    """The repository as whoever has an identity sees it, on a machine that keeps no lists."""
    case.options = {**case.options, 'state_directory': str(case.work / 'elsewhere')}
    return case.open(recipients=[], identities=identities)


def two_points(case: Case, site: Path) -> tuple[dict, dict]:
    """A full with a dump and accounts, and a difference with something in each of its files."""
    (site / NAME).write_bytes(SECRET)
    full = case.back_up(case.ready(), site, {'database.sqlite.x.sql': DUMP + SECRET}, b'GRANT ' + MARKER)
    (site / NAME).unlink()
    (site / 'index.php').chmod(0o604)
    (site / f'new-{NAME}').write_bytes(SECRET)
    difference = case.back_up(case.open(), site)
    assert difference['webroots'][0]['kind'] == 'difference', difference['webroots'][0]['reason']
    return full, difference


def data_files(case: Case) -> list[Path]:
    clear = ('manifest.json', 'SHA256SUMS', 'RESTORE.md')
    points = [path for path in (case.folder / SITE).iterdir() if not path.name.startswith('.')]
    return [path for point in points for path in point.iterdir() if path.name not in clear]


def test_a_target_writes_and_each_identity_reads_all_of_it(target: Case, site: Path, tmp_path: Path) -> None:
    full, difference = two_points(target, site)
    after = facts(site)
    names = {path.name.split('.', 2)[-1] for path in data_files(target)}
    assert {name.rsplit('.', 1)[-1] for name in names} == {'age'}
    assert len(data_files(target)) == 8  # 2 tars, 2 lists, removed, metadata, dump, accounts
    assert full['encryption'] == {'method': 'age', 'recipients': sorted(RECIPIENTS)}
    unread = target.open(recipients=[]).check_share(0, 1)
    assert (unread['problems'], unread['files'] >= 14) == ([], True)
    for identity in (SAFE, f'# from the safe\n{STRANGER}\n{OFFICE}\n'):
        repository = reader(target, identity)
        part = full['databases'][0]
        assert b''.join(repository.read_stream(full, part)) == DUMP + SECRET
        assert b''.join(repository.read_stream(full, part, 'accounts_')) == b'GRANT ' + MARKER
        assert any(NAME.encode() in line for line in repository.read_file_list(full, full['webroots'][0]))
        place = tmp_path / f'restored-{len(identity)}'
        place.mkdir()
        repository.restore_webroot(difference, difference['webroots'][0], str(place))
        assert facts(place) == after


def test_chosen_files_are_restored_from_an_encrypted_difference(local: Case, site: Path, tmp_path: Path) -> None:
    _full, difference = two_points(local, site)
    done = reader(local).restore_webroot(
        difference, difference['webroots'][0], str(make(tmp_path / 'some')), paths=['index.php', f'new-{NAME}']
    )
    assert done['files'] == 2
    assert (tmp_path / 'some' / f'new-{NAME}').read_bytes() == SECRET
    assert (tmp_path / 'some' / 'index.php').stat().st_mode & 0o777 == 0o604


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_nothing_of_rows_files_and_names_can_be_read_in_what_is_stored(local: Case, site: Path, tmp_path: Path) -> None:
    two_points(local, site)
    for path in data_files(local):
        content = path.read_bytes()
        assert content.startswith(b'age-encryption.org/v1\n'), path.name
        assert MARKER not in content, path.name
        assert NAME.encode() not in content, path.name
    # The same without recipients, so that the search is one that can find something.
    clear = Case('archive-local', make(tmp_path / 'clear'), None)
    shutil.copytree(site, tmp_path / 'copy', symlinks=True)
    two_points(clear, tmp_path / 'copy')
    found = [path.name.split('.', 1)[1] for path in data_files(clear) if MARKER in path.read_bytes()]
    assert {name.split('.')[-2] for name in found} == {'sql', 'tar'}
    assert [path.name for path in data_files(clear) if NAME.encode() in path.read_bytes()]


def test_what_the_target_holds_opens_nothing(target: Case, site: Path, tmp_path: Path) -> None:
    full, difference = two_points(target, site)
    key = tmp_path / 'other.txt'
    key.write_text(STRANGER)
    for path in data_files(target):
        for words in (['-i', str(key)], []):
            done = subprocess.run(['age', '-d', *words, str(path)], capture_output=True, check=False)
            assert (done.returncode, done.stdout) == (1, b'')
    target.options['state_directory'] = str(tmp_path / 'elsewhere')
    for repository in (target.open(), target.open(identities=STRANGER)):
        refuses_all(repository, full, difference, tmp_path / 'nowhere')
    assert not (tmp_path / 'nowhere').exists()


def refuses_all(repository: Any, full: dict, difference: dict, nowhere: Path) -> None:
    for read in (
        lambda: repository.read_stream(full, full['databases'][0]),
        lambda: repository.restore_webroot(difference, difference['webroots'][0], str(nowhere)),
        lambda: list(repository.read_file_list(full, full['webroots'][0])),
        lambda: repository.require_readable(full),
    ):
        with pytest.raises(RepositoryError, match=f'{full["id"][:4]}.*encrypted for {min(RECIPIENTS)}') as told:
            read()
        assert not isinstance(told.value, DamagedError)
        assert STRANGER not in str(told.value)


def test_a_wrong_identity_is_told_apart_from_damage_also_when_the_manifest_names_it(local: Case, site: Path) -> None:
    full, _difference = two_points(local, site)
    lie = {**full, 'encryption': {'method': 'age', 'recipients': [age_keys.recipient_of(STRANGER)]}}
    repository = reader(local, STRANGER)
    with pytest.raises(IdentityError, match='other recipients'):
        list(repository.read_stream(lie, full['databases'][0]))
    with pytest.raises(IdentityError, match='other recipients'):
        repository.restore_webroot(lie, full['webroots'][0], str(make(local.work / 'into')))
    with pytest.raises(RepositoryError, match='other recipients') as told:
        list(repository.read_file_list(lie, full['webroots'][0]))
    assert not isinstance(told.value, DamagedError)


@pytest.mark.parametrize('where', ['header', 'payload', 'end'])
def test_damaged_ciphertext_is_damage_for_every_reader(local: Case, site: Path, where: str) -> None:
    full, _difference = two_points(local, site)
    for path in data_files(local):
        content = bytearray(path.read_bytes())
        place = {'header': content.index(b'-> X25519') + 80, 'payload': len(content) // 2, 'end': len(content) - 1}
        content[place[where]] ^= 1  # in the header: the wrapped key; age takes it for somebody else's
        path.write_bytes(content)
    repository = reader(local)
    for read in (
        lambda: list(repository.read_stream(full, full['databases'][0])),
        lambda: list(repository.read_file_list(full, full['webroots'][0])),
        lambda: repository.restore_webroot(full, full['webroots'][0], str(make(local.work / 'into'))),
    ):
        with pytest.raises(DamagedError, match='SHA-256'):
            read()
    assert len(repository.check_share(0, 1)['problems']) == 8


def test_a_difference_to_recipients_that_have_changed_is_a_full(local: Case, site: Path) -> None:
    plain = local.back_up(make_ready(local.open(recipients=[])), site)
    assert plain['encryption'] is None
    first = local.back_up(local.open(), site)
    second = local.back_up(local.open(recipients=RECIPIENTS[::-1]), site)
    rotated = local.back_up(local.open(recipients=RECIPIENTS[1:]), site)
    kinds = [point['webroots'][0]['kind'] for point in (plain, first, second, rotated)]
    assert kinds == ['full', 'full', 'difference', 'full']
    assert 'recipients' in rotated['webroots'][0]['reason']
    assert [point['webroots'][0]['remarks'] for point in (first, rotated)] == [[], []]
    rotated_away = reader(local, SAFE)
    rotated_away.require_readable(second)
    with pytest.raises(IdentityError, match=RECIPIENTS[1]):
        rotated_away.require_readable(rotated)


def make_ready(repository: Any) -> Any:
    repository.check()
    return repository


def test_without_a_kept_list_the_webroot_is_full_and_nobody_is_alarmed(target: Case, site: Path) -> None:
    first = target.back_up(target.ready(), site)
    shutil.rmtree(target.work / 'state' / 'archive')
    second = target.back_up(target.open(), site)
    (kept,) = [path for path in (target.work / 'state' / 'archive').rglob('*') if path.is_file()]
    kept.write_bytes(kept.read_bytes()[:-3])
    third = target.back_up(target.open(), site)
    fourth = target.back_up(target.open(), site)
    points = (first, second, third, fourth)
    assert [point['webroots'][0]['kind'] for point in points] == ['full', 'full', 'full', 'difference']
    assert [point['webroots'][0]['remarks'] for point in points] == [[]] * 4
    assert 'keeps no list' in second['webroots'][0]['reason']


def test_only_the_lists_that_the_next_run_asks_for_are_kept(local: Case, site: Path) -> None:
    repository = local.ready()
    for number in range(4):
        (site / 'index.php').write_text(f'version {number}')
        local.back_up(repository, site)
    local.back_up(repository, streams={'database.sqlite.x.sql': DUMP})
    kept = {path.name for path in (local.work / 'state' / 'archive').rglob('*') if path.is_file()}
    points = local.open().points()
    assert kept == {points[one]['webroots'][0]['list_sha256'] for one in (1, -1)}


# ---------------------------------------------------------------- interruptions and secrets
def write_on(writer: Any) -> None:
    for _ in range(200):
        writer.write(SECRET)
    writer.finish()


@pytest.mark.parametrize('program', ['zstd', 'age'])
def test_a_program_killed_while_it_writes_leaves_nothing(target: Case, program: str) -> None:
    repository, manifest = target.ready(), target.manifest()
    with repository.lock('test'):
        point = repository.begin(manifest['id'])
        writer = point.stream('database.sqlite.x.sql')
        writer.write(SECRET)
        (child,) = [child for child in writer.children if child.program == program]
        os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(RepositoryError, match=rf'{program}.*signal 9'):
            write_on(writer)
        writer.abort()
        assert list((target.folder / SITE / point.partial).iterdir()) == []
        point.abort()
    assert target.leftovers() == []


def test_an_aborted_dump_leaves_no_file_that_age_would_open(target: Case) -> None:
    repository, manifest = target.ready(), target.manifest()
    with repository.lock('test'):
        point = repository.begin(manifest['id'])
        writer = point.stream('database.sqlite.x.sql')
        writer.write(SECRET * 40)
        writer.abort()
        write(point, 'database.sqlite.y.sql', DUMP)
        names = [path.name for path in (target.folder / SITE / point.partial).iterdir()]
        assert names == ['database.sqlite.y.sql.zst.age']
        point.abort()


def test_no_identity_is_ever_in_the_arguments_or_the_environment_of_a_process(target: Case, site: Path) -> None:
    content = random.Random(6).randbytes(6_000_000)
    point = target.back_up(target.ready(), site, {'database.sqlite.x.sql': content})
    repository, seen = reader(target), set()
    for _block in repository.read_stream(point, point['databases'][0]):
        for process in Path('/proc').glob('[0-9]*'):
            for name in ('cmdline', 'environ'):
                try:
                    text = (process / name).read_bytes()
                except OSError:
                    continue
                assert SAFE.encode() not in text
                if name == 'cmdline' and text.startswith(b'age\0-d\0'):
                    seen.add(text)
    (command,) = seen
    assert command.split(b'\0')[2] == b'-i'
    assert command.split(b'\0')[3].startswith(b'/proc/')


# ---------------------------------------------------------------- settings and programs
def test_age_that_is_missing_is_one_clear_error_before_anything_is_written(
    local: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.ready()
    shutil.rmtree(local.folder)
    programs = make(local.work / 'bin')
    for name in ('zstd', 'tar'):
        (programs / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv('PATH', str(programs))
    with pytest.raises(RepositoryError, match=r'recipients.*age is not installed.*install the package "age"'):
        local.open().check()
    assert not local.folder.exists()
    with pytest.raises(RepositoryError, match='age is not installed'):
        reader(local).require_readable({'id': 'x', 'encryption': {'method': 'age', 'recipients': RECIPIENTS}})


@pytest.mark.parametrize(
    'recipient',
    ['age1qqq', f'{RECIPIENTS[0][:10]}b{RECIPIENTS[0][11:]}', 'ssh-ed25519 AAAA', SAFE],
    ids=['short', 'typo', 'ssh', 'secret'],
)
def test_a_recipient_that_is_none_is_refused_by_field_and_value(local: Case, recipient: str) -> None:
    with pytest.raises(RepositoryError, match=r'website_repository\.recipients') as told:
        local.open(recipients=[RECIPIENTS[1], recipient])
    assert (recipient in str(told.value)) is (recipient != SAFE)


def test_our_keys_are_those_of_the_program_age() -> None:
    made = subprocess.run(['age-keygen'], capture_output=True, check=True, text=True).stdout
    (recipient,) = age_keys.recipients_of(made)
    assert f'# public key: {recipient}' in made
    for identity in (SAFE, OFFICE, STRANGER):
        done = subprocess.run(['age-keygen', '-y'], input=identity, capture_output=True, check=True, text=True)
        assert done.stdout.strip() == age_keys.recipient_of(identity)


# ---------------------------------------------------------------- by hand
def by_the_guide(case: Case, manifest: dict, identity: Path, into: Path) -> subprocess.CompletedProcess[str]:
    folder = case.work / 'copied elsewhere'
    if not folder.exists():
        shutil.copytree(case.folder / SITE, folder)
    guide = (folder / manifest['id'] / 'RESTORE.md').read_text()
    environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'RESTORE': str(into), 'IDENTITY': str(identity)}
    command = ['bash', '-c', by_hand.script(guide)]
    return subprocess.run(
        command, cwd=folder / manifest['id'], env=environment, capture_output=True, text=True, check=False
    )


def test_the_very_commands_of_the_guide_restore_an_encrypted_difference(
    local: Case, site: Path, tmp_path: Path
) -> None:
    (site / NAME).write_bytes(SECRET)
    local.back_up(local.ready(), site)
    (site / NAME).unlink()
    (site / 'index.php').chmod(0o604)
    manifest = local.back_up(local.open(), site, {'database.sqlite.x.sql': DUMP})
    assert manifest['webroots'][0]['removed_file'].endswith('.removed.age')
    assert manifest['webroots'][0]['metadata_file'].endswith('.metadata.age')
    key = tmp_path / 'a key.txt'
    key.write_text(f'# from the safe\n{OFFICE}\n')
    done = by_the_guide(local, manifest, key, tmp_path / 'restored')
    assert done.returncode == 0, done.stderr
    assert facts(tmp_path / 'restored' / f'webroot.{webroot_label(str(site))}') == facts(site)
    database = tmp_path / 'restored' / 'database.sqlite.x.db'
    rows = subprocess.run(['sqlite3', str(database), 'SELECT text FROM pages'], capture_output=True, check=True)
    assert rows.stdout == b'isi\n'


def test_with_a_wrong_key_file_the_commands_stop_before_they_write(local: Case, site: Path, tmp_path: Path) -> None:
    manifest = local.back_up(local.ready(), site)
    key = tmp_path / 'key.txt'
    key.write_text(STRANGER)
    done = by_the_guide(local, manifest, key, tmp_path / 'restored')
    assert done.returncode != 0
    assert 'no identity matched' in done.stderr
    assert not (tmp_path / 'restored').exists()
    guide = (local.folder / SITE / manifest['id'] / 'RESTORE.md').read_text()
    assert all(recipient in guide for recipient in RECIPIENTS)
    assert guide.count('berkas kunci') >= 1
    assert guide.count('key file') >= 1


def test_a_list_of_our_own_is_compared_before_it_is_used(local: Case, site: Path) -> None:
    full = local.back_up(local.ready(), site)
    (kept,) = [path for path in (local.work / 'state' / 'archive').rglob('*') if path.is_file()]
    assert list(local.open().read_file_list(full, full['webroots'][0]))
    kept.write_bytes(b'{}\n')
    with pytest.raises(archive_read.NotKept, match='keeps no list'):
        list(local.open().read_file_list(full, full['webroots'][0]))
