# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The QR of a record: what stands on paper to find the record again. It is no electronic signature.

segno draws it; without it there is the code alone (`register.checker.code_of`), which says the same when it is typed.
"""

from __future__ import annotations

import io
from typing import Any

ERROR_LEVEL = 'M'  # 15 % of the symbol may be lost: a stamp's edge, a fold


def qr_text(number: str | None, date: str, sha256: str) -> str:
    """What the QR says: 'SOPBK1|0007/BKP/2026|2026-01-15|sha256:…'; `date` is the local one, YYYY-MM-DD."""
    return f'SOPBK1|{number or ""}|{date}|sha256:{sha256}'


def _symbol(words: str) -> Any:
    try:
        import segno
    except ImportError:
        return None
    return segno.make(words, error=ERROR_LEVEL, micro=False, boost_error=False) if words else None


def qr_svg(words: str) -> str | None:
    """The QR of `words` as an SVG element with its quiet zone of four modules, or None without segno."""
    symbol = _symbol(words)
    if symbol is None:
        return None
    # One module is one unit; the drawing takes the size of what it is put into.
    return str(symbol.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None, dark='#000', light='#fff'))


def qr_png(words: str, scale: int = 8) -> bytes | None:
    """The QR of `words` as PNG with `scale` pixels a module, or None without segno."""
    symbol = _symbol(words)
    if symbol is None:
        return None
    out = io.BytesIO()
    symbol.save(out, kind='png', scale=scale, border=4)
    return out.getvalue()
