# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a site answers: read at the backup, kept as hashes in the manifest, asked again of a restored copy.

    text.py      title, lines of text and links of a page
    exchange.py  one question over HTTP and its answer, bounded
    client.py    a page: the answer after redirects within the site
    reading.py   the live site, read once: probes, home page, the pages it links to
    settle.py    two readings become what the manifest says: what stood still between them
    compare.py   the manifest's pages, and the probes, against a copy

A site owner writes these pages: every step is bounded in bytes and time, and nothing of them is executed.
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.pages.client import Page, ReadPage
from ansible_collections.rawat.website.plugins.module_utils.pages.compare import compare, probes
from ansible_collections.rawat.website.plugins.module_utils.pages.reading import Reading, read
from ansible_collections.rawat.website.plugins.module_utils.pages.settle import settle

__all__ = ['Page', 'ReadPage', 'Reading', 'compare', 'probes', 'read', 'settle']
