# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat backup --worker`: the run happens elsewhere, what it leaves is as if it had been here, or it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from integration.workers.support import Fleet


def test_two_workers_share_the_hosts_and_one_record_has_them_all(fleet: Fleet) -> None:
    fleet.hosts(5)
    ended = fleet.run('backup', '-i', 'hosts.yml', *fleet.addresses())
    assert ended.returncode == 0, ended.stdout + ended.stderr
    record = fleet.record()
    assert {site['site']: site['outcome'] for site in record['sites']} == {f'arsip{n}': 'complete' for n in range(1, 6)}
    assert 'SUCCESS' in fleet.report()
    assert [worker.processes() for worker in fleet.workers] == [[], []]
    assert fleet.places_left() == []
