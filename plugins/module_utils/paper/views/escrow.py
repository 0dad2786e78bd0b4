# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key sheet for the safe: one identity as text and QR, what it opens, how to use it. Secret, and never filed."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views import parts
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import BLANK, Words

GROUP, LINE = 4, 5  # characters in a group, groups in a line
FILE = 'rawat-identity.txt'
OPENINGS = 3  # lines to write down who opened the envelope
COMMANDS = {
    'escrow.step_type': f'umask 077; nano {FILE}',
    'escrow.step_check': f'age-keygen -y {FILE}',
    'escrow.step_use': f'IDENTITY=$PWD/{FILE}',
    'escrow.step_remove': f'shred -u {FILE}',
}


def escrow(identity: str, recipient: str, made: str, language: str, offset: int = 0) -> dict[str, Any]:
    """The sheet of `identity`, made at `made` (UTC). Both languages are on it: nobody knows who opens the safe."""
    first = Words(language, offset)
    blocks: list[model.Block] = []
    for say in (first, Words(next(one for one in LANGUAGES if one != language), offset)):
        blocks.append(model.paragraph(model.text(say('escrow.secret'), strong=True), 'cause'))
    blocks += [_facts(recipient, made, first), *_secret(identity, recipient, first)]
    for say in (first, Words(next(one for one in LANGUAGES if one != language), offset)):
        blocks += _how(say)
    heads = [part.strip() for part in first('escrow.opened').split('/')]
    blocks.append(model.table(heads, [[BLANK] * len(heads)] * OPENINGS, [3, 4, 5, 2]))
    return model.document(
        'escrow', language, first('escrow.title'), blocks, timestamp=made, foot=first('escrow.title'),
        page_words=parts.page_words(first),
    )  # fmt: skip


def grouped(identity: str) -> list[str]:
    """The identity in lines of groups: 'AGE-SECRET-KEY-1' first, then five groups of four in a line."""
    head, _one, body = identity.rpartition('1')
    groups = [body[start : start + GROUP] for start in range(0, len(body), GROUP)]
    return [f'{head}1', *(' '.join(groups[start : start + LINE]) for start in range(0, len(groups), LINE))]


def _facts(recipient: str, made: str, say: Words) -> model.Block:
    return model.facts([
        (say('escrow.recipient'), model.text(recipient, mono=True, small=True)),
        (say('escrow.made'), say.moment(made)),
        (say('escrow.opens'), say('escrow.opens_text')),
    ])  # fmt: skip


def _secret(identity: str, recipient: str, say: Words) -> list[model.Block]:
    """The text to be typed, and the QR of it in a box of its own."""
    lines = [model.text(line, strong=True, mono=True) for line in grouped(identity)]
    box = model.label(say('escrow.identity'), [f'{recipient[:12]}…{recipient[-6:]}'], identity)
    return [model.table([say('escrow.identity')], [[lines]], [1]), model.labels([box])]


def _how(say: Words) -> list[model.Block]:
    steps: list[model.Cell] = []
    for key, command in COMMANDS.items():
        steps.append([model.text(f'{say(key)} '), model.text(command, mono=True)])
    return [
        model.heading(say('escrow.how'), 2),
        model.paragraph(say('escrow.typing')),
        model.bullets(steps, ordered=True),
        model.paragraph(say('escrow.keep')),
    ]
