# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One worker's work: ansible-runner's transmit and process at both ends of a link."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_runner.streaming import Processor, Transmitter

from rawat.workers.link import Link, WorkerLost

ENDED = ('successful', 'failed', 'timeout', 'canceled')  # ansible-runner's words for a playbook that came to an end
CHUNK = 1 << 16


class _Input:
    """The stream as the processor reads it; every word of the worker is noted on the link."""

    def __init__(self, link: Link):
        self._link = link

    def readline(self) -> bytes:
        line = self._link.output.readline()
        self._link.heard = time.monotonic()
        return line

    def skip(self, count: int) -> None:
        while count > 0:
            data = self._link.output.read(min(count, CHUNK))
            if not data:
                raise WorkerLost('the stream ended within the artifacts')
            self._link.heard = time.monotonic()
            count -= len(data)


class _Processor(Processor):
    """ansible-runner's, but what the worker would put on our disk is passed over: all that counts is in the events.

    (It would unpack an archive of the worker's making, links and all, into a folder of ours.)
    """

    def artifacts_callback(self, artifacts_data: dict[str, Any]) -> None:
        self._input.skip(4 * -(-int(artifacts_data['zipfile']) // 3))  # base64: four letters for three bytes


def carry_out(
    link: Link, folder: Path, arguments: dict[str, Any], on_event: Callable[[dict[str, Any]], None], scratch: Path
) -> str:
    """Send `folder` and `arguments`, take in the events, return ansible-runner's last word (one of ENDED).

    Raises WorkerLost when the stream did not come to its end mark, whatever it held until then. `scratch` is an empty
    place for what ansible-runner wants to keep.
    """
    explained: list[str] = []

    def status(data: dict[str, Any], **_more: object) -> None:
        if data.get('status') == 'error':
            explained.append(' '.join(str(data.get(key) or '') for key in ('job_explanation', 'result_traceback')))

    def event(data: dict[str, Any]) -> bool:
        on_event(data)
        return False  # keep no file of it

    try:
        _send(link, folder, arguments)
        processor = _Processor(
            _input=_Input(link), event_handler=event, status_handler=status, private_data_dir=str(scratch), quiet=True,
            settings={},
        )  # fmt: skip
        last, _code = processor.run()
    except WorkerLost as lost:
        raise WorkerLost(link.lost(str(lost))) from lost
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:  # what only a broken stream holds
        raise WorkerLost(link.lost(f'{type(error).__name__}: {error}')) from error
    if last not in ENDED:
        raise WorkerLost(link.lost(' '.join(explained).strip() or f'its last word was {last!r}'))
    return str(last)


def _send(link: Link, folder: Path, arguments: dict[str, Any]) -> None:
    link.watch()
    Transmitter(_output=link.input, private_data_dir=str(folder), **arguments).run()
    link.sent = True
