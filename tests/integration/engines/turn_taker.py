# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of its own that dumps one database in its turn: `turn_taker.py FOLDER NAME`, with FOLDER/NAME.json to say what.

It leaves NAME.in once it has its turn, waits there until the file that `until` names exists, dumps, and leaves
NAME.out: {began, ended (seconds of the clock that all processes share), remarks, bytes}.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils.concurrency import Limits
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from integration.engines.dumping import dump


def main(folder: Path, name: str) -> None:
    order = json.loads((folder / f'{name}.json').read_text())
    limits = Limits(0, order['limit'], order['patience'])
    place = folder / name
    place.mkdir()
    with limits.dump(order['database'], name, Progress(str(folder / f'{name}.progress'), name)) as remarks:
        began = time.monotonic()
        (folder / f'{name}.in').touch()
        while order['until'] and not (folder / order['until']).exists():
            time.sleep(0.02)
        _part, stream, _capture = dump(order['database'], place)
        ended = time.monotonic()
    result = {'began': began, 'ended': ended, 'remarks': remarks, 'bytes': stream.bytes, 'patience': limits.patience}
    (folder / f'{name}.new').write_text(json.dumps(result))
    (folder / f'{name}.new').rename(folder / f'{name}.out')


if __name__ == '__main__':
    main(Path(sys.argv[1]), sys.argv[2])
