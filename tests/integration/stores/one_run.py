# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One backup as a process of its own, for tests that harm it: reads what to do from its first line of stdin.

It says on stdout how far it is, one JSON document a line: {'at': 'begun'}, {'at': 'half'} (then it waits for a line, if
it was told to), {'at': 'committed', 'manifest'} or {'at': 'failed', 'kind', 'error'}.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from typing import Any


def main() -> None:
    order = json.loads(sys.stdin.readline())
    sys.path[:0] = order['paths']
    from ansible_collections.rawat.website.plugins.module_utils import stores
    from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
    from ansible_collections.rawat.website.plugins.module_utils.process import DeadlineExceeded, guard

    try:
        with guard(order['deadline']):
            repository = stores.open_repository(order['repository'], order['manifest']['site'], order['options'])
            say({'at': 'committed', 'manifest': back_up(repository, order)})
    except (RepositoryError, DeadlineExceeded) as error:
        say({'at': 'failed', 'kind': type(error).__name__, 'error': str(error)})


def back_up(repository: Any, order: dict) -> dict:
    """The same acts in the same order as the product's own."""
    from ansible_collections.rawat.website.plugins.module_utils.webroot import open_webroot

    manifest: dict = order['manifest']
    repository.check()
    with repository.lock('run'):
        repository.sweep()
        earlier = repository.points()
        say({'at': 'begun'})
        point = repository.begin(manifest['id'])
        try:
            manifest['databases'].append(dump(point, order))
            source = {'path': order['webroot']}
            part = point.webroot(source, open_webroot(source, []), earlier)
            manifest['webroots'].append(part)
            manifest['test_read'] = point.test_read(None)
            point.commit(manifest)
        except BaseException:
            point.abort()
            raise
    return manifest


def dump(point: Any, order: dict) -> dict:
    """A stream of random bytes, in two halves."""
    content = random.Random(order['manifest']['id']).randbytes(order['bytes'])
    middle = len(content) // 2
    writer = point.stream('database.x.sql')
    writer.write(content[:middle])
    say({'at': 'half'})
    if order['pause']:
        sys.stdin.readline()
    writer.write(content[middle:])
    facts = {'bytes': len(content), 'sha256': hashlib.sha256(content).hexdigest()}
    return {'engine': 'sqlite', 'name': 'x', 'label': 'x', **writer.finish(), **facts}


def say(what: dict) -> None:
    sys.stdout.write(json.dumps(what) + '\n')
    sys.stdout.flush()


if __name__ == '__main__':
    main()
