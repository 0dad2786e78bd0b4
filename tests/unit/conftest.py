# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties are about what is true, not about how long a busy machine takes to find it out."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile('steady', deadline=None)
settings.load_profile('steady')
