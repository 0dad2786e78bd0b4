# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""playbooks/awx.yml with the real awx.awx against a controller that knows the recorded contract."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .objects import Controller
from .picker import offered
from .server import TOKEN, Server, serving

CHECKOUT = Path(__file__).parents[3]
PLAYBOOK = Path(sys.executable).with_name('ansible-playbook')
BROKEN = 'https://git.example.go.id/gone.git'
# What an office adds to the defaults: one credential of each type, a webhook, an instance group.
OFFICE: dict[str, Any] = {
    'awx_project_url': 'https://git.example.go.id/rawat.git',
    'awx_source_path': 'inventories/production/hosts.yml',
    'awx_image': 'registry.example.go.id/rawat-website:0.1',
    'awx_template_credentials': ['repository', 'mail'],
    'awx_instance_groups': [{'name': 'backups', 'max_concurrent_jobs': 4}],
    'awx_template_instance_groups': ['backups'],
    'awx_credentials': [
        {
            'name': 'repository',
            'credential_type': 'rawat repository',
            'inputs': {'password': 'a-secret-of-the-repository'},
        },
        {
            'name': 'mail',
            'credential_type': 'rawat SMTP',
            'inputs': {'username': 'rawat', 'password': 'a-secret-of-the-mail'},
        },
    ],
    'awx_notification_templates': [
        {
            'name': 'data centre',
            'notification_type': 'webhook',
            'notification_configuration': {
                'url': 'https://hooks.example.go.id/awx',
                'http_method': 'POST',
                'headers': {},
                'disable_ssl_verification': False,
                'username': '',
                'password': '',
            },
        }
    ],
    'awx_notify_error': ['data centre'],
    'awx_notify_approvals': ['data centre'],
}


class Run:
    """One run of playbooks/awx.yml: exit code, output, and what each task said."""

    def __init__(
        self, folder: Path, url: str, variables: dict[str, Any], *arguments: str, collections: str | None = None
    ):
        file = folder / 'variables.json'
        file.write_text(json.dumps({**OFFICE, **variables}))
        self._play(folder, url, [str(CHECKOUT / 'playbooks/awx.yml'), '-e', f'@{file}', *arguments], collections)

    @classmethod
    def typed(cls, folder: Path, url: str, words: list[str]) -> Run:
        """A command line ansible-playbook, as somebody types it in `folder`."""
        run = cls.__new__(cls)
        run._play(folder, url, words[1:])
        return run

    def _play(self, folder: Path, url: str, words: list[str], collections: str | None = None) -> None:
        found = collections if collections is not None else str(awx_collection())
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(('ANSIBLE_', 'CONTROLLER_', 'TOWER_'))
        }
        environment = {
            **kept,
            'HOME': str(folder),
            'ANSIBLE_COLLECTIONS_PATH': f'{CHECKOUT}/.cache/collections:{found}',
            'ANSIBLE_STDOUT_CALLBACK': 'ansible.builtin.default',
            'ANSIBLE_PIPELINING': 'true',
            'ANSIBLE_LOCALHOST_WARNING': 'false',
            'ANSIBLE_INVENTORY_UNPARSED_WARNING': 'false',
            'NO_COLOR': '1',
            'ANSIBLE_INTERNAL_POLL_INTERVAL': '0.01',
            'CONTROLLER_HOST': url,
            'CONTROLLER_OAUTH_TOKEN': TOKEN if url else '',
        }
        command = [str(PLAYBOOK), *words]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900)
        self.code, self.output = done.returncode, done.stdout + done.stderr

    @property
    def changed(self) -> list[str]:
        """The items that were reported as changed."""
        return [line.removeprefix('changed: ') for line in self.output.splitlines() if line.startswith('changed: ')]


def awx_collection() -> Path:
    """The folder that holds awx.awx, made by tests/setup/awx_collection.py where it is not there yet."""
    script = CHECKOUT / 'tests/setup/awx_collection.py'
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


left_out: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without RAWAT_AWX_URL there is no AWX to ask; never in silence."""
    if os.environ.get('RAWAT_AWX_URL'):
        return
    live = [item for item in items if item.path.name == 'test_live_awx.py']
    left_out.extend(item.nodeid for item in live)
    items[:] = [item for item in items if item not in live]
    config.hook.pytest_deselected(items=live)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    if left_out:
        text = f'RAWAT_AWX_URL is not set: {len(left_out)} tests against a live AWX were NOT run'
        terminalreporter.write_sep('=', text, yellow=True)


@pytest.fixture
def server() -> Iterator[Server]:
    """An AWX that has nothing but what every AWX has. Its project is this checkout."""
    with serving(Controller(list(offered(CHECKOUT)), broken_url=BROKEN)) as running:
        yield running
