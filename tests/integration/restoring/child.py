# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One restore in a process of its own, as a module would run it; what to do comes on standard input.

`die`: [name of a function below `restoring`, number of the call, 'before' or 'after'] kills the process there.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process, restoring
from ansible_collections.rawat.website.plugins.module_utils.restoring import exchange, journal, recovery, trees
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run

PLACES: dict[str, Any] = {
    'journal.write': journal.Journal, 'exchange.exchange': exchange, 'recovery.put_live': recovery,
    'recovery.settle': recovery, 'trees.settle': trees, 'trees.build': trees, 'trees.carry': trees,
}  # fmt: skip


def die(name: str, number: int, when: str) -> None:
    """From now on the `number`-th call of the function is the process' end."""
    owner, attribute, calls = PLACES[name], name.split('.')[1], 0
    original = getattr(owner, attribute)

    def deadly(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number and when == 'before':
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **options)
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, attribute, deadly)


def main() -> None:
    """Read, restore, print the entry."""
    text = json.load(sys.stdin)
    run = Run(**{**text['run'], 'parts': tuple(text['run']['parts'])})
    if text.get('die'):
        die(*text['die'])
    with process.guard(300):
        [entry] = restoring.apply([text['site']], run, restoring.RestoreRequest(**text['request']))
    print(json.dumps(entry))


if __name__ == '__main__':
    main()
