# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""playbooks/awx.yml, with the real modules of awx.awx 24.6.1, against the recorded contract of AWX 24.6.1.

A module call takes a second, so one story goes through the life of a set-up: --check, creation, the same again,
removal.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .conftest import BROKEN, Run
from .server import Server

# The only thing that awx.awx 24.6.1 calls changed although it is not: it compares fields of a node with its approval.
ALWAYS_CHANGED = ['[localhost] => (item=Assignment to receipt)']
NOTHING: dict[str, Any] = {
    'awx_labels': [],
    'awx_credential_types': [],
    'awx_credentials': [],
    'awx_instance_groups': [],
    'awx_workflows': [],
    'awx_notification_templates': [],
    'awx_notify_error': [],
    'awx_notify_approvals': [],
    'awx_schedules': [],
    'awx_image': '',
    'awx_template_credentials': [],
    'awx_template_instance_groups': [],
    'awx_inventory_sources': [],
    'awx_job_templates': [],
}


def test_the_life_of_a_set_up(server: Server, tmp_path: Path) -> None:
    controller = server.controller
    run = Run(tmp_path, server.url, {}, '--check')
    assert run.code == 0, run.output
    assert server.writes() == []
    assert 'Backup and report' in run.output

    run = Run(tmp_path, server.url, {'awx_slices': 3})
    assert run.code == 0, run.output
    check_what_was_made(controller)
    assert 'a-secret-of' not in run.output

    server.log.clear()
    run = Run(tmp_path, server.url, {'awx_slices': 3})
    assert run.code == 0, run.output
    assert run.changed == ALWAYS_CHANGED
    assert [re.sub(r'\d+', 'N', line) for line in server.writes()] == ['PATCH /api/vN/workflow_approval_templates/N/ N']

    run = Run(tmp_path, server.url, {'awx_state': 'absent'})
    assert run.code == 0, run.output
    assert controller.added() == []

    server.log.clear()
    run = Run(tmp_path, server.url, {'awx_state': 'absent'})
    assert (run.code, run.changed, server.writes()) == (0, [], []), run.output


def check_what_was_made(controller: Any) -> None:
    assert controller.linked('organizations', 'Websites', 'galaxy_credentials') == ['Ansible Galaxy']
    for name in ('Begin', 'Backup', 'Verify', 'Restore', 'Export', 'Prune', 'Report', 'Accept', 'Discover'):
        template = controller.named('job_templates', name)
        assert (template['playbook'], template['job_slice_count']) == (
            f'playbooks/{name.lower()}.yml',
            3 if name in ('Backup', 'Verify') else 1,
        )
        assert controller.linked('job_templates', name, 'instance_groups') == ['backups']
        assert controller.linked('job_templates', name, 'credentials') == ['mail', 'repository']
        assert controller.linked('job_templates', name, 'notification_templates_error') == ['data centre']
    assert controller.linked('job_templates', 'Restore', 'labels') == ['changes sites', 'rawat']
    assert controller.linked('job_templates', 'Backup', 'labels') == ['rawat']
    source = controller.named('inventory_sources', 'Project')
    assert (source['source'], source['source_path'], source['status']) == (
        'scm',
        'inventories/production/hosts.yml',
        'successful',
    )
    assert {one['rrule'].partition(':')[0] for one in controller.kinds['schedules'].values()} == {
        'DTSTART;TZID=Asia/Jakarta'
    }
    assert chain(controller, 'Assignment to receipt') == [
        'Begin',
        'Backup',
        'Verify',
        'Report',
        'The sub-coordinator has the report',
        'Accept',
    ]
    assert chain(controller, 'Backup and report') == ['Begin', 'Backup', 'Report']
    # The secrets are where they belong, and nowhere else.
    inputs = controller.named('credentials', 'repository')['inputs']
    assert inputs == {'password': 'a-secret-of-the-repository'}
    assert controller.as_text().count('a-secret-of-the-repository') == 1


def chain(controller: Any, workflow: str) -> list[str]:
    """The names of what a workflow runs, from its first node on."""
    nodes = {
        node['id']: node
        for node in controller.kinds['workflow_job_template_nodes'].values()
        if node['workflow_job_template'] == controller.named('workflow_job_templates', workflow)['id']
    }
    following = {
        number: [
            other
            for way in ('always_nodes', 'success_nodes', 'failure_nodes')
            for other in controller.links.get(('workflow_job_template_nodes', number, way), [])
        ]
        for number in nodes
    }
    (number,) = set(nodes) - {other for others in following.values() for other in others}
    found = [number]
    while following[found[-1]]:
        found += following[found[-1]]
    runs = [nodes[number]['unified_job_template'] for number in found]
    return [
        next(
            one['name']
            for kind in ('job_templates', 'workflow_approval_templates')
            for one in controller.kinds[kind].values()
            if one['id'] == number
        )
        for number in runs
    ]


def refused(server: Server, folder: Path, changes: dict[str, Any]) -> str:
    """The output of a run whose data AWX must refuse."""
    run = Run(folder, server.url, {**NOTHING, **changes})
    assert run.code == 2, run.output
    return run.output


def test_a_playbook_that_the_project_does_not_have_is_refused(server: Server, tmp_path: Path) -> None:
    output = refused(server, tmp_path, {'awx_job_templates': [{'name': 'Backup', 'playbook': 'playbooks/backups.yml'}]})
    assert 'Playbook not found for project.' in output


def test_no_template_is_made_after_a_sync_that_failed_not_even_by_the_next_run(server: Server, tmp_path: Path) -> None:
    data = {'awx_project_url': BROKEN, 'awx_job_templates': [{'name': 'Backup', 'playbook': 'playbooks/backup.yml'}]}
    assert 'Project update failed' in refused(server, tmp_path, data)
    assert 'project_update' in refused(server, tmp_path, data)
    assert 'job_templates: Backup' not in server.controller.added()


def test_a_choice_that_awx_does_not_know_is_refused_with_its_field(server: Server, tmp_path: Path) -> None:
    types = [
        {
            'name': 'odd',
            'kind': 'net',
            'inputs': {'fields': [{'id': 'a', 'label': 'a', 'type': 'string'}]},
            'injectors': {'env': {'ANSIBLE_ODD': 'x'}},
        }
    ]
    assert 'Environment variable ANSIBLE_ODD is not allowed' in refused(
        server, tmp_path, {'awx_credential_types': types}
    )


def test_a_schedule_without_a_time_zone_is_told_before_anything_is_made(server: Server, tmp_path: Path) -> None:
    schedules = [
        {'name': 'nightly', 'template': 'Backup', 'rrule': 'DTSTART:20260101T013000 RRULE:FREQ=DAILY;INTERVAL=1'}
    ]
    assert 'nightly: DTSTART:20260101T013000' in refused(server, tmp_path, {'awx_schedules': schedules})
    assert server.log == []


def test_an_organization_that_holds_what_others_made_is_not_removed(server: Server, tmp_path: Path) -> None:
    organization = server.controller.create('organizations', {'name': 'Websites'})
    server.controller.create('inventories', {'name': 'of somebody else', 'organization': organization['id']})
    assert 'of somebody else' in refused(server, tmp_path, {'awx_state': 'absent'})
    assert server.writes() == []


def test_what_is_missing_is_said_clearly(server: Server, tmp_path: Path) -> None:
    run = Run(tmp_path, '', {})
    assert run.code == 2
    assert 'CONTROLLER_HOST' in run.output
    run = Run(tmp_path, server.url, {'awx_token': ''})
    assert run.code == 2
    assert 'CONTROLLER_OAUTH_TOKEN' in run.output
    run = Run(tmp_path, server.url, {'awx_token': 'an old one'})
    assert run.code == 2
    assert 'does not let us in' in run.output
    run = Run(tmp_path, server.url, {}, collections='/nonexistent')
    assert run.code == 2
    assert 'The collection awx.awx is not installed' in run.output
    assert server.writes() == []
