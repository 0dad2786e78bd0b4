# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a playbook through ansible-runner: what goes in, how it is stopped, what is left of it (nothing).

ansible-runner is used by its classes rather than by `run()`: so the environment is ours alone (it would copy the whole
of the caller's to disk, and switch host key checking off), and so are the signals.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rawat.collection import ansible_directory, playbook, search_path, user_configuration
from rawat.private import private_directory
from rawat.request import Request, extra_files, write_private

TICK = 0.5  # seconds between two looks at what the run is doing
CANCEL_CHECK = 1  # seconds; ansible-runner looks so often whether it shall stop
SETTINGS = {'pexpect_timeout': CANCEL_CHECK, 'suppress_output_file': True, 'suppress_ansible_output': True}
CLOSING = 5  # seconds for one SSH connection to close
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What ansible-playbook, ssh and the inventory's own plugins need. Further names: RAWAT_PASS_ENVIRONMENT="NAME NAME".
KEPT = {
    'HOME', 'USER', 'LOGNAME', 'SHELL', 'PATH', 'PWD', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR',
    'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK', 'SSH_AGENT_PID', 'VIRTUAL_ENV', 'PYTHONPATH', 'LD_LIBRARY_PATH', 'KRB5CCNAME',
}  # fmt: skip
KEPT_PREFIXES = ('LC_', 'ANSIBLE_', 'RAWAT_')
# Where the user has no ansible.cfg. Ansible looks every millisecond whether a task has ended, which costs 6 % of a core
# for as long as a dump takes (measured); this setting has no environment variable. The other one: without a question
# now and then, a connection whose other end lost its power or its cable holds the run for ever.
CONFIGURATION = """[defaults]
internal_poll_interval = 0.02
[ssh_connection]
ssh_args = -C -o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=15 -o ServerAliveCountMax=4
"""
# What keeps a run quick and quiet, unless the user's environment says otherwise.
HABITS = {
    'ANSIBLE_PIPELINING': '1',
    'ANSIBLE_GATHERING': 'explicit',
    'ANSIBLE_INTERPRETER_PYTHON': 'auto_silent',
    'ANSIBLE_LOCALHOST_WARNING': '0',
    'ANSIBLE_INVENTORY_UNPARSED_WARNING': '0',
    # A source of hosts that cannot be read must not quietly shrink the list of sites.
    'ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED': '1',
}


@dataclass(frozen=True)
class Ended:
    """How ansible-playbook ended: ansible-runner's word ('successful', 'failed', 'timeout', 'canceled') and exit code.

    `code` is None when a signal that was not ours ended it.
    """

    status: str
    code: int | None


def play(
    name: str | Path,
    request: Request,
    variables: dict[str, object],
    on_event: Callable[[dict[str, Any]], None],
    tick: Callable[[Path], None],
    stop: threading.Event,
) -> Ended:
    """Run the playbook `name` (ours, or the path of one) to its end. `tick` is called twice a second with the
    directory of progress files; setting `stop` ends the run.

    Raises UsageProblem before anything is started when -e cannot be read.
    """
    with private_directory() as private:
        progress = private / 'progress'
        for folder in (progress, private / 'tmp', private / 'cp'):
            folder.mkdir(mode=0o700)
        config = _configuration(name, request, variables, private)
        config.env = _environment(config.env, private, progress)
        if user_configuration() is None:
            write_private(private / 'ansible.cfg', CONFIGURATION)
            config.env['ANSIBLE_CONFIG'] = str(private / 'ansible.cfg')
        with _ticking(lambda: tick(progress)), _connections(private / 'cp'):
            return _run(config, on_event, stop)


@contextlib.contextmanager
def _connections(folder: Path) -> Iterator[None]:
    """Close the SSH connections that Ansible keeps open for a next task: they would outlive the run by a minute."""
    try:
        yield
    finally:
        for control in folder.iterdir():
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                command = ['ssh', '-o', f'ControlPath={control}', '-O', 'exit', 'rawat']
                subprocess.run(command, check=False, timeout=CLOSING, capture_output=True, stdin=subprocess.DEVNULL)


def _run(config: Any, on_event: Callable[[dict[str, Any]], None], stop: threading.Event) -> Ended:
    from ansible_runner import Runner

    def handler(event: dict[str, Any]) -> bool:
        on_event(event)
        return False  # keep no file of it

    runner = Runner(config, event_handler=handler, cancel_callback=stop.is_set)
    status, code = runner.run()
    return Ended(status, code)


def _configuration(name: str | Path, request: Request, variables: dict[str, object], private: Path) -> Any:
    """ansible-runner's configuration; the working directory stays the caller's, as with ansible-playbook itself."""
    from ansible_runner import RunnerConfig

    own = private / 'variables.json'
    write_private(own, as_json({**variables, **({'only': ','.join(request.only)} if request.only else {})}))
    arguments = [part for path in (*extra_files(request.extra, private), str(own)) for part in ('-e', f'@{path}')]
    if request.check:
        arguments.append('--check')
    # Its argument `settings` is dropped unless this file exists (ansible-runner 2.4, config/_base.py: prepare_env).
    (private / 'env').mkdir(mode=0o700)
    write_private(private / 'env' / 'settings', as_json(SETTINGS))
    config = RunnerConfig(
        private_data_dir=str(private),
        playbook=str(name if isinstance(name, Path) else playbook(name)),
        inventory=str(request.inventory),
        cmdline=shlex.join(arguments),
        project_dir=str(Path.cwd()),
        forks=request.forks,
        timeout=request.timeout,
        verbosity=request.verbosity or None,
        ident='run',
        quiet=True,
        fact_cache_type='',
    )
    config.prepare()
    return config


def _environment(prepared: dict[str, str], private: Path, progress: Path) -> dict[str, str]:
    """A small environment: what is named above, what ansible-runner needs, and what keeps a run quick and quiet."""
    wanted = KEPT | set(os.environ.get('RAWAT_PASS_ENVIRONMENT', '').replace(',', ' ').split())
    own = {key: value for key, value in os.environ.items() if key in wanted or key.startswith(KEPT_PREFIXES)}
    runners = {key: value for key, value in prepared.items() if os.environ.get(key) != value}
    if 'ANSIBLE_HOST_KEY_CHECKING' not in os.environ:
        runners.pop('ANSIBLE_HOST_KEY_CHECKING', None)  # ansible-runner would switch it off
    return {
        **HABITS,
        **own,
        **runners,
        **_utf8_locale(),
        'PATH': os.pathsep.join([ansible_directory(), os.environ.get('PATH', os.defpath)]),
        'ANSIBLE_COLLECTIONS_PATH': search_path(),
        'ANSIBLE_LOCAL_TEMP': str(private / 'tmp'),
        'ANSIBLE_SSH_CONTROL_PATH_DIR': str(private / 'cp'),
        'ANSIBLE_NOCOLOR': '1',
        'RAWAT_PROGRESS': str(progress),
    }


def _utf8_locale() -> dict[str, str]:
    """Ansible refuses to start in a locale that is not UTF-8, such as the LC_ALL=C of many cron jobs."""
    chosen = os.environ.get('LC_ALL') or os.environ.get('LC_CTYPE') or os.environ.get('LANG') or ''
    return {} if 'utf' in chosen.lower() else {'LC_ALL': 'C.UTF-8'}


def as_json(value: object) -> str:
    """`value` as a text that YAML reads, too."""
    import json

    return json.dumps(value)


@contextlib.contextmanager
def stop_request() -> Iterator[threading.Event]:
    """An event that Ctrl-C, SIGTERM and a closed terminal set; the caller's handlers come back afterwards."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda _number, _frame: stop.set()) for number in STOP_SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _ticking(tick: Callable[[], None]) -> Iterator[None]:
    """Call `tick` every TICK seconds from a thread of its own, until the block ends."""
    ended = threading.Event()

    def loop() -> None:
        while not ended.wait(TICK):
            tick()

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
