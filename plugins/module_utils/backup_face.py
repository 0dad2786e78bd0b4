# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible face that site_backup, database_backup and webroot_backup share: arguments in, results out."""

from __future__ import annotations

import contextlib
import os
import re
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.rawat.website.plugins.module_utils import backup, manifest, options, preflight, process
from ansible_collections.rawat.website.plugins.module_utils.arguments import ASSIGNMENT, REPOSITORY, SITES, problems
from ansible_collections.rawat.website.plugins.module_utils.record import DONE
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run
from ansible_collections.rawat.website.plugins.module_utils.version import VERSION

FREE_TEXTS = ('error', 'remarks', 'reason', 'problems', 'swept')


def argument_spec() -> dict:
    """The arguments of the three backup modules; `settings` holds every option of options.py."""
    return {
        'sites': {'type': 'list', 'elements': 'dict', 'required': True, 'options': SITES},
        'repository': {'type': 'dict', 'required': True, 'options': REPOSITORY},
        'assignment': {'type': 'dict', 'options': ASSIGNMENT},
        'settings': {'type': 'dict', 'apply_defaults': True, 'options': _settings()},
        'run_id': {'type': 'str'},
        'host': {'type': 'str'},
        'fail_on_failed_site': {'type': 'bool', 'default': True},
        'progress_file': {'type': 'path'},
    }


def _settings() -> dict:
    """The argument spec of `settings`: every option of options.py with its default."""
    types = {name: 'int' if isinstance(value, int) else 'str' for name, value in options.defaults().items()}
    return {name: {'type': types[name], 'default': value} for name, value in options.defaults().items()}


def main(parts: tuple[str, ...]) -> None:
    """Run the module for `parts` ('databases', 'webroots') of every site."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    sites = [_complete(site) for site in module.params['sites']]
    found = problems(sites, module.params['repository'])
    if found:
        module.fail_json(msg='nothing was touched: ' + '; '.join(found))
    run = _run(module, parts)
    with contextlib.suppress(OSError):
        os.nice(run.options['niceness'])
    with process.guard(run.options['deadline']):
        work = preflight.examine if module.check_mode else backup.back_up
        entries = work(sites, run, module.params['progress_file'])
    _exit(module, entries)


def _run(module: AnsibleModule, parts: tuple[str, ...]) -> Run:
    params = module.params
    return Run(
        id=params['run_id'] or re.sub('[-:]', '', manifest.utc()),
        host=params['host'] or os.uname().nodename,
        repository=params['repository'],
        assignment=params['assignment'],
        parts=parts,
        options=params['settings'],
        collection_version=VERSION,
    )


def _complete(site: dict) -> dict:
    """Lists that the inventory left out or set to null are empty ones."""
    return {**site, **{key: site.get(key) or [] for key in ('webroots', 'databases', 'probes')}}


def _exit(module: AnsibleModule, entries: list[dict]) -> None:
    """Hand the entries to Ansible, names intact.

    Ansible would blank every value that equals a secret, and with it a site, a database or a path that happens to be
    called like its password: the run would then not know its own sites. No field of an entry holds a secret by its
    nature, but a program's complaint might quote one: so the free texts are masked here, and the arguments left out.
    """
    secrets, module.no_log_values = {value for value in module.no_log_values if value}, set()
    entries = [_masked(entry, secrets) for entry in entries]
    failed = [entry for entry in entries if entry['outcome'] not in DONE]
    result = {'sites': entries, 'changed': not module.check_mode or bool(failed), 'invocation': {}}
    if failed and module.params['fail_on_failed_site']:
        module.fail_json(msg='; '.join(f'{entry["site"]}: {entry["error"]}' for entry in failed), **result)
    module.exit_json(**result)


def _masked(value: Any, secrets: set[str], free: bool = False) -> Any:
    """`value` with every secret replaced in what people or programs said (error, remarks, reason, problems)."""
    if isinstance(value, dict):
        return {key: _masked(item, secrets, free or key in FREE_TEXTS) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, secrets, free) for item in value]
    if free and isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, '********')
    return value
