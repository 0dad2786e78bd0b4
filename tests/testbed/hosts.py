# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host: a real Debian server out of namespaces, an overlay over the shared base tree, and systemd as pid 1."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import cgroups, identity, machine, network
from .faults import Faults, loops_of

if TYPE_CHECKING:
    from .runs import Testbed

INIT_SCRIPT = pathlib.Path(__file__).with_name('host_init.sh')
SERVICES = ('mariadb.service', 'postgresql.service', 'postgresql@15-main.service', 'nginx.service',
            'php8.2-fpm.service', 'cron.service')  # masked on a bare host; the names are bookworm's
DROPPED_CAPABILITIES = '-sys_module,-sys_rawio,-sys_time,-mknod,-mac_admin,-mac_override,-syslog,-wake_alarm,-bpf'
ENVIRONMENT = ('HOME=/root', 'LANG=C.UTF-8', 'TERM=dumb',
               'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
POWER_OFF = signal.SIGRTMIN + 4  # systemd(1): starts poweroff.target


class Host(Faults):
    """One host of a run. Made by `Testbed.up`; its settings lie in its directory, so that another process finds it."""

    def __init__(self, testbed: Testbed, name: str) -> None:
        if not re.fullmatch(r'[a-z][a-z0-9-]{0,11}', name):
            raise machine.TestbedError(f'{name!r} is no host name: at most 12 of a-z, 0-9 and -, a letter first')
        self.testbed, self.name = testbed, name
        self.directory = testbed.store / 'hosts' / name
        self.namespace = f'{testbed.bridge}-{name}'
        self.cgroup = testbed.cgroup / name
        file = self.directory / 'host.json'
        self.settings: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}

    def __repr__(self) -> str:
        return f'<Host {self.name} {self.settings.get("ip")}>'

    @property
    def exists(self) -> bool:
        """Whether the host was created (it need not be running)."""
        return bool(self.settings)

    @property
    def ip(self) -> str:
        """The address in the run's network."""
        return str(self.settings['ip'])

    @property
    def cable(self) -> str:  # type: ignore[override]
        """The name of the cable's end in the bridge: rwt7-10, at most 15 characters."""
        return f'{self.testbed.bridge}-{self.ip.rpartition(".")[2]}'

    # -- life ----------------------------------------------------------------------------------------------------

    def create(self, layer: str | None = None, disk: str | None = None, bare: bool = False) -> None:
        """Give a new host its settings; an existing one must have been made with the same."""
        wanted = {'layer': layer, 'disk': disk, 'bare': bare}
        if self.exists:
            if wanted != {key: self.settings[key] for key in wanted}:
                raise machine.TestbedError(f'{self.name} exists with other settings than {wanted}: destroy it first')
            return
        used = {host.ip for host in self.testbed.hosts()}
        free = (network.address(self.testbed.bridge, number) for number in range(network.FIRST_HOST, 255))
        self.directory.mkdir(parents=True, exist_ok=True)
        self.settings = {**wanted, 'ip': next(ip for ip in free if ip not in used), 'machine_id': uuid.uuid4().hex,
                         'host_key': identity.make_host_key(self.directory / 'host_key', self.name)}
        unfinished = self.directory / 'host.json.unfinished'
        unfinished.write_text(json.dumps(self.settings))
        unfinished.rename(self.directory / 'host.json')

    def launch(self) -> None:
        """Start pid 1 without waiting for anything; `Testbed.up` and `start` wait."""
        if self.running():
            return
        writes = self.writes()
        for directory in (writes / 'upper', writes / 'work', self.directory / 'root'):
            directory.mkdir(exist_ok=True)
        identity.write(self, writes / 'upper')
        network.plug(self.testbed.bridge, self.namespace, self.cable, self.ip)
        self.cgroup.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, 'LOWER': self.testbed.lower_directories(self.settings['layer']),
                       'WRITES': str(writes), 'ROOT': str(self.directory / 'root'), 'NAME': self.name,
                       'NO_CAPS': DROPPED_CAPABILITIES}
        masks = [f'systemd.mask={unit}' for unit in SERVICES] if self.settings['bare'] else []
        command = ['nsenter', f'--net=/run/netns/{self.namespace}', 'unshare', '--mount', '--pid', '--uts', '--ipc',
                   '--cgroup', '--fork', '--kill-child', 'bash', '-c', INIT_SCRIPT.read_text(), 'host_init', *masks]
        with open(self.directory / 'console.log', 'wb') as console:
            self.testbed.children[self.name] = subprocess.Popen(
                ['bash', '-c', 'echo $$ > "$0" && exec "$@"', self.cgroup / 'cgroup.procs', *command],
                env=environment, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True)

    def start(self, services: bool = True) -> None:
        """Start a stopped or killed host and wait for its sshd and, with ``services``, for all that starts at boot."""
        self.launch()
        self.wait(services)

    def wait(self, services: bool = True) -> None:
        """Wait for the end of the boot; with ``services`` raise TestbedError when a unit failed."""
        self.wait_for_ssh()
        if not services:
            return
        state = self.run(['systemctl', 'is-system-running', '--wait'], check=False, timeout=120).stdout.strip()
        if state != 'running':
            failed = self.run(['systemctl', '--failed', '--no-legend', '--plain'], check=False).stdout
            raise machine.TestbedError(f'{self.name} is {state or "not booted"}, not running; failed units:\n{failed}'
                                       f'look with: journalctl -u UNIT; or start it with services=False')

    def wait_for_ssh(self, timeout: float = 90) -> None:
        """Wait until sshd greets; raises TestbedError with the end of the console log when it never does."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection((self.ip, 22), 1) as connection:
                connection.settimeout(3)
                if connection.recv(4) == b'SSH-':
                    return
            child = self.testbed.children.get(self.name)
            if child and child.poll() is not None:
                break  # pid 1 is dead already
            time.sleep(0.1)
        console = (self.directory / 'console.log').read_text(errors='replace')[-2000:]
        raise machine.TestbedError(
            f'{self.name}: no sshd on {self.ip} within {timeout:.0f} s; its console says:\n{console}')

    def stop(self, hard: bool = False, timeout: float = 30) -> None:
        """Shut down as an operator would, and after ``timeout`` seconds, or when ``hard``, as a power cut does."""
        self.thaw()
        if self.running() and not hard:
            with contextlib.suppress(machine.TestbedError, ProcessLookupError):
                os.kill(self.init_pid(), POWER_OFF)
            end = time.monotonic() + timeout
            while self.running() and time.monotonic() < end:
                time.sleep(0.05)
        cgroups.kill(self.cgroup)
        self.running()  # reaps the child
        self._put_away()

    def _put_away(self) -> None:
        """After death: cable, cgroup, mounts and loop devices of this host."""
        network.unplug(self.namespace, self.cable)
        cgroups.remove(self.cgroup)
        for point in machine.mounts_below(self.directory):
            machine.unmount(point)
        for loop in loops_of(self.directory):
            machine.call('losetup', '-d', loop, check=False)

    def destroy(self) -> None:
        """Stop the host at once and forget it with everything it wrote."""
        if self.exists:
            self.stop(hard=True)
        machine.remove_tree(self.directory)
        self.settings = {}

    def writes(self) -> pathlib.Path:
        """The directory of upper/ and work/: in the run's store, or on a small disk of the host's own."""
        if not self.settings['disk']:
            return self.directory
        image, point = self.directory / 'root.img', self.directory / 'disk'
        if not image.exists():
            machine.make_file_system(image, machine.parse_size(self.settings['disk']))
        point.mkdir(exist_ok=True)
        if not os.path.ismount(point):
            machine.call('mount', '-o', 'loop', image, point)
        return point

    # -- what goes on inside -------------------------------------------------------------------------------------

    def processes(self) -> list[int]:
        """Pids, as this machine counts them, of all that runs on the host."""
        return cgroups.processes(self.cgroup)

    def running(self) -> bool:
        """Whether any process of the host lives."""
        child = self.testbed.children.get(self.name)
        if child and child.poll() is not None:  # reaped
            del self.testbed.children[self.name]
        return bool(self.processes())

    def init_pid(self) -> int:
        """The host's systemd, as this machine counts."""
        for pid in self.processes():
            with contextlib.suppress(OSError):
                if re.search(r'^NSpid:\s+\d+\s+1$', pathlib.Path(f'/proc/{pid}/status').read_text(), re.M):
                    return pid
        raise machine.TestbedError(f'{self.name} is not running: start it first')

    def path(self, inside: str) -> pathlib.Path:
        """A file of the running host, seen from this machine. A link with an absolute target is NOT followed inside."""
        return pathlib.Path(f'/proc/{self.init_pid()}/root', inside.lstrip('/'))

    def enter(self, command: Sequence[str]) -> list[str]:
        """The command line that runs ``command`` inside as root, without network and sshd."""
        return ['nsenter', '-t', str(self.init_pid()), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w',
                'env', '-i', *ENVIRONMENT, *command]

    def run(self, command: Sequence[str], check: bool = True, text_input: str | None = None,
            timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a command inside as root, also when its network is down; stdout and stderr apart.

        Raises TestbedError when it fails and ``check`` is set.
        """
        return self._finish(self.enter(command), ' '.join(command), check, text_input, timeout)

    def ssh(self, command: str, user: str = 'root', check: bool = True, text_input: str | None = None,
            timeout: float = 300, connect_timeout: int = 10) -> subprocess.CompletedProcess[str]:
        """Run a shell command over ssh as ``user`` (root or ops); exit code 255 is ssh's own failure."""
        line = ['ssh', '-i', str(self.testbed.key), '-o', f'UserKnownHostsFile={self.testbed.known_hosts}',
                '-o', 'StrictHostKeyChecking=yes', '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes',
                '-o', f'ConnectTimeout={connect_timeout}', '-F', 'none', f'{user}@{self.ip}', command]
        return self._finish(line, command, check, text_input, timeout)

    def _finish(self, line: list[str], shown: str, check: bool, text_input: str | None,
                timeout: float) -> subprocess.CompletedProcess[str]:
        """Run and judge; the input is empty unless given."""
        result = subprocess.run(line, input=text_input or '', capture_output=True, text=True, errors='surrogateescape',
                                timeout=timeout, check=False)
        if check and result.returncode:
            raise machine.TestbedError(
                f'{self.name}: {shown}: exit {result.returncode}\n{result.stdout}{result.stderr}')
        return result
