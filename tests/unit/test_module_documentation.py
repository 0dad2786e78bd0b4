# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules document is what they take: names, types, defaults and choices, down to the last suboption."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
import yaml
from ansible_collections.rawat.website.plugins.doc_fragments import (
    attributes,
    backup,
    copies,
    repository,
    restore,
    retention,
    settings,
)
from ansible_collections.rawat.website.plugins.module_utils import (
    backup_face,
    drill_face,
    export_face,
    prune_face,
    restore_face,
    vault_face,
)
from ansible_collections.rawat.website.plugins.modules import (
    database_backup,
    filing,
    recovery_point_info,
    repository_admin,
    site_backup,
    site_discovery,
    site_drill,
    site_evidence,
    site_export,
    site_hold,
    site_prune,
    site_restore,
    site_vault,
    webroot_backup,
)

CHECKOUT = Path(__file__).resolve().parents[2]
FRAGMENTS = {
    'rawat.website.attributes': attributes.ModuleDocFragment.DOCUMENTATION,
    'rawat.website.attributes.info_module': attributes.ModuleDocFragment.INFO_MODULE,
    'rawat.website.attributes.drill': attributes.ModuleDocFragment.DRILL,
    'rawat.website.backup': backup.ModuleDocFragment.DOCUMENTATION,
    'rawat.website.settings': settings.ModuleDocFragment.DOCUMENTATION,
    'rawat.website.copies': copies.ModuleDocFragment.DOCUMENTATION,
    'rawat.website.retention': retention.ModuleDocFragment.DOCUMENTATION,
    'rawat.website.repository': repository.ModuleDocFragment.DOCUMENTATION,
    'rawat.website.restore': restore.ModuleDocFragment.DOCUMENTATION,
}


def documented(module: object) -> dict:
    """The options of a module's documentation, with those of its fragments."""
    page = yaml.safe_load(module.DOCUMENTATION)  # type: ignore[attr-defined]
    options = dict(page.get('options') or {})
    for name in page.get('extends_documentation_fragment') or []:
        options |= yaml.safe_load(FRAGMENTS[name])['options']
    return options


def differences(spec: dict, options: dict, path: str = '') -> list[str]:
    lines = [f'{path}{name}: only in one of them' for name in sorted(spec.keys() ^ options.keys())]
    for name in spec.keys() & options.keys():
        taken, said = spec[name], options[name]
        for key in ('type', 'elements', 'required', 'default', 'choices'):
            if taken.get(key) != said.get(key):
                lines.append(f'{path}{name}.{key}: takes {taken.get(key)!r}, says {said.get(key)!r}')
        lines += differences(taken.get('options') or {}, said.get('suboptions') or {}, f'{path}{name}.')
    return lines


FACES = {
    repository_admin: repository_admin,
    site_export: export_face,
    database_backup: backup_face,
    site_backup: backup_face,
    webroot_backup: backup_face,
    site_discovery: site_discovery,
    filing: filing,
    site_drill: drill_face,
    site_evidence: site_evidence,
    site_restore: restore_face,
    site_hold: site_hold,
    recovery_point_info: recovery_point_info,
    site_prune: prune_face,
    site_vault: vault_face,
}


@pytest.mark.parametrize('module', FACES, ids=lambda module: module.__name__)
def test_the_documentation_is_the_argument_spec(module: ModuleType) -> None:
    assert differences(FACES[module].argument_spec(), documented(module)) == []


@pytest.mark.parametrize(
    ('role', 'face'),
    [
        ('site_drill', drill_face),
        ('site_evidence', site_evidence),
        ('site_restore', restore_face),
        ('site_vault', vault_face),
    ],
)
def test_the_role_hands_every_argument_of_its_module_on(role: str, face: ModuleType) -> None:
    folder = CHECKOUT / 'roles' / role
    (task,) = yaml.safe_load((folder / 'tasks/main.yml').read_text(encoding='utf-8'))
    passed = set(task[f'rawat.website.{role}'])
    # A drill makes no recovery point, so it needs no assignment; the action plugin adds the progress file.
    assert set(face.argument_spec()) - passed - {'assignment', 'progress_file'} == set()
    said = yaml.safe_load((folder / 'meta/argument_specs.yml').read_text(encoding='utf-8'))['argument_specs']['main']
    defaults = yaml.safe_load((folder / 'defaults/main.yml').read_text(encoding='utf-8'))
    assert set(said['options']) == set(defaults)
