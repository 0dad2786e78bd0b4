# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One export in a process of its own, as the module would run it; what to do comes on standard input."""

from __future__ import annotations

import json
import sys

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.media.export import ExportRequest, Target, export
from ansible_collections.rawat.website.plugins.module_utils.register.checker import standalone
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run


def main() -> None:
    """Export, and print the entries."""
    given = json.loads(sys.stdin.read())
    request = ExportRequest(
        given['to'], given['media'], given.get('point'), tuple(given.get('recipients') or ()), standalone.script(),
        'here',
    )  # fmt: skip
    run = Run(given['run'], 'here', {}, None, ('databases', 'webroots'), given['options'], '0.0.0')
    with process.guard(given['options']['deadline']):
        entries = export([Target(**target) for target in given['targets']], request, run)
    print(json.dumps(entries))


if __name__ == '__main__':
    main()
