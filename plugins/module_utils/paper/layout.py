# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every format does the same with a document: its sections, the place of the seal, its foot, which template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.filing import handed
from ansible_collections.rawat.website.plugins.module_utils.filing.handed import here

TEMPLATES = Path(__file__).resolve().parents[3] / 'roles' / 'report' / 'templates'
TURNS = ('landscape', 'portrait')
Section = dict[str, Any]


class PaperError(Exception):
    """A document that could not be set: the template, the cause and the remedy. It never fails a backup."""


class PaperMissing(PaperError):
    """A format whose library is not installed; the sentence says which."""


def sections(document: dict[str, Any]) -> list[Section]:
    """[{'orientation', 'blocks'}]: the pages upright and on their side, with the seal where it belongs.

    The seal stands where a block of the type 'seal' says, else before the annexes (the first turn of the page), else at
    the end. The block then is the seal itself with `type`.
    """
    found: list[Section] = [{'orientation': document['orientation'], 'blocks': []}]
    for block in document['blocks']:
        if block['type'] in TURNS:
            if block['type'] != found[-1]['orientation']:
                found.append({'orientation': block['type'], 'blocks': []})
        else:
            found[-1]['blocks'].append(block)
    _place_seal(found, document['seal'])
    return [section for section in found if section['blocks']] or found[:1]


def _place_seal(found: list[Section], seal: dict[str, Any] | None) -> None:
    drawn = [{'type': 'seal', **seal}] if seal else []
    places = [section for section in found if any(block['type'] == 'seal' for block in section['blocks'])]
    for section in places:
        section['blocks'] = [
            part
            for block in section['blocks']
            for part in (drawn if block['type'] == 'seal' else [block])
        ]  # fmt: skip
    if not places:
        found[0]['blocks'] += drawn


def foot(document: dict[str, Any]) -> str:
    """The line at the foot of every page; register number and code stand there whether or not the view wrote them."""
    seal = document['seal'] or {}
    missing = [seal.get(key) for key in ('number', 'code') if seal.get(key) and seal[key] not in document['foot']]
    return ' · '.join(part for part in [document['foot'], *missing] if part)


def own_templates() -> Path:
    """Where our templates lie on this machine."""
    return here(TEMPLATES, handed.TEMPLATES)


def template(kind: str, suffix: str, directory: str | Path | None) -> Path:
    """The template for documents of `kind`: <directory>/<kind><suffix>, <directory>/document<suffix>, then ours.

    Raises PaperError when `directory` is given and is none: a template that is silently not used helps nobody.
    """
    own = here(directory) if directory else None
    if own and not own.is_dir():
        raise PaperError(f'website_office.templates: {directory} is not a directory; correct it or leave it out')
    wanted = [own / f'{name}{suffix}' for name in (kind, 'document')] if own else []
    return next((path for path in wanted if path.is_file()), own_templates() / f'document{suffix}')


def logo_bytes(path: str) -> bytes:
    """The picture of the letterhead. Raises PaperError naming the setting when it cannot be read."""
    try:
        return here(path).read_bytes()
    except OSError as error:
        message = f'website_office.logo: {path} cannot be read ({error.strerror}); correct the path or leave it out'
        raise PaperError(message) from None
