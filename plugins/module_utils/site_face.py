# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules that work on sites have in common: arguments, limits, and how a run's entries become a result."""

from __future__ import annotations

import contextlib
import os
import re
from typing import Any, Callable

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import manifest, options, process, progress
from ansible_collections.rawat.website.plugins.module_utils.arguments import (
    ASSIGNMENT,
    PARTS,
    REPOSITORY,
    SITES,
    problems,
)
from ansible_collections.rawat.website.plugins.module_utils.concurrency import Limits
from ansible_collections.rawat.website.plugins.module_utils.masking import masked
from ansible_collections.rawat.website.plugins.module_utils.record import DONE
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run
from ansible_collections.rawat.website.plugins.module_utils.version import VERSION

Work = Callable[[AnsibleModule, list, Run], list]  # (module, sites, run) -> the record's entries


def argument_spec(**more: dict[str, Any]) -> dict[str, Any]:
    """The arguments that all of them take, and those that one has in addition."""
    return {
        'sites': {'type': 'list', 'elements': 'dict', 'required': True, 'options': SITES},
        'repository': {'type': 'dict', 'required': True, 'options': REPOSITORY},
        'assignment': {'type': 'dict', 'options': ASSIGNMENT},
        'settings': {'type': 'dict', 'apply_defaults': True, 'options': settings_spec()},
        'run_id': {'type': 'str'},
        'host': {'type': 'str'},
        'fail_on_failed_site': {'type': 'bool', 'default': True},
        'progress_file': {'type': 'path'},
        **more,
    }


def settings_spec() -> dict:
    """The argument spec of `settings`: every option of options.py with its default."""
    types = {name: 'int' if isinstance(value, int) else 'str' for name, value in options.defaults().items()}
    return {name: {'type': types[name], 'default': value} for name, value in options.defaults().items()}


def main(module: AnsibleModule, work: Work, parts: tuple[str, ...] = PARTS, **result: Any) -> None:
    """Check the sites, do `work` within the deadline, and end the module; `result` is added to what it returns."""
    sites = [_complete(site) for site in module.params['sites']]
    found = problems(sites, module.params['repository'])
    if found:
        module.fail_json(msg='nothing was touched: ' + '; '.join(found))
    run = run_of(module, parts)
    with contextlib.suppress(OSError):
        os.nice(run.options['niceness'])
    with process.guard(run.options['deadline']):
        entries = work(module, sites, run)
    finish(module, entries, run, result)


def run_of(module: AnsibleModule, parts: tuple[str, ...] = PARTS) -> Run:
    """What all sites of this call share; of a module for several repositories, none."""
    params = module.params
    return Run(
        id=params['run_id'] or re.sub('[-:]', '', manifest.utc()),
        host=params.get('host') or os.uname().nodename,
        repository=params.get('repository') or {},
        assignment=params.get('assignment'),
        parts=parts,
        options=params['settings'],
        collection_version=VERSION,
        secrets=frozenset(value for value in module.no_log_values if value),
        limits=Limits(**params.get('concurrency') or {}, patience=params['settings']['turn_wait']),
    )


def _complete(site: dict) -> dict:
    """Lists that the inventory left out or set to null are empty ones."""
    return {**site, **{key: site.get(key) or [] for key in ('webroots', 'databases', 'probes')}}


def finish(module: AnsibleModule, entries: list[dict], run: Run, more: dict[str, Any]) -> None:
    """Hand the entries to Ansible, names intact.

    Ansible would blank every value that equals a secret, and with it a site, a database or a path that happens to be
    called like its password: the run would then not know its own sites. So the free texts are masked here, Ansible's
    own masking is off, and the arguments are left out.
    """
    progress.remove(module.params.get('progress_file'))
    module.no_log_values = set()
    entries = masked(entries, run.secrets)
    failed = [entry for entry in entries if entry['outcome'] not in DONE]
    changed = any(entry['outcome'] not in ('ready', 'not_ready') for entry in entries)
    result = {'sites': entries, 'changed': changed, 'invocation': {}, **more}
    if failed and module.params['fail_on_failed_site']:
        module.fail_json(msg='; '.join(f'{entry["site"]}: {entry["error"]}' for entry in failed), **result)
    module.exit_json(**result)
