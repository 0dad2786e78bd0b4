# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications: which one a webroot holds, and what it needs to be backed up.

One module each, with the same names; a new application is a file here and its name below:

    NAME                                  'WordPress'
    top(tree) -> Tree | None              the folder in which it lies (the webroot, or one around it); None: another's
    describe(tree) -> Found               what is there, `tree` being what top() gave; remarks go to tree.note()
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import (
    codeigniter,
    django,
    dokuwiki,
    drupal,
    dspace,
    joomla,
    laravel,
    mediawiki,
    moodle,
    ojs,
    plain,
    slims,
    wordpress,
)
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree
from ansible_collections.rawat.website.plugins.module_utils.discovery.reading import printable

__all__ = ['APPLICATIONS', 'Found', 'recognise', 'recognise_below']

# Spelled out, because Ansible ships to a target only what it finds in import statements.
APPLICATIONS = (
    wordpress, joomla, drupal, mediawiki, moodle, ojs, dspace, slims, codeigniter, laravel, django, dokuwiki,
)  # fmt: skip
BELOW_LIMIT = 200  # folders of a webroot that are looked into
TEXT_LIMIT = 4096  # characters of a name, path or address
# Not what is computed, nor what an application is delivered with: the web server knows better than `localhost`.
_URL = re.compile(r'https?://(?!localhost([:/]|\Z)|127\.|\[::1\])[\w.-]{1,253}(:\d{1,5})?(/[!-z~]{0,500})?', re.ASCII)


def recognise(webroot: str, root: str = '/', names: Sequence[str] = ()) -> Found | None:
    """What is in `webroot`; None when that is no folder. Never raises: what cannot be read becomes a remark.

    `names` are the host names under which it is served: some installations serve several sites from one folder.
    """
    tree = Tree(webroot, root, names)
    if not tree.has_folder('.'):
        return None
    return _known(tree) or _safely(plain, tree)


def recognise_below(webroot: str, root: str = '/', names: Sequence[str] = ()) -> list[Found]:
    """Known applications in the folders right below `webroot`: one virtual host often serves several of them so."""
    tree = Tree(webroot, root, names)
    found = []
    for name in tree.listing()[:BELOW_LIMIT]:
        inner = Tree(tree.full(name), root, names)
        one = _known(inner) if inner.has_folder('.') else None
        if one and one.webroots[0]['path'] == inner.path:
            found.append(one)
    return found


def _known(tree: Tree) -> Found | None:
    for application in APPLICATIONS:
        own = Tree(tree.path, tree.root, tree.names)  # so that one's remarks do not stand in another's result
        top = _top(application, own)
        if top:
            return _safely(application, top)
    return None


def _top(application: Any, tree: Tree) -> Tree | None:
    try:
        return application.top(tree)
    except Exception:  # one folder of many: then it is another application's, or plain
        return None


def _safely(application: Any, tree: Tree) -> Found:
    try:
        found = application.describe(tree)
    except Exception as error:
        tree.note(f'its configuration was not understood ({type(error).__name__}): complete the entry by hand')
        found = Found(application.NAME, webroots=({'path': tree.path, 'exclude': []},))
    return _clean(found, tree)


def _clean(found: Found, tree: Tree) -> Found:
    """Without what no inventory can hold: undecodable bytes, control characters, endless texts."""
    webroots = [one for one in found.webroots if _usable(one['path'])]
    databases = [one for one in found.databases if all(_usable(text) for text in one.values())]
    if len(webroots) + len(databases) < len(found.webroots) + len(found.databases):
        tree.note('a path, name or password has control characters or is endless: complete the entry by hand')
    version, document_root = (text if text and _usable(text) else None for text in (found.version, found.document_root))
    url = found.url if found.url and _URL.fullmatch(found.url) else None
    remarks = tuple(printable(remark) for remark in tree.remarks)
    return found._replace(
        version=version, webroots=tuple(webroots), databases=tuple(databases), url=url, document_root=document_root,
        remarks=remarks,
    )  # fmt: skip


def _usable(value: Any) -> bool:
    return not isinstance(value, str) or (len(value) <= TEXT_LIMIT and value.isprintable())
