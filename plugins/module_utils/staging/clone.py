# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restored site becomes a clone at another address, before anything of it is published.

Order: everything that can be wrong is looked for first (the request, the configuration files, the masking rules against
the catalogue); then personal data is masked, addresses and paths are rewritten in each database, one transaction each;
the configuration files come last. After an error the copy is good for nothing and must be thrown away.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Callable, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError, RestoreError
from ansible_collections.rawat.website.plugins.module_utils.staging import masking, needles, settings_files
from ansible_collections.rawat.website.plugins.module_utils.staging.rewrite import reason_of, rewrite
from ansible_collections.rawat.website.plugins.module_utils.staging.settings_text import Login
from ansible_collections.rawat.website.plugins.module_utils.staging.tables import engine_tables

SHORTEST_TEXT = 4  # characters of a text to be replaced; shorter ones are everywhere
SECRET_BYTES = 32
Progress = Callable[[str], None]


class CloneRequest(NamedTuple):
    """What shall be different. `masking` rules may name a `database` (its label or name) where there are several."""

    url: str | None = None
    paths: Mapping[str, str] = {}  # {live path: new path}
    logins: Mapping[str, Login] = {}  # {name of the database as the site knows it: how the clone reaches it}
    masking: Sequence[Mapping[str, Any]] = ()
    replacements: Sequence[Mapping[str, str]] = ()  # [{'from': text, 'to': text}], beyond address and paths
    old_url: str | None = None  # where the inventory's url is not what the site's data hold


def problems(site: Mapping[str, Any], request: CloneRequest, databases: Mapping[str, Mapping]) -> list[str]:
    """Everything that is wrong with the request itself, one sentence each."""
    found = [*_url_problems(site, request), *masking.problems(request.masking)]
    for old, new in request.paths.items():
        for path in (old, new):
            if not path.startswith('/') or not path.strip('/') or '..' in path.split('/') or _is_unfit(path):
                found.append(
                    f'path {path!r} is not usable: an absolute path without "..", quotes and control characters'
                )
    for one in request.replacements:
        if len(one.get('from') or '') < SHORTEST_TEXT or one.get('to') is None or _is_unfit(one['to']):
            found.append(
                f'replacement {one.get("from")!r}: from needs {SHORTEST_TEXT} characters, to no quotes or control'
            )
    for rule in request.masking:
        if _database_of(rule, databases) is None:
            known = ', '.join(sorted(databases)) or 'none'
            found.append(f'masking rule {rule.get("table")}.{rule.get("column")}: which database? There are: {known}')
    return found


def _url_problems(site: Mapping[str, Any], request: CloneRequest) -> list[str]:
    if request.url is None:
        return []
    found = []
    if not (old := request.old_url or site.get('url')):
        found.append(f'site {site["name"]!r} has no url, so the old address is not known: give it one')
    for url in (old, request.url):
        try:
            needles.parse_url(url or 'http://none')
        except ValueError as error:
            found.append(str(error))
    return found


def _is_unfit(text: str) -> bool:
    """Would it need escapes in PHP, JSON, SQL or HTML? Then it cannot stand in any of them as it is."""
    return any(character in '\'"\\<>&$`' or not character.isprintable() for character in text)


def _database_of(rule: Mapping[str, Any], databases: Mapping[str, Mapping]) -> str | None:
    """The label of the database that a rule means."""
    wanted = rule.get('database')
    if wanted is None:
        return next(iter(databases)) if len(databases) == 1 else None
    names = {label: {label, label.partition('.')[2], entry.get('name'), entry.get('path')}
             for label, entry in databases.items()}  # fmt: skip
    return next((label for label, known in names.items() if wanted in known), None)


def needles_of(site: Mapping[str, Any], request: CloneRequest) -> needles.Needles:
    """What is replaced in databases and files."""
    wanted = [
        needles.path_replacement(old, new) for old, new in request.paths.items() if old.rstrip('/') != new.rstrip('/')
    ]
    wanted += [needles.text_replacement(one['from'], one['to']) for one in request.replacements]
    if request.url:
        old, new = needles.parse_url(request.old_url or site['url']), needles.parse_url(request.url)
        if old != new:
            wanted.append(needles.url_replacement(old, new))
    return needles.Needles(wanted)


def plan(
    site: Mapping[str, Any], trees: Mapping[str, str], databases: Mapping[str, Mapping], request: CloneRequest
) -> dict[str, Any]:
    """What would be changed, after a look at everything and without a change: {'url', 'old_url', 'paths', 'databases',
    'masking', 'files': {path: [changes]}, 'remarks'}. Raises PreflightError with everything that is wrong."""
    found = problems(site, request, databases)
    if found:
        raise PreflightError(found)
    edits, remarks = _prepare(site, trees, databases, request)
    return {
        'url': request.url,
        'old_url': request.old_url or site.get('url'),
        'paths': dict(request.paths),
        'databases': sorted(databases),
        'masking': [f'{rule["table"]}.{rule["column"]}: {rule["rule"]}' for rule in request.masking],
        'files': {f'{edit.tree}/{edit.path}': edit.outcome.changes for edit in edits},
        'remarks': remarks,
    }


def _prepare(
    site: Mapping[str, Any], trees: Mapping[str, str], databases: Mapping[str, Mapping], request: CloneRequest
) -> tuple[list[settings_files.Edit], list[str]]:
    wanted = needles_of(site, request)
    found: list[str] = []
    edits: list[settings_files.Edit] = []
    remarks: list[str] = []
    for tree in trees.values():
        new, wrong, notes = settings_files.prepare(tree, wanted, request.logins)
        edits, found, remarks = [*edits, *new], [*found, *wrong], [*remarks, *notes]
    for label, rules in _rules_by_database(request, databases).items():
        try:
            with engine_tables(databases[label]) as tables:
                masking.resolve(tables, rules)
        except PreflightError as error:
            found += [f'{label}: {line}' for line in error.problems]
    if found:
        raise PreflightError(found)
    return edits, remarks


def _rules_by_database(request: CloneRequest, databases: Mapping[str, Mapping]) -> dict[str, list[Mapping[str, Any]]]:
    rules: dict[str, list[Mapping[str, Any]]] = {}
    for rule in request.masking:
        rules.setdefault(str(_database_of(rule, databases)), []).append(rule)
    return rules


def rewrite_site(
    site: Mapping[str, Any],
    trees: Mapping[str, str],
    databases: Mapping[str, Mapping],
    request: CloneRequest,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """`trees`: {live path: restored directory}; `databases`: {label: entry with a login that may do everything there}.

    {'url', 'old_url', 'databases': {label: as rewrite.rewrite}, 'masked': {label: as masking.mask}, 'files': {path:
    [changes]}, 'values', 'remarks'}. Raises PreflightError before anything is touched, RestoreError afterwards.
    """
    planned = problems(site, request, databases)
    if planned:
        raise PreflightError(planned)
    edits, remarks = _prepare(site, trees, databases, request)
    result: dict[str, Any] = {'url': request.url, 'old_url': request.old_url or site.get('url'), 'remarks': remarks}
    wanted, rules, secret = (
        needles_of(site, request),
        _rules_by_database(request, databases),
        secrets.token_hex(SECRET_BYTES),
    )
    result['databases'], result['masked'] = {}, {}
    for label, database in databases.items():
        try:
            with engine_tables(database) as tables:
                result['masked'][label] = masking.mask(tables, rules.get(label, []), secret)
                result['databases'][label] = rewrite(tables, wanted, progress)
        except process.CommandFailed as failure:
            raise RestoreError(f'database {label} could not be rewritten: {reason_of(failure)}') from None
        remarks += [f'{label}: {line}' for line in result['databases'][label]['remarks']]
    for edit in edits:
        settings_files.write(edit)
    result['files'] = {f'{edit.tree}/{edit.path}': edit.outcome.changes for edit in edits}
    result['values'] = sum(one['values'] for one in result['databases'].values())
    return result


def transform(request: Any) -> Callable[..., list[str]]:
    """For restoring.apply: `request` is its RestoreRequest (url, mask, to_path, to_database, to_login_…).

    Paths and names come from the parts (`name` was, `to` will be); the application's own account came with the point.
    """

    def change(site: dict, _manifest: dict, parts: list[dict], _run: object) -> list[str]:
        webroots = [part for part in parts if part['kind'] == 'webroot']
        found = {part['label']: part for part in parts if part['kind'] == 'database'}
        wanted = CloneRequest(
            url=request.url,
            paths={part['name']: part['to'] for part in webroots if part.get('to')},
            logins={_known_name(part): _login(part, request) for part in found.values() if _known_name(part)},
            masking=tuple(request.mask or ()),
        )
        trees = {part['name']: part['tree'] for part in webroots}
        databases = {label: part['database'] for label, part in found.items()}
        return summary(rewrite_site(site, trees, databases, wanted))

    return change


def _known_name(part: Mapping[str, Any]) -> str:
    """The name by which the site's own configuration knows the database; '' for a file."""
    return '' if part['database']['engine'] == 'sqlite' else str(part['name'])


def _login(part: Mapping[str, Any], request: Any) -> Login:
    host, socket = request.to_login_host, request.to_login_unix_socket
    return Login(
        name=part.get('to') or None, host=host, port=request.to_login_port if host else None,
        socket=socket if part['database']['engine'] != 'postgresql' else None,
    )  # fmt: skip


def summary(result: Mapping[str, Any]) -> list[str]:
    """The remarks of a result, and in sentences what was changed."""
    lines = [
        f'clone: {result["values"]} values in {len(result["databases"])} databases were rewritten to {result["url"]}'
    ]
    for label, columns in sorted(result['masked'].items()):
        lines += [f'clone: {label}: {name}: {one["values"]} values masked' for name, one in sorted(columns.items())]
    lines += [f'clone: {path}: {"; ".join(changes)}' for path, changes in sorted(result['files'].items())]
    return [*lines, *result['remarks']]
