# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clone a restored site to another address: `clone.py` is the door, `rewrite.py` and `masking.py` do databases,
`settings_files.py` does configuration files, `values.py` a single value.

    transform(request) -> callable for restoring.apply(transform=)
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.staging.clone import CloneRequest, rewrite_site, transform

__all__ = ['CloneRequest', 'rewrite_site', 'transform']
