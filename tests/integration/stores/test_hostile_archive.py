# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive that somebody else wrote cannot make a restore write outside its destination."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RawatError
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from integration.stores.support import SITE, Case


@pytest.fixture
def archive(tmp_path: Path) -> Case:
    """Extraction happens here, wherever the archive comes from: one kind of place is enough."""
    return Case('archive-local', tmp_path, None)


def hostile_tar(outside: Path) -> bytes:
    """Members that lead out: upwards, absolute, through a link, through a hard link."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode='w') as tar:
        for name, target in (('./way-out', str(outside)), ('./way-up', '../outside')):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            tar.addfile(link)
        for name in ('./way-out/escaped', './way-up/escaped', '../outside/escaped', f'{outside}/escaped'):
            member = tarfile.TarInfo(name)
            member.size = 7
            tar.addfile(member, io.BytesIO(b'escaped'))
        hard = tarfile.TarInfo('./hard')
        hard.type, hard.linkname = tarfile.LNKTYPE, f'{outside}/precious'
        tar.addfile(hard)
        member = tarfile.TarInfo('./hard')
        member.size = 7
        tar.addfile(member, io.BytesIO(b'escaped'))
    return subprocess.run(['zstd', '-q', '-c'], input=buffer.getvalue(), check=True, capture_output=True).stdout


@pytest.mark.parametrize('forged', [False, True], ids=['the tar alone', 'the manifest too'])
@pytest.mark.parametrize('paths', [None, ['.']], ids=['all', 'chosen'])
def test_a_hostile_tar_writes_nothing_outside(
    archive: Case, site: Path, tmp_path: Path, forged: bool, paths: list[str] | None
) -> None:
    manifest = archive.back_up(archive.ready(), site)
    part, outside, place = manifest['webroots'][0], tmp_path / 'outside', tmp_path / 'restored'
    outside.mkdir()
    place.mkdir()
    (outside / 'precious').write_text('precious')
    content = hostile_tar(outside)
    (archive.folder / SITE / manifest['id'] / part['file']).write_bytes(content)
    part['stored_bytes'] = len(content)
    if forged:
        part['stored_sha256'] = hashlib.sha256(content).hexdigest()
        (archive.folder / SITE / manifest['id'] / 'manifest.json').write_bytes(canonical(manifest))
    if forged and paths:
        archive.open().restore_webroot(manifest, part, str(place), paths=paths)
        assert list(place.iterdir()) == []  # what the file list does not name does not pass
    else:
        with pytest.raises(RawatError) as failure:
            archive.open().restore_webroot(manifest, part, str(place), paths=paths)
        assert forged or isinstance(failure.value, DamagedError)
    assert {path.name: path.read_text() for path in outside.iterdir()} == {'precious': 'precious'}


@pytest.mark.parametrize('path', [b'../outside/precious', b'/tmp', b'./a/../../outside', b'./way-out/precious', b'.'])
def test_a_hostile_list_of_removed_files_removes_nothing_outside(
    archive: Case, site: Path, tmp_path: Path, path: bytes
) -> None:
    outside = tmp_path / 'outside'
    outside.mkdir()
    (outside / 'precious').write_text('precious')
    (site / 'way-out').symlink_to(outside)
    archive.back_up(archive.ready(), site)
    (site / 'index.php').unlink()
    manifest = archive.back_up(archive.open(), site)
    part = manifest['webroots'][0]
    folder = archive.folder / SITE / manifest['id']
    removed, sums = folder / part['removed_file'], folder / 'SHA256SUMS'
    before = hashlib.sha256(removed.read_bytes()).hexdigest()
    removed.write_bytes(path + b'\0')
    sums.write_text(sums.read_text().replace(before, hashlib.sha256(path + b'\0').hexdigest()))
    place = tmp_path / 'restored'
    place.mkdir()
    with pytest.raises(DamagedError, match=r'no path inside a webroot|leads through the link'):
        archive.open().restore_webroot(manifest, part, str(place))
    assert (outside / 'precious').read_text() == 'precious'
    assert (place / 'pages' / 'big.bin').exists()
