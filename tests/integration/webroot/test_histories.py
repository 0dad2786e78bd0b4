# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random histories of a tree: full + deletions + difference + metadata must give the tree as it is."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.webroot import FullNeeded, capture
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integration.webroot.trees import Stored, differences, look, restore, store

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='owners can be given away by root only')

NAMES = [b'a', b'b', b'-rf', b'a b', b'new\nline', b'\xff\xfe', b'back\\slash', b'=', b'*', b'a.b', b'\r', b'x' * 200]
OLD = 1_600_000_000 * 10**9


class Tree:
    """A tree in `root` that changes at random, by a seed. The steps are what sites, administrators and tools do."""

    def __init__(self, root: Path, seed: int):
        self.root, self.random = os.fsencode(root), random.Random(seed)
        os.mkdir(self.root)

    def paths(self, *kinds: str) -> list[bytes]:
        test = {'file': os.path.isfile, 'dir': os.path.isdir, 'link': os.path.islink}
        found = [os.path.join(top, name) for top, dirs, files in os.walk(self.root) for name in sorted(dirs + files)]
        return [p for p in sorted(found) if any(test[k](p) and os.path.islink(p) == (k == 'link') for k in kinds)]

    def pick(self, *kinds: str) -> bytes | None:
        found = self.paths(*kinds)
        return self.random.choice(found) if found else None

    def place(self) -> bytes:
        """A path that may be new, in a directory that exists."""
        return os.path.join(self.random.choice([self.root, *self.paths('dir')]), self.random.choice(NAMES))

    def step(self) -> None:
        steps = [self.write] * 4 + [self.make_directory] * 2 + [
            self.remove, self.link, self.hard_link, self.chown, self.chmod, self.rename, self.touch, self.acl,
            self.attribute, self.default_acl, self.edit_and_reset_time, self.holes, self.set_id,
        ]  # fmt: skip
        self.random.choice(steps)()

    def clear(self, path: bytes) -> None:
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.unlink(path)

    def write(self) -> None:
        path = self.place()
        if os.path.isdir(path) or os.path.islink(path):
            self.clear(path)
        with open(path, 'wb') as handle:  # in place where it exists: a hard link's other names change too
            handle.write(self.random.randbytes(self.random.choice([0, 1, 511, 512, 5000])))

    def make_directory(self) -> None:
        path = self.place()
        self.clear(path)
        os.mkdir(path)

    def remove(self) -> None:
        self.clear(self.place())

    def link(self) -> None:
        path = self.place()
        self.clear(path)
        os.symlink(self.random.choice([b'a', b'../b', b'/etc/passwd', b'\xff', b'y' * 300]), path)

    def hard_link(self) -> None:
        source, path = self.pick('file'), self.place()
        if source and source != path and not source.startswith(path + b'/'):
            self.clear(path)
            os.link(source, path)

    def chown(self) -> None:
        path = self.pick('file', 'dir', 'link')
        if path:
            os.chown(path, self.random.randrange(3000), 3_000_000, follow_symlinks=False)

    def chmod(self) -> None:
        path = self.pick('file', 'dir')
        if path:
            os.chmod(path, self.random.choice([0o600, 0o755, 0o000, 0o444, 0o2775, 0o1777]))

    def set_id(self) -> None:
        path = self.pick('file')
        if path:
            os.chmod(path, 0o6711)  # noqa: S103  what is tested

    def rename(self) -> None:
        source, path = self.pick('file', 'dir', 'link'), self.place()
        if source and not path.startswith(source) and not source.startswith(path):
            self.clear(path)
            os.rename(source, path)

    def touch(self) -> None:
        path = self.pick('file', 'dir', 'link')
        if path:
            moment = self.random.choice([OLD, OLD + 1, -1_500_000_000, 0])
            os.utime(path, ns=(moment, moment), follow_symlinks=False)

    def edit_and_reset_time(self) -> None:
        path = self.pick('file')
        if path:
            status = os.stat(path)
            with open(path, 'r+b') as handle:
                handle.write(self.random.randbytes(1) if status.st_size else b'')
            os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))

    def acl(self) -> None:
        path = self.pick('file', 'dir')
        if path:
            change = self.random.choice([['-m', 'u:1001:rw'], ['-m', 'g:0:r,m::r'], ['-b']])
            subprocess.run([b'setfacl', *change, b'--', path], check=True)

    def default_acl(self) -> None:
        path = self.pick('dir')
        if path:
            subprocess.run(
                [b'setfacl', *self.random.choice([['-d', '-m', 'u:1002:rwx'], ['-k']]), b'--', path], check=True
            )

    def attribute(self) -> None:
        path = self.pick('file', 'dir')
        if path:
            name = self.random.choice(['user.a', 'user.b=c', 'user.p%r'])
            if os.path.isfile(path) and name in os.listxattr(path):
                os.removexattr(path, name)
            else:
                os.setxattr(path, name, self.random.randbytes(9) + b'\n=\0')

    def holes(self) -> None:
        path = self.pick('file')
        if path:
            with open(path, 'r+b') as handle:
                handle.seek(self.random.choice([100_000, 1 << 20]))
                handle.write(b'end' if self.random.random() < 0.5 else b'')
                handle.truncate(3 << 20)


@settings(max_examples=int(os.environ.get('HISTORIES', '25')), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32),
    first=st.integers(0, 40),
    steps=st.lists(st.integers(0, 12), min_size=1, max_size=3),
    settled=st.booleans(),
)
def test_full_and_difference_restore_the_tree_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, seed: int, first: int, steps: list[int], settled: bool
) -> None:
    """`settled`: files count as unchanged by their ctime at once, not only after a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(capture, 'CLOCK_GRAIN', -3600 * 10**9 if settled else capture.CLOCK_GRAIN)
        check_history(tmp_path_factory, seed, first, steps)


def check_history(tmp_path_factory: pytest.TempPathFactory, seed: int, first: int, steps: list[int]) -> None:
    work = tmp_path_factory.mktemp('history')
    tree = Tree(work / 'site', seed)
    for _ in range(first):
        tree.step()
    base = previous = store(work / 'site', work / 'full')
    restore(work / 'restored', base)
    assert differences(look(work / 'site'), look(work / 'restored')) == []
    for number, count in enumerate(steps):
        time.sleep(0.02)  # two ticks of the file system's clock: what changes from here on has a new ctime
        for _ in range(count):
            tree.step()
        try:
            previous = check_difference(work, base, previous, number)
        except FullNeeded:  # a directory was deleted and made again without its attributes
            base = previous = store(work / 'site', work / 'full')
    shutil.rmtree(work)


def check_difference(work: Path, base: Stored, previous: Stored, number: int) -> Stored:
    expected = look(work / 'site')
    place = work / f'restored-{number}'
    stored = store(work / 'site', work / f'difference-{number}', base=base, previous=previous)
    restore(place, base, stored)
    assert differences(expected, look(place)) == []
    listed = store(work / 'site', work / f'list-{number}', previous=stored)
    assert [listed.facts[name] for name in ('added', 'changed', 'removed', 'metadata_changed')] == [0, 0, 0, 0]
    shutil.rmtree(place)
    return stored


def test_an_attribute_removed_from_a_directory_asks_for_a_full(tmp_path: Path) -> None:
    site = tmp_path / 'site'
    (site / 'd').mkdir(parents=True)
    os.setxattr(site / 'd', 'user.a', b'1')
    base = store(site, tmp_path / 'full')
    os.removexattr(site / 'd', 'user.a')
    with pytest.raises(FullNeeded, match='attribute removed from directory d'):
        store(site, tmp_path / 'difference', base=base, previous=base)
