# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code of a record and its QR: what stands on paper to find the record again. It is no electronic signature.

segno draws the QR; without it there is the code alone, which says the same to whoever types it.
"""

from __future__ import annotations

import base64
import io
from typing import Any

CODE_LENGTH = 20  # letters of base32: 100 bits
GROUP = 5
ERROR_LEVEL = 'M'  # 15 % of the symbol may be lost: a stamp's edge, a fold


def code_of(sha256: str | bytes) -> str:
    """QS3AV-77YFG-YXZA2-ZUNYT: the first 100 bits of a SHA-256 (its 32 bytes or 64 hex digits) in base32 (RFC 4648)."""
    digest = bytes.fromhex(sha256) if isinstance(sha256, str) else sha256
    if len(digest) != 32:
        raise ValueError(f'a SHA-256 has 32 bytes, this has {len(digest)}')
    letters = base64.b32encode(digest).decode('ascii')[:CODE_LENGTH]
    return '-'.join(letters[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def qr_text(number: str | None, date: str, sha256: str) -> str:
    """What the QR says: 'SOPBK1|0007/BKP/2026|2026-01-15|sha256:…'; `date` is the local one, YYYY-MM-DD."""
    return f'SOPBK1|{number or ""}|{date}|sha256:{sha256}'


def drawable() -> bool:
    """Whether segno is there."""
    try:
        import segno  # noqa: F401
    except ImportError:
        return False
    return True


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
