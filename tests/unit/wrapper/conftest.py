# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wrapper's tests read English, whatever the developer's own language is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rawat.terminal import language


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv('RAWAT_LANG', 'en')
    language.cache_clear()
    yield
    language.cache_clear()
