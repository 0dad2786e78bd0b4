# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands watch on a worker: one private directory, one `ansible-runner worker` in it, nothing left of either.

This file and private.py are sent as they are and run by the worker's own Python (3.9 or newer, nothing else installed):
neither may import more than the standard library. ansible-runner does not notice that the other end of its stream is
gone (it swallows the error of writing to it), so somebody has to.

Standard input: one line of JSON, {"paths": [...], "folder": "..."}; then ansible-runner's stream; then now and then an
empty line, for as long as anybody waits for the end. Its end, or silence, ends the work here.
Standard output: one line of JSON, what is found here (`_facts`); then ansible-runner's stream.
Standard error: lines of JSON with the progress of hosts, and whatever ansible-runner has to say.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from rawat.private import private_directory

SILENCE = 120  # seconds without a word from the other side, which says one every ten
LOOK = 0.5  # seconds between two looks
GRACE = 15  # seconds for ansible-runner to stop the playbook and say how it ended
LAST = 5  # seconds in which what was killed must be gone
KEEPALIVE = '15'  # seconds; so often ansible-runner says that it lives
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, prctl(2): who loses its parent becomes our child, not that of pid 1
VERSIONS = {'runner': 'ansible-runner', 'core': 'ansible-playbook'}
PROGRESS = 'progress'  # key of a line on standard error, and the name of the folder
LIMIT = 65536  # bytes of a progress file


def main() -> int:
    """Answer, then carry out what comes; the exit code is ansible-runner's."""
    gone = threading.Event()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: gone.set())
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    request = json.loads(_line())
    if request['folder']:
        os.environ['PATH'] = os.pathsep.join([request['folder'], os.environ.get('PATH', os.defpath)])
    with private_directory() as private:
        for name in ('run', 'tmp', 'cp', PROGRESS):
            (private / name).mkdir(mode=0o700)
        # ansible-runner unpacks what it is sent by way of a temporary file: that must lie in memory, too.
        os.environ['TMPDIR'] = str(private / 'tmp')
        print(json.dumps(_facts(request, private)), flush=True)
        try:
            return _work(private, gone)
        finally:
            _end_all()


def _line() -> bytes:
    """The first line, byte by byte: what follows is not ours to read."""
    found = b''
    while not found.endswith(b'\n'):
        byte = os.read(0, 1)
        if not byte:
            raise SystemExit(0)
        found += byte
    return found


def _facts(request: dict, private: Path) -> dict:
    """What the other side wants to know before anything begins."""
    return {
        'directory': str(private),
        'python': platform.python_version(),
        'host': platform.node(),
        'missing': [path for path in request['paths'] if not os.access(os.path.expanduser(path), os.R_OK)],
        **{name: _version(program) for name, program in VERSIONS.items()},
    }


def _version(program: str) -> str:
    """The first line of `program --version`; why there is none when it cannot be had."""
    try:
        asked = subprocess.run(
            [program, '--version'], capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f'{program}: {error}'
    said = (asked.stdout if asked.returncode == 0 else asked.stderr or asked.stdout).strip().splitlines()
    return said[0 if asked.returncode == 0 else -1] if said else f'{program} --version: exit code {asked.returncode}'


def _work(private: Path, gone: threading.Event) -> int:
    """Run ansible-runner until it ends, or until nobody listens any more."""
    heard = [time.monotonic()]
    first = os.read(0, LIMIT)
    if not first:  # nothing is wanted of this worker
        return 0
    command = ['ansible-runner', 'worker', '--private-data-dir', str(private / 'run'), '--keepalive-seconds', KEEPALIVE]
    runner = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    threading.Thread(target=_relay, args=(first, runner.stdin, heard, gone), daemon=True).start()
    shown: dict[str, str] = {}
    while runner.poll() is None and not gone.wait(LOOK):
        _show_progress(private / PROGRESS, shown)
        if time.monotonic() - heard[0] > SILENCE:
            gone.set()
    if runner.poll() is None:
        runner.terminate()  # it kills the playbook's processes, and says that it was canceled
        with contextlib.suppress(subprocess.TimeoutExpired):
            runner.wait(GRACE)
    return runner.poll() or 0


def _relay(data: bytes, target: IO[bytes], heard: list[float], gone: threading.Event) -> None:
    """Hand on what comes in; note when, and that it ended."""
    while data:
        heard[0] = time.monotonic()
        with contextlib.suppress(OSError):  # ansible-runner has ended, or reads no more
            target.write(data)
            target.flush()
        data = os.read(0, LIMIT)
    gone.set()


def _show_progress(folder: Path, shown: dict[str, str]) -> None:
    """Say what changed of the progress of hosts; a comfort, so errors do not matter."""
    with contextlib.suppress(OSError, ValueError):
        for path in sorted(folder.glob('*.json')):
            with path.open(encoding='utf-8') as handle:
                text = handle.read(LIMIT)
            if shown.get(path.name) != text:
                shown[path.name] = text
                print(json.dumps({PROGRESS: json.loads(text), 'host': path.name[: -len('.json')]}), file=sys.stderr)


def _end_all() -> None:
    """Kill what is left below us: forks of the playbook, kept ssh connections; none outlives this process."""
    end = time.monotonic() + LAST
    while (found := _below(os.getpid())) and time.monotonic() < end:
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.05)


def _below(pid: int) -> list[int]:
    """All descendants of a process that are not dead, as Linux tells; nothing elsewhere."""
    children: dict[int, list[int]] = {}
    for path in Path('/proc').glob('[0-9]*/stat'):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = path.read_text(encoding='utf-8', errors='replace').rpartition(')')[2].split()
            children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, new = [], [pid]
    while new:
        new = [child for parent in new for child in children.get(parent, [])]
        found += new
    return found


if __name__ == '__main__':
    sys.exit(main())
