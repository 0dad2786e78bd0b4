# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a masked value looks like, and when a masked column is accepted.

A digest is SHA-256 of secret, value, secret, in hexadecimal digits: with one secret per clone equal values stay equal,
in every table, and different ones different (64 bits of it, 48 in a telephone number). Nobody without the secret can
try out values, and the secret is thrown away. '.invalid' and the country code 00 exist nowhere (RFC 2606, ITU E.164).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError

RULES = ('hash', 'email', 'name', 'phone', 'null', 'fixed')
LENGTHS = {'hash': 16, 'email': 32, 'name': 23, 'phone': 18}  # characters that a column must have room for


class Masked(NamedTuple):
    """Values and different values before; originals that are left and different values afterwards. Empty ones not."""

    values: int
    distinct: int
    left: int
    distinct_now: int


def checked(found: Masked, table: str, column: str, rule: Mapping[str, Any]) -> dict[str, int]:
    """{'values', 'distinct'}. Raises RestoreError when an original is left, or two values became one."""
    where = f'masking {table}.{column} ({rule["rule"]})'
    if found.left:
        raise RestoreError(f'{where}: {found.left} values are still the original ones; choose another rule or value')
    if rule['rule'] in LENGTHS and found.distinct != found.distinct_now:
        raise RestoreError(
            f'{where}: {found.distinct} different values became {found.distinct_now}: run it again (another secret)'
        )
    return {'values': found.values, 'distinct': found.distinct}
