# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller remembers: objects by kind, who belongs to whom, and what AWX 24.6.1 does besides storing.

Only for tests of what we send to it. It is stricter than AWX where AWX would lose something in silence, and it removes
nothing that something else needs.
"""

from __future__ import annotations

import json
from typing import Any

from . import contract

Object = dict[str, Any]
TEMPLATES = ('job_templates', 'workflow_job_templates', 'projects', 'inventory_sources')
# Fields that name another object, and where that lies.
REFERENCES = {
    'organization': 'organizations',
    'project': 'projects',
    'source_project': 'projects',
    'inventory': 'inventories',
    'credential_type': 'credential_types',
    'credential': 'credentials',
    'execution_environment': 'execution_environments',
    'unified_job_template': 'unified_job_templates',
    'workflow_job_template': 'workflow_job_templates',
    'signature_validation_credential': 'credentials',
    'default_environment': 'execution_environments',
}
# Lists of others that an object has, and where these lie.
ASSOCIATIONS = {
    'galaxy_credentials': 'credentials',
    'credentials': 'credentials',
    'labels': 'labels',
    'instances': 'instances',
    'instance_groups': 'instance_groups',
    'always_nodes': 'workflow_job_template_nodes',
    'success_nodes': 'workflow_job_template_nodes',
    'failure_nodes': 'workflow_job_template_nodes',
    **{
        f'notification_templates_{when}': 'notification_templates'
        for when in ('started', 'success', 'error', 'approvals')
    },
}
OWNED = {'workflow_job_template', 'unified_job_template'}  # what goes with its owner: nodes, schedules


class Refused(Exception):
    """An answer that is no success: HTTP status and body."""

    def __init__(self, status: int, body: Any):
        super().__init__(status, body)
        self.status, self.body = status, body


class Controller:
    """An AWX without jobs. `playbooks`: what the project has; `broken_url`: a repository that cannot be synced."""

    def __init__(self, playbooks: list[str], broken_url: str = ''):
        self.kinds: dict[str, dict[int, Object]] = {
            kind: {}
            for kind in (
                *contract.RECORDED,
                'instances',
                'workflow_approval_templates',
                'project_updates',
                'inventory_updates',
            )
        }
        self.links: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[tuple[str, int], Any] = {}
        self.playbooks, self.broken_url, self.last_id = playbooks, broken_url, 0
        self.built_in()

    def built_in(self) -> None:
        """What every AWX has before anybody comes."""
        galaxy = self.store('credential_types', {'name': 'Ansible Galaxy/Automation Hub API Token', 'managed': True})
        machine = {'fields': [{'id': 'username'}, {'id': 'ssh_key_data', 'secret': True}]}
        self.store('credential_types', {'name': 'Machine', 'managed': True, 'inputs': machine})
        self.store(
            'credentials', {'name': 'Ansible Galaxy', 'credential_type': galaxy['id'], 'inputs': {}, 'managed': True}
        )
        self.store('instance_groups', {'name': 'default'})
        self.store('instances', {'name': 'awx-1', 'hostname': 'awx-1'})
        self.before = {(kind, number) for kind, objects in self.kinds.items() for number in objects}

    def added(self) -> list[str]:
        """Kind and name of everything that was not there at the beginning."""
        return sorted(
            f'{kind}: {found.get("name") or found.get("identifier")}'
            for kind, objects in self.kinds.items()
            for number, found in objects.items()
            if (kind, number) not in self.before and not kind.endswith('_updates')
        )

    def named(self, kind: str, name: str) -> Object:
        """The one object of that name."""
        (found,) = [one for one in self.kinds[kind].values() if name in (one.get('name'), one.get('identifier'))]
        return found

    def linked(self, kind: str, name: str, association: str) -> list[str]:
        """The names of what an object has."""
        numbers = self.links.get((kind, self.named(kind, name)['id'], association), [])
        others = self.kinds[ASSOCIATIONS[association]]
        return sorted(others[number].get('name') or others[number]['identifier'] for number in numbers)

    def store(self, kind: str, fields: Object) -> Object:
        """A new object, with the fields that AWX adds."""
        self.last_id += 1
        url = f'/api/v2/{kind}/{self.last_id}/'
        known = contract.defaults(kind) if kind in contract.RECORDED else {}
        related = {'survey_spec': f'{url}survey_spec/', 'update': f'{url}update/'}
        found = {
            **known,
            **fields,
            'id': self.last_id,
            'type': kind[:-1],
            'url': url,
            'related': related,
            'summary_fields': {},
        }
        self.kinds[kind][self.last_id] = found
        return found

    # what is asked for

    def every(self, kind: str) -> list[Object]:
        if kind == 'unified_job_templates':
            return [found for one in TEMPLATES for found in self.kinds[one].values()]
        if kind not in self.kinds:
            raise Refused(404, {'detail': f'no {kind} here'})
        return list(self.kinds[kind].values())

    def one(self, kind: str, number: int) -> Object:
        for found in self.every(kind):
            if found['id'] == number:
                return found
        raise Refused(404, {'detail': f'no {kind} {number}'})

    def search(self, kind: str, query: dict[str, str]) -> list[Object]:
        """The filters of the API that awx.awx uses: equality, relations by ``__``, and ``or__``."""
        query = {key: value for key, value in query.items() if key not in ('page', 'page_size')}
        any_of = {key[4:]: value for key, value in query.items() if key.startswith('or__')}
        all_of = {key: value for key, value in query.items() if not key.startswith('or__')}
        return [
            self.shown(kind, found)
            for found in self.every(kind)
            if all(self.value(found, key) == value.lower() for key, value in all_of.items())
            and (not any_of or any(self.value(found, key) == value.lower() for key, value in any_of.items()))
        ]

    def value(self, found: Object, path: str) -> str:
        name, _, rest = path.partition('__')
        value = found.get(name)
        if rest and value is not None:
            return self.value(self.one(REFERENCES[name], int(value)), rest)
        return str(value).lower()

    def shown(self, kind: str, found: Object) -> Object:
        """As AWX shows it: secrets never."""
        if kind == 'credentials':
            secret = {field['id'] for field in self.fields_of(found) if field.get('secret')}
            return {
                **found,
                'inputs': {key: '$encrypted$' if key in secret else value for key, value in found['inputs'].items()},
            }
        if kind == 'notification_templates':
            settings = {
                key: '$encrypted$' if key in ('password', 'token') and value else value
                for key, value in found['notification_configuration'].items()
            }
            return {**found, 'notification_configuration': settings}
        return found

    def fields_of(self, credential: Object) -> list[Object]:
        return (self.one('credential_types', credential['credential_type']).get('inputs') or {}).get('fields', [])

    # what is said to it

    def create(self, kind: str, payload: Object) -> Object:
        self.judge(kind, payload, None)
        found = self.store(kind, payload)
        if kind == 'projects':
            self.sync(found)
        return self.shown(kind, found)

    def change(self, kind: str, number: int, payload: Object) -> Object:
        found = self.one(kind, number)
        if kind != 'workflow_approval_templates':
            self.judge(kind, payload, found)
            payload = {key: value for key, value in payload.items() if key in contract.RECORDED[kind]['POST']}
        else:
            payload = {key: value for key, value in payload.items() if key in ('name', 'description', 'timeout')}
        found.update(payload)
        return self.shown(kind, found)

    def judge(self, kind: str, payload: Object, existing: Object | None) -> None:
        """The recorded contract first, then what this AWX knows besides."""
        if kind not in contract.RECORDED:
            raise Refused(405, {'detail': f'{kind} takes nothing'})
        found = contract.judge(kind, payload, partial=existing is not None)
        whole = {**(existing or contract.defaults(kind)), **payload}
        if not found:
            found = self.unknown_references(whole) or self.further(kind, whole)
        same = [
            one
            for one in self.every(kind)
            if one.get('name')
            and one['name'] == whole.get('name')
            and one is not existing
            and one.get('organization') == whole.get('organization')
            and one.get('inventory') == whole.get('inventory')
        ]
        if not found and same and kind != 'schedules':
            found = {'__all__': [f'{kind} with this name already exists']}
        if found:
            raise Refused(400, found)

    def unknown_references(self, whole: Object) -> contract.Judgement:
        return {
            name: [f'Invalid pk "{whole[name]}" - object does not exist.']
            for name, kind in REFERENCES.items()
            if whole.get(name) is not None
            and whole[name] not in [one['id'] for one in self.every(kind)]
            and whole[name] not in self.kinds['workflow_approval_templates']
        }

    def further(self, kind: str, whole: Object) -> contract.Judgement:
        if kind == 'job_templates':
            return self.judge_playbook(whole)
        if kind == 'schedules':
            return contract.judge_schedule(whole, self.survey_of(whole['unified_job_template']))
        if kind == 'credential_types':
            return contract.judge_credential_type(whole)
        if kind == 'credentials':
            known = {field['id'] for field in self.fields_of(whole)}
            return (
                {'inputs': [f'{name} is no input' for name in sorted(set(whole['inputs']) - known)]}
                if set(whole['inputs']) - known
                else {}
            )
        return {}

    def judge_playbook(self, template: Object) -> contract.Judgement:
        project = self.kinds['projects'].get(template['project'])
        synced = project is not None and project['status'] in ('successful', 'ok')
        if not synced or template['playbook'] not in self.playbooks:
            return {'playbook': ['Playbook not found for project.']}
        return {}

    def survey_of(self, template: int) -> list[Object]:
        spec = next((survey for (_, number), survey in self.surveys.items() if number == template), None)
        return spec['spec'] if spec else []

    def set_survey(self, kind: str, number: int, survey: Object) -> None:
        text = contract.judge_survey(survey)
        if text:
            raise Refused(400, {'error': text})
        self.surveys[kind, self.one(kind, number)['id']] = survey

    def sync(self, found: Object) -> Object:
        """A git project is synced, well or not; a manual one just lies there."""
        if found['type'] == 'project' and not found['scm_type']:
            found['status'] = 'ok'
            return found
        status = 'failed' if found.get('scm_url') and found['scm_url'] == self.broken_url else 'successful'
        found.update(status=status, scm_revision='0' * 40)
        kind = 'project_updates' if found['type'] == 'project' else 'inventory_updates'
        update = self.store(
            kind,
            {
                'status': status,
                'failed': status == 'failed',
                'finished': 'now',
                'started': 'now',
                'elapsed': 0,
                'scm_revision': found['scm_revision'],
            },
        )
        found['summary_fields'] = {'current_update': {'id': update['id']}}
        return update

    def approval(self, number: int, payload: Object) -> Object:
        """The template of an approval, which becomes what its node runs."""
        node = self.one('workflow_job_template_nodes', number)
        known = {'name', 'description', 'timeout', *contract.RECORDED['workflow_job_template_nodes']['POST']}
        if not payload.get('name') or set(payload) - known:
            raise Refused(400, {'name': ['name, description and timeout are what an approval has']})
        fields = {key: payload.get(key, '') for key in ('name', 'description')}
        found = self.store('workflow_approval_templates', {**fields, 'timeout': payload.get('timeout', 0)})
        node['unified_job_template'] = found['id']
        node['related']['unified_job_template'] = found['url']
        return found

    def associate(self, kind: str, number: int, association: str, payload: Object) -> None:
        self.one(kind, number)
        other = self.one(ASSOCIATIONS[association], payload['id'])['id']
        present = self.links.setdefault((kind, number, association), [])
        if payload.get('disassociate'):
            present.remove(other)
        elif other not in present:
            present.append(other)

    def remove(self, kind: str, number: int) -> None:
        """Refused while somebody else needs it; AWX itself would empty fields or take others along."""
        found = self.one(kind, number)
        needs = [
            f'{other} {one.get("name") or one["id"]}'
            for other, objects in self.kinds.items()
            for one in objects.values()
            for name, where in REFERENCES.items()
            if one.get(name) == number and name not in OWNED and found in self.every(where) and other != 'labels'
        ]
        if needs:
            raise Refused(409, {'error': f'{kind} {found["name"]} is needed by {", ".join(needs)}'})
        del self.kinds[kind][number]
        self.surveys.pop((kind, number), None)
        for key in [key for key in self.links if key[:2] == (kind, number)]:
            del self.links[key]
        self.remove_owned(number)

    def remove_owned(self, number: int) -> None:
        """Nodes and schedules of a template; approvals of nodes; labels that nobody has any more."""
        for kind in ('schedules', 'workflow_job_template_nodes'):
            for one in [one for one in self.kinds[kind].values() if number in (one.get(name) for name in OWNED)]:
                self.kinds['workflow_approval_templates'].pop(one['unified_job_template'] or 0, None)
                del self.kinds[kind][one['id']]
        used = {
            label for (_, _, association), labels in self.links.items() if association == 'labels' for label in labels
        }
        for label in [label for label in self.kinds['labels'] if label not in used]:
            del self.kinds['labels'][label]

    def as_text(self) -> str:
        """Everything that it holds, to look for what must not be there."""
        return json.dumps([self.kinds, list(self.surveys.values())])
