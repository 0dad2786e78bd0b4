# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy in a process of its own, so that it can be killed: child.py REQUEST (a file of JSON)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

if __name__ == '__main__':
    request = json.loads(Path(sys.argv[1]).read_text(encoding='utf-8'))
    sys.path[:0] = request['path']
    from ansible_collections.rawat.website.plugins.module_utils import stores, transfer
    from ansible_collections.rawat.website.plugins.module_utils.progress import Progress

    source, target = (stores.open_repository(request[one], request['site'], request['options']) for one in ('a', 'b'))
    target.check()
    with target.lock('child'):
        target.sweep()
        transfer.put_point(
            source, request['manifest'], target, whole=False, options=request['options'],
            progress=Progress(None, request['site']), work=request['work'],
        )  # fmt: skip
