# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents: what they say (`views`), as data (`model`), and how each format sets them. Runs on the controller only.

What is always there: HTML, DOCX, CSV. With the extra (`pip install 'rawat[paper]'`) also PDF, XLSX and QR codes.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.paper.layout import PaperError, PaperMissing

__all__ = ['FORMATS', 'PaperError', 'PaperMissing', 'available', 'render']

FORMATS = ('html', 'pdf', 'docx')  # of a document; tables alone: sheets.csv and sheets.xlsx
LIBRARIES = {'pdf': 'typst', 'xlsx': 'openpyxl', 'qr': 'segno'}


def available() -> dict[str, bool]:
    """What the extra adds, and whether it is there: {'pdf', 'xlsx', 'qr'}."""
    return {what: find_spec(library) is not None for what, library in LIBRARIES.items()}


def render(
    document: dict[str, Any],
    format: str,  # noqa: A002  the word of the interface
    attachments: dict[str, bytes] | None = None,
    office: dict[str, Any] | None = None,
) -> bytes:
    """`document` as 'html', 'pdf' or 'docx'; equal input gives equal bytes.

    `attachments` (name to bytes) are embedded in a PDF, the other formats have no place for them. Of `office`:
    'templates' (a directory), 'font' and 'fonts' (a family and the directory where it lies).
    Raises PaperMissing where the library of a format is not installed, PaperError where a template is broken.
    """
    from ansible_collections.rawat.website.plugins.module_utils.paper import docx, html, typst

    settings = office or {}
    templates = settings.get('templates')
    if format == 'html':
        return html.render(document, templates).encode('utf-8')
    if format == 'pdf':
        return typst.render(document, attachments, templates, settings.get('font') or '', settings.get('fonts'))
    if format == 'docx':
        return docx.render(document)
    raise ValueError(f'format {format!r} is not one of {", ".join(FORMATS)}')
