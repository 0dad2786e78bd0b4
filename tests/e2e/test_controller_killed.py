# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL of the whole control side in the middle of a backup, as `podman kill` does it; then the command again.

The way to the backup server leads through the controller (via: controller), so that what the target was writing is cut
off: half a point stays behind, and nothing that was killed could clean up.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

from e2e.archives import intact, leftovers, manifests
from e2e.harm import hold, idle, named, resume, wait_for
from e2e.product import NEWS, Product, repositories
from e2e.test_interruptions import members
from testbed import Host

PRIVATE = ('/tmp', '/run', '/dev/shm', '/var/tmp', '/root/.ansible/tmp', '/home/ops/.ansible/tmp')


def private_folders(host: Host) -> list[str]:
    """What a module makes for itself and takes away again."""
    found = [path for folder in PRIVATE for path in host.path(folder).glob('*rawat*')]
    found += [path for folder in PRIVATE[-2:] for path in host.path(folder).glob('ansible-*')]
    return sorted(str(path) for path in found)


def test_the_same_command_completes_a_backup_whose_whole_controller_was_killed(
        product: Product, web1: Host, vault1: Host) -> None:
    repository = repositories(vault1)['archive-ssh']
    location = f'{urlsplit(repository["location"]).path}-killed'
    repository = {**repository, 'location': f'{repository["location"]}-killed', 'via': 'controller'}
    product.write_inventory({web1: [NEWS]}, repository)
    before = product.runs()
    process = product.start(product.rawat('backup'))
    module, _child = hold(web1, 'zstd')
    mine = members(process.pid)
    words = {part.rpartition('/')[2] for line in mine.values() for part in line[:3]}
    assert {'rawat', 'ansible-playbook', 'ssh'} <= words, words
    for pid in mine:
        os.kill(pid, signal.SIGKILL)
    dead = product.finish(process, before, 60)
    assert (dead.code, dead.record) == (-signal.SIGKILL, None)
    resume(module)
    wait_for(lambda: idle(web1) and not named(web1, 'python3'), 'the module notices that its way is gone, and ends')
    assert manifests(vault1, location, 'news') == [], 'no half point is visible'
    assert len(leftovers(vault1, location)) == 1, 'it was killed half-way'

    again = product.backup()
    assert (again.code, again.outcomes) == (0, {'news': 'complete'}), again.text
    (swept,) = again.sites['news']['swept']
    assert '.partial-' in swept, 'what was swept is reported'
    (point,) = manifests(vault1, location, 'news')
    assert intact(vault1, location, point)
    assert leftovers(vault1, location) == []
    locks = [path for path in vault1.path(location).glob('**/*lock*') if path.is_file() and path.stat().st_size]
    assert locks == [], 'no lock is held in the name of the dead run'
    assert idle(web1)
    assert private_folders(web1) == []
    assert not list(Path('/dev/shm').glob(f'rawat-run-*/{product.folder.name}')), 'nothing stays of the dead run'
