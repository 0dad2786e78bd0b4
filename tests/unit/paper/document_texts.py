# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading documents as data: all their texts, and the rows of a table."""

from __future__ import annotations

from typing import Any


def texts(value: Any) -> list[str]:
    """Every text in a document, in its order."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def text_of(value: Any) -> str:
    return '\n'.join(texts(value))


def table_with(document: dict[str, Any], head: str) -> list[list[str]]:
    """The rows of the first table that has such a column, each cell as one text."""
    found = next(block for block in document['blocks'] if block['type'] == 'table' and head in block['heads'])
    return [[' '.join(span['text'] for span in cell) for cell in row] for row in found['rows']]
