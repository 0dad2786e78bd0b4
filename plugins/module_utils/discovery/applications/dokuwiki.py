# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""DokuWiki: no database; pages and media in `savedir`. Debian keeps them in /var/lib/dokuwiki.

Sources: conf/dokuwiki.php, inc/init.php, dokuwiki.org/faq:backup, Debian's inc/preload.php.
"""

from __future__ import annotations

import re

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import PhpSettings, Tree

NAME = 'DokuWiki'
EXCLUDE = ('cache/', 'locks/', 'tmp/')  # faq:backup: what need not be backed up
DEBIAN = '/var/lib/dokuwiki'


def top(tree: Tree) -> Tree | None:
    return tree if tree.has('doku.php') and tree.has_folder('inc') and tree.has_folder('lib') else None


def describe(tree: Tree) -> Found:
    version = re.match(r'[\w.-]{4,40}', tree.text('VERSION'))
    preload = tree.php('inc/preload.php')
    main = preload.get('DOKU_MAIN_CONF') or 'conf'
    conf = (preload.has('DOKU_CONF') and not main.startswith('/etc/dokuwiki') and preload.get('DOKU_CONF')) or main
    folders = Folders(tree)
    # local.protected.php has the last word.
    files = [tree.php(f'{place}/{name}') for place, name in (
        (main, 'dokuwiki.php'), (conf, 'local.php'), (conf, 'local.protected.php'))]  # fmt: skip
    saved = _last(files, 'savedir') or './data'
    if main.startswith('/etc/dokuwiki'):
        folders.add(main, 'the configuration', source=None)
        data = saved[len(DEBIAN) + 1 :] if saved.startswith(f'{DEBIAN}/') else 'data'
        folders.add(DEBIAN, 'pages, users and plugins', [f'{data}/{one}' for one in EXCLUDE], source=None)
        _animals(tree, main)
    elif conf != 'conf':
        folders.add(conf, 'DOKU_CONF', source='inc/preload.php')
    source = next((one.file for one in reversed(files) if one.has('$conf', 'savedir')), '.')
    folders.add(saved, 'savedir', EXCLUDE, source)
    for place in ('.', 'lib'):
        folders.links_of(place)
    url = (_last(files, 'baseurl') or '') + (_last(files, 'basedir') or '') if _last(files, 'baseurl') else None
    return Found(NAME, version and version[0], tuple(folders.webroots), url=url)


def _last(files: list[PhpSettings], key: str) -> str | None:
    return next((text for one in reversed(files) if (text := one.get('$conf', key))), None)


def _animals(tree: Tree, main: str) -> None:
    farm = tree.listing(f'{main}/farm')
    if farm:
        tree.note(f'it serves a farm of {len(farm)} wikis, all of them in {DEBIAN} and {main.rstrip("/")}')
