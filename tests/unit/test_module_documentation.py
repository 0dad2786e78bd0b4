# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules document is what they take: names, types, defaults and choices, down to the last suboption."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.rawat.website.plugins.doc_fragments import attributes, backup
from ansible_collections.rawat.website.plugins.module_utils import backup_face
from ansible_collections.rawat.website.plugins.modules import database_backup, site_backup, webroot_backup

FRAGMENTS = {
    'rawat.website.attributes': attributes.ModuleDocFragment.DOCUMENTATION,
    'rawat.website.backup': backup.ModuleDocFragment.DOCUMENTATION,
    'rawat.website.backup.repository': backup.ModuleDocFragment.REPOSITORY,
}


def documented(module: object) -> dict:
    """The options of a module's documentation, with those of its fragments."""
    page = yaml.safe_load(module.DOCUMENTATION)  # type: ignore[attr-defined]
    options = dict(page.get('options') or {})
    for name in page['extends_documentation_fragment']:
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


@pytest.mark.parametrize('module', [site_backup, database_backup, webroot_backup], ids=lambda module: module.__name__)
def test_the_documentation_is_the_argument_spec(module: object) -> None:
    assert differences(backup_face.argument_spec(), documented(module)) == []
