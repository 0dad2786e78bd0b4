# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job as AWX 24.6.1 runs it: its private data folder, and ansible-runner's transmit, worker and process.

The job runs in a container, through podman, out of the Debian tree of the testbed; this checkout's own Ansible is
mounted into it, where an execution environment has one of its own. Its command, environment and files are those that
were recorded from a real job: ``ansible-playbook -u root -e @/runner/env/… -i /runner/inventory -e
@/runner/env/extravars playbooks/backup.yml`` inside ``ssh-agent``, as root, with the host's network.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[3]
COMMANDS = Path(sys.executable).parent
COLLECTIONS = '~/.ansible/collections:/usr/share/ansible/collections'
IDENT = '7'
SECRET_FILE = 'tmp4xk9_q2w'  # AWX gives such names to the files of credentials


def copy_of_checkout(target: Path) -> None:
    """What a clone of the project would hold, links included."""
    command = ['git', '-C', str(CHECKOUT), 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
    for name in filter(None, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split('\0')):
        source = CHECKOUT / name
        if name.startswith(('tests/', 'docs/', 'benchmarks/')) or not (source.is_file() or source.is_symlink()):
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target / name, follow_symlinks=False)


def sync_collections(data: Path) -> str:
    """What the sync of a git project does, in the root of the project; its output.

    ``--force``, because this checkout's own environment counts as installed.
    """
    command = [
        *(str(COMMANDS / 'ansible-galaxy'), 'collection', 'install', '--force'),
        *('--requirements-file', 'collections/requirements.yml'),
        *('--collections-path', str(data / 'requirements_collections')),
    ]
    environment = {**outside(), 'ANSIBLE_GALAXY_SERVER_LIST': '', 'ANSIBLE_GALAXY_SERVER': 'http://127.0.0.1:1'}
    done = subprocess.run(command, cwd=data / 'project', env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def outside() -> dict[str, str]:
    """The environment without any setting of Ansible."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith('ANSIBLE_')}
    return {**kept, 'PATH': f'{COMMANDS}:{os.environ["PATH"]}'}


class Job:
    """A private data folder `data` and the folder `node` of the execution node."""

    def __init__(self, folder: Path, tree: Path):
        self.folder, self.tree = folder, tree
        self.data, self.node = folder / 'awx_7_private', folder / 'node'
        for name in ('env', 'inventory', 'project'):
            (self.data / name).mkdir(parents=True, mode=0o700)

    def prepare(
        self, hosts: dict[str, Any], extra: dict[str, Any], secret: str, key: str, shown: dict[Path, str]
    ) -> None:
        """`hosts`: host -> variables, which a script tells. `shown`: AWX_ISOLATION_SHOW_PATHS."""
        script = self.data / 'inventory' / 'hosts'
        told = {'all': {'hosts': list(hosts)}, '_meta': {'hostvars': hosts}}
        script.write_text(f'#!/usr/bin/env python3\nprint({json.dumps(told)!r})\n')
        script.chmod(0o700)
        files = {
            SECRET_FILE: secret,
            'cred_vars': json.dumps({'rawat_repository_password_file': f'/runner/env/{SECRET_FILE}'}),
            'extravars': json.dumps(
                {'awx_job_id': 7, 'awx_job_template_name': 'Backup', 'awx_user_name': 'sari', **extra}
            ),
            'ssh_key': key,
            'cmdline': '-u root -e @/runner/env/cred_vars',
            'envvars': json.dumps(self.environment()),
            'settings': json.dumps(self.settings(shown)),
        }
        for name, text in files.items():
            (self.data / 'env' / name).write_text(text)
            (self.data / 'env' / name).chmod(0o600)

    def environment(self) -> dict[str, str]:
        """What AWX sets; it puts the collections_path of the project's ansible.cfg between its own folders."""
        lines = (self.data / 'project' / 'ansible.cfg').read_text().splitlines()
        (of_project,) = [line.partition('=')[2].strip() for line in lines if line.startswith('collections_path')]
        path = f'/runner/requirements_collections:{of_project}:{COLLECTIONS}'
        return {
            'ANSIBLE_COLLECTIONS_PATH': path,
            'ANSIBLE_COLLECTIONS_PATHS': path,
            'ANSIBLE_HOST_KEY_CHECKING': 'False',
            'ANSIBLE_RETRY_FILES_ENABLED': 'False',
            'JOB_ID': '7',
            'AWX_HOST': 'https://awx.example.go.id',
            'ANSIBLE_SSH_CONTROL_PATH_DIR': '/runner/cp',
        }

    def settings(self, shown: dict[Path, str]) -> dict[str, Any]:
        """The Ansible of this checkout is mounted where it lies; its Python, too, where that is not Debian's."""
        packages = Path(sys.executable).parent / 'ansible-playbook'
        interpreter = packages.read_text().splitlines()[0].removeprefix('#!')
        folders = {str(CHECKOUT / '.venv'), *site_packages(interpreter)} | ({sys.base_prefix} - {'/usr'})
        mounts = [f'{folder}:{folder}:ro' for folder in sorted(folders)]
        return {
            'process_isolation': True,
            'process_isolation_executable': 'podman',
            'container_image': f'{self.tree}:O',
            'container_volume_mounts': mounts + [f'{source}:{target}:z' for source, target in shown.items()],
            'container_options': [
                '--user=root',
                '--network',
                'host',
                '--pull=never',
                *limits(),
                '--env',
                f'PATH={COMMANDS}:/usr/bin:/bin:/usr/sbin:/sbin',
                '--rootfs',
            ],
            'idle_timeout': 0,
            'pexpect_timeout': 1,
            'suppress_ansible_output': True,
        }

    def run(self, playbook: str) -> None:
        """Transmit, worker, process, as three programs of which each gets what the one before wrote."""
        runner = str(COMMANDS / 'ansible-runner')
        environment = {**outside(), 'CONTAINERS_CONF': str(self.podman_settings())}
        steps = {
            'transmit': [str(self.data), '--playbook', playbook, '--ident', IDENT],
            'worker': ['--private-data-dir', str(self.node)],
            'process': [str(self.data), '--ident', IDENT],
        }
        stream = b''
        self.said = ''
        for name, arguments in steps.items():
            done = subprocess.run(
                [runner, name, *arguments],
                input=stream,
                env=environment,
                cwd=self.folder,
                capture_output=True,
                timeout=240,
            )
            self.said += f'{name}: {done.returncode} {done.stderr.decode()}'
            stream = done.stdout
        self.output = stream.decode(errors='replace') + self.said

    def podman_settings(self) -> Path:
        """runc, because crun refuses machines that have both generations of cgroups."""
        file = self.folder / 'containers.conf'
        file.write_text('[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n')
        return file

    @property
    def artifacts(self) -> Path:
        return self.data / 'artifacts' / IDENT

    @property
    def code(self) -> int:
        return int((self.artifacts / 'rc').read_text())

    @property
    def command(self) -> list[str]:
        return list(json.loads((self.artifacts / 'command').read_text())['command'])


def limits() -> list[str]:
    """podman asks for higher limits than a machine without CAP_SYS_RESOURCE grants, unless it is told lower ones."""
    wanted = (('nofile', resource.RLIMIT_NOFILE), ('nproc', resource.RLIMIT_NPROC))
    highest = {name: resource.getrlimit(number)[1] for name, number in wanted}
    least = {name: 4096 if number == resource.RLIM_INFINITY else min(number, 4096) for name, number in highest.items()}
    return [f'--ulimit={name}={number}:{number}' for name, number in least.items()]


def site_packages(interpreter: str) -> set[str]:
    """The environments that the checkout's thin one reads its packages from."""
    script = 'import json, sys; print(json.dumps([p for p in sys.path if p.endswith("site-packages")]))'
    found = json.loads(subprocess.run([interpreter, '-c', script], check=True, capture_output=True, text=True).stdout)
    return {str(Path(path).parents[2]) for path in found} - {str(CHECKOUT / '.venv')}
