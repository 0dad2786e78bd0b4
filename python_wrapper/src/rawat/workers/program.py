# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper as one line of shell: it travels in the command, for a worker has nothing of ours installed."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

from rawat import private
from rawat.workers import keeper

LOADER = """import base64, json, sys, types, zlib
for name, text in json.loads(zlib.decompress(base64.b64decode(sys.argv[1]))):
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(text, name, 'exec'), module.__dict__)
sys.exit(sys.modules['rawat.workers.keeper'].main())"""


def remote_command() -> str:
    """The text for the worker's login shell, whichever that is: letters, digits and single quotes, no data in it."""
    sources = [
        (name, '' if module is None else Path(str(module.__file__)).read_text(encoding='utf-8'))
        for name, module in (('rawat', None), ('rawat.private', private), ('rawat.workers.keeper', keeper))
    ]
    packed = base64.b64encode(zlib.compress(json.dumps(sources).encode())).decode()
    loader = base64.b64encode(LOADER.encode()).decode()
    return f"exec python3 -c 'import base64; exec(base64.b64decode(\"{loader}\"))' {packed}"
