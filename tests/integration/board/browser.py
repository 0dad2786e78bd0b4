# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page in headless Chromium: what it became, what its console said, and what it asked the network for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

PATIENCE = 300  # seconds; a browser on a busy machine takes its time
OPTIONS = ('--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking')
PROBE = 'chrome://version/'


class Opened(NamedTuple):
    """`document` as the browser has it after its scripts ran; `requests`: every address that it asked for."""

    document: str
    console: list[str]
    requests: set[str]


def opened(address: str, scratch: Path) -> Opened:
    """Open one address with a profile of its own."""
    log = scratch / 'net.json'
    done = run(scratch, '--dump-dom', f'--log-net-log={log}', '--enable-logging=stderr', '--v=0', address)
    console = [line for line in done.stderr.splitlines() if ':CONSOLE' in line]
    return Opened(done.stdout, console, requests_of(json.loads(log.read_text())))


def requests_of(log: dict[str, Any]) -> set[str]:
    """The addresses of a net log, but for those of the browser itself (its components look for updates)."""
    kinds = {number for name, number in log['constants']['logEventTypes'].items() if name == 'URL_REQUEST_START_JOB'}
    found = [event for event in log['events'] if event['type'] in kinds and 'url' in (event.get('params') or {})]
    return {event['params']['url'] for event in found if is_of_a_page(event['params'])}


def is_of_a_page(params: dict[str, Any]) -> bool:
    """A request of a page carries its initiator, or is the page; the browser's own carry neither."""
    return params.get('initiator') not in (None, 'not an origin') or params.get('request_type') == 'main frame'


def run(scratch: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    profile = scratch / 'profile'
    command = ['chromium', *OPTIONS, f'--user-data-dir={profile}', *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
