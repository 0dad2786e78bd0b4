# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications: which one a webroot holds, and what it needs to be backed up."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found

__all__ = ['Found', 'recognise']


def recognise(webroot: str, root: str = '/') -> Found | None:
    """What is in `webroot`; None when that is no folder. Never raises: what cannot be read becomes a remark."""
    raise NotImplementedError
