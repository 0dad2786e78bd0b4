# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifests that real backups write are those that docs/schema/manifest.schema.json describes, and no others."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rawat.sample_site import database, free_port, make_sample_site, site_in_use

from .conftest import CHECKOUT, Run

SCHEMA = json.loads((CHECKOUT / 'docs/schema/manifest.schema.json').read_text())


def backed_up(folder: Path, site: dict) -> dict[str, Any]:
    run = Run(folder, {'here': {'website_sites': [site]}})
    assert run.outcomes == {site['name']: 'complete'}, run.output
    point = run.record['sites'][0]['recovery_point']
    found: dict[str, Any] = json.loads((folder / 'repository' / site['name'] / point / 'manifest.json').read_text())
    return found


@pytest.fixture
def sample_site(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The site of `rawat demo`, which answers while the test runs."""
    root, port = tmp_path / 'sample', free_port()
    make_sample_site(root)
    with site_in_use(root, port):
        yield {
            'name': 'sample',
            'url': f'http://localhost:{port}/',
            'webroots': [{'path': str(root)}],
            'databases': [{'engine': 'sqlite', 'path': str(database(root))}],
            'probes': [{'path': '/', 'contains': 'Peraturan'}],
        }


def test_the_manifest_of_files_and_a_database_is_as_described(tmp_path: Path, site: dict) -> None:
    manifest = backed_up(tmp_path, site)
    jsonschema.validate(manifest, SCHEMA)
    census = manifest['databases'][0]['census']
    assert set(census['checksums']) == {'t'}
    assert census['endpoint']['version']
    assert manifest['application']['note']  # it has no url


def test_the_manifest_of_a_site_that_answers_is_as_described(tmp_path: Path, sample_site: dict) -> None:
    manifest = backed_up(tmp_path, sample_site)
    jsonschema.validate(manifest, SCHEMA)
    assert {'trigger', 'view', 'index'} <= set(manifest['databases'][0]['census']['definitions'])
    assert [page['status'] for page in manifest['application']['pages']]
    census = copy.deepcopy(manifest)['databases'][0]['census']
    for key, value in (('checksum', {}), ('checksums', {'t': 7}), ('grants', {'x': 'all'}), ('endpoint', {'port': 1})):
        wrong = copy.deepcopy(manifest)
        wrong['databases'][0]['census'] = {**census, key: value}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)
