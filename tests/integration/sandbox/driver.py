# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A drill's last step in a process of its own, so that tests can run it as another account and kill it.

stdin: {collections, options, site, manifest, trees, servers: {engine: socket}, ask: [path], hold: bool} as JSON;
stdout: 'ready' when the site answers and `hold` is set (it then waits to be killed), else the pages or the limitation.
"""

from __future__ import annotations

import json
import sys
import time
import types

REQUEST = json.load(sys.stdin)
sys.path.insert(0, REQUEST['collections'])

from ansible_collections.rawat.website.plugins.module_utils import pages, process  # noqa: E402
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation  # noqa: E402
from ansible_collections.rawat.website.plugins.module_utils.sandbox import Sandbox  # noqa: E402


def main() -> None:
    servers = {engine: types.SimpleNamespace(socket=path) for engine, path in REQUEST['servers'].items()}
    given = (REQUEST['site'], REQUEST['manifest'], REQUEST['trees'], servers)
    try:
        with process.guard(100), Sandbox.create(REQUEST['options']) as sandbox, sandbox.serve(*given) as read_page:
            if REQUEST['hold']:
                sys.stdout.write('ready\n')
                sys.stdout.flush()
                time.sleep(100)
            found = {path: read_page(path)._asdict() for path in REQUEST['ask']}
            found['probes'] = pages.probes(REQUEST['site'], read_page)
        sys.stdout.write(json.dumps(found))
    except Limitation as limitation:
        sys.stdout.write(json.dumps({'limitation': str(limitation)}))


main()
