# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A place that takes archives and gives none back: nothing of it is read, and differences go on all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import age_keys
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.options import defaults
from ansible_collections.rawat.website.plugins.module_utils.stores.age import Keys
from ansible_collections.rawat.website.plugins.module_utils.stores.archive import ArchiveRepository
from ansible_collections.rawat.website.plugins.module_utils.stores.common import sha256
from ansible_collections.rawat.website.plugins.module_utils.stores.place_local import LocalPlace
from integration.stores.support import SITE, Case

RECIPIENTS = [age_keys.recipient_of(age_keys.new_identity())]


@pytest.fixture
def local(tmp_path: Path) -> Case:
    """The files of the place, as its vault side sees them."""
    return Case('archive-local', tmp_path, None)


def make_ready(repository: Any) -> Any:
    repository.check()
    return repository


class Slot(LocalPlace):
    """A place that takes files and gives none back; the test is its vault side."""

    write_only = True

    def __init__(self, location: str, site: str):
        super().__init__(location, site)
        self.taken_in: dict[str, dict] = {}

    def accepted(self) -> dict[str, dict]:
        return self.taken_in

    def take_in(self, manifest: dict) -> None:
        self.taken_in[manifest['id']] = {'verified': utc(), 'manifest_sha256': sha256(canonical(manifest))}

    def _refuse(self, *_arguments: object) -> Any:
        raise AssertionError('this place was read')

    read = text = size = manifests = _refuse


@pytest.mark.parametrize('recipients', [[], RECIPIENTS], ids=['clear', 'encrypted'])
def test_a_place_that_only_takes_is_never_read_and_differences_go_on(
    local: Case, site: Path, recipients: list[str]
) -> None:
    slot, keys = Slot(str(local.folder), SITE), Keys(recipients)
    repository = make_ready(ArchiveRepository(slot, True, {**defaults(), **local.options}, keys))
    first = local.back_up(repository, site)
    assert repository.points() == []  # nobody has said yet that it arrived
    second = local.back_up(repository, site)
    slot.take_in(second)
    third = local.back_up(repository, site)
    slot.take_in(first)
    slot.take_in(third)
    assert [point['id'] for point in repository.points()] == [point['id'] for point in (third, second, first)]
    assert third['webroots'][0]['base']['point'] == second['id']
    del slot.taken_in[second['id']], slot.taken_in[third['id']]
    fourth = local.back_up(repository, site)
    assert fourth['webroots'][0]['base']['point'] == first['id']
    kinds = [point['webroots'][0]['kind'] for point in (first, second, third, fourth)]
    assert kinds == ['full', 'full', 'difference', 'difference']
    for read in (
        lambda: repository.read_stream(first, first['webroots'][0]),
        lambda: repository.restore_webroot(first, first['webroots'][0], str(local.work)),
        lambda: repository.check_share(0, 1),
        lambda: repository.require_readable(first),
    ):
        with pytest.raises(RepositoryError, match='vault side'):
            read()


def test_a_base_that_the_vault_did_not_take_in_is_no_base(local: Case, site: Path) -> None:
    slot = Slot(str(local.folder), SITE)
    repository = make_ready(ArchiveRepository(slot, True, {**defaults(), **local.options}, Keys(RECIPIENTS)))
    first = local.back_up(repository, site)
    repository.points = lambda: [first]  # type: ignore[method-assign]  # whatever a caller may still believe
    part = local.back_up(repository, site)['webroots'][0]
    assert (part['kind'], part['remarks']) == ('full', [])
    assert 'has not taken in' in part['reason']
