# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/awx.md, section Set-up: its playbook runs with its file, as they stand, against the recorded contract of AWX."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import yaml

from .conftest import CHECKOUT, Run
from .server import Server

SECRETS = {
    'vault_ssh_key': 'secret-1-of-office',
    'vault_repository_password': 'secret-2-of-office',
    'vault_mail_password': 'secret-3-of-office',
}


def set_up() -> tuple[list[str], str]:
    """(the command lines that run the playbook, the text of office.yml)"""
    section = (CHECKOUT / 'docs' / 'awx.md').read_text(encoding='utf-8').split('## ')[1]
    lines = re.findall(r'^\$ (ansible-playbook .*)$', section, re.MULTILINE)
    return lines, re.findall(r'^```yaml\n(.*?)^```$', section, re.MULTILINE | re.DOTALL)[0]


def test_the_guide_as_it_stands(server: Server, tmp_path: Path) -> None:
    lines, office = set_up()
    (tmp_path / 'playbooks').symlink_to(CHECKOUT / 'playbooks')
    (tmp_path / 'office.yml').write_text(office + yaml.safe_dump(SECRETS))
    assert len(lines) == 2
    outputs = ''
    for line in lines:
        run = Run.typed(tmp_path, server.url, shlex.split(line))
        assert run.code == 0, run.output
        outputs += run.output
    credentials = [one['name'] for one in server.controller.kinds['credentials'].values()]
    assert {'servers', 'repository', 'mail'} <= set(credentials)
    linked = server.controller.linked('job_templates', 'Backup', 'credentials')
    assert linked == ['mail', 'repository', 'servers']
    assert [secret for secret in SECRETS.values() if secret in outputs] == []
