# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The register: the append-only, hash-chained list of what was issued, and its checker. Runs on the controller only.

    with writing(filing) as book:
        number = book.next_number(2026, 'BKP')
        row = book.append({'kind': 'report', 'number': number['number'], …})
    Register(filing).entry('0007/BKP/2026')
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.register.book import (
    Book,
    Register,
    RegisterBroken,
    state_of,
    tip,
    writing,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker import code_of
from ansible_collections.rawat.website.plugins.module_utils.register.lock import RegisterBusy, RegisterError

__all__ = [
    'Book',
    'Register',
    'RegisterBroken',
    'RegisterBusy',
    'RegisterError',
    'code_of',
    'state_of',
    'tip',
    'writing',
]
