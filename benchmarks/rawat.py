# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""This product: the whole job through `rawat backup`, and its module alone, which is the data path on a target.

The module alone runs as Ansible would run it on the target, with the target's own Python, but out of a folder instead
of Ansible's zip (AnsiballZ): the difference between the two is Ansible's fixed cost.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import ansible

from benchmarks.measure import Command
from benchmarks.peers import PASSWORD, Contestant
from benchmarks.servers import DATABASE
from benchmarks.sources import CHECKOUT, SYSTEM_PYTHON

MODULES = 'ansible_collections.rawat.website.plugins.modules'
PLAYBOOK = 'ansible-playboo'  # as the kernel cuts the name


class Rawat(Contestant):
    """`rawat backup` on this machine as its own target; the store is the subclass's."""

    store = ''

    def prepare(self) -> None:
        host = {
            'ansible_connection': 'local',
            'ansible_python_interpreter': SYSTEM_PYTHON,
            'ansible_become': False,
            'website_filing': str(self.place.folder / 'filing'),
            'website_repository': self.repository(),
            'website_settings': self.settings(),
            'website_sites': [self.described_site()],
        }
        inventory = {'all': {'hosts': {'localhost': host}}}
        (self.place.folder / 'inventory.yml').write_text(json.dumps(inventory))  # JSON is YAML

    def backup(self) -> Command:
        return Command([f'{CHECKOUT}/.venv/bin/rawat', 'backup', '-i', f'{self.place.folder}/inventory.yml'])

    def repository(self) -> dict:
        secret = {'password': PASSWORD} if self.store == 'restic' else {}
        return {'store': self.store, 'location': str(self.place.repository), 'create': True, **secret}

    def settings(self) -> dict:
        """Locks and restic's cache stay in the contestant's own folder; everything else is the default."""
        return {'state_directory': str(self.place.home / 'state')}

    def described_site(self) -> dict:
        mariadb = {'login_user': 'root', 'login_unix_socket': str(self.site.mariadb.socket)}
        postgresql = {'login_user': 'postgres', 'login_unix_socket': str(self.site.postgresql.socket_folder)}
        return {
            'name': 'benchmark',
            'url': 'http://benchmark.example/',
            'webroots': [{'path': str(self.site.webroot)}],
            'databases': [
                {'engine': 'mariadb', 'name': DATABASE, **mariadb},
                {'engine': 'postgresql', 'name': DATABASE, **postgresql},
            ],
        }

    @staticmethod
    def part_of(name: str, ancestors: list[str]) -> str:
        if name == PLAYBOOK or PLAYBOOK not in ancestors:  # its workers are forks of itself
            return 'controller'
        return 'module' if name.startswith('python') else 'children'


class RawatArchive(Rawat):
    name, title, store = 'rawat-archive', 'rawat, archive store', 'archive'


class RawatRestic(Rawat):
    name, title, store, restic = 'rawat-restic', 'rawat, restic store', 'restic', True


class Module(Rawat):
    """The module on the target, without the controller."""

    module = 'site_backup'

    def prepare(self) -> None:
        library = self.place.folder / 'library'
        library.mkdir()
        (library / 'ansible').symlink_to(Path(ansible.__file__).parent)
        (library / 'ansible_collections').symlink_to(CHECKOUT / '.cache' / 'collections' / 'ansible_collections')

    def backup(self) -> Command:
        return self.call(self.module)

    def call(self, module: str, **more: object) -> Command:
        """`more`: arguments beside the site and where its repository is, or instead of them."""
        arguments = {
            'sites': [self.described_site()],
            'repository': self.repository(),
            'settings': self.settings(),
            'host': os.uname().nodename,
            **more,
        }
        environment = {'PYTHONPATH': str(self.place.folder / 'library')}
        feed = json.dumps({'ANSIBLE_MODULE_ARGS': arguments}).encode()
        return Command([SYSTEM_PYTHON, '-m', f'{MODULES}.{module}'], feed, environment)

    @staticmethod
    def part_of(name: str, _ancestors: list[str]) -> str:
        return 'module' if name.startswith('python') else 'children'


class ModuleArchive(Module):
    name, title, store = 'module-archive', 'module alone, archive', 'archive'


class ModuleRestic(Module):
    name, title, store, restic = 'module-restic', 'module alone, restic', 'restic', True


class WebrootArchive(Module):
    name, title, store = 'webroot-archive', 'module alone, archive, webroot alone', 'archive'
    module = 'webroot_backup'

    def described_site(self) -> dict:
        return {**super().described_site(), 'databases': []}


class AnsibleStart(Module):
    """What Python and Ansible's own library cost any module on a target: its `ping`."""

    name, title, stores = 'ansible-start', 'an empty module (ping)', False

    def backup(self) -> Command:
        environment = {'PYTHONPATH': str(self.place.folder / 'library')}
        feed = json.dumps({'ANSIBLE_MODULE_ARGS': {}}).encode()
        return Command([SYSTEM_PYTHON, '-m', 'ansible.modules.ping'], feed, environment)
