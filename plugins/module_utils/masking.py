# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in what people or programs said: no field of ours holds one by its nature, but a complaint may quote one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

FREE_TEXTS = (
    *('error', 'remarks', 'reason', 'problems', 'swept', 'note', 'cannot_keep'),
    *('differences', 'difference', 'limitations', 'uncompared'),
)
MASK = '********'
USER_INFORMATION = re.compile(r'(//[^:/?#@]*:)[^/?#]*@')  # RFC 3986, 3.2.1; the last "@" ends it
SHORTEST = 4  # characters: a shorter one would black out half of every text, and so show where it stands


def masked(value: Any, secrets: Iterable[str], free: bool = False) -> Any:
    """`value` (JSON) with every secret replaced in its free texts.

    Names and paths stay: a site or a database may be called like its password, and a run must know its own sites.
    """
    if isinstance(value, dict):
        return {key: masked(item, secrets, free or key in FREE_TEXTS) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(item, secrets, free) for item in value]
    if free and isinstance(value, str):
        for secret in sorted((secret for secret in secrets if len(secret) >= SHORTEST), key=len, reverse=True):
            value = value.replace(secret, MASK)
    return value


def without_password(location: str) -> str:
    """A repository's location as people may see it: rest:https://user:secret@host/ loses the secret."""
    return USER_INFORMATION.sub(rf'\1{MASK}@', location)


def url_secrets(location: str) -> tuple[str, ...]:
    """The password in a location, as it is written there and as it is meant; nothing where there is none."""
    found = USER_INFORMATION.search(location)
    if not found:
        return ()
    written = found.group()[len(found[1]) : -1]
    return tuple(dict.fromkeys(text for text in (written, unquote(written)) if text))
